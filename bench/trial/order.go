package trial

import (
	"fmt"
	"math/rand/v2"
	"runtime"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// update sets keys that are there, in random order.
func update[K comparable](r *measure.Race, live []K, picks workload.Lookups[K], contenders []subject.Contender[K]) {
	r.Ops, r.Level = len(picks.Keys), runtime.GC
	model := make(map[K]uint64, len(live))
	for i, key := range live {
		model[key] = workload.FirstValue + uint64(i)
	}
	for i, key := range picks.Keys {
		model[key] = workload.FirstValue + uint64(i)
	}
	var sum uint64
	for _, value := range model {
		sum += value
	}
	for _, contender := range contenders {
		table := contender.New()
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { table.Set(picks.Keys[:workload.MinPicks], workload.FirstValue) },
			Run: func(passes int) {
				for range passes {
					table.Set(picks.Keys, workload.FirstValue)
				}
			},
			Check: func(int) error {
				var got tally
				got.add(table.Iterate())
				return got.expect(1, sum, len(live))
			},
		}
		build(&l, table, live)
		r.Runners = append(r.Runners, l)
	}
}

// most is how many structures of n elements are made before a sample at most.
func most(n int) int { return max(1, min(500, 1_000_000/n)) }

// spent makes as many full tables as the sample has passes, before it is timed, and empties one in each pass.
func spent[K comparable](contender subject.Contender[K], live []K, empty func(subject.Table[K])) measure.Runner {
	var full []subject.Table[K]
	next := 0
	return measure.Runner{
		Name: contender.Name,
		Settle: func(passes int) {
			full, next = make([]subject.Table[K], passes), 0
			for i := range full {
				full[i] = contender.New()
				full[i].New(0)
				full[i].Set(live, workload.FirstValue)
			}
			runtime.GC()
		},
		Run: func(passes int) {
			for range passes {
				empty(full[next])
				next++
			}
		},
		Check: func(int) error {
			for _, table := range full {
				if left := table.Len(); left != 0 {
					return fmt.Errorf("%d entries left, want none", left)
				}
			}
			full = nil
			return nil
		},
	}
}

// deplete deletes every key, in random order.
func deplete[K comparable](r *measure.Race, live []K, source workload.Source[K], random *rand.Rand, contenders []subject.Contender[K]) {
	r.Ops, r.Most = len(live), most(len(live))
	keys := workload.Live(source, len(live)) // copies
	random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	for _, contender := range contenders {
		if _, ok := contender.New().(subject.Deleter[K]); ok {
			r.Runners = append(r.Runners, spent(contender, live, func(table subject.Table[K]) {
				table.(subject.Deleter[K]).Delete(keys)
			}))
		}
	}
}

// pop takes every entry out, first things first.
func pop[K comparable](r *measure.Race, live []K, contenders []subject.Contender[K]) {
	r.Ops, r.Most = len(live), most(len(live))
	for _, contender := range contenders {
		if _, ok := contender.New().(subject.Popper); ok {
			r.Runners = append(r.Runners, spent(contender, live, func(table subject.Table[K]) {
				if sum := table.(subject.Popper).PopFront(len(live)); sum != sumOf(len(live)) {
					panic(fmt.Sprintf("bench: %s: values popped sum to %d, want %d", contender.Name, sum, sumOf(len(live))))
				}
			}))
		}
	}
}

// move moves random entries behind all others.
func move[K comparable](r *measure.Race, live []K, picks workload.Lookups[K], contenders []subject.Contender[K]) {
	r.Ops, r.Level = len(picks.Keys), runtime.GC
	for _, contender := range contenders {
		table := contender.New()
		mover, ok := table.(subject.Mover[K])
		if !ok {
			continue
		}
		var got tally
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { mover.MoveToBack(picks.Keys[:workload.MinPicks]) },
			Run: func(passes int) {
				for range passes {
					got.count += mover.MoveToBack(picks.Keys)
				}
			},
			Check: func(passes int) error { return got.expect(passes, 0, len(picks.Keys)) },
		}
		build(&l, table, live)
		r.Runners = append(r.Runners, l)
	}
}
