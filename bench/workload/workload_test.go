package workload

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const seed = 7

// indices are 100,000 live ones and as many absent ones.
func indices() []uint64 { return append(count(0, 100_000), count(absent, 100_000)...) }

func distinct[K comparable](t *testing.T, source Source[K]) {
	t.Helper()
	seen := make(map[K]bool)
	for _, key := range source.Keys(indices()) {
		seen[key] = true
	}
	assert.Len(t, seen, 200_000, source.Kind())
}

func TestKeysAreDistinct(t *testing.T) {
	distinct(t, Integers(seed))
	distinct(t, Strings(seed))
	distinct(t, Pairs(seed))
}

func TestKeysFollowTheSeed(t *testing.T) {
	few := []uint64{0, 5, absent}
	assert.Equal(t, Strings(1).Keys(few), Strings(1).Keys(few))
	assert.NotEqual(t, Strings(1).Keys(few), Strings(2).Keys(few))
	assert.NotEqual(t, Integers(1).Keys(few), Integers(2).Keys(few))
	assert.NotEqual(t, Pairs(1).Keys(few), Pairs(2).Keys(few))
	// The reference implementation of splitmix64, seeded with 0, begins with this.
	assert.Equal(t, uint64(0xe220a8397b1dcdaf), splitmix(0, 0))
}

func TestStringsHaveEveryLengthAndOwnBytes(t *testing.T) {
	lengths := make(map[int]int)
	source := Strings(seed)
	first, second := source.Keys(indices()), source.Keys(indices())
	for i, key := range first {
		lengths[len(key)]++
		require.Equal(t, key, second[i])
		require.NotSame(t, unsafe.StringData(key), unsafe.StringData(second[i]), "a copy that is none")
	}
	assert.Len(t, lengths, maxString-minString+1)
	for length, n := range lengths {
		assert.InDelta(t, 200_000/25, n, 600, "length %d", length)
	}
}

func TestScrambleIsABijection(t *testing.T) {
	// Neighbours and far-apart indices alike: a collision would be two equal strings whenever their tails agree.
	seen := make(map[uint64]bool)
	s := texts{seed: mix(seed)}
	for _, index := range indices() {
		seen[s.scramble(index)] = true
	}
	assert.Len(t, seen, 200_000)
}

func TestLookups(t *testing.T) {
	const n = 1000
	source := Strings(seed)
	model := make(map[string]uint64)
	for i, key := range Live(source, n) {
		model[key] = FirstValue + uint64(i)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for name, lookups := range map[string]Lookups[string]{"hits": Hits(source, n, random), "misses": Misses(source, n, random)} {
		assert.GreaterOrEqual(t, len(lookups.Keys), MinPicks, name)
		found, sum := 0, uint64(0)
		asked := make(map[string]bool)
		for _, key := range lookups.Keys {
			if value, ok := model[key]; ok {
				found, sum = found+1, sum+value
			}
			asked[key] = true
		}
		assert.Equal(t, lookups.Found, found, name)
		assert.Equal(t, lookups.Sum, sum, name)
		assert.Len(t, asked, n, "%s: every key has its turn among 65 picks each", name)
	}
	assert.Len(t, Hits(source, MinPicks+5, random).Keys, MinPicks+5, "a large map is asked all over")
}

func TestRingAgainstModel(t *testing.T) {
	for _, n := range []int{1, 100, ChurnPairs, 3*ChurnPairs + 17} {
		ring := NewRing(Integers(seed), n)
		require.GreaterOrEqual(t, len(ring.Insert), 2*n)
		require.Equal(t, Live(Integers(seed), n), ring.Insert[:n])
		model := make(map[uint64]uint64)
		for i, key := range ring.Insert[:n] {
			model[key] = FirstValue + uint64(i)
		}
		wrapped := false
		for range 30 {
			turns, count := ring.Next()
			wrapped = wrapped || count == 2
			pairs := 0
			for _, turn := range turns[:count] {
				require.Len(t, turn.Insert, len(turn.Delete))
				for i := range turn.Delete {
					// Not require.Contains: it compares with every key of the map.
					_, live := model[turn.Delete[i]]
					delete(model, turn.Delete[i])
					_, again := model[turn.Insert[i]]
					require.True(t, live && !again, "n=%d: deletes a key that is not there or inserts one that is", n)
					model[turn.Insert[i]] = turn.First + uint64(i)
				}
				pairs += len(turn.Delete)
			}
			require.Equal(t, ChurnPairs, pairs)
			var sum uint64
			for _, value := range model {
				sum += value
			}
			require.Len(t, model, n)
			require.Equal(t, sum, ring.Sum())
		}
		assert.Equal(t, n%ChurnPairs != 0, wrapped, "n=%d", n)
	}
}

func TestCells(t *testing.T) {
	cells := Cells([]Op{GetHit, Churn}, []Kind{Uint64}, []int{10, 20})
	require.Len(t, cells, 4)
	assert.Equal(t, "Get/impl=openaddr/key=uint64/len=10/hit=1", cells[0].Benchmark("openaddr"))
	assert.Equal(t, "Churn/impl=builtin/key=uint64/len=20", cells[3].Benchmark("builtin"))
	names := make(map[string]bool)
	for _, cell := range Cells(MapOps(), Kinds(), []int{1}) {
		names[cell.Benchmark("x")] = true
	}
	assert.Len(t, names, len(MapOps())*len(Kinds()), "two cells share a name")
}
