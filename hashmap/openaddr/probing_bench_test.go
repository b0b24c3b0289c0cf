package openaddr

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"
)

// The builtin map, RobinHood and Probing on the same work: names differ in impl= alone. Loops are written out for each
// of the three, as a call through an interface would be a good part of what is measured.

// probingMix is splitmix64.
func probingMix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// probingString gives strings of 8 to 32 bytes in memory of their own.
func probingString(i uint64) string {
	var buf []byte
	x := probingMix(i)
	for y := x; len(buf) < 24; y = probingMix(y) {
		buf = binary.LittleEndian.AppendUint64(buf, y)
	}
	return base64.StdEncoding.EncodeToString(buf)[:8+x%25]
}

// probingMap is what a benchmark does with a map, each a loop of its own.
type probingMap[K comparable] struct {
	impl    string
	fill    func(keys []K)          // a new map with these keys, grown from empty
	count   func(keys []K) int      // look-ups, how many are there
	churn   func(old, fresh []K)    // deletes one of old, sets one of fresh, and so on
	iterate func() (entries uint64) // a range over all
}

func probingBuiltin[K comparable]() probingMap[K] {
	var m map[K]uint64
	return probingMap[K]{"builtin",
		func(keys []K) {
			m = make(map[K]uint64)
			for _, key := range keys {
				m[key] = 1
			}
		},
		func(keys []K) (n int) {
			for _, key := range keys {
				if _, ok := m[key]; ok {
					n++
				}
			}
			return n
		},
		func(old, fresh []K) {
			for i := range old {
				delete(m, old[i])
				m[fresh[i]] = 1
			}
		},
		func() (n uint64) {
			for _, v := range m {
				n += v
			}
			return n
		}}
}

func probingRobinHood[K comparable]() probingMap[K] {
	var m *RobinHood[K, uint64]
	return probingMap[K]{"robinhood",
		func(keys []K) {
			m = NewRobinHood[K, uint64](0)
			for _, key := range keys {
				m.Set(key, 1)
			}
		},
		func(keys []K) (n int) {
			for _, key := range keys {
				if _, ok := m.Get(key); ok {
					n++
				}
			}
			return n
		},
		func(old, fresh []K) {
			for i := range old {
				m.Delete(old[i])
				m.Set(fresh[i], 1)
			}
		},
		func() (n uint64) {
			for _, v := range m.All() {
				n += v
			}
			return n
		}}
}

func probingOf[K comparable](p Probe) probingMap[K] {
	var m *Probing[K, uint64]
	return probingMap[K]{[...]string{"linear", "quadratic", "doublehash", "perturb"}[p],
		func(keys []K) {
			m = NewProbing[K, uint64](0, p)
			for _, key := range keys {
				m.Set(key, 1)
			}
		},
		func(keys []K) (n int) {
			for _, key := range keys {
				if _, ok := m.Get(key); ok {
					n++
				}
			}
			return n
		},
		func(old, fresh []K) {
			for i := range old {
				m.Delete(old[i])
				m.Set(fresh[i], 1)
			}
		},
		func() (n uint64) {
			for _, v := range m.All() {
				n += v
			}
			return n
		}}
}

func BenchmarkProbing(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		benchmarkProbing(b, "uint64", n, probingMix)
		benchmarkProbing(b, "string", n, probingString)
	}
}

// benchmarkProbing reports ns for each entry, whatever the operation. A new set of look-up keys is a random choice out of
// those in the map, in other memory.
func benchmarkProbing[K comparable](b *testing.B, kind string, n int, key func(uint64) K) {
	made := func(from int, pick bool) []K {
		keys := make([]K, max(n, 1<<16))
		if !pick {
			keys = keys[:n]
		}
		for i := range keys {
			at := uint64(i)
			if pick {
				at = probingMix(at) % uint64(n)
			}
			keys[i] = key(uint64(from) + at)
		}
		return keys
	}
	keys, fresh, hits, misses := made(0, false), made(n, false), made(0, true), made(3*n, true)
	maps := []probingMap[K]{probingBuiltin[K](), probingRobinHood[K]()}
	for _, p := range []Probe{Linear, Quadratic, DoubleHash, Perturb} {
		maps = append(maps, probingOf[K](p))
	}
	for _, op := range []string{"grow", "hit", "miss", "iterate", "churn"} {
		for _, m := range maps {
			b.Run(fmt.Sprintf("op=%s/impl=%s/key=%s/len=%d", op, m.impl, kind, n), func(b *testing.B) {
				m.fill(keys)
				per := n
				for flip := false; b.Loop(); flip = !flip {
					switch op {
					case "grow":
						m.fill(keys)
					case "hit":
						if per = len(hits); m.count(hits) != per {
							b.Fatal("missed")
						}
					case "miss":
						if per = len(misses); m.count(misses) != 0 {
							b.Fatal("found")
						}
					case "iterate":
						if m.iterate() != uint64(n) {
							b.Fatal("not all")
						}
					case "churn":
						if flip {
							m.churn(fresh, keys)
						} else {
							m.churn(keys, fresh)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(per), "ns/entry")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
