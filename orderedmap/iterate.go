package orderedmap

import "iter"

// A cursor is the place of a loop: the position of the entry that it yielded last, in an era.
type cursor struct {
	era *era
	pos int
}

// first returns a cursor at the front of the map, which is not nil.
func (m *Map[K, V]) first() cursor { return cursor{m.currentEra(), m.head} }

// relocate brings a cursor up to date after the map has changed under its loop. It returns true and the
// place of the entry if that is still there or has been moved. Else the entry has been deleted, and the
// cursor is where it stood: all that came after it is at that position or later, all that came before it
// earlier. A key that is back because it was set again is another entry; one that was set again and then
// moved passes for the first, as the moved bit is all there is to tell. (The cursor goes in and out by
// value: one that has an address lives in memory, and makes every loop slower.)
func (m *Map[K, V]) relocate(c cursor, key K) (cursor, bool) {
	held := true
	for ; c.era.next != nil; c.era = c.era.next {
		to, was := c.era.translate(c.pos)
		c.pos, held = to, held && was
	}
	if held && m.head <= c.pos && c.pos < len(m.entries) && !m.holes.has(c.pos) {
		return c, true
	}
	if i, p := m.find(m.hash(key), key); p >= 0 && m.slots[i].moved() {
		c.pos = p
		return c, true
	}
	return c, false
}

// All iterates over the entries from front to back. The map may be changed in the loop, in any way: the
// next entry yielded is the successor, in the map as it is now, of the entry yielded before. So entries
// deleted before their turn are not yielded, entries set in the loop are, and after a move of the current
// entry the loop goes on from its new place. An entry that is deleted in its own turn is followed by
// whatever comes to stand after its old place; set again, it is a new entry at the back, and its turn will
// come there.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil {
			return
		}
		c := m.first()
	runs:
		for c.pos < len(m.entries) {
			run, epoch := m.run(c.pos), m.epoch
			for i := range run {
				key := run[i].key
				if !yield(key, run[i].value) {
					return
				}
				if m.epoch != epoch {
					c = m.resume(cursor{c.era, c.pos + i}, key)
					continue runs
				}
			}
			c.pos = m.nextLive(c.pos + len(run))
		}
	}
}

// run returns the entries from position p on, which holds one, up to the next hole or the end. As long as the epoch is
// the same they stay where they are: a loop walks them without a look at anything else.
func (m *Map[K, V]) run(p int) []entry[K, V] {
	if !m.hasHoles() {
		return m.entries[p:]
	}
	return m.entries[p:m.holes.next(p, len(m.entries))]
}

// resume returns where a loop goes on that stood at c, on key, when the map changed under it.
func (m *Map[K, V]) resume(c cursor, key K) cursor {
	c, here := m.relocate(c, key)
	if here {
		c.pos++
	}
	c.pos = m.nextLive(c.pos)
	return c
}

// Backward iterates over the entries from back to front, under the same rule as All with the order
// reversed: entries set in the loop lie behind it and are not yielded.
func (m *Map[K, V]) Backward() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil {
			return
		}
		c := cursor{m.currentEra(), len(m.entries) - 1}
		for c.pos >= m.head {
			e := &m.entries[c.pos]
			key, epoch := e.key, m.epoch
			if !yield(key, e.value) {
				return
			}
			if m.epoch != epoch {
				c, _ = m.relocate(c, key)
			}
			c.pos = m.prevLive(c.pos - 1)
		}
	}
}

// Keys iterates over the keys from front to back, as All does.
func (m *Map[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values iterates over the values from front to back, as All does.
func (m *Map[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m.All() {
			if !yield(value) {
				return
			}
		}
	}
}
