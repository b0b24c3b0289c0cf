package chaining

import (
	"testing"

	"innards/hashmap"
	"innards/hashmap/maptest"
)

// subject builds maps under test. keyer, if there is one, makes a worse hash than New does.
func subject[K, V comparable](key func(int) K, value func(int) V, keyer func() hashmap.Keyer[K]) maptest.Subject[K, V, *Map[K, V]] {
	return maptest.Subject[K, V, *Map[K, V]]{
		New: func(capacity int) *Map[K, V] {
			if keyer != nil {
				return construct[K, V](capacity, keyer())
			}
			return New[K, V](capacity)
		},
		Zero:  func() *Map[K, V] { return new(Map[K, V]) },
		Key:   key,
		Value: value,
		Check: (*Map[K, V]).verify,
	}
}

// seeded makes the map's own hash bad: with (0, 0) all words collide.
func seeded[K comparable](a, b uint64) func() hashmap.Keyer[K] {
	return func() hashmap.Keyer[K] {
		keys := hashmap.NewKeyer[K]()
		keys.Seed = hashmap.MakeSeed(a, b)
		return keys
	}
}

// identity makes a word its own hash: all small ones have one home.
func identity() hashmap.Keyer[uint64] {
	return hashmap.NewHashKeyer(func(x uint64) uint64 { return x })
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

func TestBadHashes(t *testing.T) {
	run(t, "identity", subject(maptest.Uint64Key, maptest.IntValue, identity))
	run(t, "few bits", subject(maptest.Uint64Key, maptest.IntValue, seeded[uint64](0, 1<<57)))
	run(t, "constant", subject(maptest.Uint64Key, maptest.IntValue, seeded[uint64](0, 0)))
	run(t, "pair", subject(maptest.PairKey, maptest.NoValue, seeded[maptest.Pair](0, 0)))
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
		subject(maptest.StringKey, maptest.StringValue, nil).CheckOps(t, ops)
	})
}
