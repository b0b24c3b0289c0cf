package openaddr

import (
	"math"
	"math/bits"

	"innards/hashmap"
)

// probingLeast is the smallest table.
const probingLeast = 8

// probingLimit is the number of entries that a table takes before it doubles.
func probingLimit(slots int) int { return slots / 4 * 3 }

// probingUsedLimit is the number of entries and tombstones together that it takes before it is made anew.
func probingUsedLimit(slots int) int { return slots / 8 * 7 }

// probingSlotsFor is the smallest number of slots that takes n entries.
func probingSlotsFor(n int) int {
	if n == 0 {
		return 0
	}
	if n > math.MaxInt>>3 { // not even slots of a word each would fit; what is left make refuses
		panic("openaddr: capacity out of range")
	}
	return max(probingLeast, 1<<bits.Len(uint(n+(n+2)/3-1)))
}

// probingNewTable makes an empty table.
func probingNewTable[K, V any](slots int, probe Probe) probingTable[K, V] {
	t := probingTable[K, V]{tags: probingNothing[:], rule: ruleOf(probe)}
	if slots > 0 {
		t.tags, t.slots = make([]uint8, slots), make([]probingSlot[K, V], slots)
	}
	return t
}

// use makes t the table of the map.
func (m *Probing[K, V]) use(t probingTable[K, V]) {
	m.probingTable = t
	m.limit = probingLimit(len(t.slots))
	m.tombs = 0
}

// rehash moves all entries to a new table, which has no tombstones. The old one is left as it was: iterators still walk
// it, and should a Hasher panic, the map is what it was before.
func (m *Probing[K, V]) rehash(slots int, keys hashmap.Keyer[K]) {
	t := probingNewTable[K, V](slots, m.probe)
	word := keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word)
	for i, tag := range m.tags {
		if tag < probingFull {
			continue
		}
		s := &m.slots[i]
		var h uint64
		if word {
			h = keys.HashWord(hashmap.WordOf(&s.key))
		} else {
			h = keys.Hash(s.key)
		}
		at, _ := t.claim(h)
		t.tags[at] = probingTag(h)
		t.slots[at] = *s
	}
	m.use(t)
	m.keys = keys
	m.version++
	m.rehashes++
}

// tooFar answers a probe that a good hash does not need with a new seed. A Hasher that gives all keys one hash defeats
// that, and the map is slow then; more room would not help either.
func (m *Probing[K, V]) tooFar() {
	if keys := m.keys; probingReseed(&m.alarm, &keys, m.version, m.count) {
		m.rehash(len(m.slots), keys)
	}
}

// Grow makes room for n more entries without a later growth.
func (m *Probing[K, V]) Grow(n int) {
	if n < 0 {
		panic("openaddr: Grow: negative count")
	}
	m.ready()
	if n > m.limit-m.count {
		m.rehash(probingSlotsFor(m.count+min(n, math.MaxInt-m.count)), m.keys)
	}
}

// Shrink gives back the memory that the present entries do not need.
func (m *Probing[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset {
		return
	}
	if slots := probingSlotsFor(m.count); slots < len(m.slots) {
		m.rehash(slots, m.keys)
	}
}
