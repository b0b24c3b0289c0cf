package orderedmap

import (
	"iter"
	"sync/atomic"

	"innards/hashmap"
)

// Map keeps its keys in the order in which they were first set. Setting a key that is present changes
// its value and keeps its place. The zero value is an empty map ready to use; a nil *Map is an empty map
// that can be read. A Map must not be copied, and, like the builtin map, may be read by many goroutines
// at once but not while one of them writes.
type Map[K comparable, V any] struct {
	entries []entry[K, V] // the span [head, len) holds the map; everything outside it is zero
	slots   []slot        // the index, a power of two long, or nil before the first Set
	holes   bitmap        // vacated positions strictly inside the span; nil until there is one
	head    int           // position of the first entry
	live    int           // number of entries
	shift   uint8         // hashBits - log2(len(slots)): a hash shifted by it is a home slot
	front   bool          // MoveToFront ran out of room once: rebuilds leave a gap before head
	// Where loops of this era may stand although no entry is there any more: before head, and up to the
	// position reach, counting both what was deleted and what the last era left there. See settleEra.
	frontVacated bool
	reach        int

	keys  hashmap.Keyer[K]
	tally atomic.Pointer[tally] // where the holes are, for Nth and Index; nil until one of them meets a hole
	epoch uint64                // counts what can make a position that a loop remembers stale
	era   atomic.Pointer[era]
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// New returns a map with room for capacity entries.
func New[K comparable, V any](capacity int) *Map[K, V] {
	if capacity < 0 {
		panic("orderedmap: negative capacity")
	}
	m := new(Map[K, V])
	m.Grow(capacity)
	return m
}

// Collect returns a map of the pairs of seq, in their order; a repeated key keeps its first place and
// its last value.
func Collect[K comparable, V any](seq iter.Seq2[K, V]) *Map[K, V] {
	m := new(Map[K, V])
	m.SetAll(seq)
	return m
}

// Len returns the number of entries.
func (m *Map[K, V]) Len() int {
	if m == nil {
		return 0
	}
	return m.live
}

// Get returns the value of key and whether it is present.
func (m *Map[K, V]) Get(key K) (value V, ok bool) {
	if e := m.lookup(key); e != nil {
		return e.value, true
	}
	return value, false
}

// At returns the value of key, or the zero value where it is absent.
func (m *Map[K, V]) At(key K) (value V) {
	if e := m.lookup(key); e != nil {
		return e.value
	}
	return value
}

// Contains reports whether key is present.
func (m *Map[K, V]) Contains(key K) bool { return m.lookup(key) != nil }

// Set gives key the value. A new key goes to the back; one that is present keeps its place, and its old
// value is returned.
func (m *Map[K, V]) Set(key K, value V) (old V, added bool) {
	var h uint32
	var one, two, three, four uint64
	text := hashmap.SizedAs[K](hashmap.String) && m.keys.Kind == hashmap.String
	switch { // as in lookup, and so is what follows
	case hashmap.SizedAs[K](hashmap.Word) && m.keys.Kind == hashmap.Word:
		h = uint32(m.keys.HashWord(hashmap.WordOf(&key)) >> (64 - hashBits))
	case text:
		if str := hashmap.StringOf(&key); m.keys.InWords(str) {
			one, two, three, four = m.keys.Words(str)
			h = uint32(m.keys.HashWords(uintptr(len(str)), one, two, three, four) >> (64 - hashBits))
		} else {
			h = uint32(m.keys.HashString(str) >> (64 - hashBits))
		}
	default:
		h = m.hashToSet(key)
	}
	if mask := len(m.slots) - 1; mask >= 0 && m.keys.Kind < hashmap.Other {
		i := m.home(h)
		if s := m.slotAt(i).or(*m.slotAt((i + 1) & mask), h); s.hash() == h {
			if p := uint(s.position()); p < uint(len(m.entries)) {
				e, there := &m.entries[p], false
				if str := hashmap.StringOf(&key); text && m.keys.InWords(str) {
					there = m.keys.HaveWords(hashmap.StringOf(&e.key), uintptr(len(str)), one, two, three, four)
				} else {
					there = e.key == key
				}
				if there {
					old, e.value = e.value, value
					return old, false
				}
			}
		}
	}
	i, p := m.find(h, key)
	if p >= 0 {
		e := &m.entries[p]
		if m.keys.Kind == hashmap.Other {
			e.key = key // equal need not be identical: -0 and 0, interfaces; the builtin map takes the new one too
		}
		old, e.value = e.value, value
		return old, false
	}
	m.pushBack(h, i, key, value)
	return old, true
}

// GetOrSet returns the value of key if it is present, and else sets it to value at the back.
func (m *Map[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	h := m.hashToSet(key)
	i, p := m.find(h, key)
	if p >= 0 {
		return m.entries[p].value, true
	}
	m.pushBack(h, i, key, value)
	return value, false
}

// Compute calls f with the value of key and whether it is present, and sets key to the value that f
// returns, or deletes it where keep is false. It returns the value and whether key is present now.
// The key is hashed once. f may use the map, even change it: the result goes to wherever key is then.
func (m *Map[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	h := m.hashToSet(key)
	var old V
	_, p := m.find(h, key)
	if p >= 0 {
		old = m.entries[p].value
	}
	value, keep := f(old, p >= 0)
	i, p := m.find(h, key)
	switch {
	case keep && p >= 0:
		m.entries[p].value = value
	case keep:
		m.pushBack(h, i, key, value)
	case p >= 0:
		m.remove(i, p)
	}
	if !keep {
		var zero V
		return zero, false
	}
	return value, true
}

// Delete removes key and returns the value that it had.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	if m.Len() == 0 {
		refuseUnhashable(key)
		return old, false
	}
	i, p := m.find(m.hash(key), key)
	if p < 0 {
		return old, false
	}
	old = m.entries[p].value
	m.remove(i, p)
	return old, true
}

// DeleteFunc removes every entry for which del returns true, NaN keys too. Like the body of a loop over
// All, del may change the map.
func (m *Map[K, V]) DeleteFunc(del func(K, V) bool) {
	if m.Len() == 0 {
		return
	}
	c := m.first()
	for c.pos < len(m.entries) {
		e := &m.entries[c.pos]
		key, epoch, here := e.key, m.epoch, true
		doomed := del(key, e.value)
		if m.epoch != epoch {
			c, here = m.relocate(c, key)
		}
		if here && doomed {
			m.removeAt(c.pos)
		} else if here {
			c.pos++
		}
		c.pos = m.nextLive(c.pos)
	}
}

// SetAll sets every pair of seq, in its order. seq may read the map itself.
func (m *Map[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Set(key, value)
	}
}

// pushBack appends an entry that the map does not have; i is the slot at which the search for its key ended. NaN keys
// are not indexed: no look-up could find them, and their hash is not the same twice.
func (m *Map[K, V]) pushBack(h uint32, i int, key K, value V) {
	if len(m.entries) == cap(m.entries) || m.reach > len(m.entries) {
		m.roomAtBack()
	}
	if m.live >= maxLoad(len(m.slots)) {
		m.moreSlots()
		i = m.vacancy(h)
	}
	p := len(m.entries)
	m.entries = m.entries[:p+1]
	e := &m.entries[p]
	e.key, e.value = key, value
	m.live++
	if m.keys.Kind < hashmap.Other || key == key {
		m.slots[i] = newSlot(h, p)
	}
	m.check()
}

// remove deletes the entry at position p, to which slot i points.
func (m *Map[K, V]) remove(i, p int) {
	m.unlink(i)
	m.vacate(p)
	m.check()
}

// removeAt deletes the entry at position p.
func (m *Map[K, V]) removeAt(p int) {
	if key := m.entries[p].key; key == key {
		m.unlink(m.slotOf(m.hash(key), p))
	}
	m.vacate(p)
	m.check()
}
