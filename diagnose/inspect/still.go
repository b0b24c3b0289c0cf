package inspect

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// moment marks a point of a process's life by the processor time that it has used up to then.
type moment struct {
	used  int64 // nanoseconds, all threads together
	known bool
}

// maxTasks bounds the threads that are asked whether they run: each costs some ten microseconds.
const maxTasks = 64

// moment notes how far the process has come.
func (p *Process) moment() moment {
	const schedulerClock = 2 // CPUCLOCK_SCHED: exact, where the others count ticks
	var ts unix.Timespec
	err := unix.ClockGettime(int32(^p.pid<<3|schedulerClock), &ts)
	return moment{ts.Nano(), err == nil}
}

// stillSince tells whether nothing at all has run in the process since: then whatever was read of it meanwhile is of one
// moment, as if it had been stopped. The clock of another process misses what a thread has used since it was last put
// on a processor; such a thread shows as running. So a process whose threads all sleep, and whose clock stands where it
// stood, has not run. A hung process is nearly always like that.
func (p *Process) stillSince(m moment) bool {
	if p.mem.core != nil {
		return true
	}
	if !m.known || p.moment() != m {
		return false
	}
	dir := fmt.Sprintf("/proc/%d/task", p.pid)
	tasks, err := os.ReadDir(dir)
	if err != nil || len(tasks) > maxTasks {
		return false
	}
	for _, t := range tasks {
		text, err := os.ReadFile(dir + "/" + t.Name() + "/stat")
		end := strings.LastIndex(string(text), ") ")
		if err != nil || end < 0 || text[end+2] == 'R' {
			return false
		}
	}
	return p.moment() == m
}
