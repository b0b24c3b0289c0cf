package measure

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

// Another process's time is what that process says, and the clock here has no part in it.
func TestElsewhere(t *testing.T) {
	var machine fake
	ended := 0
	away := machine.lane("away", 0)
	away.Run = nil
	away.Elsewhere = func(passes int) (time.Duration, error) {
		machine.now += time.Second // what the wire takes
		return time.Duration(passes) * 30 * time.Microsecond, nil
	}
	plan := Plan{
		Cells: []workload.Cell{{Op: workload.Iterate, Key: workload.Uint64, Len: 10}},
		Race: func(workload.Cell) (Race, error) {
			race := machine.race()
			race.Runners[2] = away
			race.End = func() { ended++ }
			return race, nil
		},
	}
	run, err := machine.protocol().Measure(t.Context(), plan, nil)
	require.NoError(t, err)
	assert.InDelta(t, 3, run.Cells[0].Lane("away").Ratio.Median, 1e-9)
	assert.Equal(t, 1, ended)

	profiles, err := machine.protocol().ProfileSubjects(t.Context(), plan, time.Hour)
	require.NoError(t, err)
	assert.Equal(t, 2, ended)
	for _, one := range profiles {
		assert.NotEqual(t, "away", one.Impl)
	}

	gone := errors.New("gone")
	away.Elsewhere = func(int) (time.Duration, error) { return 0, gone }
	_, err = machine.protocol().Measure(t.Context(), plan, nil)
	require.ErrorIs(t, err, gone)
	assert.ErrorContains(t, err, "away: gone")
	assert.Equal(t, 3, ended)
}
