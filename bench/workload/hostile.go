package workload

import (
	"math/bits"
	"slices"
	"strings"
)

// The kinds of key that are hostile to weak hashes. Nobody who does not know a map's seed can do more.
const (
	Sequential Kind = "sequential" // 0, 1, 2, ...: what a hash of few operations leaves in a row
	HighBits   Kind = "high-bits"  // differ in their high bits only: all one place to a table that masks the low ones
	Colliding  Kind = "colliding"  // strings of one value under the polynomials, 31 h + c, of Java and many others
)

// HostileKinds returns them in the order of reports.
func HostileKinds() []Kind { return []Kind{Sequential, HighBits, Colliding} }

// Hostile says whether the kind is one of them.
func (k Kind) Hostile() bool { return slices.Contains(HostileKinds(), k) }

// Patterned is the source of the hostile integers of a kind.
func Patterned(kind Kind) Source[uint64] { return patterned(kind) }

type patterned Kind

func (p patterned) Kind() Kind { return Kind(p) }

func (p patterned) Keys(indices []uint64) []uint64 {
	keys := slices.Clone(indices)
	if Kind(p) == HighBits {
		for i, index := range keys {
			keys[i] = bits.Reverse64(index)
		}
	}
	return keys
}

// CollidingStrings is the source of Colliding: each bit of an index is either of two pairs of letters whose polynomials agree.
func CollidingStrings() Source[string] { return colliding{} }

type colliding struct{}

func (colliding) Kind() Kind { return Colliding }

// collidingBits is how many bits an index has.
const collidingBits = 48

func (colliding) Keys(indices []uint64) []string {
	const length = 2 * collidingBits
	var arena strings.Builder
	arena.Grow(len(indices) * length)
	for _, index := range indices {
		for bit := range collidingBits {
			pair := "Aa"
			if index>>bit&1 == 1 {
				pair = "BB"
			}
			arena.WriteString(pair)
		}
	}
	all := arena.String()
	keys := make([]string, len(indices))
	for i := range keys {
		keys[i] = all[i*length : (i+1)*length]
	}
	return keys
}
