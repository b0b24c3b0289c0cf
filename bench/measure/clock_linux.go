package measure

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ThreadTime reads the processor time of the calling thread, in user code and in the kernel on its behalf. It stands
// still while another process has the processor, which on a shared machine is most of the noise. The caller must have
// locked its goroutine to the thread.
func ThreadTime() (Clock, error) {
	if _, err := threadTime(); err != 0 {
		return Clock{}, err
	}
	read := func() time.Duration {
		now, _ := threadTime() // it worked above, with the same arguments
		return now
	}
	return Clock{Name: "thread", Read: read}, nil
}

// threadTime makes the system call without telling the scheduler, as is right for one that never waits: unix.ClockGettime does
// tell it, and an execution trace then has two events for each reading, with a stack.
func threadTime() (time.Duration, syscall.Errno) {
	var now unix.Timespec
	// Sound by the rule for system calls: the pointer becomes an integer in the argument list of the call itself, which keeps now
	// alive, and in its place, until the kernel has filled it.
	_, _, err := unix.RawSyscall(unix.SYS_CLOCK_GETTIME, unix.CLOCK_THREAD_CPUTIME_ID, uintptr(unsafe.Pointer(&now)), 0)
	return time.Duration(now.Nano()), err
}
