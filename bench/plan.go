package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"innards/bench/measure"
	"innards/bench/workload"
)

// options are the flags of the command.
type options struct {
	quick, json, profile bool
	format, out          string
	seed                 uint64
	count                int // 0: as many as the plan has
	keys, ops            []string
	lens                 []int
}

// plan is what a run does: the cells, and how each is run.
type plan struct {
	ops      []workload.Op
	keys     []workload.Kind
	lens     []int
	protocol measure.Protocol
}

// The quick plan answers within 20 seconds even on a busy machine, the other takes minutes. The lengths are not powers of
// two: just past one, every table that doubles stands at its emptiest, which flatters it in time and shames it in memory.
// Go's map has slots for a power of two: at 1000 and 1 000 000 entries they are half full, at 10 000 three fifths, at 100,
// 25 000 and 100 000 three quarters.
var (
	quickLens = []int{1000, 25_000}
	allLens   = []int{100, 10_000, 100_000, 1_000_000}
)

// longest is the most entries of a map: more would not fit the memory of common machines.
const longest = 50_000_000

// plan checks the flags and fills in what they leave open.
func (o options) plan() (plan, error) {
	p := plan{ops: workload.Ops(), keys: workload.Kinds(), lens: allLens}
	p.protocol = measure.Protocol{
		Seed: o.seed, Rounds: 15, Warmup: 2, Sample: 10 * time.Millisecond, Budget: 20 * time.Second,
		Clock: measure.BestClock(), Wall: measure.Wall(),
	}
	if o.quick {
		p.keys, p.lens = []workload.Kind{workload.Uint64, workload.String}, quickLens
		p.protocol.Rounds, p.protocol.Warmup = 15, 1
		p.protocol.Sample, p.protocol.Budget = 2*time.Millisecond, 500*time.Millisecond
	}
	if o.count != 0 {
		if o.count < measure.MinRounds {
			return p, fmt.Errorf("bench: --count %d: the interval of a median needs at least %d rounds", o.count, measure.MinRounds)
		}
		p.protocol.Budget = p.protocol.Budget * time.Duration(o.count) / time.Duration(p.protocol.Rounds)
		p.protocol.Rounds = o.count
	}
	var err error
	if len(o.keys) > 0 {
		if p.keys, err = chosen("--keys", o.keys, workload.Kinds()); err != nil {
			return p, err
		}
	}
	if len(o.ops) > 0 {
		if p.ops, err = chosen("--op", o.ops, workload.Ops()); err != nil {
			return p, err
		}
	}
	if len(o.lens) > 0 {
		p.lens = slices.Compact(slices.Sorted(slices.Values(o.lens)))
	}
	for _, n := range p.lens {
		if n < 1 || n > longest {
			return p, fmt.Errorf("bench: --len %d: try something from 1 to %d", n, longest)
		}
	}
	return p, nil
}

// chosen returns those of all that are named, in the order of all.
func chosen[T ~string](flag string, names []string, all []T) ([]T, error) {
	var picked []T
	for _, one := range all {
		if slices.Contains(names, string(one)) {
			picked = append(picked, one)
		}
	}
	for _, name := range names {
		if !slices.Contains(all, T(name)) {
			return nil, fmt.Errorf("bench: %s %s: there is no such thing: try %s", flag, name, list(all))
		}
	}
	return picked, nil
}

// list writes names as one writes them in a sentence.
func list[T ~string](names []T) string {
	var texts []string
	for _, name := range names {
		texts = append(texts, string(name))
	}
	return strings.Join(texts, ", ")
}
