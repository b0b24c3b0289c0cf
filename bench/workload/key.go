package workload

import (
	"math/bits"
	"strings"
)

// Kind names a type of key.
type Kind string

// The kinds of key, in the order of reports.
const (
	Uint64 Kind = "uint64"
	String Kind = "string"
	Pair16 Kind = "pair"
)

// The kinds of element of arrays.
const (
	Int64   Kind = "int64"
	Float64 Kind = "float64"
)

// Kinds returns every kind in the order of reports.
func Kinds() []Kind { return []Kind{Uint64, String, Pair16} }

// A Pair is a key of 16 bytes without padding.
type Pair struct{ A, B uint64 }

// A Source turns indices below 1<<48 into distinct keys.
type Source[K comparable] interface {
	Kind() Kind
	// Keys returns the keys of the indices. What it returns shares no memory with what another call returned.
	Keys(indices []uint64) []K
}

// golden is 2^64 divided by the golden ratio, the increment of splitmix64.
const golden = 0x9e3779b97f4a7c15

// mix is the finaliser of splitmix64: a bijection of 64 bits.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// splitmix is the i-th output of a splitmix64 generator that starts at seed.
func splitmix(seed, i uint64) uint64 { return mix(seed + (i+1)*golden) }

// Integers is the source of uint64 keys.
func Integers(seed uint64) Source[uint64] { return integers{seed: mix(seed + 1)} }

type integers struct{ seed uint64 }

func (integers) Kind() Kind { return Uint64 }

func (s integers) Keys(indices []uint64) []uint64 {
	keys := make([]uint64, len(indices))
	for i, index := range indices {
		keys[i] = splitmix(s.seed, index)
	}
	return keys
}

// Pairs is the source of 16-byte struct keys.
func Pairs(seed uint64) Source[Pair] { return pairs{seed: mix(seed + 2)} }

type pairs struct{ seed uint64 }

func (pairs) Kind() Kind { return Pair16 }

func (s pairs) Keys(indices []uint64) []Pair {
	keys := make([]Pair, len(indices))
	for i, index := range indices {
		keys[i] = Pair{splitmix(s.seed, 2*index), splitmix(s.seed, 2*index+1)}
	}
	return keys
}

// Strings is the source of string keys.
func Strings(seed uint64) Source[string] { return texts{seed: mix(seed + 3)} }

type texts struct{ seed uint64 }

// The lengths of string keys, both possible.
const (
	minString = 8
	maxString = 32
)

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func (texts) Kind() Kind { return String }

func (s texts) Keys(indices []uint64) []string {
	var arena strings.Builder
	arena.Grow(len(indices) * (minString + maxString) / 2)
	ends := make([]int, len(indices))
	for i, index := range indices {
		s.write(&arena, index)
		ends[i] = arena.Len()
	}
	all := arena.String()
	keys := make([]string, len(indices))
	start := 0
	for i, end := range ends {
		keys[i], start = all[start:end], end
	}
	return keys
}

// write appends the key of an index: eight letters that no other index has, then as many more as the key's length asks for.
func (s texts) write(arena *strings.Builder, index uint64) {
	random := splitmix(s.seed, index)
	length := minString + int(random%(maxString-minString+1))
	word := s.scramble(index)
	for at := range length {
		if at == minString || at > minString && at%10 == minString {
			word = splitmix(random, uint64(at))
		}
		arena.WriteByte(letters[word&63])
		word >>= 6
	}
}

// scramble is a bijection of 48 bits, which eight letters of 64 can carry: odd multiplications and shifted XORs, each of
// which can be undone, as in splitmix64 but narrower.
func (s texts) scramble(index uint64) uint64 {
	const mask = 1<<48 - 1
	x := (index + s.seed) & mask
	for range 3 {
		x = x * (bits.RotateLeft64(golden, 17) | 1) & mask
		x ^= x >> 25
	}
	return x
}
