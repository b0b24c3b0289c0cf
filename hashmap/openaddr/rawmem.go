package openaddr

import (
	"math/bits"
	"unsafe"
)

// The package's only unsafe file: indexing without a bounds check. A descriptor's words and slots point to the first
// element of allocations of groups+tailWords and groups*groupSlots elements, and never change; every index below is
// less than those: the pointers stay inside the allocation that they come from (rule 3 of package unsafe, as
// unsafe.Add). The directory has a power of two of descriptors, of which the mask is one less.

// descriptorSize is the size of a descriptor: two words and two pointers, whatever these point to. On 64-bit machines it
// is a power of two, and the offset of the one for a hash two instructions away.
const (
	descriptorBits = 5
	descriptorSize = unsafe.Sizeof(segment[int, int]{})
)

// segmentOf is the descriptor of the segment for h.
func (m *Map[K, V]) segmentOf(h uint64) *segment[K, V] {
	offset := uintptr(h >> (16 - descriptorBits) & m.mask)
	if descriptorSize != 1<<descriptorBits {
		offset = offset >> descriptorBits * descriptorSize
	}
	return (*segment[K, V])(unsafe.Add(unsafe.Pointer(unsafe.SliceData(m.dir)), offset))
}

// word points to the control word of group g, or to what stands behind the last one.
func (s segment[K, V]) word(g uint64) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(s.words), g*8))
}

// slot points to slot at, counted through all groups.
func (s segment[K, V]) slot(at uint64) *slot[K, V] {
	return (*slot[K, V])(unsafe.Add(unsafe.Pointer(s.slots), uintptr(at)*unsafe.Sizeof(slot[K, V]{})))
}

// marked points to the slot of group g that has the lowest mark of a match. The mark of slot i is bit 8i+7, so that
// for slots of whole words no shift down to i is needed.
func (s segment[K, V]) marked(g, match uint64) *slot[K, V] {
	size := unsafe.Sizeof(slot[K, V]{})
	offset := uintptr(bits.TrailingZeros64(match))
	if size%8 == 0 {
		offset = (offset - 7) * (size / 8)
	} else {
		offset = offset >> 3 * size
	}
	return (*slot[K, V])(unsafe.Add(unsafe.Pointer(s.slots), uintptr(g)*(groupSlots*size)+offset))
}

// slotSize is the size of a slot in bytes.
func (s segment[K, V]) slotSize() uintptr { return unsafe.Sizeof(slot[K, V]{}) }

// indexOf is the number of the slot that e points to. Slots of no size are all in one place: then there is one key, so
// one entry, and the first full slot is it.
func (s segment[K, V]) indexOf(e *slot[K, V]) uint64 {
	if unsafe.Sizeof(*e) > 0 {
		return uint64((uintptr(unsafe.Pointer(e)) - uintptr(unsafe.Pointer(s.slots))) / unsafe.Sizeof(*e))
	}
	g := uint64(0)
	for matchFull(*s.word(g)) == 0 {
		g++
	}
	return g*groupSlots + firstSlot(matchFull(*s.word(g)))
}

// allWords is the whole first allocation of a segment that has any, of the length that newSegment gave it.
func (s segment[K, V]) allWords() []uint64 { return unsafe.Slice(s.words, int(s.groups)+tailWords) }

// allSlots is the whole second one, likewise.
func (s segment[K, V]) allSlots() []slot[K, V] {
	return unsafe.Slice(s.slots, int(s.groups)*groupSlots)
}

// wordLines is the same array of pointers for prefetch, which follows none of them.
func wordLines(p *[batch]*uint64) *[batch]*byte { return (*[batch]*byte)(unsafe.Pointer(p)) }

// slotLines is, too.
func slotLines[K, V any](p *[batch]*slot[K, V]) *[batch]*byte {
	return (*[batch]*byte)(unsafe.Pointer(p))
}
