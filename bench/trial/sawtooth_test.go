package trial

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

func TestSawtoothHasACurveForHitsAndOneForMisses(t *testing.T) {
	curves, err := maps.sawtooth(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, curves, 2)
	assert.Equal(t, "get hit along the load, uint64", curves[0].Name)
	assert.Equal(t, "get miss along the load, uint64", curves[1].Name)
	for _, curve := range curves {
		require.Len(t, curve.Series, len(maps.Set.Names()))
		for i, series := range curve.Series {
			assert.Equal(t, maps.Set.Names()[i], series.Impl)
			require.Len(t, series.Ys, 3)
			for at, y := range series.Ys {
				assert.True(t, 0 < series.Lo[at] && series.Lo[at] <= y && y <= series.Hi[at])
			}
		}
	}
}

// Every contender gives right answers on hostile keys: the race checks them.
func TestHostileCells(t *testing.T) {
	cells := workload.Cells([]workload.Op{workload.GetHit, workload.GetZipf, workload.SetGrow}, workload.HostileKinds(), []int{500})
	run, err := tiny().Measure(t.Context(), plan(cells), nil)
	require.NoError(t, err)
	assert.Len(t, run.Cells, len(cells))
	assert.NotEmpty(t, run.Geomean, "nothing but hostile keys: they make the mean")
	assert.Len(t, Hostile(), 6)
	assert.False(t, inTable(Hostile()[0]))
}
