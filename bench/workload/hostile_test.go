package workload

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHostileKeys(t *testing.T) {
	few := []uint64{0, 1, 2, 99_999, absent, absent + 1}
	assert.Equal(t, few, Patterned(Sequential).Keys(few))
	for _, key := range Patterned(HighBits).Keys(few) {
		assert.Zero(t, key%(1<<20), "a low bit that differs")
	}
	assert.NotContains(t, Patterned(HighBits).Keys([]uint64{1, absent}), uint64(0))
	seen := map[string]bool{}
	sums := map[int32]bool{}
	for _, key := range CollidingStrings().Keys(few) {
		var sum int32 // Java's String.hashCode
		for _, c := range []byte(key) {
			sum = 31*sum + int32(c)
		}
		seen[key], sums[sum] = true, true
	}
	assert.Len(t, seen, len(few))
	assert.Len(t, sums, 1)
	for _, kind := range HostileKinds() {
		assert.True(t, kind.Hostile())
	}
	assert.False(t, Uint64.Hostile())
}

func TestSawtooth(t *testing.T) {
	assert.Equal(t, []int{7168, 10137, 14336, 20274, 28672}, Sawtooth(2))
	assert.Len(t, Sawtooth(8), 17)
}

func TestSkewed(t *testing.T) {
	const n = 1000
	source := Integers(seed)
	model := make(map[uint64]uint64)
	for i, key := range Live(source, n) {
		model[key] = FirstValue + uint64(i)
	}
	hits := Skewed(source, n, rand.New(rand.NewPCG(seed, 0)))
	var sum uint64
	asked := make(map[uint64]int)
	for _, key := range hits.Keys {
		sum += model[key]
		asked[key]++
	}
	assert.Len(t, hits.Keys, hits.Found)
	assert.Equal(t, hits.Sum, sum)
	assert.Greater(t, asked[source.Keys([]uint64{0})[0]], MinPicks/8, "the first is asked for most")
	assert.Equal(t, 1, len(Skewed(source, 1, rand.New(rand.NewPCG(seed, 0))).Keys)/MinPicks)
}
