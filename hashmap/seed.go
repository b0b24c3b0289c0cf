package hashmap

import (
	"hash/maphash"
	"math/bits"
	"math/rand/v2"
)

// Seed holds the secrets of one map. All multiplicative hashes here have the form fold(a^A, b^B) with both operands
// masked. The widespread form that masks one operand and gives the other a public constant is broken whatever the
// seed: keys that cancel the constant make the product zero, and all of them collide.
type Seed struct {
	A, B  uint64
	long  maphash.Seed // for strings beyond 32 bytes, and for keys without a hash of our own
	fixed bool         // survives Clear
}

// NewSeed draws a seed. Only a clone shares that of another map, so that the order of one map's entries says nothing about
// another's: filling a small map in the order of a large one with the same seed is quadratic.
func NewSeed() Seed {
	return Seed{A: rand.Uint64(), B: rand.Uint64() | 1, long: maphash.MakeSeed()}
}

// MakeSeed returns a seed with known secrets, which Clear does not replace: for replaying a layout in tests and
// explanations, and for forcing a bad hash: with (0, 0) all words collide. Never for keys from
// outside.
func MakeSeed(a, b uint64) Seed {
	return Seed{A: a, B: b, long: maphash.MakeSeed(), fixed: true}
}

// scatter is an odd number with bits everywhere, 2^64 over the golden ratio: public, as it only spreads what already
// depends on a secret.
const scatter = 0x9E3779B97F4A7C15

// fold multiplies to 128 bits and folds the halves: the high half carries what the low bits do to all bits above,
// the low half what the high bits do not lose.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
