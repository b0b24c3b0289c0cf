package measure

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/subject"
	"innards/bench/workload"
)

// tiny is the least protocol that gives results.
func tiny() Protocol {
	return Protocol{
		Seed: 1, Rounds: MinRounds, Sample: time.Microsecond, Budget: 0, Clock: BestClock(), Wall: Wall(),
	}
}

func TestMapsMeasuresEveryCellOfEveryMap(t *testing.T) {
	cells := workload.Cells(workload.Ops(), workload.Kinds()[:1], []int{20})
	cells = append(cells, workload.Cells([]workload.Op{workload.Iterate}, workload.Kinds()[1:], []int{20})...)
	var heard []workload.Cell
	run, err := Maps(t.Context(), tiny(), cells, func(done int, cell workload.Cell) {
		require.Equal(t, len(heard), done)
		heard = append(heard, cell)
	})
	require.NoError(t, err)
	assert.Equal(t, cells, heard)
	require.Len(t, run.Cells, len(cells))
	names := subject.MapNames()
	for i, result := range run.Cells {
		assert.Equal(t, cells[i], result.Cell)
		require.Len(t, result.Subjects, len(names))
		for j, lane := range result.Subjects {
			assert.Equal(t, names[j], lane.Impl)
			assert.Len(t, lane.Times, MinRounds)
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
	cells := workload.Cells(workload.Ops(), []workload.Kind{workload.Uint64}, []int{20})
	run, err := Maps(ctx, tiny(), cells, func(done int, _ workload.Cell) {
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
	contenders := subject.Maps[uint64]()[:1]
	reference := contenders[0].New
	contenders = append(contenders, subject.Contender[uint64]{
		Name: "forgetful", New: func() subject.Table[uint64] { return forgetful{reference()} },
	})
	for _, op := range workload.Ops() {
		cell := workload.Cell{Op: op, Key: workload.Uint64, Len: 20}
		_, err := tiny().run(t.Context(), newRace(cell, workload.Integers(1), 1, contenders))
		if op == workload.GetMiss || op == workload.Churn {
			// Misses stay misses; and churn replaces all keys before it is timed, so the loss is over.
			require.NoError(t, err, op)
			continue
		}
		require.ErrorContains(t, err, "forgetful: wrong answer", op)
	}
}

func TestSamplesAreReproducibleButForTheirTimes(t *testing.T) {
	cell := workload.Cell{Op: workload.Iterate, Key: workload.String, Len: 20}
	var orders [2][][]int
	for i := range orders {
		took, err := tiny().run(t.Context(), newRace(cell, workload.Strings(1), 1, subject.Maps[string]()))
		require.NoError(t, err)
		orders[i] = took.orders
	}
	assert.Equal(t, orders[0], orders[1])
}

func TestThreadTimeMovesWithWork(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	clock, err := ThreadTime()
	if err != nil {
		t.Skip(err)
	}
	start := clock.Read()
	for x := uint64(1); clock.Read()-start < time.Millisecond; x *= 3 {
		_ = x
	}
	assert.GreaterOrEqual(t, clock.Read()-start, time.Millisecond)
}

func TestProfiles(t *testing.T) {
	// Stopped at once: fgprof must not see that.
	running, err := StartProfiles()
	require.NoError(t, err)
	_, err = StartProfiles()
	require.ErrorContains(t, err, "another one running")
	cpu, wall, err := running.Stop()
	require.NoError(t, err)

	// Had it come too early all the same, that would be an error.
	running.stopWall = func() error { panic("integer divide by zero") }
	require.ErrorContains(t, running.endWall(), "no sample was taken")

	parsed, err := profile.ParseData(cpu)
	require.NoError(t, err)
	assert.Equal(t, "cpu", parsed.SampleType[1].Type)
	parsed, err = profile.ParseData(wall)
	require.NoError(t, err)
	assert.NotEmpty(t, parsed.Sample)
	require.NotEmpty(t, parsed.Mapping)
	assert.Equal(t, "innards", parsed.Mapping[0].File)
}

func TestMachine(t *testing.T) {
	m := ThisMachine()
	assert.Positive(t, m.Cores)
	assert.NotEmpty(t, m.Go)
	busy := Machine{Cores: 2, Load: 3, Build: map[string]string{"-race": "true", "GOAMD64": "v1"}}
	assert.Equal(t, []string{
		"built with -race=true: the times are not those of an ordinary build",
		"the machine was busy before the run began: load 3.0 on 2 cores",
	}, busy.Warnings())
	assert.Empty(t, Machine{Cores: 2, Load: -1}.Warnings())
}
