package trial

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"innards/bench/child"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

const (
	// pythonLen is how many elements Python's list gets, and the array beside it.
	pythonLen = 1_000_000
	// pythonRounds are those that count; one more comes first.
	pythonRounds = 9
)

// pythonWork does the operations it is told, one a line, on a list of integers of 63 bits, and answers what each took in CPU
// nanoseconds: the second of two times, but for sorting, so that memory and caches are as warm as they get. A list made of another
// has no room: its first insertion moves it.
const pythonWork = `
import random, sys, time
n, middles = int(sys.argv[1]), int(sys.argv[2])
values = [random.getrandbits(63) for _ in range(n)]
def append(a):
    a = []
    for v in values:
        a.append(v)
def insert(a):
    for _ in range(middles):
        a.insert(len(a) // 2, 7)
works = {"append": append, "insert-middle": insert, "sort": list.sort, "sum": sum}
for line in sys.stdin:
    work, a = works[line.strip()], list(values)
    if work != list.sort:
        work(a)
    start = time.thread_time_ns()
    work(a)
    print(time.thread_time_ns() - start, flush=True)
`

// besidePython compares the array with Python's list, operation by operation and round by round, or returns no figures where there
// is no Python.
func (a Arrays) besidePython(ctx context.Context, say func(string)) ([]measure.Figure, error) {
	ours := contender(a.Set.Int64, "dynarray")
	python, err := exec.LookPath("python3")
	if err != nil || ours == nil {
		return nil, nil
	}
	say("Python's list")
	bounded, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	process := child.Program(bounded, python, "-c", pythonWork, fmt.Sprint(pythonLen), fmt.Sprint(middles))
	process.WaitDelay = time.Second
	in, err := process.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: a pipe to Python: %w", err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: a pipe from Python: %w", err)
	}
	if process.Start() != nil { // a Python that does not run, or is too slow, is none
		return nil, ctx.Err()
	}
	defer func() {
		cancel()
		_ = process.Wait() // it is ended
	}()
	list := pythonList{in, bufio.NewScanner(out)}
	values := workload.Elements[int64](pythonLen, a.Seed)
	var figures []measure.Figure
	for _, demand := range []struct {
		op   workload.Op
		most float64
	}{{workload.Append, 0.1}, {workload.InsertMiddle, 1 / 1.5}, {workload.Sort, 0.1}, {workload.Sum, 0.1}} {
		w, err := arrayWork(workload.Cell{Op: demand.op, Key: workload.Int64, Len: pythonLen}, values)
		if err != nil {
			return nil, err
		}
		array := ours.New()
		var took, theirs, ratios []float64
		for round := range pythonRounds + 1 {
			other, ok := list.time(demand.op)
			if !ok {
				return nil, ctx.Err()
			}
			own, err := w.once(array)
			if err != nil {
				return nil, fmt.Errorf("bench: %s beside Python's list: wrong answer: %w", demand.op, err)
			}
			if round > 0 {
				each := float64(w.ops)
				took, theirs, ratios = append(took, own/each), append(theirs, other/each), append(ratios, own/other)
			}
		}
		array.New() // frees it
		value := measure.Median("dynarray", ratios)
		value.Note = fmt.Sprintf("%.3g ns, Python's list %.3g", measure.Spread("", took).Median, measure.Spread("", theirs).Median)
		figures = append(figures, must(measure.Figure{
			Name: fmt.Sprintf("%s at 1e6 / Python's list", demand.op), Spread: measure.Interval,
			How: fmt.Sprintf("ratio of CPU times, the median over %d rounds in which python3, in a process of its own, and the array take turns",
				pythonRounds),
			Values: []measure.Value{value},
		}, limits{"dynarray": demand.most}))
	}
	return figures, nil
}

func contender(all []subject.ListContender[int64], name string) *subject.ListContender[int64] {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// once does the work on an array, and returns what it took in CPU nanoseconds: the second time, if it can be done twice.
func (w work[T]) once(l subject.List[T]) (float64, error) {
	runtime.LockOSThread() // whose clock it is
	defer runtime.UnlockOSThread()
	clock := measure.BestClock()
	w.settle(l)
	passes := 1
	if !w.own {
		w.pass(l)
		passes = 2
	}
	start := clock.Read()
	w.pass(l)
	took := clock.Read() - start
	return float64(took), w.check(l, passes)
}

// pythonList is a list in a Python that runs.
type pythonList struct {
	in  io.Writer
	out *bufio.Scanner
}

// time has the list do an operation, and returns the CPU nanoseconds it took, or false if nothing more is to be had from it.
func (p pythonList) time(op workload.Op) (float64, bool) {
	if _, err := fmt.Fprintln(p.in, op); err != nil || !p.out.Scan() {
		return 0, false
	}
	took, err := strconv.ParseFloat(p.out.Text(), 64)
	return took, err == nil && took > 0
}
