package openaddr

import "iter"

// A probingCursor walks the entries while the map may change under it, by the rules of the Go specification for range.
// No entry moves within a table, so the walk only has to look at each slot afresh. After a rehash it goes on through
// the old table as rhCursor does: looking up each of its keys in the map, and producing a NaN, which cannot be
// looked up, as it was. After Clear it ends.
type probingCursor[K, V any] struct {
	m        *Probing[K, V]
	t        probingTable[K, V]
	i        int // the slot to look at next
	rehashes uint64
	clears   uint64
	at       int // the slot of the entry in m, -1 if it is only in the old table
	key      K
	value    V
}

func (m *Probing[K, V]) cursor() probingCursor[K, V] {
	return probingCursor[K, V]{m: m, t: m.probingTable, rehashes: m.rehashes, clears: m.clears}
}

// next goes to the next entry and loads it.
func (c *probingCursor[K, V]) next() bool {
	m := c.m
	if m.clears != c.clears {
		return false
	}
	for ; c.i < len(c.t.slots); c.i++ {
		if c.t.tags[c.i] < probingFull {
			continue
		}
		c.at = c.i
		s := &c.t.slots[c.i]
		if m.rehashes != c.rehashes {
			c.at = -1
			if m.keys.Reflexive(s.key) {
				if c.at, _ = m.find(s.key); c.at < 0 {
					continue
				}
				s = &m.slots[c.at]
			}
		}
		c.key, c.value = s.key, s.value
		c.i++
		return true
	}
	return false
}

// All ranges over the entries in no particular order.
func (m *Probing[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil || m.count == 0 {
			return
		}
		c := m.cursor()
		version, slots := m.version, c.t.slots
		for i, tag := range c.t.tags {
			if tag < probingFull {
				continue
			}
			s := &slots[i]
			if !yield(s.key, s.value) {
				return
			}
			if m.version != version {
				for c.i = i + 1; c.next(); { // the rest, with more care
					if !yield(c.key, c.value) {
						return
					}
				}
				return
			}
		}
	}
}

// Keys ranges over the keys.
func (m *Probing[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values ranges over the values.
func (m *Probing[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m.All() {
			if !yield(value) {
				return
			}
		}
	}
}
