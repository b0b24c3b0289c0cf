package measure

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

var cell = workload.Cell{Op: workload.GetHit, Key: workload.Uint64, Len: 10}

// handMade is a race of four lanes and what it took: each round the given times of the lanes, in microseconds.
func handMade(rounds ...[4]int) (Race, Times) {
	r := Race{Name: cell.String(), Ops: 10, Runners: []Runner{{Name: "builtin"}, {Name: Twin("builtin")}, {Name: "x"}, {Name: "y"}}}
	took := Times{passes: 100}
	for _, round := range rounds {
		var samples []time.Duration
		for _, micros := range round {
			samples = append(samples, time.Duration(micros)*time.Microsecond)
		}
		took.rounds = append(took.rounds, samples)
		took.orders = append(took.orders, []int{0, 1, 2, 3})
	}
	return r, took
}

func TestResult(t *testing.T) {
	r, took := handMade([4]int{10, 10, 5, 30}, [4]int{11, 10, 5, 31}, [4]int{10, 11, 5, 30}, [4]int{10, 10, 6, 30},
		[4]int{12, 12, 6, 33}, [4]int{10, 10, 5, 30})
	got := result(cell, r, took)
	assert.Equal(t, 1000, got.Ops)
	require.Len(t, got.Subjects, 3)
	reference, x, y := got.Subjects[0], got.Subjects[1], got.Subjects[2]
	assert.Nil(t, reference.Ratio)
	assert.Equal(t, 10.0, reference.Median)
	assert.Equal(t, 10.0, reference.Min)
	assert.Equal(t, []float64{10, 11, 10, 10, 12, 10}, reference.Times)
	assert.Equal(t, "BenchmarkGet/impl=x/key=uint64/len=10/hit=1", x.Name)
	assert.Equal(t, 0.5, x.Ratio.Median)
	assert.Equal(t, Faster, x.Ratio.Verdict)
	assert.Equal(t, 3.0, y.Ratio.Median)
	assert.Equal(t, Slower, y.Ratio.Verdict)
	assert.Equal(t, 3.0, y.Ratio.OfMinima)
	assert.Equal(t, Twin("builtin"), got.AA.Impl)
	assert.Equal(t, 1.0, got.AA.Ratio.Median)
	assert.Len(t, got.Warnings, 3, "all lanes but the last are noisy: %v", got.Warnings)
}

func TestResultWarns(t *testing.T) {
	// The twin is a tenth slower every time, and so is y; x is all over the place.
	r, took := handMade([4]int{100, 110, 50, 110}, [4]int{100, 111, 150, 111}, [4]int{100, 110, 60, 110}, [4]int{100, 110, 160, 110},
		[4]int{100, 112, 55, 112}, [4]int{100, 110, 120, 110})
	took.cut = true
	got := result(cell, r, took)
	assert.Equal(t, Inconclusive, got.Subjects[1].Ratio.Verdict)
	assert.Equal(t, Inconclusive, got.Subjects[2].Ratio.Verdict, "no slower than the reference is than itself")
	assert.Equal(t, []string{
		"x: noisy: the median is known to 122 % only",
		"A/A: the reference differs from its own twin, ratio 1.10 [1.10, 1.12]",
		"x: interval too wide, [0.50, 1.60]",
		"stopped by its time budget after 6 rounds",
	}, got.Warnings)
}

func TestCalibrateAndMeans(t *testing.T) {
	var results []Result
	for _, twin := range []int{100, 120, 80} {
		r, took := handMade()
		for range MinRounds {
			_, round := handMade([4]int{100, twin, 50, 200})
			took.rounds = append(took.rounds, round.rounds...)
		}
		made := result(workload.Cell{Op: workload.Churn, Len: twin}, r, took)
		results = append(results, made)
	}
	aa := calibrate(results)
	assert.Equal(t, 3, aa.Cells)
	assert.Equal(t, 1.0, aa.Median)
	assert.Equal(t, 0.8, aa.Worst, "a fifth less is farther from 1 than a fifth more")
	assert.Equal(t, 80, aa.WorstCell.Len)
	assert.Equal(t, 2, aa.ExcludingOne)
	assert.InDelta(t, 3*2.0/64, aa.Expected, 1e-9)

	means := means(results)
	require.Len(t, means, 2)
	assert.Equal(t, Mean{"x", 0.5, 3}, means[0])
	assert.InDelta(t, 2, means[1].Ratio, 1e-12)
	assert.Equal(t, AA{Median: 1, Worst: 1}, calibrate(nil))
}
