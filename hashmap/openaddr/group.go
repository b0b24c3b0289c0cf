package openaddr

import "math/bits"

// A group is seven slots and one control word. The word, little end first:
//
//	byte   0   1   2   3   4   5   6   7
//	      tag tag tag tag tag tag tag overflow
//
// A tag is 0 for an empty slot, else a number from 1 to 127 that eight bits of the hash make. Its highest bit stays
// clear, so that differences of tags do not borrow from each other and a match is exact.
//
// The overflow byte is a Bloom filter of one bit: bit b is set once an entry whose hash has b in its overflow bits
// was turned away from this full group. A look-up goes on to the next group only if its own bit is set, so deletion
// needs no tombstone and a full group does not lengthen every miss.
const (
	groupSlots = 7
	marks      = 0x0080808080808080 // the highest bit of each tag
)

// tags has the seven-fold tag for each value of the hash's eight bits: a load instead of two steps and a
// multiplication.
var tags = func() (t [256]uint64) {
	for i := range t {
		t[i] = (1 + uint64(i)*127/256) * 0x0001010101010101
	}
	return t
}()

// A match is a word with marks for some of the slots.

// The hash is cut up as follows. Its lowest bits carry only the lowest bits of the key on, so that evenly spaced keys
// would share them; its highest are the best.
//
//	63                        32 31         16 15       0
//	[ place: home | ovf 3 | tag 8 ][  segment  ][ unused ]

// place is what a segment needs of a hash.
func place(h uint64) uint64 { return h >> 32 }

// homeOf is the group at which the probe sequence begins: the place scaled to [0, groups), which leaves the number of
// groups free to be no power of two.
func homeOf(p, groups uint64) uint64 { return p * groups >> 32 }

func tagOf(p uint64) uint64 { return tags[uint8(p)] & 0xff }

// overflowBit is the place in the control word of the bit for the entries that had to go past the group.
func overflowBit(p uint64) uint64 { return 56 | p>>8&7 }

// matchTag marks the slots with the tag of the place. One of 127 others has it too: the keys are compared anyway.
func matchTag(w, p uint64) uint64 { return (marks - (w ^ tags[uint8(p)])) & marks }

// matchEmpty marks the empty slots, matchFull the others. The overflow byte is above all tags: nothing it does in a
// subtraction reaches them.
func matchEmpty(w uint64) uint64 { return (marks - w) & marks }
func matchFull(w uint64) uint64  { return matchEmpty(w) ^ marks }

// firstSlot returns the slot of the lowest mark of a non-empty match.
func firstSlot(match uint64) uint64 { return uint64(bits.TrailingZeros64(match)) >> 3 }

// overflowed reports whether a key of this place may have gone past the group of w.
func overflowed(w, p uint64) bool { return w>>(overflowBit(p)&63)&1 != 0 }

// withTag returns w with the tag of a place in the first slot of a match, which is empty, withoutTag with none in it.
func withTag(w, empty, p uint64) uint64 {
	return w | tagOf(p)<<((bits.TrailingZeros64(empty)-7)&63)
}
func withoutTag(w, match uint64) uint64 {
	return w &^ (0x7f << ((bits.TrailingZeros64(match) - 7) & 63))
}
