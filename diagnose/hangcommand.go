package diagnose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

const (
	quietTime    = 500 * time.Millisecond // without output or CPU time: worth a look
	quietCheck   = 50 * time.Millisecond
	longestQuiet = 30 * time.Second // between two looks at a program that rests and is healthy
	maxComplaint = 64 << 20         // of what the program prints on standard error: room for the runtime's own dump
)

// started is how `innards hang -- CMD` runs a program.
type started struct {
	args           []string
	after          time.Duration // look then, and once; 0: whenever it stops making progress
	stdin          io.Reader
	stdout, stderr io.Writer
}

// lookAtCommand runs a program and looks at it when neither output nor CPU time shows progress. It returns once a look
// gives a verdict, the program has ended by itself, or the time for it is up, and leaves none of its processes behind.
func lookAtCommand(ctx context.Context, s started) (*hangReport, error) {
	activity := new(activity)
	complaint := &tail{w: s.stderr, most: maxComplaint}
	cmd := exec.Command(s.args[0], s.args[1:]...)
	cmd.SysProcAttr = boundToParent()
	cmd.Stdin = s.stdin
	cmd.Stdout, cmd.Stderr = activity.watch(s.stdout), activity.watch(complaint)
	cmd.WaitDelay = time.Second // for descendants that keep the pipes open
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.args[0], err)
	}
	var outcome error
	ended := make(chan struct{})
	go func() {
		outcome = cmd.Wait()
		close(ended)
	}()
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the group is its own; fails only where all have ended
		<-ended
	}()
	target := hangTarget{Kind: "command", PID: cmd.Process.Pid, Exe: cmd.Path, Name: strings.Join(s.args, " ")}

	tick := time.NewTicker(quietCheck)
	defer tick.Stop()
	begin, quietSince, patience := time.Now(), time.Now(), quietTime
	last := activity.of(cmd.Process.Pid)
	for {
		select {
		case <-ended:
			return judgeEnded(target, outcome, complaint.Bytes())
		case <-ctx.Done():
			return endedBy(ctx, target)
		case <-tick.C:
		}
		switch now := activity.of(cmd.Process.Pid); {
		case s.after > 0 && time.Since(begin) >= s.after:
			return lookAtTree(ctx, target)
		case s.after > 0:
			continue
		case now != last:
			last, quietSince, patience = now, time.Now(), quietTime
			continue
		case time.Since(quietSince) < patience:
			continue
		}
		report, err := lookAtTree(ctx, target)
		switch {
		case err != nil && !gone(cmd.Process.Pid):
			return nil, err
		case err == nil && len(report.Verdicts) > 0:
			return report, nil
		}
		quietSince, patience = time.Now(), min(2*patience, longestQuiet)
	}
}

// endedBy is the report where the time was up, or the user interrupted: one more look.
func endedBy(ctx context.Context, target hangTarget) (*hangReport, error) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return lookAtTree(last, target)
}

// judgeEnded judges a program that has ended: by what the runtime printed, if it was the runtime that ended it.
func judgeEnded(target hangTarget, err error, complaint []byte) (*hangReport, error) {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, fmt.Errorf("wait for %s: %w", target.Name, err)
	}
	dump := new(goroutine.Dump)
	if exit != nil {
		if found, err := goroutine.Parse(bytes.NewReader(complaint)); err == nil {
			dump = found
		}
	}
	report := judged(target, 0, dump, hang.Input{})
	if exit != nil {
		report.Warnings = append(report.Warnings, fmt.Sprintf("%s has ended by itself: %v", target.Name, exit))
	}
	return report, nil
}

// lookAtTree looks at the program, or where that is none of Go's (a shell, go run), at those that it started. The first one
// with a verdict counts, else the first one that could be read.
func lookAtTree(ctx context.Context, target hangTarget) (*hangReport, error) {
	var best *hangReport
	var first error
	for _, pid := range descendants(target.PID) {
		report, err := lookAtProcess(ctx, pid, true) // our own child
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		report.Target.Kind, report.Target.Name = target.Kind, target.Name
		if len(report.Verdicts) > 0 {
			return report, nil
		}
		if best == nil {
			best = report
		}
	}
	if best == nil {
		return nil, first
	}
	return best, nil
}

const maxDescendants = 64

// descendants gives a process and all that it started, directly or not.
func descendants(pid int) []int {
	pids := []int{pid}
	for i := 0; i < len(pids) && len(pids) < maxDescendants; i++ {
		tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pids[i]))
		for _, task := range tasks {
			list, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pids[i], task.Name()))
			for word := range strings.FieldsSeq(string(list)) {
				if child, err := strconv.Atoi(word); err == nil {
					pids = append(pids, child)
				}
			}
		}
	}
	return pids
}

func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	i := bytes.LastIndexByte(stat, ')')
	return err != nil || i < 0 || bytes.HasPrefix(stat[i+1:], []byte(" Z"))
}

// activity counts what a program does.
type activity struct {
	mu      sync.Mutex
	written int64
}

// progress is compared: two that are equal, and nothing visible happened in between.
type progress struct{ written, ticks int64 }

func (a *activity) of(pid int) progress {
	p := progress{}
	for _, pid := range descendants(pid) {
		p.ticks += cpuTicks(pid)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p.written = a.written
	return p
}

// cpuTicks gives the CPU time of a process in the kernel's ticks, usually of 10 ms. What a waiting runtime spends on its own
// upkeep stays below one.
func cpuTicks(pid int) int64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	i := bytes.LastIndexByte(stat, ')')
	if err != nil || i < 0 {
		return 0
	}
	fields := strings.Fields(string(stat[i+1:])) // from the third of proc(5) on
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return user + system
}

func (a *activity) watch(w io.Writer) io.Writer { return activeWriter{a, w} }

type activeWriter struct {
	a *activity
	w io.Writer
}

func (w activeWriter) Write(b []byte) (int, error) {
	w.a.mu.Lock()
	defer w.a.mu.Unlock() // the two outputs may be one writer
	w.a.written += int64(len(b))
	return w.w.Write(b)
}

// tail passes on what is written and keeps the last of it.
type tail struct {
	w    io.Writer
	most int
	kept []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	if n := len(t.kept); n > 2*t.most {
		t.kept = append(t.kept[:0], t.kept[n-t.most:]...)
	}
	return t.w.Write(b)
}

// Bytes is what was kept. The writer is done.
func (t *tail) Bytes() []byte { return t.kept }
