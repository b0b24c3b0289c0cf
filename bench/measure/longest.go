package measure

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"slices"
	"time"

	"innards/bench/workload"
)

// Singles are the operations of one pass, to be done one at a time.
type Singles struct {
	Name  string // of one operation
	Count int
	Begin func()      // untimed, before the first
	Do    func(i int) // the i-th, from 0 on
}

// A Longest is the longest operation of a contender, and a trace of the time around it for go tool trace.
type Longest struct {
	Impl, Cell, Name string
	Index, Count     int           // the operation among those of its pass, the first being 1
	Took             time.Duration // by the protocol's clock
	Trace            []byte        // nil if the operation was too short, or was not met again with the recorder on
}

func (l Longest) String() string {
	return fmt.Sprintf("%s: %s %d of %d, %v", l.Cell, l.Name, l.Index, l.Count, l.Took.Round(time.Microsecond))
}

// growing are the operations that have a longest one: what they work on grows. Where each does the same, the longest is the
// one that the machine has disturbed most.
var growing = [...]workload.Op{workload.SetGrow, workload.Append}

const (
	// LongestFloor is what an operation has to exceed to be traced: of a million that do nothing, the longest took 58 to 250 µs
	// in seventeen passes of twenty, more than 150 in five.
	LongestFloor = 150 * time.Microsecond
	// longestLen bounds a pass of single operations, each with its reading of the clock, to some seconds.
	longestLen = 1 << 21

	// leadIn is how long before the operation the trace begins at least.
	leadIn = 5 * time.Millisecond
	// windowBytes is a hint to the recorder. It drops no less than a generation, and of its own accord begins one a second:
	// 20 MB of regions. So a new one is begun every generationLen operations, which are some 100 KB.
	windowBytes   = 1 << 20
	generationLen = 10_000
	// recordings is how many passes are recorded at most until one has met the operation.
	recordings = 3
)

// LongestOperations looks for the longest operation of each contender in those of the plan's cells where something grows, the
// largest first, and keeps a trace of it. Other cells are not looked at, and after so long neither are those that are left.
//
// It is done in passes of its own, with the collector on, and each with the page faults of a young process. The first two have no
// recorder: the shorter of their two longest is what is looked for, since what the host took from one pass it hardly takes from
// the next. Then passes are recorded. The window is written out after an operation that took at least half of that, and at most
// twice: beyond is somebody else's time again. It is not written out for each new maximum, of which a structure that gets slower
// as it grows has thousands, but for one that exceeds what is kept by a tenth: eight times a pass, or fifteen at most.
func (p Protocol) LongestOperations(ctx context.Context, plan Plan, within time.Duration) ([]Longest, error) {
	runtime.LockOSThread() // for the clock's sake, as in Run
	defer runtime.UnlockOSThread()
	cells := slices.DeleteFunc(slices.Clone(plan.Cells), func(c workload.Cell) bool {
		return c.Len > longestLen || !slices.Contains(growing[:], c.Op)
	})
	slices.SortStableFunc(cells, func(a, b workload.Cell) int { return cmp.Compare(b.Len, a.Len) })
	var all []Longest
	start := p.Wall.Read()
	for _, cell := range cells {
		race, err := plan.Race(cell)
		if err == nil {
			all, err = p.longestOf(ctx, all, race, start+within)
		}
		if err != nil {
			return all, err
		}
		if p.Wall.Read() > start+within {
			break
		}
	}
	return all, nil
}

// longestOf puts what is longer in a race than in those before into their place, until it is time to end.
func (p Protocol) longestOf(ctx context.Context, all []Longest, race Race, end time.Duration) ([]Longest, error) {
	if race.End != nil {
		defer race.End()
	}
	for i, runner := range race.Runners {
		if i == 1 || runner.Singles == nil { // the twin is the reference
			continue
		}
		at := slices.IndexFunc(all, func(l Longest) bool { return l.Impl == runner.Name })
		found, err := p.longestTwice(ctx, race.Name, runner)
		if err == nil && found.Took > LongestFloor && (at < 0 || found.Took > all[at].Took) {
			found, err = p.recorded(ctx, runner, found)
		}
		if err != nil {
			return all, fmt.Errorf("measure: longest operation of %s in %s: %w", runner.Name, race.Name, err)
		}
		switch {
		case at < 0:
			all = append(all, found)
		case found.Took > all[at].Took && (found.Trace != nil || all[at].Trace == nil):
			all[at] = found
		}
		if p.Wall.Read() > end {
			break
		}
	}
	return all, nil
}

// longestTwice returns the shorter of the longest operations of two passes.
func (p Protocol) longestTwice(ctx context.Context, cell string, runner Runner) (Longest, error) {
	var shorter Longest
	for pass := range 2 {
		if err := runner.beginSingles(ctx); err != nil {
			return shorter, err
		}
		longest := Longest{Impl: runner.Name, Cell: cell, Name: runner.Singles.Name, Count: runner.Singles.Count}
		last := p.Clock.Read()
		for i := range longest.Count {
			runner.Singles.Do(i)
			now := p.Clock.Read()
			if took := now - last; took > longest.Took {
				longest.Index, longest.Took = i+1, took
			}
			last = now
		}
		if err := runner.Check(1); err != nil {
			return shorter, fmt.Errorf("wrong answer: %w", err)
		}
		if pass == 0 || longest.Took < shorter.Took {
			shorter = longest
		}
	}
	return shorter, nil
}

// recorded looks for the like of an operation with the recorder on. Where a pass has none longer than half of it, the longest of
// that pass is looked for instead. Without a trace it returns what it looked for last.
func (p Protocol) recorded(ctx context.Context, runner Runner, like Longest) (Longest, error) {
	for range recordings {
		longest, traced, err := p.record(ctx, runner, like)
		if err != nil || traced.Trace != nil {
			return traced, err
		}
		if longest.Took < like.Took {
			like = longest
		}
		if like.Took <= LongestFloor {
			break
		}
	}
	return like, nil
}

// record is one pass with the recorder on. It returns the longest operation, and the one that it has a trace of. Each operation is
// a region, which costs 0.3 µs and 10 bytes; a message of the category "longest" is at the end of the one that was traced.
func (p Protocol) record(ctx context.Context, runner Runner, like Longest) (longest, traced Longest, err error) {
	if err := runner.beginSingles(ctx); err != nil {
		return longest, traced, err
	}
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: leadIn + 2*like.Took, MaxBytes: windowBytes})
	if err := recorder.Start(); err != nil {
		return longest, traced, fmt.Errorf("start the flight recorder: %w: is another one running in this process?", err)
	}
	defer recorder.Stop()
	var window bytes.Buffer
	longest, least := like, like.Took/2
	longest.Took = 0
	region := like.Impl + " " + like.Name
	for i := range like.Count {
		keep := false
		trace.WithRegion(ctx, region, func() {
			began, start := p.Wall.Read(), p.Clock.Read()
			runner.Singles.Do(i)
			took, elapsed := p.Clock.Read()-start, p.Wall.Read()-began
			if took > longest.Took {
				longest.Index, longest.Took = i+1, took
			}
			if took < least || took > 2*like.Took {
				return
			}
			keep = true
			traced, least = like, took+took/10
			traced.Index, traced.Took = i+1, took
			trace.Logf(ctx, "longest", "%s: %s: %s %d of %d: %d ns by the %s clock, %d ns elapsed", like.Impl, like.Cell, like.Name,
				i+1, like.Count, took.Nanoseconds(), p.Clock.Name, elapsed.Nanoseconds())
		})
		switch {
		case keep:
			window.Reset()
			_, err = recorder.WriteTo(&window)
		case i%generationLen == generationLen-1:
			_, err = recorder.WriteTo(io.Discard)
		}
		if err != nil {
			return longest, traced, fmt.Errorf("write the flight recorder's window: %w", err)
		}
	}
	if window.Len() > 0 {
		traced.Trace = window.Bytes()
	}
	if err := runner.Check(1); err != nil {
		return longest, traced, fmt.Errorf("wrong answer: %w", err)
	}
	return longest, traced, nil
}

// beginSingles makes everything ready for the first operation, with a level collector and no freed memory at hand.
func (r Runner) beginSingles(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.Rebuild != nil {
		r.Rebuild()
	}
	if r.Settle != nil {
		r.Settle(1)
	}
	debug.FreeOSMemory()
	r.Singles.Begin()
	return nil
}
