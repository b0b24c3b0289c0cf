package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"

	"innards/bench/measure"
	"innards/bench/workload"
)

// pythonLen is how many elements Python's list gets, as the cells that it is compared with.
const pythonLen = 1_000_000

// pythonWork times Python's list in CPU nanoseconds per operation, five times each: the same operations as the cells have, with
// integers of 63 bits. It writes them as JSON.
const pythonWork = `
import json, random, sys, time
n, middles, rounds = int(sys.argv[1]), int(sys.argv[2]), 5
values = [random.getrandbits(63) for _ in range(n)]
took = {"append": [], "insert-middle": [], "sort": [], "sum": []}
def timed(op, times, work):
    start = time.thread_time_ns()
    work()
    took[op].append((time.thread_time_ns() - start) / times)
def append():
    a = []
    for v in values:
        a.append(v)
def insert():
    for _ in range(middles):
        a.insert(len(a) // 2, 7)
for _ in range(rounds):
    timed("append", n, append)
    a = list(values)
    timed("sum", n, lambda: sum(a))
    timed("insert-middle", middles, insert)
    a = list(values)
    timed("sort", n, a.sort)
json.dump(took, sys.stdout)
`

// besidePython compares the array's cells with Python's list, or returns no figures where there is no Python, or the cells were not
// run.
func besidePython(ctx context.Context, cells []measure.Result, say func(string)) ([]measure.Figure, error) {
	own := make(map[workload.Op][]float64)
	for _, cell := range cells {
		if lane := cell.Lane("dynarray"); cell.Len == pythonLen && cell.Key == workload.Int64 && lane != nil {
			own[cell.Op] = lane.Times
		}
	}
	python, err := exec.LookPath("python3")
	if err != nil || len(own) == 0 {
		return nil, nil
	}
	say("Python's list")
	bounded, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	child := exec.CommandContext(bounded, python, "-c", pythonWork, fmt.Sprint(pythonLen), fmt.Sprint(middles))
	child.WaitDelay = time.Second
	output, err := child.Output()
	if err != nil { // a Python that does not run, or is too slow, is none
		return nil, ctx.Err()
	}
	took := make(map[workload.Op][]float64)
	if err := json.Unmarshal(output, &took); err != nil {
		return nil, fmt.Errorf("bench: read the times of Python's list: %w", err)
	}
	var figures []measure.Figure
	for _, demand := range []struct {
		op   workload.Op
		most float64
	}{{workload.Append, 0.1}, {workload.InsertMiddle, 1 / 1.5}, {workload.Sort, 0.1}, {workload.Sum, 0.1}} {
		if len(own[demand.op]) == 0 || len(took[demand.op]) == 0 {
			continue
		}
		ours, theirs := measure.Spread("dynarray", own[demand.op]), measure.Spread("python", took[demand.op])
		figures = append(figures, must(measure.Figure{
			Name: fmt.Sprintf("%s at 1e6 / Python's list", demand.op), Spread: measure.Range,
			How: "medians of CPU time; python3 ran in a process of its own, on integers of 63 bits",
			Values: []measure.Value{{
				Impl: "dynarray", Median: ours.Median / theirs.Median, Lo: ours.Lo / theirs.Hi, Hi: ours.Hi / theirs.Lo,
			}},
		}, limits{"dynarray": demand.most}))
	}
	return figures, nil
}
