package trial

import (
	"fmt"
	"runtime"
	"strconv"
	"time"

	"innards/bench/measure"
	"innards/bench/subject"
)

const (
	collectedStrings = 10_000_000
	fewStrings       = 1_000_000 // in a quick run
	// collections is how many cycles are timed with each list. Odd: the median is one of them.
	collections = 9
)

// collection compares a cycle of the garbage collector beside a list of strings off the heap with one beside a []string of
// the same strings. No list is there when the other is timed. It is for a process of its own: in one that has measured other
// things, a cycle beside neither takes up to 7 ms instead of one, which is more than the figure allows.
func collection(n int) (measure.Figure, error) {
	f := measure.Figure{
		Name: fmt.Sprintf("a GC cycle with %.0e strings / %s", float64(n), subject.Slice), Spread: measure.Range,
		How: fmt.Sprintf("runtime.GC by the wall clock, %d of each, in a process of its own, 12 bytes a string; nothing taken off", collections),
	}
	lists := subject.StringLists()
	empty := cycles()
	var took [2][]float64 // beside the slice, and off the heap
	for i, list := range lists {
		list.New()
		for k := range n {
			list.Append(digits(k))
		}
		took[i] = cycles()
		got := list.At(n - 1)
		list.Free()
		if want := string(digits(n - 1)); got != want {
			return f, fmt.Errorf("string %d is %q, want %q", n-1, got, want)
		}
	}
	var ratios []float64
	for k := range collections {
		ratios = append(ratios, took[1][k]/took[0][k])
	}
	value := measure.Spread("dynarray", ratios)
	value.Note = fmt.Sprintf("%v beside it, %v beside a %s, %v beside neither",
		median(took[1]), median(took[0]), subject.Slice, median(empty))
	f.Values = []measure.Value{value}
	return f, nil
}

// digits returns k in twelve digits.
func digits(k int) []byte { return strconv.AppendInt(nil, 100_000_000_000+int64(k), 10) }

// cycles times collections, in seconds. The first two are for what came before: the second ends the sweep of the first, and
// with it the objects of what was freed.
func cycles() []float64 {
	runtime.GC()
	runtime.GC()
	var took []float64
	for range collections {
		start := time.Now()
		runtime.GC()
		took = append(took, time.Since(start).Seconds())
	}
	return took
}

// median is the middle of times in seconds, as one reads it.
func median(seconds []float64) time.Duration {
	return time.Duration(measure.Spread("", seconds).Median * float64(time.Second)).Round(10 * time.Microsecond)
}
