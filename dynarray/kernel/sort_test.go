package kernel

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shapes are orders in which elements come.
func shapes(n int) map[string][]uint64 {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	shape := func(value func(i int) uint64) []uint64 {
		s := make([]uint64, n)
		for i := range s {
			s[i] = value(i)
		}
		return s
	}
	swapped := shape(func(i int) uint64 { return uint64(i) })
	for range 3 {
		i, j := random.IntN(n), random.IntN(n)
		swapped[i], swapped[j] = swapped[j], swapped[i]
	}
	return map[string][]uint64{
		"random":     shape(func(int) uint64 { return random.Uint64() }),
		"narrow":     shape(func(int) uint64 { return random.Uint64N(1000) }),
		"two values": shape(func(int) uint64 { return random.Uint64N(2) << 63 }),
		"equal":      shape(func(int) uint64 { return 42 }),
		"sorted":     shape(func(i int) uint64 { return uint64(i) << 40 }),
		"reversed":   shape(func(i int) uint64 { return uint64(n-i) << 40 }),
		"swapped":    swapped,
		"runs":       shape(func(i int) uint64 { return uint64(i%(n/5+1)) * 12345 }),
		"saw":        shape(func(i int) uint64 { return uint64(i % 50) }),
		"organ":      shape(func(i int) uint64 { return uint64(min(i, n-i)) }),
		"skewed":     shape(func(int) uint64 { return random.Uint64() >> random.Uint64N(64) }),
		"exponents":  shape(func(int) uint64 { return 1 << random.Uint64N(64) }),
		"clusters":   shape(func(int) uint64 { return random.Uint64N(16)<<60 + random.Uint64N(256) }),
		"tail":       shape(func(i int) uint64 { return uint64(i) + random.Uint64N(2)*uint64(i/(n-n/100))*random.Uint64N(uint64(n)) }),
	}
}

func sortsLikeGo[T cmp.Ordered](t *testing.T, s []T) {
	t.Helper()
	want, got := slices.Sorted(slices.Values(s)), slices.Clone(s)
	Sort(got)
	ordered(t, want, got, s)
}

func TestSortShapes(t *testing.T) {
	for _, n := range []int{32, 300, 3000, 70_000} {
		for name, keys := range shapes(n) {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				sortsLikeGo(t, keys)
				sortsLikeGo(t, convert(keys, func(k uint64) int64 { return int64(k) }))
				sortsLikeGo(t, convert(keys, math.Float64frombits))
				if n > 3000 {
					return
				}
				sortsLikeGo(t, convert(keys, func(k uint64) uint32 { return uint32(k >> 32) }))
				sortsLikeGo(t, convert(keys, func(k uint64) int32 { return int32(k >> 20) }))
				sortsLikeGo(t, convert(keys, func(k uint64) float32 { return math.Float32frombits(uint32(k)) }))
				sortsLikeGo(t, convert(keys, func(k uint64) uint16 { return uint16(k >> 48) }))
				sortsLikeGo(t, convert(keys, func(k uint64) int16 { return int16(k) }))
				sortsLikeGo(t, convert(keys, func(k uint64) int8 { return int8(k) }))
			})
		}
	}
}

// About the lengths at which the way of sorting changes.
func TestSortFewShapes(t *testing.T) {
	for n := 1; n <= lookFrom+1; n++ {
		for _, keys := range shapes(n) {
			sortsLikeGo(t, keys)
			sortsLikeGo(t, convert(keys, math.Float64frombits))
			sortsLikeGo(t, convert(keys, func(k uint64) int32 { return int32(k >> 20) }))
			sortsLikeGo(t, convert(keys, func(k uint64) int8 { return int8(k) }))
			sortsLikeGo(t, convert(keys, func(k uint64) string { return fmt.Sprint(k) }))
		}
	}
}

func convert[T any](keys []uint64, to func(uint64) T) []T {
	s := make([]T, len(keys))
	for i, k := range keys {
		s[i] = to(k)
	}
	return s
}

// A pair can be told apart from one that is equal to it.
type pair struct{ key, place int }

func byKey(a, b pair) int { return cmp.Compare(a.key, b.key) }

func stableLikeGo(t *testing.T, keys []int) {
	t.Helper()
	want := make([]pair, len(keys))
	for i, key := range keys {
		want[i] = pair{key, i}
	}
	got := slices.Clone(want)
	slices.SortStableFunc(want, byKey)
	SortStableFunc(got, byKey)
	require.Equal(t, want, got)
}

// All lists of up to eight elements of three keys, as CPython tests its own.
func TestStableExhaustively(t *testing.T) {
	for n := range 9 {
		keys := make([]int, n)
		for more := true; more; {
			stableLikeGo(t, keys)
			more = false
			for i := range keys {
				if keys[i]++; keys[i] < 3 {
					more = true
					break
				}
				keys[i] = 0
			}
		}
	}
}

func TestStableShapes(t *testing.T) {
	for _, n := range []int{31, 64, 65, 127, 129, 512, 1000, 5000} {
		for _, keys := range shapes(n) {
			stableLikeGo(t, convert(keys, func(k uint64) int { return int(k % 1000) }))
			stableLikeGo(t, convert(keys, func(k uint64) int { return int(k >> 1) }))
		}
	}
}

// The comparisons are CPython's reason for this sort: n-1 for a run, and hardly more for a few of them.
func TestStableComparisons(t *testing.T) {
	const n = 10_000
	for name, most := range map[string]int{"sorted": n - 1, "reversed": n - 1, "runs": 4 * n, "random": 14 * n} {
		comparisons := 0
		s := shapes(n)[name]
		SortStableFunc(s, func(a, b uint64) int { comparisons++; return cmp.Compare(a, b) })
		assert.LessOrEqual(t, comparisons, most, name)
	}
}

// Whatever cmp does, all elements are still there.
func TestStableWithABadFunction(t *testing.T) {
	for _, n := range []int{10, 100, 1000} {
		for panicAt := 1; panicAt < 8*n; panicAt += 1 + n/17 {
			s := rand.New(rand.NewPCG(1, uint64(n))).Perm(n)
			calls := 0
			func() {
				defer func() { _ = recover() }()
				SortStableFunc(s, func(a, b int) int {
					if calls++; calls == panicAt {
						panic("cmp")
					}
					return a%10 - b%10
				})
			}()
			slices.Sort(s)
			for i, v := range s {
				require.Equal(t, i, v, "%d, panic at %d", n, panicAt)
			}
		}
		s := rand.New(rand.NewPCG(1, uint64(n))).Perm(n)
		random := rand.New(rand.NewPCG(2, 2))
		SortStableFunc(s, func(int, int) int { return random.IntN(3) - 1 })
		slices.Sort(s)
		assert.Equal(t, n-1, s[n-1])
		assert.Len(t, slices.Compact(s), n)
	}
}

func FuzzSort(f *testing.F) {
	f.Add([]byte("the quick brown fox"), uint8(0))
	f.Add(make([]byte, 700), uint8(7))
	for name, keys := range shapes(100) {
		f.Add(binary.LittleEndian.AppendUint64([]byte(name), keys[50]), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, repeat uint8) {
		for range repeat % 8 { // short inputs are to reach the thresholds too
			data = append(data, data...)
			if len(data) > 1<<14 {
				break
			}
		}
		var words []uint64
		for ; len(data) >= 8; data = data[8:] {
			words = append(words, binary.LittleEndian.Uint64(data))
		}
		sortsLikeGo(t, words)
		sortsLikeGo(t, convert(words, func(k uint64) int64 { return int64(k) }))
		sortsLikeGo(t, convert(words, math.Float64frombits))
		sortsLikeGo(t, convert(words, func(k uint64) float32 { return math.Float32frombits(uint32(k)) }))
		sortsLikeGo(t, convert(words, func(k uint64) int16 { return int16(k) }))
		sortsLikeGo(t, convert(words, func(k uint64) uint8 { return uint8(k) }))
		stableLikeGo(t, convert(words, func(k uint64) int { return int(k % 16) }))
	})
}
