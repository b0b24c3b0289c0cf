package trial

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// rebuildLen is the largest map that is built anew for each round.
const rebuildLen = 1 << 17

// Maps are hash maps on trial.
type Maps struct {
	Seed   uint64
	Set    subject.MapSet
	Beside []foreign.Program // containers of C++, to run beside them
}

// Race sets a cell up for the maps that can have its kind of key.
func (m Maps) Race(cell workload.Cell) (measure.Race, error) {
	switch cell.Key {
	case workload.Uint64:
		return newRace(cell, workload.Integers(m.Seed), m.Seed, m.Set.Uint64, m.Beside)
	case workload.String:
		return newRace(cell, workload.Strings(m.Seed), m.Seed, m.Set.String, m.Beside)
	case workload.Pair16:
		return newRace(cell, workload.Pairs(m.Seed), m.Seed, m.Set.Pair, m.Beside)
	case workload.Sequential, workload.HighBits:
		return newRace(cell, workload.Patterned(cell.Key), m.Seed, m.Set.Uint64, m.Beside)
	case workload.Colliding:
		return newRace(cell, workload.CollidingStrings(), m.Seed, m.Set.String, m.Beside)
	}
	return measure.Race{}, fmt.Errorf("no kind of key %q", cell.Key)
}

// Weigh weighs the maps at the length and with the kind of key of a cell.
func (m Maps) Weigh(ctx context.Context, cell workload.Cell) ([]measure.Memory, error) {
	switch cell.Key {
	case workload.Uint64:
		return weigh(ctx, workload.Integers(m.Seed), cell.Len, m.Set.Uint64, m.Beside)
	case workload.String:
		return weigh(ctx, workload.Strings(m.Seed), cell.Len, m.Set.String, m.Beside)
	case workload.Pair16:
		return weigh(ctx, workload.Pairs(m.Seed), cell.Len, m.Set.Pair, m.Beside)
	case workload.Sequential, workload.HighBits:
		return weigh(ctx, workload.Patterned(cell.Key), cell.Len, m.Set.Uint64, m.Beside)
	case workload.Colliding:
		return weigh(ctx, workload.CollidingStrings(), cell.Len, m.Set.String, m.Beside)
	}
	return nil, fmt.Errorf("no kind of key %q", cell.Key)
}

// lineUp returns the reference, its twin, and the others.
func lineUp[K comparable](contenders []subject.Contender[K]) []subject.Contender[K] {
	twin := subject.Contender[K]{Name: measure.Twin(contenders[0].Name), New: contenders[0].New}
	return append([]subject.Contender[K]{contenders[0], twin}, contenders[1:]...)
}

// newRace makes the work of a cell and a lane for each contender, the first two being the reference and its twin, and the last
// those of other processes.
func newRace[K comparable](cell workload.Cell, source workload.Source[K], seed uint64, contenders []subject.Contender[K],
	beside []foreign.Program,
) (measure.Race, error) {
	random := rand.New(rand.NewPCG(seed, measure.Stream("work of "+cell.String())))
	contenders = lineUp(contenders)
	r := measure.Race{Name: cell.String()}
	var t task[K]
	switch cell.Op {
	case workload.GetHit:
		t = lookUp(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders)
	case workload.GetMiss:
		t = lookUp(&r, workload.Live(source, cell.Len), workload.Misses(source, cell.Len, random), contenders)
	case workload.SetGrow:
		t = fill(&r, workload.Live(source, cell.Len), 0, contenders)
	case workload.SetPresized:
		t = fill(&r, workload.Live(source, cell.Len), cell.Len, contenders)
	case workload.Churn:
		t = churn(&r, source, cell.Len, contenders)
	case workload.GetMany:
		getMany(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders)
	case workload.GetZipf:
		t = lookUp(&r, workload.Live(source, cell.Len), workload.Skewed(source, cell.Len, random), contenders)
	case workload.Update:
		t = update(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders)
	case workload.Delete:
		t = deplete(&r, workload.Live(source, cell.Len), source, random, contenders)
	case workload.PopFront:
		t = pop(&r, workload.Live(source, cell.Len), contenders)
	case workload.Range:
		var err error
		if t, err = scan(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders); err != nil {
			return r, err
		}
	case workload.MoveToBack:
		move(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders)
	case workload.Iterate:
		t = iterate(&r, workload.Live(source, cell.Len), contenders)
	default:
		return r, fmt.Errorf("no operation %q on maps", cell.Op)
	}
	err := abroad(&r, cell, t, beside)
	return r, err
}

// collect is a Settle for work that allocates.
func collect(int) { runtime.GC() }

// tally is what the passes of a sample answered, summed up.
type tally struct {
	sum   uint64
	count int
}

func (t *tally) add(sum uint64, count int) { t.sum, t.count = t.sum+sum, t.count+count }

// expect compares with so many passes' right answers, and starts again.
func (t *tally) expect(passes int, sum uint64, count int) error {
	got := *t
	*t = tally{}
	if want := (tally{uint64(passes) * sum, passes * count}); got != want {
		return fmt.Errorf("%d entries with values summing to %d, want %d and %d", got.count, got.sum, want.count, want.sum)
	}
	return nil
}

// build fills the lane's map as a program does that does not know how many will come, once at least.
func build[K comparable](l *measure.Runner, table subject.Table[K], keys []K) {
	fill := func() {
		table.New(0)
		table.Set(keys, workload.FirstValue)
	}
	if len(keys) > rebuildLen {
		fill()
		return
	}
	l.Rebuild = fill
}

func lookUp[K comparable](r *measure.Race, live []K, lookups workload.Lookups[K], contenders []subject.Contender[K]) task[K] {
	r.Ops, r.Level = len(lookups.Keys), runtime.GC
	for _, contender := range contenders {
		table, got := contender.New(), new(tally)
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { table.Get(lookups.Keys[:workload.MinPicks]) },
			Run: func(passes int) {
				for range passes {
					got.add(table.Get(lookups.Keys))
				}
			},
			Check: func(passes int) error { return got.expect(passes, lookups.Sum, lookups.Found) },
		}
		build(&l, table, live)
		r.Runners = append(r.Runners, l)
	}
	return task[K]{
		live: live, asked: lookups.Keys, len: len(live), batch: workload.MinPicks, rebuild: len(live) <= rebuildLen,
		want: each(lookups.Sum, lookups.Found),
	}
}

// getMany lets those ask in batches that can. The reference and its twin ask in a loop, as one does who has no GetMany.
func getMany[K comparable](r *measure.Race, live []K, lookups workload.Lookups[K], contenders []subject.Contender[K]) {
	lookUp(r, live, lookups, contenders[:2])
	for _, contender := range contenders[2:] {
		table, got := contender.New(), new(tally)
		batcher, ok := table.(subject.Batcher[K])
		if !ok {
			continue
		}
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { batcher.GetMany(lookups.Keys[:workload.MinPicks]) },
			Run: func(passes int) {
				for range passes {
					got.add(batcher.GetMany(lookups.Keys))
				}
			},
			Check: func(passes int) error { return got.expect(passes, lookups.Sum, lookups.Found) },
		}
		build(&l, table, live)
		r.Runners = append(r.Runners, l)
	}
}

func fill[K comparable](r *measure.Race, keys []K, capacity int, contenders []subject.Contender[K]) task[K] {
	r.Ops = len(keys)
	for _, contender := range contenders {
		table := contender.New()
		r.Runners = append(r.Runners, measure.Runner{
			Name:   contender.Name,
			Settle: collect,
			Singles: &measure.Singles{
				Name: "Set", Count: len(keys),
				Begin: func() { table.New(capacity) },
				Do:    func(i int) { table.Set(keys[i:i+1], workload.FirstValue+uint64(i)) },
			},
			Run: func(passes int) {
				for range passes {
					table.New(capacity)
					table.Set(keys, workload.FirstValue)
				}
			},
			Check: func(int) error {
				var got tally
				got.add(table.Iterate())
				table.New(0) // so that the next lane's collection does not find this one's map
				return got.expect(1, sumOf(len(keys)), len(keys))
			},
		})
	}
	return task[K]{live: keys, len: len(keys), want: once(sumOf(len(keys)), len(keys))}
}

// sumOf is the sum of the values of n live keys.
func sumOf(n int) uint64 { return uint64(n)*workload.FirstValue + uint64(n)*uint64(n-1)/2 }

func churn[K comparable](r *measure.Race, source workload.Source[K], n int, contenders []subject.Contender[K]) task[K] {
	r.Ops = workload.ChurnPairs
	keys := workload.NewRing(source, n)
	settle := collect
	if n > rebuildLen {
		// All of these maps are alive, a second's marking: no sample makes garbage enough to start a collection on such a heap.
		settle, r.Level = nil, runtime.GC
	}
	for _, contender := range contenders {
		table, ring := contender.New(), *keys
		run := func(passes int) {
			for range passes {
				turns, count := ring.Next()
				for _, turn := range turns[:count] {
					table.Churn(turn.Delete, turn.Insert, turn.First)
				}
			}
		}
		table.New(0)
		table.Set(ring.Insert[:n], workload.FirstValue)
		run(n/workload.ChurnPairs + 1)
		r.Runners = append(r.Runners, measure.Runner{
			Name:   contender.Name,
			Settle: settle,
			Run:    run,
			Check: func(int) error {
				var got tally
				got.add(table.Iterate())
				return got.expect(1, ring.Sum(), n)
			},
		})
	}
	return turned(keys, n)
}

func iterate[K comparable](r *measure.Race, keys []K, contenders []subject.Contender[K]) task[K] {
	r.Ops, r.Level = len(keys), runtime.GC
	for _, contender := range contenders {
		table, got := contender.New(), new(tally)
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { table.Iterate() },
			Run: func(passes int) {
				for range passes {
					got.add(table.Iterate())
				}
			},
			Check: func(passes int) error { return got.expect(passes, sumOf(len(keys)), len(keys)) },
		}
		build(&l, table, keys)
		r.Runners = append(r.Runners, l)
	}
	return task[K]{
		live: keys, len: len(keys), rebuild: len(keys) <= rebuildLen, want: each(sumOf(len(keys)), len(keys)),
	}
}
