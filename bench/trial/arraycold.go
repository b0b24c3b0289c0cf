package trial

import (
	"context"
	"errors"
	"fmt"

	"innards/bench/cold"
	"innards/bench/foreign"
	"innards/bench/measure"
)

const (
	coldLen  = 50_000_000
	peakLen  = 1 << 27 // 1 GiB
	coldRuns = 7
	// coldLenFew and peakLenFew are those of a quick run.
	coldLenFew = 5_000_000
	peakLenFew = 1 << 25
)

// coldStart makes the figures of arrays that grow in a process of their own. args lead to Child.
func (a Arrays) coldStart(ctx context.Context, args []string, depth Depth, say func(string)) ([]measure.Figure, error) {
	n, large := coldLen, peakLen
	if depth == Shallow {
		n, large = coldLenFew, peakLenFew
	}
	say("cold starts")
	took := measure.Figure{
		Name: fmt.Sprintf("cold start, append to %.0e / C's realloc", float64(n)), Spread: measure.Interval,
		How: fmt.Sprintf("ratio of the CPU times of processes, the median over %d rounds in which the two take turns", coldRuns),
	}
	var err error
	if took.Values, err = coldRatio(ctx, args, a.Beside, n); err != nil {
		return nil, err
	}
	resident := measure.Figure{
		Name: fmt.Sprintf("peak of resident memory, grown to %.2g GiB / its elements", float64(large)/(1<<27)), Spread: measure.Range,
		How: "VmHWM of a process that does nothing else, less what it was at its start",
	}
	var grown cold.Grown
	if err := fromChild(ctx, args, arrayTask{growCold, large}, &grown); ctx.Err() != nil {
		return nil, ctx.Err()
	} else if err != nil {
		resident.Values = missing(err)
	} else {
		resident.Values = []measure.Value{{Impl: "dynarray", Median: grown.Peak, Lo: grown.Peak, Hi: grown.Peak}}
	}
	return []measure.Figure{must(took, limits{"dynarray": 1.2}), must(resident, limits{"dynarray": 1.05})}, nil
}

// coldRatio compares arrays of n elements with memory that a program of C++ has from realloc.
func coldRatio(ctx context.Context, args []string, beside []foreign.Program, n int) ([]measure.Value, error) {
	if len(beside) == 0 {
		return missing(errors.New("no program of C++ runs beside it: try --impl dynarray,std-vector, which needs g++")), nil
	}
	var ratios, own, theirs []float64
	for range coldRuns {
		var grown cold.Grown
		err := fromChild(ctx, args, arrayTask{growCold, n}, &grown)
		var other float64
		if err == nil {
			other, err = beside[0].Cold(ctx, n)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return missing(err), nil
		}
		own, theirs, ratios = append(own, grown.Nanoseconds), append(theirs, other), append(ratios, grown.Nanoseconds/other)
	}
	value := measure.Median("dynarray", ratios)
	value.Note = fmt.Sprintf("%.3g ns, realloc %.3g", measure.Spread("", own).Median, measure.Spread("", theirs).Median)
	return []measure.Value{value}, nil
}

func missing(why error) []measure.Value {
	return []measure.Value{{Impl: "dynarray", Missing: why.Error()}}
}
