package trial

import (
	"fmt"
	"math"
	"slices"
	"time"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/workload"
)

// A task is the work of a cell as another process can do it.
type task[K comparable] struct {
	live, asked []K
	len         int // how many of live the container begins with
	batch       int
	rebuild     bool
	want        func() answers // for each lane; nil where no other process can do the work
}

// answers are what the next sample, of so many passes, must come to.
type answers func(passes int) tally

// each is what passes answer that all answer the same.
func each(sum uint64, count int) func() answers {
	return func() answers {
		return func(passes int) tally { return tally{uint64(passes) * sum, passes * count} }
	}
}

// once is for samples that answer by what there is at their end.
func once(sum uint64, count int) func() answers {
	return func() answers {
		return func(int) tally { return tally{sum, count} }
	}
}

// abroad adds a lane for each program that has the operation. Their processes live until the race is ended.
func abroad[K comparable](r *measure.Race, cell workload.Cell, t task[K], programs []foreign.Program) error {
	if t.want == nil {
		return nil
	}
	var processes []*foreign.Process
	r.End = func() {
		for _, process := range processes {
			process.Close()
		}
	}
	for _, program := range programs {
		if !program.Does(cell.Op) {
			continue
		}
		process, err := program.Start(foreign.Job{
			Op: cell.Op, Key: kindOf[K](), Len: t.len, Batch: t.batch,
			Live: foreign.KeysOf(t.live), Asked: foreign.KeysOf(t.asked),
		})
		if err != nil {
			r.End()
			return err
		}
		processes = append(processes, process)
		r.Runners = append(r.Runners, t.runner(program.Name, process))
	}
	return nil
}

func (t task[K]) runner(name string, process *foreign.Process) measure.Runner {
	var answer foreign.Answer
	var failed error // of Rebuild, which cannot say so
	right := t.want()
	l := measure.Runner{
		Name: name,
		Elsewhere: func(passes int) (time.Duration, error) {
			if failed == nil {
				answer, failed = process.Run(passes)
			}
			return answer.Took, failed
		},
		Check: func(passes int) error {
			got, want := tally{answer.Checksum, int(answer.Count)}, right(passes)
			return got.expect(1, want.sum, want.count)
		},
	}
	if t.rebuild {
		l.Rebuild = func() {
			if failed == nil {
				failed = process.Build()
			}
		}
	}
	return l
}

// kindOf is what keys are, whatever pattern they have.
func kindOf[K comparable]() workload.Kind {
	switch any(*new(K)).(type) {
	case string:
		return workload.String
	case workload.Pair:
		return workload.Pair16
	case int64:
		return workload.Int64
	case float64:
		return workload.Float64
	}
	return workload.Uint64
}

// turned is the churn of a ring that another process turns as well: once round before it begins, as here.
func turned[K comparable](keys *workload.Ring[K], n int) task[K] {
	return task[K]{live: keys.Insert, asked: keys.Delete, len: n, batch: workload.ChurnPairs, want: func() answers {
		ring := *keys
		turn := func(passes int) {
			for range passes {
				ring.Next()
			}
		}
		turn(n/workload.ChurnPairs + 1)
		return func(passes int) tally {
			turn(passes)
			return tally{ring.Sum(), n}
		}
	}}
}

// elements is the work of an array's cell.
func elements[T workload.Element](cell workload.Cell, values []T) task[T] {
	n := len(values)
	t := task[T]{live: values, len: n, batch: middles}
	switch cell.Op {
	case workload.Append:
		t.want = once(placed(values), n)
	case workload.Sum:
		t.want = once(bits(total(values)), n)
	case workload.Sort:
		t.want = once(placed(slices.Sorted(slices.Values(values))), n)
	case workload.InsertMiddle: // what is inserted comes to stand side by side
		t.want = func() answers {
			return func(passes int) tally {
				added := slices.Repeat(values[n-1:], middles*passes)
				return tally{placed(values[:n/2], added, values[n/2:]), n + len(added)}
			}
		}
	}
	return t
}

// placed sums elements up, each weighed by its place, so that the sum tells their order.
func placed[T workload.Element](parts ...[]T) (sum uint64) {
	place := uint64(0)
	for _, part := range parts {
		for _, v := range part {
			place++
			sum += place * bits(v)
		}
	}
	return sum
}

func bits[T workload.Element](v T) uint64 {
	switch v := any(v).(type) {
	case int64:
		return uint64(v)
	case float64:
		return math.Float64bits(v)
	}
	panic("bench: an element of no kind")
}

// besides are the names of contenders, the programs' after the others'.
func besides(names []string, programs []foreign.Program) []string {
	names = slices.Clone(names)
	for _, program := range programs {
		names = append(names, program.Name)
	}
	return names
}

// remarked says of a figure that has such contenders what they are.
func remarked(f measure.Figure, programs []foreign.Program) measure.Figure {
	for _, program := range programs {
		f.How += fmt.Sprintf("; %s is C++ in another process (%s)", program.Type, program.How)
	}
	return f
}
