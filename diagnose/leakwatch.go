package diagnose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"innards/cgo/tracefmt"
	"innards/diagnose/leak"
)

// watch follows a command from its start to its end.
type watch struct {
	run    *leakRun
	cmd    *exec.Cmd // nil: the process was attached to
	stream *tracefmt.Stream
	heap   *leak.Heap

	end      time.Duration // of the observation, on the clock of the events
	resident leak.Resident
	before   leak.Resident // the reading before that
	grouped  bool          // the command has a process group of its own
	looks    looks

	live       *liveList // nil: nothing is shown meanwhile
	attached   *attachment
	streamName string // of the stream's file in the process's list of mappings
}

// follow starts the command and reads its events until it has ended. It is ended when its time is over or ctx is done, and
// gets the signals that we get; what it frees on its way out is not looked at then.
func (w *watch) follow(ctx context.Context) error {
	stdin, isFile := w.cmd.Stdin.(*os.File)
	// At a terminal the command stays in our process group: in one of its own it could not read from it.
	w.grouped = !isFile || !isTerminal(stdin)
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: w.grouped, Pdeathsig: syscall.SIGKILL}
	// The kernel takes the end of the thread that started a child for the end of its parent.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ended := make(chan error, 1)
	clock := w.startClock(ctx, ended, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer clock.stop()
	if err := w.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", w.run.args[0], err)
	}
	go func() {
		awaitEnd(w.cmd.Process.Pid)
		ended <- w.cmd.Wait()
	}()
	stopped, told := false, false
	for {
		switch what, s, err := clock.next(); what {
		case signalled:
			w.conclude()
			told = true
			if sig, ok := s.(syscall.Signal); ok && (w.grouped || sig == syscall.SIGTERM || sig == syscall.SIGHUP) {
				w.signal(sig) // the terminal has sent the others to the command itself
			}
		case interrupted:
			w.run.warn("interrupted: the program was not watched to its end")
			w.conclude()
			if !stopped {
				clock.over = time.After(signalDelay) // a signal to us ends ctx as well, and is passed on as what it is
			}
		case timeOver:
			if stopped {
				w.signal(syscall.SIGKILL)
				break
			}
			w.conclude()
			stopped = true
			if !told {
				w.signal(syscall.SIGTERM)
			}
			clock.over = time.After(endPatience)
		case processEnded:
			if w.grouped {
				w.signal(syscall.SIGKILL) // what it left behind
			}
			if !stopped {
				w.stream.Finish(w.add)
				w.warnAboutEnd(err)
			}
			w.finish()
			if w.before.RSS > w.resident.RSS {
				w.resident = w.before // the last one may have met a process that was being taken down
			}
			return nil
		}
	}
}

func (w *watch) add(e tracefmt.Event) {
	if w.end == 0 {
		w.heap.Add(e)
	}
}

// drain takes the events, and sees whether the traced process is gone while its wrapper goes on.
func (w *watch) drain() {
	pid := w.stream.PID()
	gone := pid != 0 && errors.Is(unix.Kill(pid, 0), unix.ESRCH)
	w.stream.Drain(w.add)
	if gone {
		w.stream.Finish(w.add)
		w.finish()
	}
}

func (w *watch) measure() {
	if pid := w.stream.PID(); pid != 0 {
		if resident, err := leak.ReadResident(pid, w.streamName); err == nil && resident.RSS > 0 {
			w.before, w.resident = w.resident, resident
		}
	}
}

// finish ends the observation, once.
func (w *watch) finish() {
	if w.end == 0 {
		w.end = tracefmt.Now()
	}
}

func (w *watch) signal(sig syscall.Signal) {
	pid := w.cmd.Process.Pid
	if w.grouped {
		pid = -pid
	}
	_ = unix.Kill(pid, sig) // it may just have ended
}

// warnAboutEnd tells of an end that was not a good one; our own doing is not told.
func (w *watch) warnAboutEnd(err error) {
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		w.run.warn("the program did not end well: %s", exit.ProcessState)
	case errors.Is(err, exec.ErrWaitDelay):
		w.run.warn("something that the program left behind holds its output open")
	case err != nil:
		w.run.warn("wait for the program: %v", err)
	}
	if w.resident.RSS == 0 {
		w.run.warn("the program ended before its resident memory could be read")
	}
}

func isTerminal(f *os.File) bool { return isTerminalFd(f.Fd()) }

func isTerminalFd(fd uintptr) bool {
	_, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	return err == nil
}
