package measure

import (
	"fmt"
	"math/rand/v2"
	"runtime"

	"innards/bench/subject"
	"innards/bench/workload"
)

// rebuildLen is the largest map that is built anew for each round.
const rebuildLen = 1 << 17

// Twin is the name of the lane that runs the reference a second time.
const Twin = subject.Reference + "-twin"

// lineUp returns the reference, its twin, and the others.
func lineUp[K comparable](contenders []subject.Contender[K]) []subject.Contender[K] {
	twin := subject.Contender[K]{Name: Twin, New: contenders[0].New}
	return append([]subject.Contender[K]{contenders[0], twin}, contenders[1:]...)
}

// newRace makes the work of a cell and a lane for each contender, the first two being the reference and its twin.
func newRace[K comparable](cell workload.Cell, source workload.Source[K], seed uint64, contenders []subject.Contender[K]) race {
	random := rand.New(rand.NewPCG(seed, stream("work of "+cell.String())))
	contenders = lineUp(contenders)
	r := race{name: cell.String()}
	switch cell.Op {
	case workload.GetHit:
		lookUp(&r, workload.Live(source, cell.Len), workload.Hits(source, cell.Len, random), contenders)
	case workload.GetMiss:
		lookUp(&r, workload.Live(source, cell.Len), workload.Misses(source, cell.Len, random), contenders)
	case workload.SetGrow:
		fill(&r, workload.Live(source, cell.Len), 0, contenders)
	case workload.SetPresized:
		fill(&r, workload.Live(source, cell.Len), cell.Len, contenders)
	case workload.Churn:
		churn(&r, source, cell.Len, contenders)
	case workload.Iterate:
		iterate(&r, workload.Live(source, cell.Len), contenders)
	default:
		panic(fmt.Sprintf("measure: no operation %q", cell.Op))
	}
	return r
}

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
func build[K comparable](l *lane, table subject.Table[K], keys []K) {
	fill := func() {
		table.New(0)
		table.Set(keys, workload.FirstValue)
	}
	if len(keys) > rebuildLen {
		fill()
		return
	}
	l.rebuild = fill
}

func lookUp[K comparable](r *race, live []K, lookups workload.Lookups[K], contenders []subject.Contender[K]) {
	r.ops, r.level = len(lookups.Keys), runtime.GC
	for _, contender := range contenders {
		table, got := contender.New(), new(tally)
		l := lane{
			name:   contender.Name,
			settle: func() { table.Get(lookups.Keys[:workload.MinPicks]) },
			run: func(passes int) {
				for range passes {
					got.add(table.Get(lookups.Keys))
				}
			},
			check: func(passes int) error { return got.expect(passes, lookups.Sum, lookups.Found) },
		}
		build(&l, table, live)
		r.lanes = append(r.lanes, l)
	}
}

func fill[K comparable](r *race, keys []K, capacity int, contenders []subject.Contender[K]) {
	r.ops = len(keys)
	for _, contender := range contenders {
		table := contender.New()
		r.lanes = append(r.lanes, lane{
			name:   contender.Name,
			settle: runtime.GC,
			run: func(passes int) {
				for range passes {
					table.New(capacity)
					table.Set(keys, workload.FirstValue)
				}
			},
			check: func(int) error {
				var got tally
				got.add(table.Iterate())
				table.New(0) // so that the next lane's collection does not find this one's map
				return got.expect(1, sumOf(len(keys)), len(keys))
			},
		})
	}
}

// sumOf is the sum of the values of n live keys.
func sumOf(n int) uint64 { return uint64(n)*workload.FirstValue + uint64(n)*uint64(n-1)/2 }

func churn[K comparable](r *race, source workload.Source[K], n int, contenders []subject.Contender[K]) {
	r.ops = workload.ChurnPairs
	keys := workload.NewRing(source, n)
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
		r.lanes = append(r.lanes, lane{
			name:   contender.Name,
			settle: runtime.GC,
			run:    run,
			check: func(int) error {
				var got tally
				got.add(table.Iterate())
				return got.expect(1, ring.Sum(), n)
			},
		})
	}
}

func iterate[K comparable](r *race, keys []K, contenders []subject.Contender[K]) {
	r.ops, r.level = len(keys), runtime.GC
	for _, contender := range contenders {
		table, got := contender.New(), new(tally)
		l := lane{
			name:   contender.Name,
			settle: func() { table.Iterate() },
			run: func(passes int) {
				for range passes {
					got.add(table.Iterate())
				}
			},
			check: func(passes int) error { return got.expect(passes, sumOf(len(keys)), len(keys)) },
		}
		build(&l, table, keys)
		r.lanes = append(r.lanes, l)
	}
}
