package orderedmap_test

import (
	"encoding/json"
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
		keys[i] = fmt.Sprintf("user:%010x", uint64(k)>>16)
	}
	return keys
}

// A contest times the builtin map and Map at the same work; a builtin of nil is no contender.
type contest[K comparable] struct {
	builtin func(b *testing.B, keys, shuffled []K)
	ordered func(b *testing.B, keys, shuffled []K)
}

func run[K comparable](b *testing.B, name string, newKeys func(n int) []K, c contest[K]) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		b.Run(fmt.Sprintf("key=%s/len=%d", name, n), func(b *testing.B) {
			keys := newKeys(n)
			shuffled := append([]K(nil), keys...)
			rand.New(rand.NewPCG(2, 2)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if c.builtin != nil {
				b.Run("impl=builtin", func(b *testing.B) { c.builtin(b, keys, shuffled) })
			}
			b.Run("impl=map", func(b *testing.B) { c.ordered(b, keys, shuffled) })
		})
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

// perEntry runs do, which works on n entries, until at least b.N of them are done.
func perEntry(b *testing.B, n int, do func()) {
	b.ResetTimer()
	done := 0
	for ; done < b.N; done += n {
		do()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/op")
}

var sum int

func BenchmarkSet(b *testing.B) {
	run(b, "int", intKeys, setContest[int]())
	run(b, "string", stringKeys, setContest[string]())
}

func setContest[K comparable]() contest[K] {
	return contest[K]{
		func(b *testing.B, keys, _ []K) { perEntry(b, len(keys), func() { sum += len(fillBuiltin(keys)) }) },
		func(b *testing.B, keys, _ []K) { perEntry(b, len(keys), func() { sum += fill(keys).Len() }) },
	}
}

func BenchmarkGet(b *testing.B) {
	run(b, "int", intKeys, getContest[int]())
	run(b, "string", stringKeys, getContest[string]())
}

func getContest[K comparable]() contest[K] {
	return contest[K]{
		func(b *testing.B, keys, shuffled []K) {
			m := fillBuiltin(keys)
			perEntry(b, len(keys), func() {
				for _, k := range shuffled {
					v, ok := m[k]
					if !ok {
						b.Fatal("a key is missing")
					}
					sum += v
				}
			})
		},
		func(b *testing.B, keys, shuffled []K) {
			m := fill(keys)
			perEntry(b, len(keys), func() {
				for _, k := range shuffled {
					v, ok := m.Get(k)
					if !ok {
						b.Fatal("a key is missing")
					}
					sum += v
				}
			})
		},
	}
}

func BenchmarkIterate(b *testing.B) {
	run(b, "int", intKeys, contest[int]{
		func(b *testing.B, keys, _ []int) {
			m := fillBuiltin(keys)
			perEntry(b, len(keys), func() {
				s := 0
				for _, v := range m {
					s += v
				}
				sum += s
			})
		},
		func(b *testing.B, keys, _ []int) {
			m := fill(keys)
			perEntry(b, len(keys), func() {
				s := 0
				for _, v := range m.All() {
					s += v
				}
				sum += s
			})
		},
	})
}

// BenchmarkDelete empties the map in another order than it was filled in; filling it is not timed.
func BenchmarkDelete(b *testing.B) {
	run(b, "int", intKeys, contest[int]{
		func(b *testing.B, keys, shuffled []int) {
			perEntry(b, len(keys), func() {
				b.StopTimer()
				m := fillBuiltin(keys)
				b.StartTimer()
				for _, k := range shuffled {
					delete(m, k)
				}
			})
		},
		func(b *testing.B, keys, shuffled []int) {
			perEntry(b, len(keys), func() {
				b.StopTimer()
				m := fill(keys)
				b.StartTimer()
				for _, k := range shuffled {
					m.Delete(k)
				}
			})
		},
	})
}

// The builtin map has nothing to compare the next three with.

func BenchmarkMoveToBack(b *testing.B) {
	run(b, "int", intKeys, contest[int]{ordered: func(b *testing.B, keys, shuffled []int) {
		m := fill(keys)
		perEntry(b, len(keys), func() {
			for _, k := range shuffled {
				m.MoveToBack(k)
			}
		})
	}})
}

func BenchmarkMoveToFront(b *testing.B) {
	run(b, "int", intKeys, contest[int]{ordered: func(b *testing.B, keys, shuffled []int) {
		m := fill(keys)
		perEntry(b, len(keys), func() {
			for _, k := range shuffled {
				m.MoveToFront(k)
			}
		})
	}})
}

// BenchmarkQueue takes an entry from the front for each that it sets.
func BenchmarkQueue(b *testing.B) {
	run(b, "int", intKeys, contest[int]{ordered: func(b *testing.B, keys, _ []int) {
		m := fill(keys[:len(keys)/2])
		i := len(keys) / 2
		for range b.N {
			m.PopFront()
			m.Set(keys[i], i)
			if i++; i == len(keys) {
				i = 0
			}
		}
	}})
}

// BenchmarkJSON reads and writes an object of 10,000 members that hold objects, as map[string]any and as Map.
func BenchmarkJSON(b *testing.B) {
	var m orderedmap.Map[string, any]
	for i, k := range stringKeys(10_000) {
		member := orderedmap.New[string, any](0)
		member.Set("id", i)
		member.Set("name", "name of "+k)
		member.Set("tags", []any{"a", "b", true, nil})
		m.Set(k, member)
	}
	text, err := json.Marshal(&m)
	if err != nil {
		b.Fatal(err)
	}
	var builtin map[string]any
	if err := json.Unmarshal(text, &builtin); err != nil {
		b.Fatal(err)
	}
	unmarshal := func(into func() any) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for range b.N {
				if err := json.Unmarshal(text, into()); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	marshal := func(from any) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for range b.N {
				if _, err := json.Marshal(from); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("op=unmarshal/impl=builtin", unmarshal(func() any { return new(map[string]any) }))
	b.Run("op=unmarshal/impl=map", unmarshal(func() any { return new(orderedmap.Map[string, any]) }))
	b.Run("op=marshal/impl=builtin", marshal(builtin))
	b.Run("op=marshal/impl=map", marshal(&m))
}
