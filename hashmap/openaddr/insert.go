package openaddr

import "innards/hashmap"

// insert adds an entry whose key is known to be absent.
func (m *Map[K, V]) insert(h uint64, key K, value V) {
	if m.count >= m.limit {
		m.resize(m.groupsAfterGrowth())
	}
	g := homeOf(h, m.groups)
	w := m.word(g)
	var at int
	if empty := matchEmpty(*w); empty != 0 {
		i := firstSlot(empty)
		*w = withTag(*w, i, h)
		at = int(g)*groupSlots + i
	} else {
		at = m.claim(h)
	}
	s := m.slot(at)
	s.key, s.value = key, value
	m.count++
	m.version++
	if invariants {
		m.check()
	}
}

// overwrite replaces the value of an entry. Where equal keys can differ (-0 and +0, interfaces) the new key replaces
// the old one too, as in the builtin map; under a Hasher the first key stays.
func (m *Map[K, V]) overwrite(s *slot[K, V], key K, value V) {
	s.value = value
	if m.keys.Kind == hashmap.Other {
		s.key = key
	}
}
