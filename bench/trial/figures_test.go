package trial

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// made is a cell in which each contender has the same ratio in every round, its time being that ratio.
func made(op workload.Op, n int, ratios map[string]float64) measure.Result {
	r := measure.Result{Cell: workload.Cell{Op: op, Key: workload.Uint64, Len: n}}
	for _, impl := range []string{"builtin", "openaddr", "chaining"} {
		ratio, ok := ratios[impl]
		if !ok {
			continue
		}
		times := make([]float64, measure.MinRounds)
		for i := range times {
			times[i] = ratio
		}
		lane := measure.Lane{Impl: impl, Times: times}
		if impl != "builtin" {
			compared := measure.Compare(times, r.Subjects[0].Times)
			lane.Ratio = &compared
		}
		r.Subjects = append(r.Subjects, lane)
	}
	return r
}

func TestFiguresOfCells(t *testing.T) {
	cells := []measure.Result{
		made(workload.GetHit, 100, map[string]float64{"builtin": 1, "openaddr": 0.25, "chaining": 2}),
		made(workload.GetHit, 10_000, map[string]float64{"builtin": 1, "openaddr": 1, "chaining": 0.5}),
		made(workload.GetHit, 7, map[string]float64{"builtin": 1, "openaddr": 100, "chaining": 100}), // no cell of the table
		made(workload.GetMany, 1_000_000, map[string]float64{"builtin": 1, "openaddr": 0.4}),
	}
	names := subject.Maps().Names()

	f := must(geomean(cells, names, inTable, 54), limits{"openaddr": 0.5})
	assert.Equal(t, "geomean of times, 2 of 54 cells", f.Name)
	value, ok := f.Of("openaddr")
	require.True(t, ok)
	assert.InDelta(t, 0.5, value.Median, 1e-12)
	assert.Equal(t, 0.5, *value.Must)
	value, _ = f.Of("chaining")
	assert.InDelta(t, 1, value.Median, 1e-12)
	assert.Nil(t, value.Must)
	assert.False(t, value.Met(), "nothing is asked of it")

	value, _ = slowest(cells, names, inTable).Of("openaddr")
	assert.Equal(t, 1.0, value.Median)
	assert.Equal(t, "get-hit uint64 10000", value.Cell)

	many := single(cells, names, Manifold, "many")
	value, _ = many.Of("openaddr")
	assert.Equal(t, 0.4, value.Median)
	value, _ = many.Of("chaining")
	assert.NotEmpty(t, value.Missing)

	f = worst(cells, "hits", "openaddr", "chaining", []workload.Op{workload.GetHit})
	assert.Equal(t, 2.0, f.Values[0].Median, "1 over 0.5, of all cells")
	assert.Equal(t, "uint64 10000", f.Values[0].Cell)
	both := perOp(cells, "openaddr", "chaining", workload.GetHit, workload.GetMany)
	require.Len(t, both, 2)
	assert.Equal(t, "get hit / chaining", both[0].Name)
	assert.Equal(t, f.Values, both[0].Values)
	assert.NotEmpty(t, both[1].Values[0].Missing, "chaining has no such operation")
	f = worst(cells, "hits", "openaddr", "nobody", []workload.Op{workload.GetHit})
	assert.Contains(t, f.Values[0].Missing, "bench/peers")
}

// Cells that stop early have fewer rounds than others; the interval is of what all rounds came to, and so includes it.
func TestIntervalOfUnequalCells(t *testing.T) {
	ratio := func(rounds ...float64) *measure.Ratio {
		ones := slices.Repeat([]float64{1}, len(rounds))
		r := measure.Compare(rounds, ones)
		return &r
	}
	early := ratio(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
	late := ratio(0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.49, 0.51, 0.5, 0.52, 0.48, 0.5, 0.5, 0.49, 0.51, 0.5, 0.5, 0.5, 0.5)
	f := geomean([]measure.Result{
		{Cell: workload.Cell{Op: workload.GetHit, Len: 100}, Subjects: []measure.Lane{{Impl: "openaddr", Ratio: early}}},
		{Cell: workload.Cell{Op: workload.GetMiss, Len: 100}, Subjects: []measure.Lane{{Impl: "openaddr", Ratio: late}}},
	}, []string{"builtin", "openaddr"}, inTable, 2)
	value, _ := f.Of("openaddr")
	assert.InDelta(t, 0.5, value.Median, 1e-9)
	assert.LessOrEqual(t, value.Lo, value.Median)
	assert.GreaterOrEqual(t, value.Hi, value.Median)
	assert.Greater(t, value.Hi, value.Lo)
	assert.Less(t, value.Hi, 0.6, "the six rounds that both have would say 0.67")
}

func TestMetAndSure(t *testing.T) {
	limit := 1.0
	for _, test := range []struct {
		lo, median, hi float64
		met, sure      bool
	}{{0.8, 0.9, 1, true, true}, {0.8, 0.9, 1.1, true, false}, {0.9, 1.1, 1.2, false, false}, {1.1, 1.2, 1.3, false, true}} {
		v := measure.Value{Median: test.median, Lo: test.lo, Hi: test.hi, Must: &limit}
		assert.Equal(t, test.met, v.Met(), "%v", test)
		assert.Equal(t, test.sure, v.Sure(), "%v", test)
	}
	assert.False(t, measure.Value{Missing: "no clock", Must: &limit}.Met())
}

// hoarder keeps what it has deleted, and so grows by churn.
type hoarder struct {
	subject.Table[uint64]
	kept [][]uint64
}

func (h *hoarder) Churn(dead, fresh []uint64, first uint64) {
	h.Table.Churn(dead, fresh, first)
	h.kept = append(h.kept, make([]uint64, len(dead)))
}

func TestFootprints(t *testing.T) {
	reference := subject.Maps().Uint64[0].New
	m := Maps{Seed: 1, Set: subject.MapSet{Uint64: []subject.Contender[uint64]{
		{Name: "builtin", New: reference},
		{Name: "hoarder", New: func() subject.Table[uint64] { return &hoarder{Table: reference()} }},
		subject.Maps().Uint64[1],
	}}}
	f, curve, err := m.sweep(t.Context(), 3)
	require.NoError(t, err)
	for _, value := range f.Values {
		assert.Greater(t, value.Lo, float64(payload), "%s: less than the entries themselves", value.Impl)
		assert.Less(t, value.Hi, 6.0*payload, value.Impl)
		assert.True(t, value.Lo <= value.Median && value.Median <= value.Hi)
	}
	assert.Equal(t, []float64{100_000, 150_000, 200_000}, curve.Xs)
	require.Len(t, curve.Series, 3)
	assert.Len(t, curve.Series[2].Ys, 3)
	f, err = m.shrink(t.Context(), 100_000)
	require.NoError(t, err)
	kept, _ := f.Of("builtin")
	shrunk, _ := f.Of("openaddr")
	assert.Greater(t, kept.Median, 10*shrunk.Median)
	assert.Equal(t, "has no Shrink", kept.Note)
	missing, _ := f.Of("hoarder")
	assert.NotEmpty(t, missing.Missing)
}

func TestPaces(t *testing.T) {
	m := Maps{Seed: 1, Set: subject.Maps()}
	keys := workload.Live(workload.Integers(1), 5000)
	pauses := paced(m.Set.Uint64[0].New(), keys, make([]time.Duration, len(keys)), measure.Wall())
	assert.Len(t, pauses, len(shares))
	assert.IsIncreasing(t, append([]float64{-1}, slices.Compact(slices.Clone(pauses))...))
	assert.Positive(t, pauses[len(shares)-1])
}

func TestRanked(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	took := make([]time.Duration, 1000)
	for i := range took {
		took[i] = time.Duration(random.Int64N(int64(usual) * 5 / 4))
	}
	took[7], took[8], took[9] = 0, usual-1, usual
	at := ranked(took)
	slices.Sort(took)
	for place, want := range took {
		require.Equal(t, want, at(place), place)
	}
}
