package trial

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// Orders are maps that keep an order on trial. The cells are run as those of Maps are.
type Orders struct {
	Maps

	Caches    []subject.CacheContender // who has to be beaten first
	Documents subject.DocumentSet
}

// OrderLens are the sizes of the cells that their table of figures is about.
func OrderLens() []int { return []int{10_000, 1_000_000} }

// The rivals that the figures of ordered maps name.
const (
	wk8     = "wk8"
	builtin = "builtin"
)

// Figures makes the table of figures of the maps that keep an order.
func (o Orders) Figures(ctx context.Context, run *measure.Run, depth Depth, _ []string, say func(string)) ([]measure.Figure, error) {
	compact := func(name, rival string, most float64, ops ...workload.Op) measure.Figure {
		return must(worst(run.Cells, name, "orderedmap", rival, ops), limits{"orderedmap": most})
	}
	// Who moves entries takes the type that is the faster at it, so one of the two has to be fast enough, in all its cells.
	toBack := compact("move to back", wk8, 1/1.6, workload.MoveToBack)
	linked := must(worst(run.Cells, "move to back", "linked", wk8, []workload.Op{workload.MoveToBack}), limits{"linked": 1 / 1.6})
	if own, other := toBack.Values[0], linked.Values[0]; other.Missing == "" && (own.Missing != "" || other.Median < own.Median) {
		toBack = linked
	}
	var figures []measure.Figure
	for _, f := range perOp(run.Cells, "orderedmap", wk8, workload.SetGrow, workload.Update, workload.Delete, workload.Churn, workload.PopFront) {
		figures = append(figures, must(f, limits{"orderedmap": 1 / 2.5}))
	}
	figures = append(figures,
		compact("iterate", wk8, 1.0/5, workload.Iterate),
		compact("get hit", wk8, 1/1.3, workload.GetHit),
		toBack,
		must(lighter(run.Memory, "orderedmap", wk8), limits{"orderedmap": 0.5}),
	)
	say("collections with 1e6 live entries")
	cycles, err := o.cycles(ctx)
	if err != nil {
		return figures, err
	}
	figures = append(figures, must(quotient(cycles, "orderedmap", wk8), limits{"orderedmap": 1.0 / 50}), cycles,
		compact("get hit", builtin, 1.15, workload.GetHit),
		compact("set grow", builtin, 1.0, workload.SetGrow),
	)
	// Trees of long strings are not asked for: there the comparison of keys is all there is.
	trees := slices.DeleteFunc(slices.Clone(run.Cells), func(r measure.Result) bool {
		return r.Key == workload.String && r.Len > 10_000
	})
	for _, rival := range []string{"btree-tidwall", "btree-google"} {
		for _, f := range perOp(trees, "sorted", rival, workload.SetGrow, workload.GetHit, workload.Delete, workload.Range, workload.Iterate) {
			figures = append(figures, must(f, limits{"sorted": 1 / 1.3}))
		}
	}
	p := measure.Protocol{
		Seed: o.Seed, Rounds: 9, Warmup: 1, Sample: 10 * time.Millisecond, Budget: 20 * time.Second,
		Clock: measure.BestClock(), Wall: measure.Wall(),
	}
	if depth == Shallow {
		p.Rounds, p.Budget = measure.MinRounds, time.Second
	}
	say("bounded maps")
	bounded, err := caches(ctx, p, o.Caches, CacheLens())
	if err != nil {
		return figures, fmt.Errorf("bench: bounded maps: %w", err)
	}
	say("JSON")
	read, err := documents(ctx, p, o.Documents, DocumentLen)
	if err != nil {
		return figures, fmt.Errorf("bench: JSON: %w", err)
	}
	return slices.Concat(figures, bounded, read), nil
}

// lighter is the greatest ratio of what a contender weighs to what a rival does.
func lighter(memory []measure.Memory, impl, rival string) measure.Figure {
	f := measure.Figure{Name: "bytes per entry / " + rival, Spread: measure.Range, How: "grown from empty; the worst of its cells"}
	value := measure.Value{Impl: impl, Missing: absent(rival)}
	for _, own := range memory {
		for _, other := range memory {
			if own.Impl != impl || other.Impl != rival || own.Key != other.Key || own.Len != other.Len {
				continue
			}
			ratio := own.BytesPerEntry / other.BytesPerEntry
			if value.Missing != "" {
				value = measure.Value{Impl: impl, Median: ratio, Lo: ratio, Hi: ratio}
			}
			if ratio >= value.Median {
				value.Cell = fmt.Sprintf("%s %d", own.Key, own.Len)
			}
			value.Lo, value.Hi = min(value.Lo, ratio), max(value.Hi, ratio)
			value.Median = value.Hi
		}
	}
	f.Values = []measure.Value{value}
	return f
}

// cycles times a full collection while a map of a million integers lives, and takes off that of a heap without it.
func (o Orders) cycles(ctx context.Context) (measure.Figure, error) {
	const n, rounds = 1_000_000, 7
	f := measure.Figure{
		Name: "GC cycle with 1e6 live entries", Unit: "ms", Spread: measure.Range,
		How: "uint64, runtime.GC by the wall clock; includes what any collection costs",
	}
	keys := workload.Live(workload.Integers(o.Seed), n)
	for _, contender := range o.Set.Uint64 {
		if err := ctx.Err(); err != nil {
			return f, err
		}
		table := contender.New()
		table.New(0)
		table.Set(keys, workload.FirstValue)
		runtime.GC()
		var seen []float64
		for range rounds {
			start := time.Now()
			runtime.GC()
			seen = append(seen, float64(time.Since(start))/float64(time.Millisecond))
		}
		if table.Len() != n {
			return f, fmt.Errorf("%s: %d entries, want %d", contender.Name, table.Len(), n)
		}
		f.Values = append(f.Values, measure.Spread(contender.Name, seen))
	}
	return f, nil
}

// quotient is one contender's value over another's.
func quotient(of measure.Figure, impl, rival string) measure.Figure {
	f := measure.Figure{Name: of.Name + " / " + rival, Spread: measure.Range, How: of.How}
	value := measure.Value{Impl: impl, Missing: absent(rival)}
	own, ok := of.Of(impl)
	if other, there := of.Of(rival); ok && there {
		value = measure.Value{Impl: impl, Median: own.Median / other.Median, Lo: own.Lo / other.Hi, Hi: own.Hi / other.Lo}
	}
	f.Values = []measure.Value{value}
	return f
}
