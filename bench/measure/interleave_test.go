package measure

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

// fake is a machine whose clock moves only when a lane works.
type fake struct {
	now time.Duration
	ran []string // the lanes, in the order in which they were timed
}

func (f *fake) protocol() Protocol {
	clock := Clock{Name: "fake", Read: func() time.Duration { return f.now }}
	return Protocol{Seed: 1, Rounds: 10, Warmup: 2, Sample: time.Millisecond, Budget: time.Hour, Clock: clock, Wall: clock}
}

// lane takes cost for a pass.
func (f *fake) lane(name string, cost time.Duration) Runner {
	return Runner{
		Name: name,
		Run: func(passes int) {
			f.now += time.Duration(passes) * cost
			f.ran = append(f.ran, name)
		},
		Check: func(int) error { return nil },
	}
}

func (f *fake) race() Race {
	return Race{Name: "fake", Ops: 10, Runners: []Runner{
		f.lane("a", 10*time.Microsecond), f.lane("b", 20*time.Microsecond), f.lane("c", 5*time.Microsecond),
	}}
}

func TestRoundsHoldEveryLaneInAnOrderOfTheSeed(t *testing.T) {
	var machines [3]fake
	var took [3]Times
	for i := range machines {
		p := machines[i].protocol()
		if i == 2 {
			p.Seed = 2
		}
		var err error
		took[i], err = p.Run(t.Context(), machines[i].race())
		require.NoError(t, err)
	}
	assert.Equal(t, machines[0].ran, machines[1].ran, "the same seed, another order")
	assert.NotEqual(t, took[0].orders, took[2].orders, "another seed, the same order")

	require.Len(t, took[0].rounds, 10)
	firsts := make(map[int]bool)
	for round, order := range took[0].orders {
		assert.ElementsMatch(t, []int{0, 1, 2}, order)
		firsts[order[0]] = true
		assert.Equal(t, []time.Duration{2 * time.Millisecond, 4 * time.Millisecond, time.Millisecond}, took[0].rounds[round],
			"samples stand in the lanes' order, whatever order they were taken in")
	}
	assert.Len(t, firsts, 3, "a lane never went first")
	// The order recorded is the order run: the last ten rounds of three.
	ran := machines[0].ran[len(machines[0].ran)-30:]
	for round, order := range took[0].orders {
		for place, index := range order {
			assert.Equal(t, string(rune('a'+index)), ran[3*round+place])
		}
	}
}

func TestAnotherCellHasOtherOrders(t *testing.T) {
	var f fake
	first, err := f.protocol().Run(t.Context(), f.race())
	require.NoError(t, err)
	other := f.race()
	other.Name = "other"
	second, err := f.protocol().Run(t.Context(), other)
	require.NoError(t, err)
	assert.NotEqual(t, first.orders, second.orders)
}

func TestBatchFitsTheFastestLaneUnlessTheSlowestSuffers(t *testing.T) {
	for _, test := range []struct {
		fast, slow time.Duration
		passes     int
	}{
		{5 * time.Microsecond, 5 * time.Microsecond, 200},
		{5 * time.Microsecond, 40 * time.Microsecond, 200},
		{5 * time.Microsecond, 80 * time.Microsecond, 100},
		{3 * time.Millisecond, 4 * time.Millisecond, 1},
		{time.Microsecond, time.Second, 1},
		{0, 0, 1_000_000}, // a clock that stands still: the least pass is taken for a nanosecond
	} {
		var f fake
		r := Race{Name: "fake", Runners: []Runner{f.lane("fast", test.fast), f.lane("slow", test.slow)}}
		passes, err := f.protocol().batch(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, test.passes, passes, "%v against %v", test.fast, test.slow)
	}
}

func TestBudgetEndsACellThatHasEnoughRounds(t *testing.T) {
	var f fake
	p := f.protocol()
	p.Budget = 0
	took, err := p.Run(t.Context(), f.race())
	require.NoError(t, err)
	assert.True(t, took.cut)
	assert.Len(t, took.rounds, MinRounds)
}

func TestCancelKeepsWholeRounds(t *testing.T) {
	var f fake
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := f.race()
	samples := 0
	r.Runners[1].Check = func(int) error {
		if samples++; samples == 12 { // five to size the batch, two to warm up, five kept
			cancel()
		}
		return nil
	}
	took, err := f.protocol().Run(ctx, r)
	require.ErrorIs(t, err, context.Canceled)
	require.NotEmpty(t, took.rounds)
	require.Less(t, len(took.rounds), 10)
	for _, samples := range took.rounds {
		assert.NotContains(t, samples, time.Duration(0), "half a round")
	}
}

func TestWrongAnswerEndsTheRun(t *testing.T) {
	var f fake
	r := f.race()
	wrong := errors.New("found 3, want 4")
	r.Runners[2].Check = func(int) error { return wrong }
	_, err := f.protocol().Run(t.Context(), r)
	require.ErrorIs(t, err, wrong)
	assert.ErrorContains(t, err, "c: wrong answer")
}

func TestRebuildLevelSettleAndTimeKeepTheirOrder(t *testing.T) {
	var f fake
	var events []string
	note := func(event string) func() { return func() { events = append(events, event) } }
	r := Race{Name: "fake", Level: note("level")}
	for _, name := range []string{"a", "b"} {
		l := f.lane(name, 100*time.Microsecond)
		l.Rebuild, l.Settle = note("rebuild "+name), func(int) { note("settle " + name)() }
		run := l.Run
		l.Run = func(passes int) { note("run " + name)(); run(passes) }
		r.Runners = append(r.Runners, l)
	}
	p := f.protocol()
	p.Rounds, p.Warmup = MinRounds, 1
	took, err := p.Run(t.Context(), r)
	require.NoError(t, err)
	tail := events[len(events)-7:]
	order := took.orders[MinRounds-1]
	first, second := r.Runners[order[0]].Name, r.Runners[order[1]].Name
	assert.Equal(t, []string{
		"rebuild " + first, "rebuild " + second, "level", "settle " + first, "run " + first, "settle " + second, "run " + second,
	}, tail)
	rebuilt := slices.DeleteFunc(slices.Clone(events), func(event string) bool { return event != "rebuild a" })
	assert.Len(t, rebuilt, 1+MinRounds, "once for the warm-up, once for each round after the first")
}

// The longest cells cannot be cut short, so they come first; what was measured stands in the plan's order all the same.
func TestTheLongestCellsRunFirst(t *testing.T) {
	var machine fake
	var cells []workload.Cell
	for _, n := range []int{20, 30, 10, 30} {
		cells = append(cells, workload.Cell{Op: workload.Iterate, Key: workload.Uint64, Len: n})
	}
	cells[3].Op = workload.GetHit
	plan := Plan{
		Cells: cells,
		Race:  func(workload.Cell) (Race, error) { return machine.race(), nil },
		Weigh: func(_ context.Context, c workload.Cell) ([]Memory, error) {
			return []Memory{{Key: c.Key, Len: c.Len}}, nil
		},
	}
	var heard []workload.Cell
	run, err := machine.protocol().Measure(t.Context(), plan, func(_ int, cell workload.Cell) { heard = append(heard, cell) })
	require.NoError(t, err)
	assert.Equal(t, []workload.Cell{cells[1], cells[3], cells[0], cells[2]}, heard)
	for i, result := range run.Cells {
		assert.Equal(t, cells[i], result.Cell)
	}
	assert.Equal(t, []Memory{{Key: workload.Uint64, Len: 20}, {Key: workload.Uint64, Len: 30}, {Key: workload.Uint64, Len: 10}}, run.Memory)
}
