package subject

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

const seed = 3

// answers runs every batch of every contender on the same work and compares with what the workload says is right.
func answers[K comparable](t *testing.T, source workload.Source[K], contenders []Contender[K], n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	live := workload.Live(source, n)
	hits, misses := workload.Hits(source, n, random), workload.Misses(source, n, random)
	var total uint64
	for i := range live {
		total += workload.FirstValue + uint64(i)
	}
	for _, contender := range contenders {
		for _, capacity := range []int{0, n} {
			table := contender.New()
			table.New(capacity)
			require.Zero(t, table.Len(), contender.Name)
			table.Set(live, workload.FirstValue)
			require.Equal(t, n, table.Len(), contender.Name)

			for _, lookups := range []workload.Lookups[K]{hits, misses} {
				sum, found := table.Get(lookups.Keys)
				assert.Equal(t, lookups.Found, found, contender.Name)
				assert.Equal(t, lookups.Sum, sum, contender.Name)
				if batcher, ok := table.(Batcher[K]); ok {
					sum, found = batcher.GetMany(lookups.Keys)
					assert.Equal(t, lookups.Found, found, contender.Name)
					assert.Equal(t, lookups.Sum, sum, contender.Name)
				}
			}
			sum, entries := table.Iterate()
			assert.Equal(t, n, entries, contender.Name)
			assert.Equal(t, total, sum, contender.Name)

			ring := workload.NewRing(source, n)
			for range 3 {
				turns, count := ring.Next()
				for _, turn := range turns[:count] {
					table.Churn(turn.Delete, turn.Insert, turn.First)
				}
				sum, entries = table.Iterate()
				assert.Equal(t, n, entries, contender.Name)
				assert.Equal(t, ring.Sum(), sum, contender.Name)
			}
			if deleter, ok := table.(Deleter[K]); ok {
				table.New(capacity)
				table.Set(live, workload.FirstValue)
				deleter.Delete(live[n/2:])
				if shrinker, ok := table.(Shrinker); ok {
					shrinker.Shrink()
				}
				assert.Equal(t, n/2, table.Len(), contender.Name)
			}
			table.New(capacity)
			assert.Zero(t, table.Len(), "%s: New keeps entries", contender.Name)
		}
	}
}

func TestAnswers(t *testing.T) {
	answers(t, workload.Integers(seed), Maps().Uint64, 1)
	answers(t, workload.Integers(seed), Maps().Uint64, 1000)
	answers(t, workload.Strings(seed), Maps().String, 1000)
	answers(t, workload.Pairs(seed), Maps().Pair, 300)
}

func TestNamesAreDistinctAndReferenceLeads(t *testing.T) {
	names := Maps().Names()
	require.Equal(t, Reference, names[0])
	seen := make(map[string]bool)
	for _, name := range names {
		assert.False(t, seen[name], name)
		seen[name] = true
	}
}
