package trial

import (
	"context"
	"fmt"
	"runtime"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// payload is the size of a key and its value, both uint64: what an ideal table would take for an entry.
const payload = 16

// octave returns so many sizes from 1e5 to 2e5, evenly spaced: every load that a table has between two doublings.
func octave(sizes int) []int {
	var all []int
	for i := range sizes {
		all = append(all, 100_000+100_000*i/max(1, sizes-1))
	}
	return all
}

// sweep weighs one growing map at many sizes within a doubling, so that no map is met at the size that suits it.
func (m Maps) sweep(ctx context.Context, sizes int) (measure.Figure, measure.Curve, error) {
	f := measure.Figure{
		Name: "bytes per entry, mean of 1e5 to 2e5", Unit: "B", Spread: measure.Range,
		How: fmt.Sprintf("uint64 to uint64, heap after a collection, grown from empty, %d sizes", sizes),
	}
	at := octave(sizes)
	curve := measure.Curve{Name: "memory over size", X: "entries", Y: "bytes per entry"}
	for _, n := range at {
		curve.Xs = append(curve.Xs, float64(n))
	}
	keys := workload.Live(workload.Integers(m.Seed), at[len(at)-1])
	for _, contender := range m.Set.Uint64 {
		table := contender.New()
		before := heap()
		table.New(0)
		var seen []float64
		var sum float64
		for _, n := range at {
			if err := ctx.Err(); err != nil {
				return f, curve, err
			}
			table.Set(keys[table.Len():n], workload.FirstValue)
			weight := (heap() - before) / float64(n)
			seen, sum = append(seen, weight), sum+weight
			runtime.KeepAlive(table)
		}
		value := measure.Spread(contender.Name, seen)
		value.Median = sum / float64(len(at))
		f.Values = append(f.Values, value)
		curve.Series = append(curve.Series, measure.Series{Impl: contender.Name, Ys: seen})
	}
	runtime.KeepAlive(keys)
	return f, curve, nil
}

// shrink weighs a map that had n entries and lost 99 % of them, after asking it to shrink where that can be asked.
func (m Maps) shrink(ctx context.Context, n int) (measure.Figure, error) {
	f := measure.Figure{
		Name: "heap at 1 % of 1e6, shrunk, over ideal", Spread: measure.Range,
		How: fmt.Sprintf("uint64 to uint64; ideal is %d bytes for each of the %d entries left", payload, n/100),
	}
	keys := workload.Live(workload.Integers(m.Seed), n)
	for _, contender := range m.Set.Uint64 {
		if err := ctx.Err(); err != nil {
			return f, err
		}
		table := contender.New()
		deleter, ok := table.(subject.Deleter[uint64])
		if !ok {
			f.Values = append(f.Values, measure.Value{Impl: contender.Name, Missing: "its adapter does not delete"})
			continue
		}
		before := heap()
		table.New(0)
		table.Set(keys, workload.FirstValue)
		deleter.Delete(keys[n/100:])
		note := "has no Shrink"
		if shrinker, ok := table.(subject.Shrinker); ok {
			shrinker.Shrink()
			note = ""
		}
		after := heap()
		if left := table.Len(); left != n/100 {
			return f, fmt.Errorf("%s: %d entries left after deleting, want %d", contender.Name, left, n/100)
		}
		value := measure.Spread(contender.Name, []float64{(after - before) / payload / float64(n/100)})
		value.Note = note
		f.Values = append(f.Values, value)
	}
	runtime.KeepAlive(keys)
	return f, nil
}

// churnGrowth replaces every key 20 times over at a steady size and says by how much the heap has grown, at several sizes
// within a doubling; what stands in the table is the worst of them.
func (m Maps) churnGrowth(ctx context.Context, sizes int) (measure.Figure, error) {
	const turnover = 20
	f := measure.Figure{
		Name: "heap growth over 20 N of churn", Unit: "%", Spread: measure.Range,
		How: fmt.Sprintf("uint64 to uint64, oldest out and new in; the worst of sizes %d", octave(sizes)),
	}
	for _, contender := range m.Set.Uint64 {
		var seen []float64
		for _, n := range octave(sizes) {
			if err := ctx.Err(); err != nil {
				return f, err
			}
			ring := workload.NewRing(workload.Integers(m.Seed), n)
			table := contender.New()
			empty := heap()
			table.New(0)
			table.Set(ring.Insert[:n], workload.FirstValue)
			full, most := heap()-empty, 0.0
			for quarter := range 4 {
				for range turnover * n / 4 / workload.ChurnPairs {
					turns, count := ring.Next()
					for _, turn := range turns[:count] {
						table.Churn(turn.Delete, turn.Insert, turn.First)
					}
				}
				if now := heap() - empty; quarter == 0 || now > most {
					most = now
				}
			}
			if table.Len() != n {
				return f, fmt.Errorf("%s: %d entries after churn, want %d", contender.Name, table.Len(), n)
			}
			seen = append(seen, 100*(most/full-1))
			runtime.KeepAlive(ring)
		}
		value := measure.Spread(contender.Name, seen)
		value.Median = value.Hi
		f.Values = append(f.Values, value)
	}
	return f, nil
}
