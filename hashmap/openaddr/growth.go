package openaddr

import (
	"math"

	"innards/hashmap"
)

// limitOf is the number of entries that a table takes before it grows: seven eighths of its slots, or all seven of
// a single group, where an overflow bit can still end every probe.
func limitOf(groups uint64) int {
	if groups == 1 {
		return groupSlots
	}
	return int(groups * groupSlots * 7 / 8)
}

// groupsFor is the smallest number of groups that takes n entries.
func groupsFor(n int) uint64 {
	switch {
	case n == 0:
		return 0
	case n <= groupSlots:
		return 1
	case n > math.MaxInt>>3: // not even slots of a word each would fit; what is left make refuses
		panic("openaddr: capacity out of range")
	}
	return (uint64(n)*8 + groupSlots*7 - 1) / (groupSlots * 7)
}

// groupsAfterGrowth doubles the table. Doubling keeps the order of the home groups, so that entries stream from the
// old table to the new one front to back in both.
func (m *Map[K, V]) groupsAfterGrowth() uint64 {
	if m.limit == 0 {
		return 1
	}
	return m.groups * 2
}

// allocate gives the map an empty table.
func (m *Map[K, V]) allocate(groups uint64) {
	m.drift = 0
	if groups == 0 {
		m.table, m.limit = table[K, V]{words: noEntries[:], groups: 1}, 0
		return
	}
	m.limit = limitOf(groups)
	m.table = table[K, V]{
		words:  make([]uint64, groups),
		slots:  make([]slot[K, V], groups*groupSlots),
		groups: groups,
	}
}

// resize moves all entries to a new table. The old one is left as it was: iterators still walk it.
func (m *Map[K, V]) resize(groups uint64) {
	old := m.table
	m.allocate(groups)
	m.version++
	m.resizes++
	if m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word) {
		m.moveWords(old)
		return
	}
	for g := range old.groups {
		for match := matchFull(*old.word(g)); match != 0; match &= match - 1 {
			s := old.slot(int(g)*groupSlots + firstSlot(match))
			*m.slot(m.claim(m.keys.Hash(s.key))) = *s
		}
	}
}

// moveWords is the loop of resize for keys whose hash inlines.
func (m *Map[K, V]) moveWords(old table[K, V]) {
	for g := range old.groups {
		for match := matchFull(*old.word(g)); match != 0; match &= match - 1 {
			s := old.slot(int(g)*groupSlots + firstSlot(match))
			*m.slot(m.claim(m.keys.HashWord(hashmap.WordOf(&s.key)))) = *s
		}
	}
}

// Grow makes room for n more entries without a later resize.
func (m *Map[K, V]) Grow(n int) {
	if n < 0 {
		panic("openaddr: Grow: negative count")
	}
	m.ready()
	if n > m.limit-m.count {
		m.resize(groupsFor(m.count + min(n, math.MaxInt-m.count)))
	}
}

// Shrink gives back the memory that the present entries do not need.
func (m *Map[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset || m.limit == 0 {
		return
	}
	if groups := groupsFor(m.count); groups < m.groups {
		m.resize(groups)
	}
}
