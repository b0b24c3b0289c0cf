package subject

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

// checkLists compares every operation of every array with package slices.
func checkLists[T workload.Element](t *testing.T, contenders []ListContender[T]) {
	t.Helper()
	values := workload.Elements[T](1000, seed)
	var sum T
	for _, v := range values {
		sum += v
	}
	for _, contender := range contenders {
		l := contender.New()
		l.New()
		l.Append(values)
		require.Equal(t, values, l.View(), contender.Name)
		assert.Equal(t, sum, l.At(), contender.Name)
		assert.InDelta(t, 0, float64(sum-l.Sum()), 1e-9, "%s: integers exactly, floats added in any order", contender.Name)
		assert.Equal(t, slices.Min(values), l.Min(), contender.Name)
		assert.Equal(t, 1, l.Count(values[7]), contender.Name)
		assert.Equal(t, 7, l.Index(values[7]), contender.Name)
		l.Insert(2, values[0])
		want := slices.Insert(slices.Clone(values), 500, values[0])
		want = slices.Insert(want, 500, values[0])
		assert.Equal(t, want, l.View(), contender.Name)
		l.Delete(2)
		assert.Equal(t, slices.Delete(want, 500, 502), l.View(), contender.Name)
		sorted := slices.Sorted(slices.Values(values))
		l.SetAt(values)
		l.Sort()
		assert.Equal(t, sorted, l.View(), contender.Name)
		l.Load(values[:3])
		assert.Equal(t, 3, l.Len(), contender.Name)
		l.New()
		assert.Zero(t, l.Len(), contender.Name)
	}
}

func TestLists(t *testing.T) {
	checkLists(t, Lists().Int64)
	checkLists(t, Lists().Float64)
	require.Equal(t, Slice, Lists().Names()[0])
}

func TestOrders(t *testing.T) {
	answers(t, workload.Integers(seed), Orders().Uint64, 1000)
	answers(t, workload.Strings(seed), Orders().String, 1000)
	keys := workload.Live(workload.Integers(seed), 4)
	for _, contender := range Orders().Uint64 {
		table := contender.New()
		mover, ok := table.(Mover[uint64])
		if !ok {
			continue
		}
		table.New(0)
		table.Set(keys, 1)
		assert.Equal(t, 2, mover.MoveToBack([]uint64{keys[0], keys[2], 5}), contender.Name)
		popper := table.(Popper)
		for _, want := range []uint64{2, 4, 1, 3} {
			assert.Equal(t, want, popper.PopFront(1), contender.Name)
		}
		assert.Zero(t, table.Len(), contender.Name)
	}
}
