package openaddr

import (
	"testing"

	"innards/hashmap"
	"innards/hashmap/maptest"
)

// subject builds maps under test. change, if there is one, makes the hash of a new map worse.
func subject[K, V comparable](key func(int) K, value func(int) V, change func(*Map[K, V])) maptest.Subject[K, V, *Map[K, V]] {
	return maptest.Subject[K, V, *Map[K, V]]{
		New: func(capacity int) *Map[K, V] {
			m := New[K, V](capacity)
			if change != nil {
				change(m)
			}
			return m
		},
		Zero:  func() *Map[K, V] { return new(Map[K, V]) },
		Key:   key,
		Value: value,
		Check: (*Map[K, V]).verify,
	}
}

// seeded makes the map's own hash bad: with (0, 0) all words collide.
func seeded[K, V comparable](a, b uint64) func(*Map[K, V]) {
	return func(m *Map[K, V]) { m.keys.Seed = hashmap.MakeSeed(a, b) }
}

// tiny gives a map segments of one group, so that a dozen entries take several, and a split comes every few insertions.
func tiny[K, V comparable](m *Map[K, V]) { m.base = 1 }

// identity makes a word its own hash: all small ones have one home.
func identity(m *Map[uint64, int]) {
	m.keys = hashmap.NewHashKeyer(func(x uint64) uint64 { return x })
}

func run[K, V comparable](t *testing.T, name string, s maptest.Subject[K, V, *Map[K, V]]) {
	t.Run(name, func(t *testing.T) { maptest.RunHash(t, s) })
}

func TestKeysAndValues(t *testing.T) {
	run(t, "uint64-int", subject(maptest.Uint64Key, maptest.IntValue, nil))
	run(t, "string-string", subject(maptest.StringKey, maptest.StringValue, nil))
	run(t, "pair-none", subject(maptest.PairKey, maptest.NoValue, nil))
	run(t, "array-large", subject(maptest.ArrayKey, maptest.BigValue, nil))
	run(t, "float-int", subject(maptest.FloatKey, maptest.IntValue, nil))
	run(t, "any-int", subject(maptest.AnyKey, maptest.IntValue, nil))
	run(t, "padded-int", subject(maptest.PaddedKey, maptest.IntValue, nil))
}

// Keys and values far larger than a line of the cache: every function that is handed one must still link and run.
func TestLargeKeys(t *testing.T) {
	type key [150]int
	type value [1000]byte
	m := New[key, value](0)
	const n = 40
	for i := range n {
		m.Set(key{149: i}, value{999: byte(i)})
	}
	for i := range n {
		if v, ok := m.Get(key{149: i}); !ok || v != (value{999: byte(i)}) {
			t.Fatalf("key %d: %v, found %v", i, v[999], ok)
		}
		if _, ok := m.Delete(key{149: i}); !ok || m.Contains(key{149: i}) || m.Len() != n-1-i {
			t.Fatalf("key %d is not deleted", i)
		}
	}
}

func TestSegments(t *testing.T) {
	run(t, "uint64", subject(maptest.Uint64Key, maptest.IntValue, tiny))
	run(t, "string", subject(maptest.StringKey, maptest.StringValue, tiny))
	run(t, "float", subject(maptest.FloatKey, maptest.IntValue, tiny))
	run(t, "identity", subject(maptest.Uint64Key, maptest.IntValue, func(m *Map[uint64, int]) { tiny(m); identity(m) }))
	run(t, "few bits", subject(maptest.Uint64Key, maptest.IntValue, func(m *Map[uint64, int]) {
		tiny(m)
		seeded[uint64, int](0, 1<<57)(m)
	}))
	floats := func(capacity int) *Map[float64, int] { m := New[float64, int](capacity); tiny(m); return m }
	maptest.RunFloats(t, floats)
}

func TestBadHashes(t *testing.T) {
	run(t, "identity", subject(maptest.Uint64Key, maptest.IntValue, identity))
	run(t, "few bits", subject(maptest.Uint64Key, maptest.IntValue, seeded[uint64, int](0, 1<<57)))
	run(t, "constant", subject(maptest.Uint64Key, maptest.IntValue, seeded[uint64, int](0, 0)))
	run(t, "pair", subject(maptest.PairKey, maptest.NoValue, seeded[maptest.Pair, struct{}](0, 0)))
	for name, h := range maptest.Hashers[string]() {
		s := subject(maptest.StringKey, maptest.StringValue, nil)
		s.New = func(capacity int) *Map[string, string] { return NewFunc[string, string](capacity, h) }
		s.Zero = nil
		run(t, "func-"+name, s)
	}
}

func TestOddKeys(t *testing.T) {
	maptest.RunFloats(t, New[float64, int])
	maptest.RunFloats(t, func(int) *Map[float64, int] { return new(Map[float64, int]) })
	maptest.RunInterfaces(t, New[any, int])
	maptest.RunInterfaces(t, func(int) *Map[any, int] { return new(Map[any, int]) })
}

func FuzzOps(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x05\x01\x00\x07\x01\x30"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ops := maptest.Decode(data)
		subject(maptest.Uint64Key, maptest.IntValue, nil).CheckOps(t, ops)
		subject(maptest.Uint64Key, maptest.IntValue, identity).CheckOps(t, ops)
		subject(maptest.Uint64Key, maptest.IntValue, tiny).CheckOps(t, ops)
		subject(maptest.StringKey, maptest.StringValue, nil).CheckOps(t, ops)
	})
}
