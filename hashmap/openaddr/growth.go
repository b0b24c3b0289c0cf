package openaddr

import (
	"math"

	"innards/hashmap"
)

// softLimit is the number of entries that a segment takes before it grows: 25/32 of its slots, or all seven of a
// single group, where an overflow bit can still end every probe. Beyond, look-ups slow down quickly, since the groups
// are small: about 0.1 extra steps a hit at that load, 0.4 at seven eighths.
func softLimit(groups uint64) uint64 {
	if groups == 1 {
		return groupSlots
	}
	return groups * groupSlots * 25 / 32
}

// hardLimit is the number of entries that a segment takes when the map as a whole has room: seven eighths.
func hardLimit(groups uint64) uint64 {
	if groups == 1 {
		return groupSlots
	}
	return groups * groupSlots * 7 / 8
}

// groupsFor is the number of groups for n entries that are asked for: they are filled to three quarters.
func groupsFor(n uint64) uint64 {
	if n <= groupSlots {
		return (n + groupSlots - 1) / groupSlots
	}
	return (n*4 + groupSlots*3 - 1) / (groupSlots * 3)
}

// baseGroups is how many groups a segment has after a split: as many as 80 KB have slots for, at most 750. The slots
// then fill whole pages, before and after they grow by half, and a split moves some 120 KB. With 64 KB one Set in 1,300
// moves entries, and ticks of the clock in 300 others are enough to show in p99.9; with 96 KB the longest Set is a third longer.
func baseGroups[K, V any]() uint32 {
	const most, bytes = 750, 80 << 10
	var s segment[K, V]
	if size := groupSlots * s.slotSize(); size > bytes/most {
		return uint32(max(16, bytes/size))
	}
	return most
}

// halfStepFrom is the size of the directory from which segments grow by half before they are split.
const halfStepFrom = 8

// makeRoom is called when the segment for h is full. In this order:
//
//   - a map that was larger before only has its entries spread differently now: the segment may be filled further;
//   - a small segment grows threefold, and later two- to threefold, so that it meets the size that a split leaves:
//     1, 3, 9, 27 groups, then 46, 92, 183, 366 on the way to 731;
//   - one of that size grows by half, so that there are two steps to a doubling: the memory is never less than half
//     full, and two thirds in the mean. Keys that are dear to hash do without that step, and so do maps of few
//     segments: it makes an entry move 2.9 times on its way to a map of 10,000 instead of 1.4;
//   - a larger one is split;
//   - unless its entries share so many bits of the hash that the directory would become larger than they deserve.
func (m *Map[K, V]) makeRoom(h uint64) {
	s := m.segmentOf(h)
	groups, base := s.groups, uint64(m.base)
	switch hard := hardLimit(groups); {
	case s.slots == nil:
		m.replace(h, 1)
	case m.count < m.peak && *s.limit() < hard:
		s.setLimit(hard, s.count())
	case groups < base && groups < 27:
		m.replace(h, min(3*groups, base))
	case groups < base:
		next := base
		for next > 3*groups {
			next = (next + 1) / 2
		}
		m.replace(h, next)
	case groups < base+base/2 && len(m.dir) >= halfStepFrom && (m.keys.Kind == hashmap.Word || m.keys.Kind == hashmap.Pair):
		m.replace(h, base+base/2)
	case s.depth >= m.deepest() || !m.split(h):
		m.replace(h, 2*groups)
	}
}

// deepest is how many bits of the hash the segments may use at most: with more, the directory would have over eight
// places for each segment that a good hash makes of the entries.
func (m *Map[K, V]) deepest() uint64 {
	depth := uint64(3)
	for segments := uint64(m.count) / softLimit(uint64(m.base)); segments > 0 && depth < maxDepth; segments /= 2 {
		depth++
	}
	return depth
}

// allocate gives the map empty segments for n entries. Up to that many, a segment may be filled further than the
// limit, as some get more than their share.
func (m *Map[K, V]) allocate(n int) {
	if n > math.MaxInt>>5 { // not even slots of a word each would fit; what is left make refuses
		panic("openaddr: capacity out of range")
	}
	groups, depth, largest := groupsFor(uint64(n)), uint64(0), uint64(m.base+m.base/2)
	for groups>>depth > largest && depth < maxDepth {
		depth++
	}
	m.setDirectory(depth)
	groups = (groups + 1<<depth - 1) >> depth
	if groups > math.MaxUint32 {
		panic("openaddr: capacity out of range")
	}
	for i := range m.dir {
		m.dir[i] = newSegment[K, V](groups, depth)
	}
	m.peak = n
}

// rebuild moves all entries to new segments with room for n. The old directory is left as it was, like the segments:
// iterators may still walk it.
func (m *Map[K, V]) rebuild(n int) {
	old := *m
	old.dir = append([]segment[K, V](nil), m.dir...) // m.first is about to be written
	m.allocate(n)
	m.version++
	for _, from := range old.segments {
		for g := range from.groups {
			for match := matchFull(*from.word(g)); match != 0; match &= match - 1 {
				e := from.marked(g, match)
				h := m.keys.Hash(e.key)
				s := m.segmentOf(h)
				for *s.room() == 0 {
					m.makeRoom(h)
					s = m.segmentOf(h)
				}
				*s.room()--
				into, _ := s.claim(place(h))
				*into = *e
			}
		}
	}
}

// slots is the number of slots of all segments.
func (m *Map[K, V]) slots() (n uint64) {
	for _, s := range m.segments {
		if s.slots != nil {
			n += s.groups * groupSlots
		}
	}
	return n
}

// Grow makes room for n more entries: adding them will not move any, save for a segment that gets far more than its
// share.
func (m *Map[K, V]) Grow(n int) {
	if n < 0 {
		panic("openaddr: Grow: negative number of entries")
	}
	m.ready()
	total := m.count + min(n, math.MaxInt-m.count)
	if total > math.MaxInt>>5 {
		panic("openaddr: capacity out of range")
	}
	if groupsFor(uint64(total))*groupSlots > m.slots() {
		m.rebuild(total)
		return
	}
	m.peak = max(m.peak, total)
}

// Shrink gives back the memory that the present entries do not need.
func (m *Map[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset {
		return
	}
	m.peak = m.count
	if m.slots() > groupsFor(uint64(m.count))*groupSlots*9/8 {
		m.rebuild(m.count)
	}
}

// clone returns a copy of the segment.
func (s segment[K, V]) clone() segment[K, V] {
	if s.slots == nil {
		return s
	}
	c := newSegment[K, V](s.groups, s.depth)
	copy(c.allWords(), s.allWords())
	copy(c.allSlots(), s.allSlots())
	return c
}

// clear removes all entries of the segment.
func (s segment[K, V]) clear() {
	n := s.count()
	if s.slots == nil || n == 0 && *s.drift() == 0 {
		return
	}
	if n > s.groups {
		clear(s.allSlots())
	} else {
		for g := range s.groups {
			for match := matchFull(*s.word(g)); match != 0; match &= match - 1 {
				*s.marked(g, match) = slot[K, V]{}
			}
		}
	}
	limit := *s.limit()
	clear(s.allWords())
	s.setLimit(limit, 0)
}
