package leak

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// stopPatience bounds how long a process may take to stand still. A thread that sleeps in the kernel without a way to
// interrupt it takes as long as that sleep.
const stopPatience = 500 * time.Millisecond

// How a thread that does not stand still yet is waited for.
const (
	stopSpins = 50
	stopPause = 50 * time.Microsecond

	releasePatience = 5 * time.Second // of one that was asked to stop and has not yet
)

// errMoving says that a thread was not stopped in time.
var errMoving = errors.New("it does not stop: it may be waiting for a device")

// stop is a process whose threads all stand still. It belongs to one thread of ours, which nothing else may run on.
type stop struct {
	pid     int
	threads map[int]thread
	began   time.Time
}

// thread is a thread that we hold: its registers, and the signal that it was about to take.
type thread struct {
	regs    unix.PtraceRegs
	signal  int
	stopped bool // else it was only asked to
}

// stopped holds all threads of the process, calls look, and lets them go. Nothing of it is seen by the process, save the
// time: no signal is sent, and a signal that arrives at that moment is delivered afterwards. Not every call of a parent of
// the process to wait would understand the kernel's messages about it, so nobody may wait for it meanwhile.
func stopped(pid int, look func(*stop) error) (pause time.Duration, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer hurry()()
	s := &stop{pid: pid, threads: make(map[int]thread), began: time.Now()}
	defer func() {
		s.release()
		pause = time.Since(s.began)
	}()
	if err := s.hold(pid); err != nil {
		return 0, fmt.Errorf("leak: stop pid %d for a look at its memory: %w", pid, err)
	}
	return 0, look(s)
}

// hurry puts this thread before all others, where that is permitted, until the function that it gives is called. A process
// that stands still waits for us as long as we wait for a processor: on a busy machine that is most of its pause.
func hurry() func() {
	tid := unix.Gettid()
	was, err := unix.Getpriority(unix.PRIO_PROCESS, tid) // the kernel gives 20 less the niceness
	if err != nil || unix.Setpriority(unix.PRIO_PROCESS, tid, -20) != nil {
		return func() {}
	}
	return func() { _ = unix.Setpriority(unix.PRIO_PROCESS, tid, 20-was) } // to go back is always permitted
}

// hold stops thread after thread until a list of them brings no new one.
func (s *stop) hold(pid int) error {
	for {
		fresh, err := s.seize(pid)
		if err != nil || len(fresh) == 0 {
			return err
		}
		for _, tid := range fresh {
			if err := s.await(tid); err != nil {
				return err
			}
		}
	}
}

func (s *stop) seize(pid int) (fresh []int, err error) {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return nil, unix.ESRCH
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			continue
		}
		if _, known := s.threads[tid]; known {
			continue
		}
		if err := unix.PtraceSeize(tid); errors.Is(err, unix.ESRCH) {
			continue // it has just ended
		} else if err != nil {
			return nil, explainPtrace(err)
		}
		s.threads[tid] = thread{}
		_ = unix.PtraceInterrupt(tid) // one that is gone shows below
		fresh = append(fresh, tid)
	}
	return fresh, nil
}

// await asks for a thread's registers until there is an answer: only a thread that stands still has one. To wait for it
// would need wait4, which could take the process's end from whoever is waiting for that.
//
// It stops as soon as it runs, so it must not be us who keeps it from that.
func (s *stop) await(tid int) error {
	for tries := 0; ; tries++ {
		var t thread
		switch err := unix.PtraceGetRegs(tid, &t.regs); {
		case err == nil:
			t.signal, t.stopped = pendingSignal(tid), true
			s.threads[tid] = t
			return nil
		case !errors.Is(err, unix.ESRCH):
			return explainPtrace(err)
		}
		if gone(tid) {
			s.bury(tid)
			return nil
		}
		if time.Since(s.began) > stopPatience {
			return fmt.Errorf("thread %d: %w", tid, errMoving)
		}
		if tries < stopSpins {
			runtime.Gosched()
		} else {
			time.Sleep(stopPause)
		}
	}
}

// gone tells whether a thread has ended, collected or not.
func gone(tid int) bool {
	state, _ := statusOf(tid)
	return state == 'Z' || state == 'X'
}

// statusOf gives a thread's state, X where there is none any more, and its process's parent.
func statusOf(tid int) (state byte, parent int) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", tid))
	if err != nil {
		return 'X', 0
	}
	rest := stat[bytes.LastIndexByte(stat, ')')+1:] // the name before it may hold anything
	if _, err := fmt.Sscanf(string(rest), " %c %d", &state, &parent); err != nil {
		return 'X', 0
	}
	return state, parent
}

// release lets all threads go. One that was not stopped so far can only be let go when it has: it was asked to, and would
// stand still from then on.
func (s *stop) release() {
	for began := time.Now(); len(s.threads) > 0 && time.Since(began) < releasePatience; time.Sleep(stopPause) {
		for tid, t := range s.threads {
			if t.stopped || unix.PtraceGetRegs(tid, &t.regs) == nil {
				if !t.stopped {
					t.signal = pendingSignal(tid)
				}
				_, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(tid), 0, uintptr(t.signal), 0, 0)
				if errno == 0 {
					delete(s.threads, tid)
					continue
				}
			}
			if gone(tid) {
				s.bury(tid)
			}
		}
		if len(s.threads) == 0 {
			return
		}
	}
}

// bury takes note of the end of a thread that we hold. Nobody else is told of it before, and the end of the last thread is
// that of the process: its parent would wait for ever. If that parent is us, it is for whoever waits for the process.
func (s *stop) bury(tid int) {
	delete(s.threads, tid)
	if tid == s.pid {
		if _, parent := statusOf(tid); parent == os.Getpid() {
			return
		}
	}
	_, _ = unix.Wait4(tid, nil, unix.WNOHANG|unix.WALL, nil)
}

// pendingSignal is the signal that a thread was about to take when it stopped; 0: none. Not passed on, it would be lost: a
// thread whose request to yield is lost is never asked again by Go's runtime.
func pendingSignal(tid int) int {
	var info unix.Siginfo
	// unsafe: rule 4 of package unsafe, a pointer that is converted in the call of a system call; the kernel fills the structure.
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_GETSIGINFO, uintptr(tid), 0, uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 || info.Code>>8 == unix.PTRACE_EVENT_STOP {
		return 0 // it stopped because we asked for it
	}
	return int(info.Signo)
}

// signalMask gives the signals that a stopped thread has blocked.
func signalMask(tid int) (mask uint64, err error) {
	// unsafe: rule 4 again; the kernel fills one word.
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, ptraceGetSigmask, uintptr(tid), 8, uintptr(unsafe.Pointer(&mask)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return mask, nil
}

func setSignalMask(tid int, mask uint64) error {
	// unsafe: rule 4 again; the kernel reads one word.
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, ptraceSetSigmask, uintptr(tid), 8, uintptr(unsafe.Pointer(&mask)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

const ptraceGetSigmask, ptraceSetSigmask = 0x420a, 0x420b

func explainPtrace(err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return errors.New("not permitted: another debugger may have it, or ptrace is forbidden here (kernel.yama.ptrace_scope, seccomp)")
	case errors.Is(err, unix.ESRCH):
		return errors.New("it has ended")
	}
	return err
}
