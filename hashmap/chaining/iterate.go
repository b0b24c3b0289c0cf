package chaining

import (
	"iter"
	"math/bits"
)

// A cursor walks the nodes of a slab in the order of their numbers while the map may change under it, by the rules
// of the Go specification for range. A node never changes its number, whatever is inserted or split: an entry
// deleted is seen to be gone, an entry added may take a number ahead or behind.
//
// Only Shrink moves nodes. Then the walk goes on through the old slab, which nobody writes any more, and looks each
// of its keys up in the map. A key that is not equal to itself cannot be looked up: it is produced from the old
// slab; that a DeleteFunc inside the loop has removed it after the Shrink goes unnoticed. Clear ends the walk.
type cursor[K, V any] struct {
	m       *Map[K, V]
	old     slab[K, V] // the slab as it was at the last step: that of the walk, once the map has another
	at      uint32     // the number of the present node
	i       uint32     // the number of the next
	version uint64     // the map's when old was copied
	moves   uint64
	clears  uint64
	key     K
	value   V
}

func (m *Map[K, V]) cursor() cursor[K, V] {
	return cursor[K, V]{m: m, old: m.slab, version: m.version, moves: m.moves, clears: m.clears}
}

// next goes to the next entry and loads it.
func (c *cursor[K, V]) next() bool {
	if c.m.version != c.version {
		if c.m.clears != c.clears {
			return false
		}
		if c.m.moves != c.moves {
			return c.nextOld()
		}
		c.version, c.old = c.m.version, c.m.slab
	}
	for c.step() {
		if !c.m.slab.isFree(c.at) {
			n := c.m.slab.at(c.at)
			c.key, c.value = n.key, n.value
			return true
		}
	}
	return false
}

// nextOld is next after a Shrink.
func (c *cursor[K, V]) nextOld() bool {
	for c.step() {
		if c.old.isFree(c.at) {
			continue
		}
		n := c.old.at(c.at)
		if c.m.keys.Reflexive(n.key) {
			if n, _, _, _ = c.m.find(n.key); n == nil {
				continue
			}
		}
		c.key, c.value = n.key, n.value
		return true
	}
	return false
}

// step goes to the next node of the slab.
func (c *cursor[K, V]) step() bool {
	c.at = c.i
	c.i++
	return c.at < c.old.used
}

// All ranges over the entries in no promised order.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil {
			return
		}
		c := m.cursor()
		for c.i < c.old.used {
			full := c.old.full(c.i)
			chunk := c.old.at(c.i)
			for ; full != 0; full &= full - 1 {
				n := nodeAfter(chunk, bits.TrailingZeros64(full))
				if !yield(n.key, n.value) {
					return
				}
				if m.version != c.version {
					c.i += uint32(bits.TrailingZeros64(full)) + 1
					c.walk(yield) // the rest, with more care
					return
				}
			}
			c.i += 64
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
