package chaining

import (
	"fmt"
	"testing"
)

func BenchmarkGet(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		m := New[uint64, uint64](0)
		for i := range uint64(n) {
			m.Set(i*0x9E3779B97F4A7C15, i+1)
		}
		picks := make([]uint64, max(n, 65536))
		for i, x := 0, uint64(1); i < len(picks); i++ {
			x = x*6364136223846793005 + 1442695040888963407
			picks[i] = x >> 33 % uint64(n) * 0x9E3779B97F4A7C15
		}
		for hit := range uint64(2) {
			b.Run(fmt.Sprintf("impl=chaining/key=uint64/len=%d/hit=%d", n, hit), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if i == len(picks) {
						i = 0
					}
					if v, ok := m.Get(picks[i] + 1 - hit); ok != (hit == 1) || ok && v == 0 {
						b.Fatal("wrong answer")
					}
				}
			})
		}
	}
}
