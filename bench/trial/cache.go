package trial

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// The trace of caches: keys drawn by Zipf's law, a few often and most hardly ever, from many times more than fit.
const (
	zipfExponent = 1.01
	zipfKeys     = 20 // times the capacity
	zipfLen      = 1_000_000
)

// CacheLens are the capacities that the figures are about: one that lies in the processor's cache, and one that does not.
func CacheLens() []int { return []int{1000, 100_000} }

// getOrSet is the operation on caches.
const getOrSet workload.Op = "get-or-set"

// A trace is what caches of one capacity are asked for.
type trace struct {
	warm, timed []uint64 // before the clock runs, and while it does
	sum         uint64   // of the values in timed
}

// newTrace draws a trace of n timed keys, after ten times the capacity untimed, which leave the cache full.
func newTrace(seed uint64, capacity, n int) trace {
	random := rand.New(rand.NewPCG(seed, measure.Stream("cache")))
	zipf := rand.NewZipf(random, zipfExponent, 1, uint64(zipfKeys*capacity-1))
	ranks := make([]uint64, 10*capacity+n)
	for i := range ranks {
		ranks[i] = zipf.Uint64()
	}
	keys := workload.Integers(seed).Keys(ranks)
	t := trace{warm: keys[:10*capacity], timed: keys[10*capacity:]}
	for _, key := range t.timed {
		t.sum += key
	}
	return t
}

// cacheRace plays a trace to each contender, to a new cache in each sample. It writes down the hits of each.
func cacheRace(cell workload.Cell, t trace, contenders []subject.CacheContender, hits map[string]int) measure.Race {
	r := measure.Race{Name: cell.String(), Ops: len(t.timed), Most: 1}
	twin := subject.CacheContender{Name: measure.Twin(contenders[0].Name), New: contenders[0].New}
	for _, contender := range slices.Insert(slices.Clone(contenders), 1, twin) {
		cache := contender.New()
		var got tally
		r.Runners = append(r.Runners, measure.Runner{
			Name: contender.Name,
			Settle: func(int) {
				cache.New(cell.Len)
				cache.GetOrSet(t.warm)
				runtime.GC()
			},
			Run: func(int) { got.sum, got.count = cache.GetOrSet(t.timed) },
			Check: func(int) error {
				hits[contender.Name] = got.count
				return differs("the values' sum:", int64(got.sum), int64(t.sum))
			},
		})
	}
	return r
}

// simplelru is the rival that the figures of bounded maps name.
const simplelru = "simplelru"

// caches makes the figures of the bounded maps, of which the first is the rival. Without it there is nothing to compare.
func caches(ctx context.Context, p measure.Protocol, contenders []subject.CacheContender, capacities []int) ([]measure.Figure, error) {
	rival := contenders[0].Name
	if rival != simplelru {
		return []measure.Figure{must(worst(nil, "get or set", "cache-lru", simplelru, nil), limits{"cache-lru": 1 / 2.0})}, nil
	}
	hits := make(map[workload.Cell]map[string]int)
	plan := measure.Plan{Race: func(cell workload.Cell) (measure.Race, error) {
		hits[cell] = make(map[string]int)
		return cacheRace(cell, newTrace(p.Seed, cell.Len, zipfLen), contenders, hits[cell]), nil
	}}
	for _, capacity := range capacities {
		plan.Cells = append(plan.Cells, workload.Cell{Op: getOrSet, Key: "zipf", Len: capacity})
	}
	run, err := p.Measure(ctx, plan, func(int, workload.Cell) {})
	if err != nil {
		return nil, err
	}
	var figures []measure.Figure
	for _, demand := range []struct {
		impl string
		most float64
	}{{"cache-lru", 1 / 2.0}, {"cache-sieve", 1 / 2.5}} {
		for _, cell := range run.Cells {
			own, other := cell.Lane(demand.impl), cell.Lane(rival)
			ratio := measure.Compare(own.Times, other.Times)
			value := ratioOf(demand.impl, &ratio)
			value.Note = fmt.Sprintf("%.1f ns, hit ratio %.4f; %s %.1f ns, %.4f", own.Median, ratioOfHits(hits[cell.Cell], demand.impl),
				rival, other.Median, ratioOfHits(hits[cell.Cell], rival))
			figures = append(figures, must(measure.Figure{
				Name: fmt.Sprintf("get or set, capacity %d / %s", cell.Len, rival), Spread: measure.Interval,
				How: fmt.Sprintf("ratio of times, the median over the rounds; %d keys by Zipf's law with s = %v, from %d times as many as fit",
					zipfLen, zipfExponent, zipfKeys),
				Values: []measure.Value{value},
			}, limits{demand.impl: demand.most}))
		}
	}
	for _, cell := range run.Cells {
		missed := ratioOfHits(hits[cell.Cell], rival) / ratioOfHits(hits[cell.Cell], "cache-sieve")
		figures = append(figures, must(measure.Figure{
			Name: fmt.Sprintf("hit ratio, capacity %d: %s's over its own", cell.Len, rival), Spread: measure.Range,
			How:    "of the same keys",
			Values: []measure.Value{{Impl: "cache-sieve", Median: missed, Lo: missed, Hi: missed}},
		}, limits{"cache-sieve": 1}))
	}
	return figures, nil
}

func ratioOfHits(hits map[string]int, impl string) float64 { return float64(hits[impl]) / zipfLen }
