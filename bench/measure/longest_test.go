package measure

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/trace"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

// singles is a plan with one lane besides the reference and its twin; do takes what it adds to the clock, on pass 0, 1, ...
func (f *fake) singles(count int, do func(pass, i int) time.Duration) Plan {
	pass := -1
	return Plan{
		Cells: []workload.Cell{{Op: workload.SetGrow, Key: workload.Uint64, Len: count}},
		Race: func(cell workload.Cell) (Race, error) {
			race := f.race()
			race.Name = cell.String()
			race.Runners[2].Singles = &Singles{
				Name: "Set", Count: count,
				Begin: func() { pass++ },
				Do:    func(i int) { f.now += do(pass, i) },
			}
			return race, nil
		},
	}
}

func TestTraceHasTheSlowOperationMarked(t *testing.T) {
	const slow = 12_345
	var machine fake
	plan := machine.singles(20_000, func(_, i int) time.Duration {
		if i != slow {
			return time.Microsecond
		}
		trace.Log(t.Context(), "test", "the slow one")
		runtime.GC()
		return time.Millisecond
	})
	all, err := machine.protocol().LongestOperations(t.Context(), plan, time.Hour)
	require.NoError(t, err)
	require.Len(t, all, 1, "who has no single operations is not looked at")
	longest := all[0]
	assert.Equal(t, "set-grow uint64 20000: Set 12346 of 20000, 1ms", longest.String())
	assert.Equal(t, "c", longest.Impl)
	assert.True(t, bytes.HasPrefix(longest.Trace, []byte("go 1.")))
	assert.Less(t, len(longest.Trace), 1<<20)
	message := "c: set-grow uint64 20000: Set 12346 of 20000: 1000000 ns by the fake clock, 1000000 ns elapsed"
	for _, mark := range []string{"c Set", "longest", message} {
		assert.Contains(t, string(longest.Trace), mark)
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go tool to read the trace with")
	}
	file := filepath.Join(t.TempDir(), "longest-c.trace")
	require.NoError(t, os.WriteFile(file, longest.Trace, 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	parsed, err := exec.CommandContext(ctx, "go", "tool", "trace", "-d=parsed", file).Output()
	require.NoError(t, err)
	lines := slices.Collect(strings.Lines(string(parsed)))
	event := func(i int, kind string, more ...string) bool {
		return strings.HasPrefix(lines[i], "M=") && strings.Contains(lines[i], " "+kind+" ") &&
			!slices.ContainsFunc(more, func(s string) bool { return !strings.Contains(lines[i], s) })
	}
	marked, marks := 0, 0
	for i := range lines {
		if event(i, "Log", `Category="longest"`) {
			marked, marks = i, marks+1
			assert.Contains(t, lines[i], `Message="`+message+`"`)
		}
	}
	require.Equal(t, 1, marks)
	begin, collected, itself := marked, false, false
	for ; begin > 0 && !event(begin, "RegionBegin", `Type="c Set"`); begin-- {
		collected = collected || event(begin, "RangeBegin", `Name="GC`)
		itself = itself || event(begin, "Log", `Message="the slow one"`)
	}
	assert.True(t, collected, "the region has no collection in it")
	assert.True(t, itself, "the region is not that of the slow operation")
	assert.Positive(t, begin)
	assert.True(t, slices.ContainsFunc(lines[:begin], func(l string) bool { return strings.Contains(l, " RegionEnd ") }),
		"nothing of what went before")
}

func TestLongestOperationIsWhatEveryPassHas(t *testing.T) {
	const slow, disturbed = 70, 30
	var machine fake
	at := func(took map[int]time.Duration, passes int) Longest { // took: in this pass alone; -1 is in all of them
		var seen int
		all, err := machine.protocol().LongestOperations(t.Context(), machine.singles(100, func(pass, i int) time.Duration {
			seen = pass + 1
			if lost, ok := took[pass]; ok && i == disturbed {
				return lost
			}
			if i == slow {
				return took[-1]
			}
			return time.Microsecond
		}), time.Hour)
		require.NoError(t, err)
		require.Len(t, all, 1)
		assert.Equal(t, passes, seen)
		return all[0]
	}
	longest := at(map[int]time.Duration{-1: time.Millisecond, 0: time.Second, 2: time.Second}, 3)
	assert.Equal(t, slow+1, longest.Index, "a second that one pass lost, and the recorded one")
	assert.NotNil(t, longest.Trace)
	longest = at(map[int]time.Duration{-1: time.Millisecond, 0: time.Second, 1: time.Second}, 4)
	assert.Equal(t, slow+1, longest.Index, "a second that both plain passes lost")
	assert.NotNil(t, longest.Trace)
	longest = at(map[int]time.Duration{-1: LongestFloor}, 2)
	assert.Nil(t, longest.Trace, "too short")
	assert.Equal(t, LongestFloor, longest.Took)
	longest = at(map[int]time.Duration{-1: LongestFloor / 2, 0: time.Second, 1: time.Second}, 3)
	assert.Nil(t, longest.Trace, "too short, as the recorded pass shows")
	assert.Equal(t, slow+1, longest.Index)
	longest = at(map[int]time.Duration{-1: time.Millisecond, 2: time.Hour, 3: time.Hour, 4: time.Hour}, 3)
	assert.NotNil(t, longest.Trace)
}

// An operation that takes longer each time is a new maximum each time. Writing the window out for each would take an hour.
func TestWindowIsNotWrittenForEachMaximum(t *testing.T) {
	var machine fake
	const count = 5000
	all, err := machine.protocol().LongestOperations(t.Context(), machine.singles(count, func(_, i int) time.Duration {
		return time.Duration(i) * time.Microsecond
	}), time.Hour)
	require.NoError(t, err)
	assert.Greater(t, all[0].Took, count*9/10*time.Microsecond, "within a tenth of the longest")
	assert.Less(t, bytes.Count(all[0].Trace, []byte("ns elapsed")), int(math.Log(2)/math.Log(1.1))+2)
}

func TestLongestOfAllCells(t *testing.T) {
	var machine fake
	var raced []int
	plan := machine.singles(100, func(_, i int) time.Duration { return 0 })
	plan.Cells = nil
	for _, n := range []int{10, 1000, 100, longestLen + 1} {
		plan.Cells = append(plan.Cells, workload.Cell{Op: workload.SetGrow, Key: workload.Uint64, Len: n},
			workload.Cell{Op: workload.GetHit, Key: workload.Uint64, Len: n})
	}
	ended := 0
	plan.Race = func(cell workload.Cell) (Race, error) {
		raced = append(raced, cell.Len)
		assert.Equal(t, workload.SetGrow, cell.Op)
		race, err := machine.singles(cell.Len, func(_, i int) time.Duration {
			if cell.Len == 100 && i == 7 {
				return time.Second
			}
			return time.Duration(i) * time.Microsecond
		}).Race(cell)
		race.End = func() { ended++ }
		return race, err
	}
	all, err := machine.protocol().LongestOperations(t.Context(), plan, time.Hour)
	require.NoError(t, err)
	assert.Equal(t, []int{1000, 100, 10}, raced, "the largest first; no look-ups, and none that would take minutes")
	assert.Equal(t, 3, ended)
	require.Len(t, all, 1)
	assert.Equal(t, "set-grow uint64 100: Set 8 of 100, 1s", all[0].String())

	raced = nil
	_, err = machine.protocol().LongestOperations(t.Context(), plan, time.Millisecond)
	require.NoError(t, err)
	assert.Equal(t, []int{1000}, raced, "the time is over")
}

func TestLongestOperationFails(t *testing.T) {
	var machine fake
	plan := machine.singles(10, func(int, int) time.Duration { return time.Second })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := machine.protocol().LongestOperations(ctx, plan, time.Hour)
	require.ErrorIs(t, err, context.Canceled)

	other := trace.NewFlightRecorder(trace.FlightRecorderConfig{})
	require.NoError(t, other.Start())
	_, err = machine.protocol().LongestOperations(t.Context(), plan, time.Hour)
	other.Stop()
	require.ErrorContains(t, err, "longest operation of c in set-grow uint64 10: start the flight recorder: ")

	wrong := errors.New("wrong")
	race := plan.Race
	plan.Race = func(cell workload.Cell) (Race, error) {
		r, err := race(cell)
		r.Runners[2].Check = func(int) error { return wrong }
		return r, err
	}
	_, err = machine.protocol().LongestOperations(t.Context(), plan, time.Hour)
	require.ErrorIs(t, err, wrong)
}
