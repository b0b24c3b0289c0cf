package trial

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// tiny is the least protocol that gives results.
func tiny() measure.Protocol {
	return measure.Protocol{
		Seed: 1, Rounds: measure.MinRounds, Sample: time.Microsecond, Budget: 0, Clock: measure.BestClock(), Wall: measure.Wall(),
	}
}

var maps = Maps{Seed: 1, Set: subject.Maps().Only([]string{"openaddr", "chaining"})}

func plan(cells []workload.Cell) measure.Plan {
	return measure.Plan{Cells: cells, Race: maps.Race, Weigh: maps.Weigh}
}

func TestMapsMeasuresEveryCellOfEveryMap(t *testing.T) {
	cells := workload.Cells(workload.MapOps(), workload.Kinds()[:1], []int{20})
	cells = append(cells, workload.Cells([]workload.Op{workload.Iterate}, workload.Kinds()[1:], []int{20})...)
	var heard []workload.Cell
	run, err := tiny().Measure(t.Context(), plan(cells), func(done int, cell workload.Cell) {
		require.Equal(t, len(heard), done)
		heard = append(heard, cell)
	})
	require.NoError(t, err)
	assert.Equal(t, cells, heard)
	require.Len(t, run.Cells, len(cells))
	names := maps.Set.Names()
	for i, result := range run.Cells {
		assert.Equal(t, cells[i], result.Cell)
		require.Len(t, result.Subjects, len(names))
		for j, lane := range result.Subjects {
			assert.Equal(t, names[j], lane.Impl)
			assert.Len(t, lane.Times, measure.MinRounds)
			assert.Positive(t, lane.Min, "%s %s", cells[i], lane.Impl)
			assert.Equal(t, j == 0, lane.Ratio == nil)
		}
	}
	assert.Equal(t, len(cells), run.AA.Cells)
	assert.Len(t, run.Geomean, len(names)-1)
	assert.Len(t, run.Memory, len(workload.Kinds())*len(names), "each length and kind of key once")
	for _, memory := range run.Memory {
		payload := map[workload.Kind]float64{workload.Uint64: 16, workload.String: 24, workload.Pair16: 24}[memory.Key]
		assert.Greater(t, memory.BytesPerEntry, payload, "%v: less than the entries themselves", memory)
		assert.Less(t, memory.BytesPerEntry, 12*payload, "%v", memory)
	}
}

func TestMapsStopsWithWhatThereIs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cells := workload.Cells(workload.MapOps(), []workload.Kind{workload.Uint64}, []int{20})
	run, err := tiny().Measure(ctx, plan(cells), func(done int, _ workload.Cell) {
		if done == 2 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, run.Cells, 2)
	assert.Equal(t, 2, run.AA.Cells)
	assert.Contains(t, run.Warnings, "interrupted after 2 of 6 cells")
}

// forgetful loses a key and is otherwise Go's map.
type forgetful struct{ subject.Table[uint64] }

func (f forgetful) Set(keys []uint64, first uint64) { f.Table.Set(keys[1:], first+1) }

func TestAMapThatLosesAKeyIsFoundOut(t *testing.T) {
	contenders := subject.Maps().Uint64[:1]
	reference := contenders[0].New
	contenders = append(contenders, subject.Contender[uint64]{
		Name: "forgetful", New: func() subject.Table[uint64] { return forgetful{reference()} },
	})
	for _, op := range workload.MapOps() {
		cell := workload.Cell{Op: op, Key: workload.Uint64, Len: 20}
		race, err := Maps{Seed: 1, Set: subject.MapSet{Uint64: contenders}}.Race(cell)
		require.NoError(t, err)
		_, err = tiny().Run(t.Context(), race)
		if op == workload.GetMiss || op == workload.Churn {
			// Misses stay misses; and churn replaces all keys before it is timed, so the loss is over.
			require.NoError(t, err, op)
			continue
		}
		require.ErrorContains(t, err, "forgetful: wrong answer", op)
	}
}
