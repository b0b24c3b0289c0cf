package openaddr

import (
	"iter"
	"math/bits"
)

// A cursor walks the entries while the map may change under it, by the rules of the Go specification for range:
// an entry deleted before it is reached is not produced, an entry added may be or not, none is produced twice.
//
// It walks the directory that it began with, segment by segment. What it meets there is the segment that the map
// uses, or one that the map has replaced since, whose memory nobody writes any more; and between them its segments
// have all hashes, each once.
//
//   - In a segment in use no entry ever moves, so that the walk only has to look at tags and slots afresh.
//   - In one that was replaced, each key is looked up in the map: one that is gone is skipped, and the value is the
//     present one. A key that was deleted and added again is a new entry and may be produced again.
//   - After Clear, what there was is gone, and the walk ends.
//
// A key that is not equal to itself cannot be looked up: it is produced from where it was. Such an entry can only go
// by Clear, or by a DeleteFunc that runs inside the loop after its segment was replaced, which this walk does not
// notice.
type cursor[K, V any] struct {
	m       *Map[K, V]
	dir     []segment[K, V]
	turn    uint64        // the places in the order of their reversed bits: those of one segment come in a row
	s       segment[K, V] // a copy: its places may be another's by now
	g       uint64        // the group of match
	match   uint64        // its slots still to be visited
	version uint64
	clears  uint64
	live    bool   // s is in use
	at      uint64 // the slot of the entry in s
	key     K
	value   V
}

func (m *Map[K, V]) cursor() cursor[K, V] {
	c := cursor[K, V]{m: m, dir: m.dir, version: m.version, clears: m.clears}
	c.enter(0)
	return c
}

// enter goes to the segment whose turn it is.
func (c *cursor[K, V]) enter(turn uint64) {
	c.turn, c.g = turn, 0
	c.s = c.dir[c.place()]
	c.match = matchFull(*c.s.word(0))
	c.live = c.inUse()
}

// place is the place whose turn it is.
func (c *cursor[K, V]) place() uint64 {
	return bits.Reverse64(c.turn) >> 1 >> (63 - c.depth()) // in two shifts, as there may be no bits
}

func (c *cursor[K, V]) depth() int { return bits.Len(uint(len(c.dir) - 1)) }

// inUse reports whether the map still has the segment.
func (c *cursor[K, V]) inUse() bool {
	return c.m.segmentOf(c.place()<<16).words == c.s.words
}

// leave goes on to the next segment, if there is one.
func (c *cursor[K, V]) leave() bool {
	turn := c.turn + 1<<(c.depth()-int(c.s.depth))
	if turn >= uint64(len(c.dir)) {
		return false
	}
	c.enter(turn)
	return true
}

// next goes to the next entry and loads it.
func (c *cursor[K, V]) next() bool {
	if c.m.version != c.version && !c.notice() {
		return false
	}
	for {
		for c.match == 0 {
			if c.g+1 < c.s.groups {
				c.g++
				c.match = matchFull(*c.s.word(c.g))
			} else if !c.leave() {
				return false
			}
		}
		c.at = c.g*groupSlots + firstSlot(c.match)
		c.match &= c.match - 1
		e := c.s.slot(c.at)
		if !c.live {
			if e = c.present(e); e == nil {
				continue
			}
		}
		c.key, c.value = e.key, e.value
		return true
	}
}

// notice takes in that the map has changed. It reports whether there is anything left to walk.
func (c *cursor[K, V]) notice() bool {
	c.version = c.m.version
	c.match &= matchFull(*c.s.word(c.g)) // some may be gone, even if the segment was replaced since
	c.live = c.inUse()
	return c.m.clears == c.clears
}

// present finds the entry that is now in the map for one of a segment that is not in use any more.
func (c *cursor[K, V]) present(e *slot[K, V]) *slot[K, V] {
	if !c.m.keys.Reflexive(e.key) {
		return e
	}
	return c.m.find(e.key)
}

// All ranges over the entries in no particular order. Once the map has changed the walk goes on in a loop of its own,
// which leaves this one's variables in registers. A single loop with a single yield, which the compiler inlines whole
// into the range statement, is slower: it spills.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil || m.count == 0 {
			return
		}
		c := m.cursor()
		for {
			s := c.s
			for g := range s.groups {
				for match := matchFull(*s.word(g)); match != 0; {
					e := s.marked(g, match)
					match &= match - 1
					if !yield(e.key, e.value) {
						return
					}
					if m.version != c.version {
						c.g, c.match = g, match
						c.walk(yield)
						return
					}
				}
			}
			if !c.leave() {
				return
			}
		}
	}
}

// walk yields all that is left.
func (c *cursor[K, V]) walk(yield func(K, V) bool) {
	for c.next() {
		if !yield(c.key, c.value) {
			return
		}
	}
}

// Keys ranges over the keys.
func (m *Map[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values ranges over the values.
func (m *Map[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m.All() {
			if !yield(value) {
				return
			}
		}
	}
}
