package measure

import (
	"time"

	"golang.org/x/sys/unix"
)

// ThreadTime reads the processor time of the calling thread, in user code and in the kernel on its behalf. It stands
// still while another process has the processor, which on a shared machine is most of the noise. The caller must have
// locked its goroutine to the thread.
func ThreadTime() (Clock, error) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		return Clock{}, err
	}
	read := func() time.Duration {
		var now unix.Timespec
		_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now) // it worked above, with the same arguments
		return time.Duration(now.Nano())
	}
	return Clock{Name: "thread", Read: read}, nil
}
