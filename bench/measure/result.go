package measure

import (
	"fmt"
	"math"
	"slices"
	"time"

	"innards/bench/workload"
)

// A Result is one cell, measured.
type Result struct {
	workload.Cell
	Passes   int      `json:"passes"` // in a sample
	Ops      int      `json:"ops"`    // in a sample
	Subjects []Lane   `json:"subjects"`
	AA       Lane     `json:"aa"`     // the reference's twin
	Orders   [][]int  `json:"orders"` // of each round: 0 is the reference, 1 its twin, 2 the second of Subjects, ...
	Warnings []string `json:"warnings"`
}

// Twin is the name of the lane that runs the reference a second time.
func Twin(reference string) string { return reference + twinSuffix }

const twinSuffix = "-twin"

// Lane returns the times of a contender, or nil where it did not run.
func (r Result) Lane(impl string) *Lane {
	for i := range r.Subjects {
		if r.Subjects[i].Impl == impl {
			return &r.Subjects[i]
		}
	}
	return nil
}

// A Lane is one contender's times in a cell.
type Lane struct {
	Impl  string    `json:"impl"`
	Name  string    `json:"name"`      // in the Go benchmark format
	Times []float64 `json:"ns_per_op"` // a sample for each round
	Estimate
	Min   float64 `json:"min"`
	Ratio *Ratio  `json:"ratio,omitempty"` // to the reference; the reference has none
}

// result evaluates a race that has at least MinRounds rounds.
func result(cell workload.Cell, r Race, took Times) Result {
	result := Result{
		Cell: cell, Passes: took.passes, Ops: took.passes * r.Ops, Orders: took.orders, Warnings: []string{},
	}
	lanes := make([]Lane, len(r.Runners))
	for i, runner := range r.Runners {
		perOp := make([]float64, len(took.rounds))
		for round, samples := range took.rounds {
			// A clock too coarse to have moved would make infinite ratios.
			perOp[round] = float64(max(samples[i], time.Nanosecond)) / float64(result.Ops)
		}
		lanes[i] = Lane{Impl: runner.Name, Name: "Benchmark" + cell.Benchmark(runner.Name), Times: perOp}
	}
	result.evaluate(lanes)
	if took.cut {
		result.Warnings = append(result.Warnings, fmt.Sprintf("stopped by its time budget after %d rounds", len(took.rounds)))
	}
	return result
}

// evaluate fills the result in from its lanes' times, the reference's first and its twin's second.
func (r *Result) evaluate(lanes []Lane) {
	for i := range lanes {
		lane := &lanes[i]
		lane.Estimate, lane.Min = estimate(lane.Times), least(lane.Times)
		if i > 0 {
			ratio := Compare(lane.Times, lanes[0].Times)
			lane.Ratio = &ratio
		}
		r.Warnings = append(r.Warnings, doubts(lane.Impl, lane.Estimate)...)
	}
	twin := lanes[1].Ratio.Estimate
	// The twin itself is judged as if it had a perfect twin.
	lanes[1].Ratio.Verdict = judge(twin, Estimate{Median: 1, Lo: 1, Hi: 1})
	if !twin.includes(1) {
		r.Warnings = append(r.Warnings,
			fmt.Sprintf("A/A: the reference differs from its own twin, ratio %.2f [%.2f, %.2f]", twin.Median, twin.Lo, twin.Hi))
	}
	for i := 2; i < len(lanes); i++ {
		ratio := lanes[i].Ratio
		ratio.Verdict = judge(ratio.Estimate, twin)
		if ratio.wide() {
			r.Warnings = append(r.Warnings,
				fmt.Sprintf("%s: interval too wide, [%.2f, %.2f]", lanes[i].Impl, ratio.Lo, ratio.Hi))
		}
	}
	r.AA = lanes[1]
	r.Subjects = append([]Lane{lanes[0]}, lanes[2:]...)
}

// AA is what all cells' twins together say about the machine.
type AA struct {
	Cells        int           `json:"cells"`
	Median       float64       `json:"median"` // of the cells' apparent ratios of the reference to itself
	Worst        float64       `json:"worst"`  // the one farthest from 1
	WorstCell    workload.Cell `json:"worst_cell"`
	ExcludingOne int           `json:"excluding_one"` // false alarms: cells whose interval excludes 1
	Expected     float64       `json:"expected"`      // false alarms, if the intervals keep what they promise
}

// calibrate sums the twins up.
func calibrate(results []Result) AA {
	aa := AA{Cells: len(results), Median: 1, Worst: 1}
	if len(results) == 0 {
		return aa
	}
	var ratios []float64
	for _, result := range results {
		ratio := result.AA.Ratio
		ratios = append(ratios, ratio.Median)
		if math.Abs(math.Log(ratio.Median)) >= math.Abs(math.Log(aa.Worst)) {
			aa.Worst, aa.WorstCell = ratio.Median, result.Cell
		}
		if !ratio.includes(1) {
			aa.ExcludingOne++
		}
		aa.Expected += 1 - ratio.Confidence
	}
	aa.Median = estimate(ratios).Median
	return aa
}

// A Mean is a contender's ratio over all cells.
type Mean struct {
	Impl  string  `json:"impl"`
	Ratio float64 `json:"ratio"` // geometric mean of the cells' ratios
	Cells int     `json:"cells"`
}

// means returns one for each contender but the reference, over the cells that it ran in and that are not apart. Hostile keys
// are apart where there are others.
func means(results []Result) []Mean {
	means := []Mean{}
	ordinary := slices.ContainsFunc(results, func(r Result) bool { return !r.Key.Hostile() })
	for _, result := range results {
		if result.Op.Apart() || ordinary && result.Key.Hostile() {
			continue
		}
		for _, lane := range result.Subjects[1:] {
			i := slices.IndexFunc(means, func(m Mean) bool { return m.Impl == lane.Impl })
			if i < 0 {
				i, means = len(means), append(means, Mean{Impl: lane.Impl})
			}
			means[i].Ratio += math.Log(lane.Ratio.Median)
			means[i].Cells++
		}
	}
	for i := range means {
		means[i].Ratio = math.Exp(means[i].Ratio / float64(means[i].Cells))
	}
	return means
}
