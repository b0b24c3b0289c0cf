package diagnose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"innards/diagnose/hang"
)

// watchEvery is the time between two looks. One takes a few milliseconds of our own CPU time, and none of the target's.
const watchEvery = time.Second

// watchProcess looks at a process until there is a verdict, the process ends, or the time is up. The last two find nothing.
func watchProcess(ctx context.Context, target string, how looking) (*hangReport, error) {
	pid, err := strconv.ParseInt(target, 10, 32)
	if err != nil || pid <= 0 {
		return nil, fmt.Errorf("--watch is for a PID, and %s is none", target)
	}
	var last *hangReport
	for {
		report, err := lookAt(ctx, target, nil, how)
		switch {
		case err != nil && last == nil:
			return nil, err
		case err != nil && (ctx.Err() != nil || gone(int(pid))):
			if ctx.Err() == nil {
				last.Warnings = append(last.Warnings, "the process has ended; this is what it looked like before")
			}
			return last, nil
		case err != nil: // one look that failed, as while a process replaces its program
		case len(report.Verdicts) > 0:
			return report, nil
		default:
			last = report
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return last, nil
			}
			return nil, errors.New("interrupted; nothing was found so far")
		case <-time.After(watchEvery):
		}
	}
}

// stopTime bounds the wait for all threads to stop: one may be in the kernel, where no signal reaches it.
const stopTime = 2 * time.Second

// lookAtStopped stops a process for the first look. What that finds must be there in a second one too, after the process
// went on: all that stands still for a moment looks stuck. Where it finds nothing, those that run may be in a livelock: these
// are seen while the process goes on, but for moments.
func lookAtStopped(ctx context.Context, pid int) (*hangReport, error) {
	resume, err := stopProcess(ctx, pid)
	if err != nil {
		return nil, err
	}
	report, err := lookAtProcess(ctx, pid, false)
	resume()
	if err != nil {
		return nil, err
	}
	found := len(report.Verdicts) > 0
	select {
	case <-ctx.Done():
		return nil, late(ctx, ctx.Err())
	case <-time.After(secondLook):
	}
	again, err := lookAtProcess(ctx, pid, !found)
	if err != nil {
		return nil, fmt.Errorf("the second look: %w", err)
	}
	if !found {
		again.Verdicts = slices.DeleteFunc(again.Verdicts, func(v hang.Verdict) bool { return v.Class != hang.Livelock })
		return again, nil
	}
	report.Verdicts = slices.DeleteFunc(report.Verdicts, func(v hang.Verdict) bool {
		return !slices.ContainsFunc(again.Verdicts, func(w hang.Verdict) bool {
			return v.Class == w.Class && slices.Equal(v.Goroutines, w.Goroutines)
		})
	})
	return report, nil
}

// stopProcess stops all threads and returns once they stand. A process that was stopped before stays so in the end.
func stopProcess(ctx context.Context, pid int) (resume func(), err error) {
	if stopped(pid) {
		return func() {}, nil
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		if errors.Is(err, syscall.ESRCH) {
			return nil, fmt.Errorf("pid %d: no such process", pid)
		}
		return nil, fmt.Errorf("pid %d: stop it: %w: run as its user or as root, or without --stop", pid, err)
	}
	resume = func() { _ = syscall.Kill(pid, syscall.SIGCONT) } // fails only where it was killed
	for begin := time.Now(); !stopped(pid); {
		if time.Since(begin) > stopTime || ctx.Err() != nil {
			resume()
			return nil, fmt.Errorf("pid %d: its threads did not all stop within %s: look without --stop", pid, stopTime)
		}
		time.Sleep(time.Millisecond)
	}
	return resume, nil
}

// stopped tells whether all threads of a process are stopped.
func stopped(pid int) bool {
	stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		text := string(stat)
		state := strings.TrimSpace(text[strings.LastIndexByte(text, ')')+1:])
		if !strings.HasPrefix(state, "T") && !strings.HasPrefix(state, "t") {
			return false
		}
	}
	return true
}
