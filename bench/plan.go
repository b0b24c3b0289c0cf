package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"innards/bench/measure"
	"innards/bench/trial"
	"innards/bench/workload"
)

// options are the flags of the command.
type options struct {
	quick, json, profile bool
	compare              bool
	figures, figuresSet  bool
	format, out          string
	seed                 uint64
	count                int // 0: as many as the plan has
	forks                int
	keys, ops, impls     []string
	lens                 []string
	child                string // what to do as a child of this command
}

// plan is what a run does: the cells, and how each is run.
type plan struct {
	area     area
	impls    []string
	ops      []workload.Op
	keys     []workload.Kind
	lens     []int
	cells    []workload.Cell
	whole    bool // nothing narrows it
	figures  bool
	depth    trial.Depth
	protocol measure.Protocol
}

// longest is the most entries of a structure: more would not fit the memory of common machines.
const longest = 50_000_000

// plan checks the flags and fills in what they leave open. The quick plan answers within a minute even on a busy machine, the
// other within ten.
func (o options) plan(a area) (plan, error) {
	p := plan{area: a, impls: a.many, ops: a.ops, keys: a.keys, lens: a.lens, depth: trial.Deep}
	if len(a.usual) > 0 {
		p.keys = a.usual
	}
	p.protocol = measure.Protocol{
		Seed: o.seed, Rounds: 40, Warmup: 1, Narrow: 0.01, Sample: 5 * time.Millisecond, Budget: 20 * time.Second,
		Total: 390 * time.Second, Clock: measure.BestClock(), Wall: measure.Wall(),
	}
	if o.quick {
		p.lens, p.impls, p.depth = a.short, a.few, trial.Shallow
		p.protocol.Narrow, p.protocol.Sample, p.protocol.Budget, p.protocol.Total = 0.02, 2*time.Millisecond, time.Second, 16*time.Second
	}
	if o.count != 0 {
		if o.count < measure.MinRounds {
			return p, fmt.Errorf("bench: --count %d: the interval of a median needs at least %d rounds", o.count, measure.MinRounds)
		}
		p.protocol.Budget = p.protocol.Budget * time.Duration(o.count) / time.Duration(p.protocol.Rounds)
		p.protocol.Total = p.protocol.Total * time.Duration(o.count) / time.Duration(p.protocol.Rounds)
		p.protocol.Rounds, p.protocol.Narrow = o.count, 0 // so many are wanted, not fewer
	}
	if o.forks < 1 || o.forks > mostForks {
		return p, fmt.Errorf("bench: --forks %d: try something from 1 to %d", o.forks, mostForks)
	}
	if o.forks > 1 && o.profile {
		return p, fmt.Errorf("bench: --forks %d: a profile is of one process: leave --profile or --forks out", o.forks)
	}
	var err error
	if len(o.keys) > 0 {
		if p.keys, err = chosen("--keys", o.keys, a.keys); err != nil {
			return p, err
		}
	}
	if len(o.ops) > 0 {
		if p.ops, err = chosen("--op", o.ops, slices.Concat(a.ops, a.rare)); err != nil {
			return p, err
		}
	}
	if len(o.impls) > 0 {
		if p.impls, err = chosen("--impl", append(o.impls, a.impls[0]), a.impls); err != nil {
			return p, err
		}
	}
	if len(o.lens) > 0 {
		if p.lens, err = lengthsOf(o.lens); err != nil {
			return p, err
		}
	}
	p.cells = workload.Cells(p.ops, p.keys, p.lens)
	p.whole = len(o.keys)+len(o.ops)+len(o.lens) == 0
	if p.whole && (!o.quick || a.brief) {
		p.cells = append(p.cells, a.extra...)
	}
	if p.whole && !o.quick {
		p.cells = append(p.cells, a.deep...)
	}
	p.figures = p.whole
	if o.figuresSet {
		p.figures = o.figures
	}
	return p, nil
}

// sawtooth is what --len calls sizes at every load.
const sawtooth = "sawtooth"

// lengthsOf reads the values of --len.
func lengthsOf(texts []string) ([]int, error) {
	var all []int
	for _, text := range texts {
		if text == sawtooth {
			all = append(all, workload.Sawtooth(8)...)
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > longest {
			return nil, fmt.Errorf("bench: --len %s: try something from 1 to %d, or %s", text, longest, sawtooth)
		}
		all = append(all, n)
	}
	return slices.Compact(slices.Sorted(slices.Values(all))), nil
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
