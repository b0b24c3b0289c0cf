package trial

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// Arrays are growing arrays on trial.
type Arrays struct {
	Seed   uint64
	Set    subject.ListSet
	Beside []foreign.Program // containers of C++, to run beside them
}

// ArrayLens are the sizes of the cells of all operations; Append and Sort have cells besides.
func ArrayLens() []int { return []int{1000, 1_000_000} }

// ArrayExtras are the cells besides the product of operations and lengths. What calls C from some length on is tried where it
// does not yet, where it has just begun to, and where the elements lie in the cache.
func ArrayExtras() []workload.Cell {
	kernels := []workload.Op{workload.Sum, workload.Min, workload.Count, workload.Index, workload.Sort}
	return append(workload.Cells(kernels, []workload.Kind{workload.Int64}, []int{10, 200, 100_000}),
		workload.Cell{Op: workload.Append, Key: workload.Int64, Len: 50_000_000},
		workload.Cell{Op: workload.Sort, Key: workload.Float64, Len: 1_000_000},
	)
}

// Race sets a cell up.
func (a Arrays) Race(cell workload.Cell) (measure.Race, error) {
	switch cell.Key {
	case workload.Int64:
		return arrayRace(cell, workload.Elements[int64](cell.Len, a.Seed), a.Set.Int64, a.Beside)
	case workload.Float64:
		return arrayRace(cell, workload.Elements[float64](cell.Len, a.Seed), a.Set.Float64, a.Beside)
	}
	return measure.Race{}, fmt.Errorf("no kind of element %q", cell.Key)
}

// Weigh weighs nothing: an array's bytes are its elements, and they do not lie on the heap.
func (Arrays) Weigh(context.Context, workload.Cell) ([]measure.Memory, error) { return nil, nil }

// middles is how many insertions or deletions make a pass.
const middles = 16

// work is a cell's: what to do before a sample, in each pass, and how to tell whether it was right.
type work[T workload.Element] struct {
	ops    int
	settle func(l subject.List[T])
	pass   func(l subject.List[T])
	check  func(l subject.List[T], passes int) error
	single func(l subject.List[T], i int) // Append of the i-th element, where that is the work
	own    bool                           // each pass needs a list of its own
}

func arrayRace[T workload.Element](cell workload.Cell, values []T, contenders []subject.ListContender[T], beside []foreign.Program,
) (measure.Race, error) {
	r := measure.Race{Name: cell.String(), Level: runtime.GC}
	twin := subject.ListContender[T]{Name: measure.Twin(contenders[0].Name), New: contenders[0].New}
	for _, contender := range slices.Insert(slices.Clone(contenders), 1, twin) {
		w, err := arrayWork(cell, values)
		if err != nil {
			return r, err
		}
		r.Ops = w.ops
		if w.own {
			r.Most = most(len(values))
		}
		r.Runners = append(r.Runners, w.runner(contender))
	}
	if len(beside) == 0 {
		return r, nil
	}
	err := abroad(&r, cell, elements(cell, values), beside)
	return r, err
}

func (w work[T]) runner(contender subject.ListContender[T]) measure.Runner {
	lists := []subject.List[T]{contender.New()}
	var singles *measure.Singles
	if w.single != nil {
		singles = &measure.Singles{
			Name: "Append", Count: w.ops,
			Begin: func() { lists[0].New() },
			Do:    func(i int) { w.single(lists[0], i) },
		}
	}
	return measure.Runner{
		Name:    contender.Name,
		Singles: singles,
		Settle: func(passes int) {
			if w.own {
				for len(lists) < passes {
					lists = append(lists, contender.New())
				}
			}
			for _, list := range lists {
				w.settle(list)
			}
			runtime.GC()
		},
		Run: func(passes int) {
			for i := range passes {
				if w.own {
					w.pass(lists[i])
				} else {
					w.pass(lists[0])
				}
			}
		},
		Check: func(passes int) error {
			for i, list := range lists {
				if w.own && i >= passes {
					break
				}
				if err := w.check(list, passes); err != nil {
					return err
				}
			}
			if w.own { // the lists of a long batch are not to weigh on what follows
				for _, list := range lists {
					list.New()
				}
			}
			return nil
		},
	}
}

// differs compares an answer with the right one, which passes give so many times.
func differs[T workload.Element](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s %v, want %v", what, got, want)
	}
	return nil
}

// arrayWork is the work of a cell. Answers are kept from pass to pass, so that the compiler cannot drop what makes them.
func arrayWork[T workload.Element](cell workload.Cell, values []T) (work[T], error) {
	n := len(values)
	load := func(l subject.List[T]) { l.Load(values) }
	w := work[T]{ops: n, settle: load}
	var sum T
	for _, v := range values {
		sum += v
	}
	var got T
	last := values[n-1]
	// answer is for operations that leave the array as it is and answer the same each time.
	answer := func(want T, ask func(subject.List[T]) T) {
		w.pass = func(l subject.List[T]) { got = ask(l) }
		w.check = func(subject.List[T], int) error { return differs("it answers", got, want) }
	}
	length := func(each int) {
		w.check = func(l subject.List[T], passes int) error {
			return differs("elements:", int64(l.Len()), int64(n+each*passes))
		}
	}
	switch cell.Op {
	case workload.Append:
		w.settle = func(l subject.List[T]) { l.New() }
		w.pass = func(l subject.List[T]) {
			l.New()
			l.Append(values)
		}
		w.single = func(l subject.List[T], i int) { l.Append(values[i : i+1]) }
		w.check = func(l subject.List[T], _ int) error {
			err := differs("they sum to", l.Sum(), sum)
			l.New()
			return err
		}
	case workload.At:
		answer(sum, func(l subject.List[T]) T { return l.At() })
	case workload.SetAt:
		w.pass = func(l subject.List[T]) { l.SetAt(values) }
		w.check = func(l subject.List[T], _ int) error { return differs("they sum to", l.Sum(), sum) }
	case workload.View:
		answer(sum, func(l subject.List[T]) T { return total(l.View()) })
	case workload.Sum:
		answer(sum, func(l subject.List[T]) T { return l.Sum() })
	case workload.Min:
		answer(slices.Min(values), func(l subject.List[T]) T { return l.Min() })
	case workload.Count:
		answer(1, func(l subject.List[T]) T { return T(l.Count(last)) })
	case workload.Index:
		answer(T(n-1), func(l subject.List[T]) T { return T(l.Index(last)) })
	case workload.InsertMiddle:
		w.ops = middles
		w.pass = func(l subject.List[T]) { l.Insert(middles, last) }
		length(middles)
	case workload.DeleteMiddle:
		w.ops, w.own = min(middles, n), true
		w.pass = func(l subject.List[T]) { l.Delete(min(middles, n)) }
		w.check = func(l subject.List[T], _ int) error {
			return differs("elements:", int64(l.Len()), int64(n-min(middles, n)))
		}
	case workload.Sort, workload.SortSorted:
		sorted := slices.Sorted(slices.Values(values))
		w.own = true
		if cell.Op == workload.SortSorted {
			w.settle = func(l subject.List[T]) { l.Load(sorted) }
		}
		w.pass = func(l subject.List[T]) { l.Sort() }
		w.check = func(l subject.List[T], _ int) error {
			if !slices.Equal(l.View(), sorted) {
				return fmt.Errorf("not sorted, or not the same elements")
			}
			return nil
		}
	default:
		return w, fmt.Errorf("no operation %q on arrays", cell.Op)
	}
	return w, nil
}

// total is the loop of one who takes a slice of the array first.
func total[T workload.Element](view []T) (sum T) {
	for _, v := range view {
		sum += v
	}
	return sum
}
