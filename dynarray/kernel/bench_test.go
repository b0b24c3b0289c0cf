package kernel

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

var sink int

// BenchmarkThreshold has Go's loop and the kernel side by side around the lengths from which on C is called. The kernels are
// called below their thresholds too.
func BenchmarkThreshold(b *testing.B) {
	lens := []int{32, 64, 96, 128, 192, 256, 384}
	beside[int64](b, lens...)
	beside[float64](b, lens...)
	beside[int32](b, lens...)
}

// BenchmarkMillion has them where elements of eight bytes lie in the third cache, and, as the floor, bytes.IndexByte over as
// many bytes, which reads 32 at a time and does hardly anything with them.
func BenchmarkMillion(b *testing.B) {
	zeros := make([]byte, 8_000_000)
	clear(zeros[1:]) // else all of its pages are one page of zeros
	b.Run("op=read/bytes=8000000", func(b *testing.B) {
		for b.Loop() {
			sink += bytes.IndexByte(zeros, 1)
		}
	})
	beside[int64](b, 1_000_000)
	beside[float64](b, 1_000_000)
	beside[int32](b, 1_000_000)
	beside[float32](b, 1_000_000)
	beside[int16](b, 1_000_000)
}

func beside[T numberLike](b *testing.B, lens ...int) {
	random := rand.New(rand.NewPCG(1, 1))
	k := kindOf[T]()
	for _, n := range lens {
		s := make([]T, n)
		for i := range s {
			s[i] = T(random.IntN(1000) + 1)
		}
		twin := slices.Clone(s)
		for _, op := range []struct {
			name string
			loop func()
			long func()
		}{
			{"sum", func() { sink += int(sumLoop(s)) }, func() { sink += int(sumLong(k, s)) }},
			{"min", func() { sink += int(slices.Min(s)) }, func() { sink += int(minLong(k, s)) }},
			{"index", func() { sink += slices.Index(s, 0) }, func() { sink += indexLong(k, s, 0) }},
			{"count", func() { sink += countLoop(s, 1) }, func() { sink += countLong(k, s, 1) }},
			{"equal", func() { _ = slices.Equal(s, twin) }, func() { _ = equalLong(k, s, twin) }},
			{"reverse", func() { slices.Reverse(s) }, func() { reverseLong(s) }},
			{"fill", func() {
				for i := range twin {
					twin[i] = s[0]
				}
			}, func() { fillLong(twin, s[0]) }},
			{"down", func() { copy(s, s[1:]) }, func() { moveLong(bytesOf(s), bytesOf(s[1:])) }},
		} {
			name := fmt.Sprintf("op=%s/type=%T/len=%d/impl=", op.name, s[0], n)
			b.Run(name+"loop", func(b *testing.B) {
				for b.Loop() {
					op.loop()
				}
			})
			b.Run(name+"kernel", func(b *testing.B) {
				for b.Loop() {
					op.long()
				}
			})
		}
	}
}

// BenchmarkSort sorts fresh random elements in each pass: a branch predictor learns a short slice by heart.
func BenchmarkSort(b *testing.B) {
	for _, n := range []int{8, 16, 24, 32, 48, 64, 100, 256, 1000, 10_000} {
		benchmarkSort(b, n, func(r *rand.Rand) int64 { return int64(r.Uint64()) })
		benchmarkSort(b, n, (*rand.Rand).Float64)
		benchmarkSort(b, n, (*rand.Rand).Uint32)
		benchmarkSort(b, n, func(r *rand.Rand) int16 { return int16(r.Uint32()) })
		benchmarkSort(b, n, func(r *rand.Rand) int8 { return int8(r.Uint32()) })
	}
}

func benchmarkSort[T cmp.Ordered](b *testing.B, n int, value func(*rand.Rand) T) {
	random := rand.New(rand.NewPCG(1, 1))
	const all = 1 << 16
	values, s := make([]T, all), make([]T, all)
	for i := range values {
		values[i] = value(random)
	}
	for _, impl := range []struct {
		name string
		sort func([]T)
	}{{"slices", slices.Sort[[]T]}, {"kernel", Sort[T]}} {
		b.Run(fmt.Sprintf("type=%T/len=%d/impl=%s", values[0], n, impl.name), func(b *testing.B) {
			at := all
			for b.Loop() {
				if at+n > all {
					b.StopTimer()
					copy(s, values)
					at = 0
					b.StartTimer()
				}
				impl.sort(s[at : at+n])
				at += n
			}
		})
	}
}
