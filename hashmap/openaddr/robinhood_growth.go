package openaddr

import (
	"math"

	"innards/hashmap"
)

// An insertion that makes a displacement of rhBound rings the alarm: over three times what a good hash gives among a
// million entries. So do many insertions that make more than rhAllowance each; in a full table under a good hash they
// make 3 on average.
const (
	rhBound     = 128
	rhAllowance = 24
)

// rhLimit is the number of entries that a table takes before it grows: four fifths of its slots. Look-ups would bear
// more; insertions and deletions move a run of entries, the length of which grows with 1/(1-load)^2.
func rhLimit(slots int) int { return slots - (slots+4)/5 }

// rhSlotsFor is the smallest number of slots that takes n entries.
func rhSlotsFor(n int) int {
	if n == 0 {
		return 0
	}
	if n > math.MaxInt>>3 { // not even slots of a word each would fit; what is left make refuses
		panic("openaddr: capacity out of range")
	}
	return n + (n+3)/4
}

// rhAfterGrowth doubles a table, which keeps the order of the homes.
func rhAfterGrowth(slots int) int { return max(2*slots, 10) }

// rhNewTable makes an empty table.
func rhNewTable[K, V any](slots int) rhTable[K, V] {
	if slots == 0 {
		return rhTable[K, V]{meta: rhNothing[:]}
	}
	return rhTable[K, V]{meta: make([]uint32, slots), slots: make([]probingSlot[K, V], slots)}
}

// use makes t the table of the map.
func (m *RobinHood[K, V]) use(t rhTable[K, V]) {
	m.rhTable = t
	m.limit = rhLimit(len(t.slots))
}

// rehash moves all entries to a new table. The old one is left as it was: iterators still walk it, and should a Hasher
// panic, the map is what it was before.
func (m *RobinHood[K, V]) rehash(slots int, keys hashmap.Keyer[K]) {
	t := rhNewTable[K, V](slots)
	word := keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word)
	for i, w := range m.meta {
		if w == 0 {
			continue
		}
		s := &m.slots[i]
		var h uint64
		if word {
			h = keys.HashWord(hashmap.WordOf(&s.key))
		} else {
			h = keys.Hash(s.key)
		}
		at, w := t.place(h)
		t.open(at, w)
		t.slots[at] = *s
	}
	m.use(t)
	m.keys = keys
	m.version++
	m.rehashes++
}

// tooFar answers a displacement that a good hash does not give: with a new seed, or if that has been tried of late,
// with more room, as long as the table is more than half full. Neither helps against a Hasher that gives every key one
// hash, and then there is nothing left but to be slow.
func (m *RobinHood[K, V]) tooFar() {
	keys := m.keys
	switch {
	case probingReseed(&m.alarm, &keys, m.version, m.count):
		m.rehash(len(m.slots), keys)
	case m.count > m.limit/2:
		m.rehash(rhAfterGrowth(len(m.slots)), keys)
	}
}

// Grow makes room for n more entries without a later rehash.
func (m *RobinHood[K, V]) Grow(n int) {
	if n < 0 {
		panic("openaddr: Grow: negative count")
	}
	m.ready()
	if n > m.limit-m.count {
		m.rehash(rhSlotsFor(m.count+min(n, math.MaxInt-m.count)), m.keys)
	}
}

// Shrink gives back the memory that the present entries do not need.
func (m *RobinHood[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset {
		return
	}
	if slots := rhSlotsFor(m.count); slots < len(m.slots) {
		m.rehash(slots, m.keys)
	}
}
