package measure

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

func TestPool(t *testing.T) {
	// In one process x takes half as long as the reference, in the other twice as long: what is sure in each is not in both.
	var runs []Run
	for _, x := range []int{50, 200} {
		r, took := handMade()
		for i := range MinRounds {
			_, round := handMade([4]int{100, 100, x + i, 300})
			took.rounds, took.orders = append(took.rounds, round.rounds...), append(took.orders, round.orders...)
		}
		runs = append(runs, Run{
			Cells: []Result{result(cell, r, took)}, Memory: []Memory{{Impl: "x"}}, Warnings: []string{"the same in both"},
		})
	}
	assert.Equal(t, Faster, runs[0].Cells[0].Subjects[1].Ratio.Verdict)
	assert.Equal(t, Slower, runs[1].Cells[0].Subjects[1].Ratio.Verdict)
	pooled, err := Pool(runs)
	require.NoError(t, err)
	require.Len(t, pooled.Cells, 1)
	x, y := pooled.Cells[0].Subjects[1], pooled.Cells[0].Subjects[2]
	assert.Equal(t, Inconclusive, x.Ratio.Verdict)
	assert.Len(t, x.Ratio.Rounds, 2*MinRounds)
	assert.Equal(t, Slower, y.Ratio.Verdict)
	assert.Equal(t, 3.0, y.Ratio.Median)
	assert.Equal(t, "BenchmarkGet/impl=y/key=uint64/len=10/hit=1", y.Name)
	assert.Equal(t, 1.0, pooled.AA.Median)
	assert.Equal(t, []string{"the same in both"}, pooled.Warnings)
	assert.InDelta(t, 3, pooled.Geomean[1].Ratio, 1e-9)

	runs[1].Cells[0].Cell = workload.Cell{Op: workload.Churn}
	pooled, err = Pool(runs)
	require.NoError(t, err)
	assert.Empty(t, pooled.Cells, "they share none")
	_, err = Pool(nil)
	require.Error(t, err)
}
