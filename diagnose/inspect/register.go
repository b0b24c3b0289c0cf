package inspect

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// PC gives the program counter of a thread that is running. No file tells it: the thread is stopped for a moment, some
// tens of microseconds, the only stop that a reading makes by itself (Halted is for those who may stop the process).
func (p *Process) PC(tid int) (pc uint64, err error) {
	runtime.LockOSThread() // a tracer is a thread
	defer runtime.UnlockOSThread()
	if err := unix.PtraceSeize(tid); err != nil {
		return 0, fmt.Errorf("inspect: pid %d: attach to thread %d: %w", p.pid, tid, err)
	}
	var status unix.WaitStatus
	defer func() { detach(tid, taken(status)) }()
	if err := unix.PtraceInterrupt(tid); err != nil {
		return 0, fmt.Errorf("inspect: pid %d: stop thread %d: %w", p.pid, tid, err)
	}
	for {
		if _, err = unix.Wait4(tid, &status, unix.WALL, nil); err != unix.EINTR {
			break
		}
	}
	if err := unstopped(status, err); err != nil {
		return 0, fmt.Errorf("inspect: pid %d: thread %d did not stop: %w", p.pid, tid, err)
	}
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return 0, fmt.Errorf("inspect: pid %d: registers of thread %d: %w", p.pid, tid, err)
	}
	return regs.PC(), nil
}

// taken is the signal that a thread which stopped was about to take, or 0 where it stopped because it was asked to.
func taken(status unix.WaitStatus) int {
	if !status.Stopped() || int(status)>>16 == unix.PTRACE_EVENT_STOP {
		return 0
	}
	return int(status.StopSignal())
}

// detach lets a thread go on, with a signal or 0. It fails for one that does not stand, which goes on anyway.
func detach(tid, signal int) {
	_, _, _ = unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(tid), 0, uintptr(signal), 0, 0)
}

// unstopped says why a thread that was waited for has not stopped: the wait failed, or it ended first.
func unstopped(status unix.WaitStatus, err error) error {
	switch {
	case err != nil || status.Stopped():
		return err
	case status.Signaled():
		return fmt.Errorf("it was ended by %s", status.Signal())
	}
	return fmt.Errorf("it ended with exit status %d", status.ExitStatus())
}
