package openaddr

import "iter"

// A cursor walks the entries while the map may change under it, by the rules of the Go specification for range:
// an entry deleted before it is reached is not produced, an entry added may be or not, none is produced twice.
//
//   - Within one table no entry ever moves, so that the walk only has to look at tags and slots afresh.
//   - After a resize the walk goes on through the old table, which nobody writes any more, and looks each of its
//     keys up in the map: one that is gone is skipped, and the value is the present one. A key that was deleted and
//     added again is a new entry and may be produced again.
//   - After Clear, what the old table held is gone, and the walk ends.
//
// A key that is not equal to itself cannot be looked up: it is produced from the old table. Such an entry can only
// go by Clear, or by a DeleteFunc that runs inside the loop after a resize, which this walk does not notice.
type cursor[K, V any] struct {
	m       *Map[K, V]
	t       table[K, V]
	g       uint64 // the group of match
	match   uint64 // its slots still to be visited
	version uint64
	resizes uint64
	clears  uint64
	at      int // the slot of the entry in m, -1 if it is only in the old table
	key     K
	value   V
}

func (m *Map[K, V]) cursor() cursor[K, V] {
	c := cursor[K, V]{m: m, t: m.table, version: m.version, resizes: m.resizes, clears: m.clears}
	if m.count > 0 {
		c.match = matchFull(*c.t.word(0))
	} else {
		c.t.groups = 0
	}
	return c
}

// next goes to the next entry and loads it.
func (c *cursor[K, V]) next() bool {
	if c.m.version != c.version {
		c.version = c.m.version
		if c.m.clears != c.clears {
			return false
		}
		if c.g < c.t.groups {
			c.match &= matchFull(*c.t.word(c.g)) // some may be gone, even if the table was replaced since
		}
	}
	for {
		for c.match == 0 {
			if c.g++; c.g >= c.t.groups {
				return false
			}
			c.match = matchFull(*c.t.word(c.g))
		}
		c.at = int(c.g)*groupSlots + firstSlot(c.match)
		c.match &= c.match - 1
		s := c.t.slot(c.at)
		if c.m.resizes != c.resizes {
			c.at = -1
			if c.m.keys.Reflexive(s.key) {
				if c.at, _ = c.m.find(s.key); c.at < 0 {
					continue
				}
				s = c.m.slot(c.at)
			}
		}
		c.key, c.value = s.key, s.value
		return true
	}
}

// All ranges over the entries in no particular order.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil || m.count == 0 {
			return
		}
		c := m.cursor()
		for g := range c.t.groups {
			for c.g, c.match = g, matchFull(*c.t.word(g)); c.match != 0; {
				s := c.t.slot(int(g)*groupSlots + firstSlot(c.match))
				c.match &= c.match - 1
				if !yield(s.key, s.value) {
					return
				}
				if m.version != c.version {
					c.walk(yield) // the rest, with more care
					return
				}
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
