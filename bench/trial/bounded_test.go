package trial

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// unbounded stands for the rival; its hits are known: all but the first of each key.
type unbounded map[uint64]uint64

func (u *unbounded) New(int) { *u = make(unbounded) }

func (u *unbounded) GetOrSet(keys []uint64) (sum uint64, hits int) {
	for _, key := range keys {
		if _, hit := (*u)[key]; hit {
			hits++
		}
		(*u)[key] = key
		sum += key
	}
	return sum, hits
}

func TestCacheRace(t *testing.T) {
	cell := workload.Cell{Op: getOrSet, Key: "zipf", Len: 50}
	trace := newTrace(7, cell.Len, 5000)
	require.Len(t, trace.warm, 10*cell.Len)
	seen := make(map[uint64]bool)
	for _, key := range trace.warm {
		seen[key] = true
	}
	want := 0
	for _, key := range trace.timed {
		if seen[key] {
			want++
		}
		seen[key] = true
	}
	assert.LessOrEqual(t, len(seen), zipfKeys*cell.Len)
	hits := make(map[string]int)
	contenders := append([]subject.CacheContender{{Name: simplelru, New: func() subject.Cache { return new(unbounded) }}}, subject.Caches()...)
	race := cacheRace(cell, trace, contenders, hits)
	for _, runner := range race.Runners {
		runner.Settle(1)
		runner.Run(1)
		require.NoError(t, runner.Check(1), runner.Name)
	}
	assert.Equal(t, want, hits[simplelru])
	assert.Less(t, hits["cache-lru"], hits["cache-sieve"], "as Zipf's law has it")
	assert.Less(t, hits["cache-sieve"], want)
	assert.Greater(t, hits["cache-lru"], 2000)
}

func TestFiguresOfDocuments(t *testing.T) {
	set := subject.Documents()
	set = set.With(subject.DocumentSet{
		Flat:  []subject.DocumentContender{subject.DocumentOf[map[string]int](wk8)},
		Mixed: []subject.DocumentContender{subject.DocumentOf[map[string]any](wk8)},
	})
	p := measure.Protocol{Seed: 1, Rounds: measure.MinRounds, Sample: 1, Budget: 1, Clock: measure.Wall(), Wall: measure.Wall()}
	figures, err := documents(t.Context(), p, set, 20)
	require.NoError(t, err)
	require.Len(t, figures, 4)
	for _, f := range figures {
		assert.Empty(t, f.Values[0].Missing, f.Name)
		assert.Equal(t, 0.4, *f.Values[0].Must)
	}
	assert.Contains(t, figures[3].Name, "unmarshal a mixed document")

	liar := subject.DocumentSet{Flat: []subject.DocumentContender{subject.DocumentOf[map[string]any](subject.Reference), subject.DocumentOf[struct{}]("liar")}, Mixed: set.Mixed}
	_, err = documents(t.Context(), p, liar, 20)
	assert.ErrorContains(t, err, "bytes written: 2", "whoever drops members wins no race")
}
