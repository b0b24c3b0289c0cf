package openaddr

import (
	"math/bits"

	"innards/hashmap"
)

// The directory is indexed by the lowest bits of the hash's segment field, as in extendible hashing (Fagin and
// others, 1979). A segment of fewer bits stands in several places. One that is full is split by one more bit; if it
// had as many as the directory, the directory doubles first: the second half begins as a copy of the first.
//
//	directory of 2 bits          the segment of x0 is split     a segment of x1 would be split next;
//	                                                            one of 00 takes a directory of 3 bits
//	00 -> A  (bit 0)             00 -> A0
//	01 -> B  (bit 1)             01 -> B
//	10 -> A                      10 -> A1
//	11 -> B                      11 -> B

// maxDepth bounds the bits of the hash that choose a segment: there are no more between the unused ones and the place.
const maxDepth = 16

// segmentBits is the part of the hash that chooses the segment.
func segmentBits(h uint64) uint64 { return h >> 16 & (1<<maxDepth - 1) }

// depth is how many bits of the hash index the directory.
func (m *Map[K, V]) depth() uint64 { return uint64(bits.Len(uint(len(m.dir) - 1))) }

// segments ranges over the segments, each once, with the first of their places.
func (m *Map[K, V]) segments(yield func(int, segment[K, V]) bool) {
	for i, s := range m.dir {
		if i>>s.depth == 0 && !yield(i, s) {
			return
		}
	}
}

// enter writes s into all of its places, of which i is the first.
func (m *Map[K, V]) enter(i uint64, s segment[K, V]) {
	for ; i < uint64(len(m.dir)); i += 1 << s.depth {
		m.dir[i] = s
	}
}

// double makes the directory one bit longer. The old one stays as it is: iterators may still walk it.
func (m *Map[K, V]) double() {
	m.dir = append(append(make([]segment[K, V], 0, 2*len(m.dir)), m.dir...), m.dir...)
	m.mask = 2*m.mask + 1<<descriptorBits
	m.first[0] = segment[K, V]{} // or it would keep the memory of the first segment
}

// setDirectory makes an empty directory of depth bits.
func (m *Map[K, V]) setDirectory(depth uint64) {
	m.mask = (1<<depth - 1) << descriptorBits
	m.first[0] = segment[K, V]{}
	if m.dir = m.first[:]; depth > 0 {
		m.dir = make([]segment[K, V], 1<<depth)
	}
}

// split replaces the full segment for h by two. If its entries share the next bit of the hash too, and do not fit in
// one of the two, nothing is split.
func (m *Map[K, V]) split(h uint64) bool {
	s := *m.segmentOf(h)
	groups := max(uint64(m.base), s.groups*2/3)
	to := [2]segment[K, V]{newSegment[K, V](groups, s.depth+1), newSegment[K, V](groups, s.depth+1)}
	moved, ok := m.move(s, &to, s.depth, 1)
	if !ok {
		return false
	}
	if s.depth == m.depth() {
		m.double()
	}
	i := segmentBits(h) & (1<<s.depth - 1)
	for side := range to {
		to[side].take(moved[side])
		m.enter(i|uint64(side)<<s.depth, to[side])
	}
	m.version++
	return true
}

// replace moves the entries of the segment for h to a new one of the given size, which must be enough.
func (m *Map[K, V]) replace(h, groups uint64) {
	s := *m.segmentOf(h)
	to := [2]segment[K, V]{newSegment[K, V](groups, s.depth)}
	moved, _ := m.move(s, &to, 0, 0)
	to[0].take(moved[0])
	m.enter(segmentBits(h)&(1<<s.depth-1), to[0])
	m.version++
}

// move copies the entries of a segment to two others, by one bit of the hash, or to the first if the mask is 0. It
// takes them in the order of their homes, so that it reads one and writes two segments from front to back. The old
// segment is left as it was: iterators may still walk it. It gives up when a segment is full.
func (m *Map[K, V]) move(from segment[K, V], to *[2]segment[K, V], bit, mask uint64) (moved [2]uint64, ok bool) {
	kind := m.keys.Kind
	hard := hardLimit(to[0].groups)
	for g := range from.groups {
		for match := matchFull(*from.word(g)); match != 0; match &= match - 1 {
			e := from.marked(g, match)
			var h uint64
			switch { // as in find
			case hashmap.SizedAs[K](hashmap.Word) && kind == hashmap.Word:
				h = m.keys.HashWord(hashmap.WordOf(&e.key))
			case hashmap.SizedAs[K](hashmap.Pair) && kind == hashmap.Pair:
				h = m.keys.HashPair(hashmap.PairOf(&e.key))
			default:
				h = m.keys.Hash(e.key)
			}
			side := segmentBits(h) >> (bit & 63) & mask
			if moved[side] == hard {
				return moved, false
			}
			moved[side]++
			t, p := &to[side], place(h)
			home := homeOf(p, t.groups)
			w := t.word(home)
			if empty := matchEmpty(*w); empty != 0 {
				*w = withTag(*w, empty, p)
				*t.marked(home, empty) = *e
				continue
			}
			into, _ := t.claim(p)
			*into = *e
		}
	}
	return moved, true
}
