package trial

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// update sets keys that are there, in random order.
func update[K comparable](r *measure.Race, live []K, picks workload.Lookups[K], contenders []subject.Contender[K]) task[K] {
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
	return task[K]{
		live: live, asked: picks.Keys, len: len(live), rebuild: len(live) <= rebuildLen, want: once(sum, len(live)),
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
func deplete[K comparable](r *measure.Race, live []K, source workload.Source[K], random *rand.Rand, contenders []subject.Contender[K]) task[K] {
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
	return task[K]{live: live, asked: keys, len: len(live), want: emptied(uint64(len(keys)))}
}

// emptied is for passes that each empty a container: what they answer, and that nothing is left.
func emptied(sum uint64) func() answers { return each(sum, 0) }

// pop takes every entry out, first things first.
func pop[K comparable](r *measure.Race, live []K, contenders []subject.Contender[K]) task[K] {
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
	return task[K]{live: live, len: len(live), want: emptied(sumOf(len(live)))}
}

// scan visits a hundred entries from random keys on, in the order of keys. Those that have no such order have no lane; the
// reference, which is to stand in every cell, sorts its keys beforehand and so is an array here.
func scan[K comparable](r *measure.Race, live []K, picks workload.Lookups[K], contenders []subject.Contender[K]) (task[K], error) {
	var sum uint64
	var entries int
	starts := picks.Keys[:scans]
	switch live := any(live).(type) {
	case []uint64:
		sum, entries = scanOrdered(r, live, any(starts).([]uint64), any(contenders).([]subject.Contender[uint64]))
	case []string:
		sum, entries = scanOrdered(r, live, any(starts).([]string), any(contenders).([]subject.Contender[string]))
	default:
		return task[K]{}, fmt.Errorf("keys of type %T have no order", live)
	}
	return task[K]{
		live: live, asked: starts, len: len(live), batch: subject.Scan, rebuild: len(live) <= rebuildLen, want: each(sum, entries),
	}, nil
}

// scans is how many scans make a pass.
const scans = 4096

// scanOrdered returns what a pass answers.
func scanOrdered[K cmp.Ordered](r *measure.Race, live, starts []K, contenders []subject.Contender[K]) (sum uint64, entries int) {
	r.Ops, r.Level = scans, runtime.GC
	flat := newSortedKeys(live)
	sum, entries = flat.Range(starts)
	for i, contender := range contenders {
		table := contender.New()
		ranger, ok := table.(subject.Ranger[K])
		if i < 2 {
			ranger = flat
		} else if !ok {
			continue
		}
		var got tally
		l := measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { ranger.Range(starts) },
			Run: func(passes int) {
				for range passes {
					got.add(ranger.Range(starts))
				}
			},
			Check: func(passes int) error { return got.expect(passes, sum, entries) },
		}
		if i >= 2 {
			build(&l, table, live)
		}
		r.Runners = append(r.Runners, l)
	}
	return sum, entries
}

// sortedKeys is the fastest that a scan can be: two arrays and a binary search.
type sortedKeys[K cmp.Ordered] struct {
	keys   []K
	values []uint64
}

func newSortedKeys[K cmp.Ordered](live []K) sortedKeys[K] {
	order := make([]int, len(live))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(live[a], live[b]) })
	var s sortedKeys[K]
	for _, i := range order {
		s.keys, s.values = append(s.keys, live[i]), append(s.values, workload.FirstValue+uint64(i))
	}
	return s
}

func (s sortedKeys[K]) Range(starts []K) (sum uint64, entries int) {
	for _, start := range starts {
		i, _ := slices.BinarySearch(s.keys, start)
		for _, value := range s.values[i:min(i+subject.Scan, len(s.values))] {
			sum += value
			entries++
		}
	}
	return sum, entries
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
