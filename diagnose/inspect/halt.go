package inspect

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Halt is a process all of whose threads stand still.
type Halt struct {
	p       *Process
	threads map[int]held
}

// held is a thread that we trace.
type held struct {
	regs    unix.PtraceRegs
	signal  int // that it was about to take
	stopped bool
}

// haltPatience bounds how long the threads may take to stand still.
const haltPatience = 200 * time.Millisecond

// Halted stops all threads, calls look, and lets them go. What runs all the time and changes hands within a fraction of a
// microsecond cannot be read otherwise. The process sees no signal; one that comes just then is passed on.
func (p *Process) Halted(look func(*Halt) error) error {
	if p.mem.core != nil {
		return errors.New("inspect: a core cannot be stopped")
	}
	runtime.LockOSThread() // a tracer is a thread
	defer runtime.UnlockOSThread()
	h := &Halt{p: p, threads: make(map[int]held)}
	defer h.release()
	if err := h.hold(); err != nil {
		return fmt.Errorf("inspect: pid %d: stop its threads: %w", p.pid, err)
	}
	return look(h)
}

// hold stops thread after thread until a list of them brings no new one.
func (h *Halt) hold() error {
	begin := time.Now()
	for {
		tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", h.p.pid))
		if err != nil {
			return unix.ESRCH
		}
		fresh := 0
		for _, task := range tasks {
			tid, err := strconv.Atoi(task.Name())
			if _, known := h.threads[tid]; known || err != nil {
				continue
			}
			if err := unix.PtraceSeize(tid); errors.Is(err, unix.ESRCH) {
				continue // it has just ended
			} else if err != nil {
				return err
			}
			h.threads[tid] = held{}
			_ = unix.PtraceInterrupt(tid) // one that is gone shows below
			fresh++
		}
		if fresh == 0 {
			return nil
		}
		for tid := range h.threads {
			for !h.stands(tid) {
				if time.Since(begin) > haltPatience {
					return errors.New("they do not stop: one may be waiting for a device")
				}
				time.Sleep(20 * time.Microsecond)
			}
		}
	}
}

// stands tells whether a thread has stopped, or ended. Only one that stands still has registers to show; to wait for it
// without asking first could take the end of the process from whoever waits for that.
func (h *Halt) stands(tid int) bool {
	t := h.threads[tid]
	if t.stopped {
		return true
	}
	if unix.PtraceGetRegs(tid, &t.regs) != nil {
		_, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d", h.p.pid, tid))
		if err != nil {
			delete(h.threads, tid)
		}
		return err != nil
	}
	var status unix.WaitStatus
	if got, err := unix.Wait4(tid, &status, unix.WALL|unix.WNOHANG, nil); err == nil && got == tid {
		t.signal = taken(status)
	}
	t.stopped = true
	h.threads[tid] = t
	return true
}

// release lets all threads go, with the signals that they were about to take.
func (h *Halt) release() {
	for begin := time.Now(); len(h.threads) > 0 && time.Since(begin) < 10*haltPatience; {
		for tid := range h.threads {
			if !h.stands(tid) {
				time.Sleep(20 * time.Microsecond) // it was asked to stop, and would stand from then on
				continue
			}
			if t, there := h.threads[tid]; there {
				detach(tid, t.signal)
				delete(h.threads, tid)
			}
		}
	}
}
