package hashmap

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"reflect"
)

// A Keyer hashes and compares the keys of one map. Maps with a fast path look at Kind themselves and call Seed's
// functions, which inline; Hash and Equal are the same thing with the dispatch inside, for all other paths.
// The zero Keyer is Unset: a map that meets one on its first write calls Lazy.
type Keyer[K any] struct {
	Kind  Kind
	Seed  Seed
	hash  func(seed maphash.Seed, key K) uint64
	equal func(a, b K) bool
}

// NewKeyer returns the keyer of a comparable type, with a seed of its own.
func NewKeyer[K comparable]() Keyer[K] {
	k := Keyer[K]{Kind: kindOf(reflect.TypeFor[K]()), Seed: NewSeed()}
	if k.Kind == Other { // the others do without, and small maps feel the allocation of two closures
		k.hash = maphash.Comparable[K]
		k.equal = func(a, b K) bool { return a == b }
	}
	return k
}

// NewFuncKeyer returns a keyer that stands on a Hasher.
func NewFuncKeyer[K any](h Hasher[K]) Keyer[K] {
	s := &hasherState[K]{hasher: h}
	return Keyer[K]{Kind: Custom, Seed: NewSeed(), hash: s.hash, equal: h.Equal}
}

// NewHashKeyer returns a keyer with the hash function given, unseeded and unmixed: for tests under a bad hash, and to
// show a layout that is known in advance. Never for keys from outside.
func NewHashKeyer[K comparable](hash func(K) uint64) Keyer[K] {
	return Keyer[K]{
		Kind:  Custom,
		Seed:  MakeSeed(0, 0),
		hash:  func(_ maphash.Seed, key K) uint64 { return hash(key) },
		equal: func(a, b K) bool { return a == b },
	}
}

// Lazy returns the keyer of a map that was declared and not constructed. Inside its methods K is not known to be
// comparable, so keys of kind Other are hashed and compared as interfaces: hashing one that is no interface
// already allocates. A constructed map of such keys does not.
func Lazy[K any]() Keyer[K] {
	t := reflect.TypeFor[K]()
	if !t.Comparable() {
		panic(fmt.Sprintf("hashmap: key type %v is not comparable: give the map a Hasher (NewFunc)", t))
	}
	k := Keyer[K]{Kind: kindOf(t), Seed: NewSeed()}
	if k.Kind == Other {
		k.hash = func(seed maphash.Seed, key K) uint64 { return maphash.Comparable(seed, any(key)) }
		k.equal = func(a, b K) bool { return any(a) == any(b) }
	}
	return k
}

// HashWord hashes one word. It and HashPair are methods of a generic type and spell fold out for one reason: code of
// a generic type is compiled in the package that uses it, and a plain function of a package that this one does not
// import itself is not inlined there.
//
// A single product is not enough: its high bits take evenly spaced keys to a Weyl sequence, and for one random
// multiplier in some twenty-five that clumps. The second product breaks it, for all but its own low bits: use those
// from 16 up.
func (k *Keyer[K]) HashWord(x uint64) uint64 {
	hi, lo := bits.Mul64(k.Seed.B, x^k.Seed.A)
	h := hi ^ lo
	return h * scatter
}

// HashPair hashes two words.
func (k *Keyer[K]) HashPair(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^k.Seed.A, b^k.Seed.B)
	h := hi ^ lo
	return h * scatter
}

// HashString hashes a string.
func (k *Keyer[K]) HashString(s string) uint64 { return k.Seed.hashString(s) }

// HashWords is HashString of a string of length n, 8 to 32, that has these words.
func (k *Keyer[K]) HashWords(n uintptr, first, second, third, last uint64) uint64 {
	hi, lo := bits.Mul64(first^k.Seed.A, second^k.Seed.B)
	hi, lo = bits.Mul64(third^k.Seed.A, last^k.Seed.B^hi^lo)
	return (hi ^ lo) + uint64(n)*scatter
}

// Hash hashes a key. It panics, as the builtin map does, for an interface that holds an incomparable value.
func (k *Keyer[K]) Hash(key K) uint64 {
	switch k.Kind {
	case Word:
		return k.HashWord(WordOf(&key))
	case Pair:
		if SizedAs[K](Pair) {
			return k.HashPair(PairOf(&key))
		}
	case String:
		if SizedAs[K](String) {
			return k.HashString(StringOf(&key))
		}
	case Bytes:
		return k.Seed.hashString(bytesOf(&key))
	}
	return k.hash(k.Seed.long, key)
}

// Equal compares two keys.
func (k *Keyer[K]) Equal(a, b K) bool {
	switch k.Kind {
	case Word:
		return WordOf(&a) == WordOf(&b)
	case Pair:
		if SizedAs[K](Pair) {
			a0, a1 := PairOf(&a)
			b0, b1 := PairOf(&b)
			return a0 == b0 && a1 == b1
		}
	case String:
		if SizedAs[K](String) {
			return StringOf(&a) == StringOf(&b)
		}
	case Bytes:
		return bytesOf(&a) == bytesOf(&b)
	}
	return k.equal(a, b)
}

// Reflexive reports whether key equals itself. NaN does not: such an entry can be counted, ranged over and cleared
// away, and never found.
func (k *Keyer[K]) Reflexive(key K) bool {
	return k.Kind < Other || k.Kind == Strong || k.equal(key, key)
}

// CheckHashable panics if key is an interface, or holds one, that the builtin map would refuse: even a look-up in an
// empty map does.
func (k *Keyer[K]) CheckHashable(key K) {
	if k.Kind != Unset && k.Kind != Other {
		return
	}
	_ = any(key) == any(key) // panics with the runtime's own error for an incomparable dynamic type
}

// Strengthen changes over to a hash that nobody is known to find collisions of without its secret, at three to five
// times the cost, and reports whether there was one to change to: not if the keys are hashed by hash/maphash or by a
// Hasher already, nor with a seed that was made to stay.
func (k *Keyer[K]) Strengthen() bool {
	fast := *k
	if fast.Kind == Unset || fast.Kind >= Other || fast.Seed.fixed {
		return false
	}
	k.Kind = Strong
	k.Reseed()
	k.equal = fast.Equal
	k.hash = func(seed maphash.Seed, key K) uint64 {
		if fast.Kind == String {
			return maphash.String(seed, StringOf(&key))
		}
		return maphash.String(seed, bytesOf(&key))
	}
	return true
}

// Reseed draws new secrets. Only for a map that holds nothing: whoever learnt how its keys fall starts afresh.
func (k *Keyer[K]) Reseed() {
	if k.Kind != Unset && !k.Seed.fixed {
		k.Seed = NewSeed()
	}
}
