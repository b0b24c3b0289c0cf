package inspect

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The system calls that only a signal ends.
const (
	sysPause      = 34
	sysSigsuspend = 130
)

// asleep tells how long a thread has not been on a processor; 0: not known. The scheduler notes when it last was, by a clock
// that each processor has of its own: on a virtual machine two were found to be 18 seconds apart. So our own thread goes to
// the same processor, and what the scheduler notes of that one is now.
func asleep(pid, tid int) time.Duration {
	task := fmt.Sprintf("/proc/%d/task/%d", pid, tid)
	last, ok := lastRun(task + "/sched")
	on, err := lastProcessor(task + "/stat")
	if !ok || err != nil {
		return 0
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if unix.SchedGetaffinity(0, &before) != nil {
		return 0
	}
	one.Set(on)
	if unix.SchedSetaffinity(0, &one) != nil {
		return 0 // we may not run there
	}
	now, ok := lastRun("/proc/thread-self/sched")
	if unix.SchedSetaffinity(0, &before) != nil || !ok || now < last {
		return 0
	}
	return now - last
}

// ThreadTime gives the processor time that a thread has used so far.
func (p *Process) ThreadTime(tid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/schedstat", p.pid, tid))
	if err != nil {
		return 0, fmt.Errorf("inspect: pid %d: time of thread %d: %w", p.pid, tid, err)
	}
	word, _, _ := strings.Cut(string(text), " ")
	ns, err := strconv.ParseInt(word, 10, 64)
	return time.Duration(ns), err
}

func lastRun(path string) (time.Duration, bool) {
	text, err := os.ReadFile(path) // not in every kernel
	if err != nil {
		return 0, false
	}
	_, rest, ok := strings.Cut(string(text), "se.exec_start")
	_, rest, ok2 := strings.Cut(rest, ":")
	word, _, ok3 := strings.Cut(rest, "\n")
	ms, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
	return time.Duration(ms * float64(time.Millisecond)), ok && ok2 && ok3 && err == nil
}

// lastProcessor reads from a stat file where a thread ran last.
func lastProcessor(path string) (int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	const processor = 39 - 3 // of proc(5), less those up to the name, which may hold blanks
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) <= processor {
		return 0, fmt.Errorf("%s: %d fields after the name", path, len(fields))
	}
	return strconv.Atoi(fields[processor])
}
