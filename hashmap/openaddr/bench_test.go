package openaddr

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The builtin map and Map on the same work, side by side: two names differ in impl= alone, so that
// benchstat -col /impl compares them. Run the binary several times rather than with -count, which would measure one
// side five times and then the other.

type pair struct{ a, b uint64 }

func wordKey(i int) uint64 { return mix(uint64(i)) }
func pairKey(i int) pair   { return pair{mix(uint64(i)), mix(^uint64(i))} }

// stringKey gives strings of 8 to 32 bytes in memory of their own: a look-up with one never meets the same pointer.
func stringKey(i int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-"
	x := mix(uint64(i))
	buf := make([]byte, 8+mix(x)%25)
	for j := range buf {
		if j%8 == 0 {
			x = mix(x)
		}
		buf[j] = letters[x>>(j%8*7)&63]
	}
	return string(buf)
}

// mix is splitmix64.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// picks returns random keys of [from, from+n), made anew: 65,536 at least, so that no branch predictor learns them.
func picks[K any](key func(int) K, from, n int) []K {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]K, max(n, 65536))
	for i := range all {
		all[i] = key(from + r.IntN(n))
	}
	return all
}

// side is one of the two maps at one kind of work. b.N counts entries.
type side[K comparable] func(b *testing.B, key func(int) K, n int)

// compare runs both sides for three kinds of keys and three sizes.
func compare(b *testing.B, detail string, words [2]side[uint64], pairs [2]side[pair], strings [2]side[string]) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		for i, impl := range []string{"builtin", "openaddr"} {
			b.Run(fmt.Sprintf("impl=%s/key=uint64/len=%d%s", impl, n, detail), func(b *testing.B) { words[i](b, wordKey, n) })
			b.Run(fmt.Sprintf("impl=%s/key=pair/len=%d%s", impl, n, detail), func(b *testing.B) { pairs[i](b, pairKey, n) })
			b.Run(fmt.Sprintf("impl=%s/key=string/len=%d%s", impl, n, detail), func(b *testing.B) { strings[i](b, stringKey, n) })
		}
	}
}

func BenchmarkGet(b *testing.B) {
	compare(b, "/hit=1", [2]side[uint64]{hitBuiltin[uint64], hit[uint64]},
		[2]side[pair]{hitBuiltin[pair], hit[pair]}, [2]side[string]{hitBuiltin[string], hit[string]})
	compare(b, "/hit=0", [2]side[uint64]{missBuiltin[uint64], miss[uint64]},
		[2]side[pair]{missBuiltin[pair], miss[pair]}, [2]side[string]{missBuiltin[string], miss[string]})
}

func BenchmarkFill(b *testing.B) {
	compare(b, "/presized=0", [2]side[uint64]{growBuiltin[uint64], grow[uint64]},
		[2]side[pair]{growBuiltin[pair], grow[pair]}, [2]side[string]{growBuiltin[string], grow[string]})
	compare(b, "/presized=1", [2]side[uint64]{presizedBuiltin[uint64], presized[uint64]},
		[2]side[pair]{presizedBuiltin[pair], presized[pair]}, [2]side[string]{presizedBuiltin[string], presized[string]})
}

func BenchmarkChurn(b *testing.B) {
	compare(b, "", [2]side[uint64]{churnBuiltin[uint64], churn[uint64]},
		[2]side[pair]{churnBuiltin[pair], churn[pair]}, [2]side[string]{churnBuiltin[string], churn[string]})
}

func BenchmarkIterate(b *testing.B) {
	compare(b, "", [2]side[uint64]{iterateBuiltin[uint64], iterate[uint64]},
		[2]side[pair]{iterateBuiltin[pair], iterate[pair]}, [2]side[string]{iterateBuiltin[string], iterate[string]})
}

func builtinOf[K comparable](key func(int) K, n int) map[K]uint64 {
	m := make(map[K]uint64)
	for i := range n {
		m[key(i)] = uint64(i) + 1
	}
	return m
}

func mapOf[K comparable](key func(int) K, n int) *Map[K, uint64] {
	m := New[K, uint64](0)
	for i := range n {
		m.Set(key(i), uint64(i)+1)
	}
	return m
}

func hitBuiltin[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := builtinOf(key, n), picks(key, 0, n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		if v, ok := m[keys[i]]; !ok || v == 0 {
			b.Fatal("missed")
		}
	}
}

func hit[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := mapOf(key, n), picks(key, 0, n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		if v, ok := m.Get(keys[i]); !ok || v == 0 {
			b.Fatal("missed")
		}
	}
}

func missBuiltin[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := builtinOf(key, n), picks(key, n, n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		if _, ok := m[keys[i]]; ok {
			b.Fatal("found")
		}
	}
}

func miss[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := mapOf(key, n), picks(key, n, n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		if _, ok := m.Get(keys[i]); ok {
			b.Fatal("found")
		}
	}
}

func made[K any](key func(int) K, n int) []K {
	keys := make([]K, n)
	for i := range keys {
		keys[i] = key(i)
	}
	return keys
}

func fillBuiltin[K comparable](b *testing.B, key func(int) K, n, capacity int) {
	keys := made(key, n)
	var m map[K]uint64
	for i := n; b.Loop(); i++ {
		if i == n {
			i, m = 0, make(map[K]uint64, capacity)
		}
		m[keys[i]] = uint64(i)
	}
	if b.N > n && len(m) > n {
		b.Fatal("too many")
	}
}

func fill[K comparable](b *testing.B, key func(int) K, n, capacity int) {
	keys := made(key, n)
	var m *Map[K, uint64]
	for i := n; b.Loop(); i++ {
		if i == n {
			i, m = 0, New[K, uint64](capacity)
		}
		m.Set(keys[i], uint64(i))
	}
	if b.N > n && m.Len() > n {
		b.Fatal("too many")
	}
}

func growBuiltin[K comparable](b *testing.B, key func(int) K, n int)     { fillBuiltin(b, key, n, 0) }
func presizedBuiltin[K comparable](b *testing.B, key func(int) K, n int) { fillBuiltin(b, key, n, n) }
func grow[K comparable](b *testing.B, key func(int) K, n int)            { fill(b, key, n, 0) }
func presized[K comparable](b *testing.B, key func(int) K, n int)        { fill(b, key, n, n) }

// churn deletes the oldest key and sets a new one: one operation is the pair. Twice n keys go round.
func churnBuiltin[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := builtinOf(key, n), made(key, 2*n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		fresh := i + n
		if fresh >= len(keys) {
			fresh -= len(keys)
		}
		delete(m, keys[i])
		m[keys[fresh]] = uint64(i)
	}
	if len(m) != n {
		b.Fatal("lost count")
	}
}

func churn[K comparable](b *testing.B, key func(int) K, n int) {
	m, keys := mapOf(key, n), made(key, 2*n)
	for i := 0; b.Loop(); i++ {
		if i == len(keys) {
			i = 0
		}
		fresh := i + n
		if fresh >= len(keys) {
			fresh -= len(keys)
		}
		m.Delete(keys[i])
		m.Set(keys[fresh], uint64(i))
	}
	if m.Len() != n {
		b.Fatal("lost count")
	}
}

func iterateBuiltin[K comparable](b *testing.B, key func(int) K, n int) {
	m := builtinOf(key, n)
	var sum uint64
	for b.Loop() {
		for _, v := range m {
			sum += v
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
	if sum == 0 {
		b.Fatal("nothing")
	}
}

func iterate[K comparable](b *testing.B, key func(int) K, n int) {
	m := mapOf(key, n)
	var sum uint64
	for b.Loop() {
		for _, v := range m.All() {
			sum += v
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
	if sum == 0 {
		b.Fatal("nothing")
	}
}
