package kernel

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type (
	id    int64
	metre float64
	flag  bool
	rgb   struct{ r, g, b uint8 }
)

// lengths are all up to 200, where blocks, strides and thresholds begin and end, and a few beyond.
func lengths() []int {
	var all []int
	for n := range 201 {
		all = append(all, n)
	}
	return append(all, 255, 256, 257, 319, 320, 321, 1000, 4096)
}

// eachSlice calls f with slices of all lengths, at different alignments in the same memory, with few and with many values.
func eachSlice[T any](make1 func(*rand.Rand) T, few func(*rand.Rand) T, f func(s []T)) {
	random := rand.New(rand.NewPCG(7, 7))
	memory := make([]T, 4160)
	for _, n := range lengths() {
		for i, value := range []func(*rand.Rand) T{make1, few} {
			offset := random.IntN(64) * (i + n) % 64
			s := memory[offset : offset+n : offset+n]
			for j := range s {
				s[j] = value(random)
			}
			f(s)
		}
	}
}

type numberLike interface {
	cmp.Ordered
	Number
}

// same compares bits, so that zeros differ, but NaNs do not: which one a sum or an extreme is has no meaning.
func same[T comparable](a, b T) bool {
	return bitsOf(a) == bitsOf(b) || a != a && b != b
}

func testNumbers[T numberLike](t *testing.T, any, few func(*rand.Rand) T) {
	t.Run(fmt.Sprintf("%T", *new(T)), func(t *testing.T) {
		float := kindOf[T]().float()
		eachSlice(any, few, func(s []T) {
			n := len(s)
			want := sumLoop(s)
			if float && n >= sumFrom {
				want = sumLanes(s)
			}
			require.True(t, same(want, Sum(s)), "sum of %d: %v, want %v", n, Sum(s), want)
			if n == 0 {
				assert.Panics(t, func() { Min(s) })
				assert.Panics(t, func() { Max(s) })
			} else {
				require.True(t, same(slices.Min(s), Min(s)), "min of %d: %v of %v", n, Min(s), s)
				require.True(t, same(slices.Max(s), Max(s)), "max of %d: %v of %v", n, Max(s), s)
			}
			testSort(t, s)
		})
		eachSlice(any, few, func(s []T) { testSearch(t, s) })
	})
}

func testSearch[T comparable](t *testing.T, s []T) {
	n := len(s)
	sought := []T{*new(T)}
	for i := 0; i < n; i += 1 + i/2 {
		sought = append(sought, s[i], s[n-1-i])
	}
	for _, v := range sought {
		require.Equal(t, slices.Index(s, v), Index(s, v), "index in %d", n)
		require.Equal(t, countLoop(s, v), Count(s, v), "count in %d", n)
	}
	other := slices.Clone(s)
	require.Equal(t, slices.Equal(s, other), Equal(s, other), "equal, %d", n)
	for i := 0; i < n; i += 1 + i/3 {
		for _, at := range []int{i, n - 1 - i} {
			other[at] = s[n/2]
			require.Equal(t, slices.Equal(s, other), Equal(s, other), "equal, %d, but at %d", n, at)
			other[at] = s[at]
		}
	}
	if n > 0 {
		require.False(t, Equal(s, other[1:]))
	}
}

// ordered compares two sorted slices: the same at each place as far as order can tell, and the same elements in all.
func ordered[T cmp.Ordered](t *testing.T, want, got, before []T) {
	t.Helper()
	require.Zero(t, slices.CompareFunc(want, got, cmp.Compare[T]), "%d: %v", len(want), got)
	count := map[uint64]int{}
	for i := range before {
		count[bitsOf(before[i])]++
		count[bitsOf(got[i])]--
	}
	for bits, n := range count {
		require.Zero(t, n, "%x", bits)
	}
}

func testSort[T cmp.Ordered](t *testing.T, s []T) {
	before, want, got := slices.Clone(s), slices.Clone(s), slices.Clone(s)
	slices.Sort(want)
	Sort(got)
	ordered(t, want, got, before)
	got = slices.Clone(s)
	SortStable(got)
	slices.SortStableFunc(s, cmp.Compare[T])
	for i := range s {
		require.Equal(t, bitsOf(s[i]), bitsOf(got[i]), "stable, %d, at %d", len(s), i)
	}
}

func integers[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](t *testing.T) {
	testNumbers(t, func(r *rand.Rand) T { return T(r.Uint64()) }, func(r *rand.Rand) T { return T(r.IntN(5)) - 2 })
}

func floats[T ~float32 | ~float64](t *testing.T) {
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 1, -1, math.MaxFloat64,
		math.SmallestNonzeroFloat64, float64(-math.MaxFloat32), math.Copysign(math.NaN(), -1)}
	testNumbers(t, func(r *rand.Rand) T { return T(r.NormFloat64()) }, func(r *rand.Rand) T { return T(special[r.IntN(len(special))]) })
	// Without NaN, the zeros decide.
	testNumbers(t, func(r *rand.Rand) T { return T(math.Copysign(float64(r.IntN(2)), -1)) },
		func(r *rand.Rand) T { return T(special[3+r.IntN(2)]) })
}

func TestKernelsAgainstLoops(t *testing.T) {
	integers[int](t)
	integers[int8](t)
	integers[int16](t)
	integers[int32](t)
	integers[int64](t)
	integers[uint](t)
	integers[uint8](t)
	integers[uint16](t)
	integers[uint32](t)
	integers[uint64](t)
	integers[uintptr](t)
	integers[id](t)
	floats[float32](t)
	floats[float64](t)
	floats[metre](t)
}

func TestOtherElements(t *testing.T) {
	eachSlice(func(r *rand.Rand) flag { return r.IntN(2) == 0 }, func(*rand.Rand) flag { return true },
		func(s []flag) { testSearch(t, s); testMoves(t, s) })
	eachSlice(func(r *rand.Rand) rgb { return rgb{uint8(r.IntN(256)), 1, 2} }, func(r *rand.Rand) rgb { return rgb{0, uint8(r.IntN(2)), 0} },
		func(s []rgb) { testSearch(t, s); testMoves(t, s) })
	eachSlice(func(r *rand.Rand) string { return fmt.Sprint(r.IntN(1000)) }, func(r *rand.Rand) string { return "" }, func(s []string) {
		want, got := slices.Sorted(slices.Values(s)), slices.Clone(s)
		Sort(got)
		require.True(t, slices.Equal(want, got))
		got = slices.Clone(s)
		SortStable(got)
		require.True(t, slices.Equal(want, got))
		if len(s) > 0 {
			require.Equal(t, want[0], Min(s))
			require.Equal(t, want[len(s)-1], Max(s))
		}
	})
	complexes := make([]complex128, 300)
	complexes[7], complexes[299] = 1i, 1
	assert.Equal(t, 1+1i, Sum(complexes))
	assert.Equal(t, 7, Index(complexes, 1i))
	Fill(complexes, 2)
	Reverse(complexes)
	assert.Equal(t, 600+0i, Sum(complexes))
}

func testMoves[T comparable](t *testing.T, s []T) {
	n := len(s)
	want, got := slices.Clone(s), slices.Clone(s)
	slices.Reverse(want)
	Reverse(got)
	require.Equal(t, want, got, "reverse %d", n)
	for _, by := range []int{0, 1, 7, n / 2} {
		if by > n {
			continue
		}
		want, got = slices.Clone(s), slices.Clone(s)
		copy(want[by:], want)
		Move(got[by:], got[:n-by])
		require.Equal(t, want, got, "up, %d by %d", n, by)
		copy(want, want[by:])
		Move(got, got[by:])
		require.Equal(t, want, got, "down, %d by %d", n, by)
	}
	if n > 2 {
		Fill(got[1:n-1], s[0])
		for i, v := range got[1 : n-1] {
			require.Equal(t, s[0], v, "fill %d, at %d", n, i)
		}
		require.Equal(t, want[0], got[0])
		require.Equal(t, want[n-1], got[n-1])
	}
}

func TestMoves(t *testing.T) {
	eachSlice(func(r *rand.Rand) uint8 { return uint8(r.Uint32()) }, func(r *rand.Rand) uint8 { return 0 }, func(s []uint8) { testMoves(t, s) })
	eachSlice(func(r *rand.Rand) int16 { return int16(r.Uint32()) }, func(r *rand.Rand) int16 { return 0 }, func(s []int16) { testMoves(t, s) })
	eachSlice((*rand.Rand).Float32, (*rand.Rand).Float32, func(s []float32) { testMoves(t, s) })
	eachSlice(func(r *rand.Rand) id { return id(r.Uint64()) }, func(r *rand.Rand) id { return 0 }, func(s []id) { testMoves(t, s) })
	big := make([]int64, 1<<18)
	for i := range big {
		big[i] = int64(i)
	}
	testMoves(t, big) // above all thresholds
	assert.Panics(t, func() { Move(big[:1], big) })
}
