package trial

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"innards/bench/callgrind"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// CountedLen is the size of the map whose look-ups are counted in instructions.
const CountedLen = 10_000

// idle is a map that does nothing: its count is that of the loop, which is taken off the others'.
type idle struct{ subject.Table[uint64] }

func (idle) New(int)              {}
func (idle) Set([]uint64, uint64) {}
func (idle) Get(keys []uint64) (sum uint64, found int) {
	for _, key := range keys {
		if key != 0 {
			found++
		}
		sum += key
	}
	return sum, found
}

// idleName is no name of a map.
const idleName = "-"

// Child is what the child under valgrind does: hits on a map of CountedLen integers.
func (m Maps) Child(impl string, _ io.Writer) error {
	if !callgrind.Counting() {
		return fmt.Errorf("bench: count the instructions of %s: this is for a run under valgrind", impl)
	}
	source := workload.Integers(m.Seed)
	hits := workload.Hits(source, CountedLen, rand.New(rand.NewPCG(m.Seed, 0)))
	var table subject.Table[uint64] = idle{}
	for _, contender := range m.Set.Uint64 {
		if contender.Name == impl {
			table = contender.New()
		}
	}
	table.New(0)
	table.Set(workload.Live(source, CountedLen), workload.FirstValue)
	var sum uint64
	callgrind.Count(func() { sum, _ = table.Get(hits.Keys) })
	if impl != idleName && sum != hits.Sum {
		return fmt.Errorf("bench: count the instructions of %s: wrong answer: %d, want %d", impl, sum, hits.Sum)
	}
	return nil
}

// instructions counts the instructions of a hit by running this program under valgrind, each map runs times: the seed of its
// hash is drawn anew each time. As many run at once as there are processors: counts, unlike times, do not mind. args are the
// arguments that lead to Child; the map's name is added to them.
func (m Maps) instructions(ctx context.Context, args []string, runs int) measure.Figure {
	f := measure.Figure{
		Name: "instructions per uint64 hit at 1e4", Spread: measure.Range,
		How: "counted by valgrind's callgrind, the bare loop taken off; maps grown from empty",
	}
	count := func(impl string) (uint64, error) { return callgrind.Run(ctx, append(slices.Clone(args), impl)...) }
	loop, err := count(idleName)
	counts, failed := make([]float64, len(m.Set.Uint64)*runs), make([]error, len(m.Set.Uint64)*runs)
	var all sync.WaitGroup
	free := make(chan struct{}, runtime.NumCPU())
	for i := range counts {
		if failed[i] = err; err != nil {
			continue
		}
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var hits uint64
			hits, failed[i] = count(m.Set.Uint64[i/runs].Name)
			counts[i] = (float64(hits) - float64(loop)) / float64(max(CountedLen, workload.MinPicks))
		})
	}
	all.Wait()
	for i, contender := range m.Set.Uint64 {
		if err := cmp.Or(failed[i*runs : (i+1)*runs]...); err != nil {
			f.Values = append(f.Values, measure.Value{Impl: contender.Name, Missing: err.Error()})
			continue
		}
		f.Values = append(f.Values, measure.Spread(contender.Name, counts[i*runs:(i+1)*runs]))
	}
	return f
}
