package openaddr

import "math/bits"

// A group is seven slots and one control word. The word, little end first:
//
//	byte   0   1   2   3   4   5   6   7
//	      tag tag tag tag tag tag tag overflow
//
// A tag is 0 for an empty slot, else 1 and seven bits of the hash:
//
//	empty  0 0 0 0 0 0 0 0
//	full   1 t t t t t t t
//
// The overflow byte is a Bloom filter of one bit: bit b is set once an entry whose hash has b in its overflow bits
// was turned away from this full group. A look-up goes on to the next group only if its own bit is set, so deletion
// needs no tombstone and a full group does not lengthen every miss.
const (
	groupSlots = 7
	ones       = 0x0001010101010101 // the lowest bit of each tag
	fullBits   = 0x0080808080808080 // the bit that makes a tag full
)

// The hash is used from both ends: the tag takes its bits 0-6, the overflow bit 7-9, and the home group the high
// bits through a multiplication, so that the number of groups need not be a power of two.

func tagOf(h uint64) uint64 { return h&0x7f | 0x80 }

// overflowBit is the place in the control word of the overflow bit of h.
func overflowBit(h uint64) uint64 { return 56 | h>>7&7 }

// homeOf is the group at which the probe sequence of h begins: h scaled to [0, groups).
func homeOf(h, groups uint64) uint64 {
	home, _ := bits.Mul64(h, groups)
	return home
}

// matchTag marks the slots whose tag may be that of h. It finds every true one; a borrow out of a matching byte can
// mark the byte above it falsely, and so can seven bits that happen to agree: the keys are compared anyway.
func matchTag(w, h uint64) uint64 {
	x := w ^ tagOf(h)*ones
	return (x - ones) & ^x & fullBits
}

// matchEmpty marks the empty slots, matchFull the others. Both are exact.
func matchEmpty(w uint64) uint64 { return ^w & fullBits }
func matchFull(w uint64) uint64  { return w & fullBits }

// overflowed reports whether a key of hash h may have gone past the group of w.
func overflowed(w, h uint64) bool { return w>>(overflowBit(h)&63)&1 != 0 }

// withTag and withoutTag return w with a slot's tag set and cleared. The slot was empty and full, respectively.
func withTag(w uint64, slot int, h uint64) uint64 { return w | tagOf(h)<<(uint(slot)*8&63) }
func withoutTag(w uint64, slot int) uint64        { return w &^ (0xff << (uint(slot) * 8 & 63)) }
