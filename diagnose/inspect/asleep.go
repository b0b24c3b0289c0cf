package inspect

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// The system calls that only a signal ends.
const (
	sysPause      = 34
	sysSigsuspend = 130
)

// asleep tells how long a thread has not been on a processor; 0: not known. The scheduler notes when it last was, on a clock of
// its own: what that says now, our own thread has, which runs.
func asleep(pid, tid int) time.Duration {
	last, ok := lastRun(fmt.Sprintf("/proc/%d/task/%d/sched", pid, tid))
	now, nowOK := lastRun("/proc/thread-self/sched")
	if !ok || !nowOK || now < last {
		return 0
	}
	return now - last
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
