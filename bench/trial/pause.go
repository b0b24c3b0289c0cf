package trial

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// pausesLen is the size that a map grows to while each Set is timed.
const pausesLen = 1_000_000

// pauses times every single Set while a map grows from empty, and returns the longest and the thousandth longest of each
// run.
//
// The collector is off: its pauses are longer than what is looked for, and another figure. The longest is found with the
// thread's processor time, which does not count what other programs took, and a reading of which costs some 300 ns; the
// thousandth longest with the monotonic clock, which is cheap and which a thousand interruptions in a run of a tenth of a
// second would have to disturb before it showed. The median cost of the clock itself is taken off both. Freed memory is
// given back to the system before each run, so each has the page faults that a young process has.
func (m Maps) pauses(ctx context.Context, rounds int) (longest, thousandth measure.Figure, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	cpu, wall := measure.BestClock(), measure.Wall()
	keys := workload.Live(workload.Integers(m.Seed), pausesLen)
	took := make([]time.Duration, len(keys))
	contenders := m.Set.Uint64
	seen := make([][2][]float64, len(contenders))
	for round := range rounds {
		for i := range contenders {
			if err := ctx.Err(); err != nil {
				return longest, thousandth, err
			}
			at := (i + round) % len(contenders)
			slow, _ := paced(contenders[at].New(), keys, took, cpu)
			_, usual := paced(contenders[at].New(), keys, took, wall)
			seen[at][0] = append(seen[at][0], micros(slow))
			seen[at][1] = append(seen[at][1], micros(usual))
		}
	}
	longest = measure.Figure{
		Name: "longest Set while growing to 1e6", Unit: "µs", Spread: measure.Range,
		How: "uint64, GC off, " + cpu.Name + " clock, its median cost taken off",
	}
	thousandth = measure.Figure{
		Name: "p99.9 of those Sets", Unit: "µs", Spread: measure.Range,
		How: "uint64, GC off, wall clock, its median cost taken off",
	}
	for i, contender := range contenders {
		longest.Values = append(longest.Values, measure.Spread(contender.Name, seen[i][0]))
		thousandth.Values = append(thousandth.Values, measure.Spread(contender.Name, seen[i][1]))
	}
	return longest, thousandth, nil
}

// paced fills the table, timing each Set, and returns the longest and the one that a thousandth of them exceed.
func paced(table subject.Table[uint64], keys []uint64, took []time.Duration, clock measure.Clock) (longest, thousandth time.Duration) {
	debug.FreeOSMemory()
	table.New(0)
	last := clock.Read()
	for i := range keys {
		table.Set(keys[i:i+1], workload.FirstValue+uint64(i))
		now := clock.Read()
		took[i], last = now-last, now
	}
	cost := clockCost(clock)
	slices.Sort(took)
	return max(0, took[len(took)-1]-cost), max(0, took[len(took)-1-len(took)/1000]-cost)
}

// clockCost is the median time between two readings with nothing in between.
func clockCost(clock measure.Clock) time.Duration {
	readings := make([]time.Duration, 1001)
	last := clock.Read()
	for i := range readings {
		now := clock.Read()
		readings[i], last = now-last, now
	}
	slices.Sort(readings)
	return readings[len(readings)/2]
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
