package dynarray_test

import (
	"fmt"
	"testing"

	"innards/dynarray"
)

// The benchmarks' names are keys for benchstat: `-col /impl` sets Array beside a slice. ns/op is per element.

func perElement(b *testing.B, n int, do func()) {
	b.ResetTimer()
	done := 0
	for ; done < b.N; done += n {
		do()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/op")
}

var sink int64

// BenchmarkAppend grows an array from nothing.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprintf("impl=slice/len=%d", n), func(b *testing.B) {
			perElement(b, n, func() {
				var s []int64
				for i := range int64(n) {
					s = append(s, i)
				}
				sink += s[n-1]
			})
		})
		b.Run(fmt.Sprintf("impl=array/len=%d", n), func(b *testing.B) {
			perElement(b, n, func() {
				a := dynarray.New[int64](0)
				for i := range int64(n) {
					a.Append(i)
				}
				sink += a.At(n - 1)
				_ = a.Close()
			})
		})
	}
}

// BenchmarkAt and BenchmarkSet go over an array of a size that stays in the cache.
func BenchmarkAt(b *testing.B) {
	const n = 1000
	a, s := dynarray.New[int64](n), make([]int64, n)
	defer func() { _ = a.Close() }()
	a.AppendSlice(s)
	b.Run("impl=slice/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			sum := int64(0)
			for i := range n {
				sum += s[i]
			}
			sink += sum
		})
	})
	b.Run("impl=array/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			sum := int64(0)
			for i := range n {
				sum += a.At(i)
			}
			sink += sum
		})
	})
	b.Run("impl=view/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			sum := int64(0)
			for _, v := range a.Slice() {
				sum += v
			}
			sink += sum
		})
	})
	b.Run("impl=all/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			sum := int64(0)
			for _, v := range a.All() {
				sum += v
			}
			sink += sum
		})
	})
}

func BenchmarkSet(b *testing.B) {
	const n = 1000
	a, s := dynarray.New[int64](n), make([]int64, n)
	defer func() { _ = a.Close() }()
	a.AppendSlice(s)
	b.Run("impl=slice/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			for i := range n {
				s[i] = int64(i)
			}
		})
	})
	b.Run("impl=array/len=1000", func(b *testing.B) {
		perElement(b, n, func() {
			for i := range n {
				a.Set(i, int64(i))
			}
		})
	})
}

// BenchmarkNew is what an array costs beside its elements: registration, the cleanup, C calls.
func BenchmarkNew(b *testing.B) {
	for range b.N {
		_ = dynarray.New[int64](8).Close()
	}
}
