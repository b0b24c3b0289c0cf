package orderedmap_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"innards/orderedmap"
)

// The benchmarks' names are keys for benchstat: `-col /impl` sets Map beside the builtin map. ns/op is per entry,
// and keys are looked up in another order than they were set in.

func intKeys(n int) []int {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	keys := make([]int, n)
	for i := range keys {
		keys[i] = int(r.Uint64() >> 1)
	}
	return keys
}

func stringKeys(n int) []string {
	keys := make([]string, n)
	for i, k := range intKeys(n) {
		keys[i] = fmt.Sprintf("user:%010x", uint64(k)>>24)
	}
	return keys
}

func eachKind(b *testing.B, run func(b *testing.B, n int, name string, ints bool)) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		run(b, n, fmt.Sprintf("key=int/len=%d", n), true)
		run(b, n, fmt.Sprintf("key=string/len=%d", n), false)
	}
}

func fill[K comparable](keys []K) *orderedmap.Map[K, int] {
	m := new(orderedmap.Map[K, int])
	for i, k := range keys {
		m.Set(k, i)
	}
	return m
}

func fillBuiltin[K comparable](keys []K) map[K]int {
	m := make(map[K]int)
	for i, k := range keys {
		m[k] = i
	}
	return m
}

func shuffled[K any](keys []K) []K {
	s := append([]K(nil), keys...)
	rand.New(rand.NewPCG(2, 2)).Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

// perEntry runs do, which works on n entries, until at least b.N of them are done.
func perEntry(b *testing.B, n int, do func()) {
	b.ResetTimer()
	done := 0
	for ; done < b.N; done += n {
		do()
	}
	report(b, done)
}

// report corrects ns/op where whole maps made more entries than b.N.
func report(b *testing.B, done int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/op")
}

var sum int

func BenchmarkSet(b *testing.B) {
	eachKind(b, func(b *testing.B, n int, name string, ints bool) {
		if ints {
			benchSet(b, name, intKeys(n))
		} else {
			benchSet(b, name, stringKeys(n))
		}
	})
}

func benchSet[K comparable](b *testing.B, name string, keys []K) {
	b.Run("impl=builtin/"+name, func(b *testing.B) { perEntry(b, len(keys), func() { sum += len(fillBuiltin(keys)) }) })
	b.Run("impl=map/"+name, func(b *testing.B) { perEntry(b, len(keys), func() { sum += fill(keys).Len() }) })
}

func BenchmarkGet(b *testing.B) {
	eachKind(b, func(b *testing.B, n int, name string, ints bool) {
		if ints {
			benchGet(b, name, intKeys(n))
		} else {
			benchGet(b, name, stringKeys(n))
		}
	})
}

func benchGet[K comparable](b *testing.B, name string, keys []K) {
	builtin, m, lookups := fillBuiltin(keys), fill(keys), shuffled(keys)
	b.Run("impl=builtin/"+name, func(b *testing.B) {
		perEntry(b, len(keys), func() {
			for _, k := range lookups {
				v, ok := builtin[k]
				if !ok {
					b.Fatal("a key is missing")
				}
				sum += v
			}
		})
	})
	b.Run("impl=map/"+name, func(b *testing.B) {
		perEntry(b, len(keys), func() {
			for _, k := range lookups {
				v, ok := m.Get(k)
				if !ok {
					b.Fatal("a key is missing")
				}
				sum += v
			}
		})
	})
}

func BenchmarkIterate(b *testing.B) {
	eachKind(b, func(b *testing.B, n int, name string, ints bool) {
		if ints {
			benchIterate(b, name, intKeys(n))
		} else {
			benchIterate(b, name, stringKeys(n))
		}
	})
}

func benchIterate[K comparable](b *testing.B, name string, keys []K) {
	builtin, m := fillBuiltin(keys), fill(keys)
	b.Run("impl=builtin/"+name, func(b *testing.B) {
		perEntry(b, len(keys), func() {
			s := 0
			for _, v := range builtin {
				s += v
			}
			sum += s
		})
	})
	b.Run("impl=map/"+name, func(b *testing.B) {
		perEntry(b, len(keys), func() {
			s := 0
			for _, v := range m.All() {
				s += v
			}
			sum += s
		})
	})
}

// BenchmarkDelete empties the map in another order than it was filled in; filling it is not measured.
func BenchmarkDelete(b *testing.B) {
	eachKind(b, func(b *testing.B, n int, name string, ints bool) {
		if ints {
			benchDelete(b, name, intKeys(n))
		} else {
			benchDelete(b, name, stringKeys(n))
		}
	})
}

func benchDelete[K comparable](b *testing.B, name string, keys []K) {
	order := shuffled(keys)
	b.Run("impl=builtin/"+name, func(b *testing.B) {
		done := 0
		for ; done < b.N; done += len(keys) {
			b.StopTimer()
			m := fillBuiltin(keys)
			b.StartTimer()
			for _, k := range order {
				delete(m, k)
			}
		}
		report(b, done)
	})
	b.Run("impl=map/"+name, func(b *testing.B) {
		done := 0
		for ; done < b.N; done += len(keys) {
			b.StopTimer()
			m := fill(keys)
			b.StartTimer()
			for _, k := range order {
				m.Delete(k)
			}
		}
		report(b, done)
	})
}

// BenchmarkMove and BenchmarkQueue have no counterpart in the builtin map.
func BenchmarkMove(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		keys := intKeys(n)
		m, order := fill(keys), shuffled(keys)
		b.Run(fmt.Sprintf("impl=map/to=back/key=int/len=%d", n), func(b *testing.B) {
			perEntry(b, n, func() {
				for _, k := range order {
					m.MoveToBack(k)
				}
			})
		})
		b.Run(fmt.Sprintf("impl=map/to=front/key=int/len=%d", n), func(b *testing.B) {
			perEntry(b, n, func() {
				for _, k := range order {
					m.MoveToFront(k)
				}
			})
		})
	}
}

func BenchmarkQueue(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		keys := intKeys(2 * n)
		m := fill(keys[:n])
		b.Run(fmt.Sprintf("impl=map/key=int/len=%d", n), func(b *testing.B) {
			i := n
			for range b.N {
				m.PopFront()
				m.Set(keys[i%len(keys)], i)
				i++
			}
		})
	}
}
