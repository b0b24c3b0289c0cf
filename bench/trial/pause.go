package trial

import (
	"context"
	"fmt"
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
// The collector is off: its pauses are longer than what is looked for, and another figure. What is rarer than one
// in a thousand, the longest above all, is found with the thread's processor time, which does not count what other programs
// took, and a reading of which costs some 300 ns; the rest with the monotonic clock, which is cheap and which a thousand
// interruptions in a run of a tenth of a second would have to disturb before it showed. The median cost of the clock
// itself is taken off both. Freed memory is given back to the system before each run, so each has the page faults that a
// young process has.
//
// On a virtual machine the thread's time still counts what the host took away: Sets in which no page fault fell, and which
// move nothing, show up with milliseconds. Of the longest, therefore, the least of all runs is taken: there was a run of a
// million Sets in which none took longer. The same goes for every map.
func (m Maps) pauses(ctx context.Context, rounds int) (longest, thousandth measure.Figure, all measure.Curve, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	cpu, wall := measure.BestClock(), measure.Wall()
	keys := workload.Live(workload.Integers(m.Seed), pausesLen)
	took := make([]time.Duration, len(keys))
	contenders := m.Set.Uint64
	seen := make([][][]float64, len(contenders)) // by contender and share: one of each round
	for i := range seen {
		seen[i] = make([][]float64, len(shares))
	}
	last := len(shares) - 1
	for round := range rounds {
		for i := range contenders {
			if err := ctx.Err(); err != nil {
				return longest, thousandth, all, err
			}
			at := (i + round) % len(contenders)
			slow, usual := paced(contenders[at].New(), keys, took, cpu), paced(contenders[at].New(), keys, took, wall)
			for share := range shares {
				pauses := usual
				if share > thousandthShare {
					pauses = slow
				}
				seen[at][share] = append(seen[at][share], pauses[share])
			}
		}
	}
	longest = measure.Figure{
		Name: "longest Set while growing to 1e6", Unit: "µs", Spread: measure.Range,
		How: fmt.Sprintf("uint64, GC off, %s clock, its median cost taken off; the least of %d runs' longest", cpu.Name, rounds),
	}
	thousandth = measure.Figure{
		Name: "p99.9 of those Sets", Unit: "µs", Spread: measure.Range,
		How: "uint64, GC off, wall clock, its median cost taken off",
	}
	all = measure.Curve{Name: "pauses while growing to 1e6", X: "share of the Sets", Y: "no longer than, µs", Log: true}
	for share, s := range shares {
		all.Xs, all.Labels = append(all.Xs, float64(share)), append(all.Labels, s.label)
	}
	for i, contender := range contenders {
		longest.Values = append(longest.Values, measure.Least(contender.Name, seen[i][last]))
		thousandth.Values = append(thousandth.Values, measure.Spread(contender.Name, seen[i][thousandthShare]))
		series := measure.Series{Impl: contender.Name}
		for _, values := range seen[i] {
			series.Ys = append(series.Ys, measure.Spread(contender.Name, values).Median)
		}
		all.Series = append(all.Series, series)
	}
	return longest, thousandth, all, nil
}

// shares are the parts of all Sets that are no longer than what is shown; the last is all of them.
var shares = []struct {
	label string
	above int // one in so many is longer; 0 is none
}{{"50 %", 2}, {"90 %", 10}, {"99 %", 100}, {"99.9 %", 1000}, {"99.99 %", 10_000}, {"99.999 %", 100_000}, {"all", 0}}

// thousandthShare is the place of 99.9 % in shares.
const thousandthShare = 3

// paced fills the table, timing each Set, and returns for each share what it is no longer than, in microseconds.
func paced(table subject.Table[uint64], keys []uint64, took []time.Duration, clock measure.Clock) []float64 {
	debug.FreeOSMemory()
	table.New(0)
	last := clock.Read()
	for i := range keys {
		table.Set(keys[i:i+1], workload.FirstValue+uint64(i))
		now := clock.Read()
		took[i], last = now-last, now
	}
	cost := clockCost(clock)
	var pauses []float64
	at := ranked(took)
	for _, share := range shares {
		longer := 0
		if share.above > 0 {
			longer = len(took) / share.above
		}
		pauses = append(pauses, micros(max(0, at(len(took)-1-longer)-cost)))
	}
	return pauses
}

// usual is what nearly all Sets stay below.
const usual = 4 * time.Microsecond

// ranked returns what slices.Sort would put at each place. It counts what is usual, and sorts the rest: sorting a million times
// all of it took a tenth of a second for each fill, as long as the fill.
func ranked(took []time.Duration) func(place int) time.Duration {
	counts := make([]int, usual)
	var rest []time.Duration
	for _, d := range took {
		if d < usual {
			counts[max(d, 0)]++
		} else {
			rest = append(rest, d)
		}
	}
	slices.Sort(rest)
	return func(place int) time.Duration {
		for d, count := range counts {
			if place < count {
				return time.Duration(d)
			}
			place -= count
		}
		return rest[place]
	}
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
