package openaddr

import "innards/hashmap"

// insert adds an entry whose key is known to be absent.
func (m *Map[K, V]) insert(h uint64, key K, value V) {
	s := m.segmentOf(h)
	room := s.room()
	for *room == 0 {
		m.makeRoom(h)
		s = m.segmentOf(h)
		room = s.room()
	}
	*room--
	e, passed := s.claim(place(h))
	e.key, e.value = key, value
	m.count++
	m.version++
	if passed >= alarmAt {
		m.alarm()
	}
	if invariants {
		m.check()
	}
}

// overwrite replaces the value of an entry. Where equal keys can differ (-0 and +0, interfaces) the new key replaces
// the old one too, as in the builtin map; under a Hasher the first key stays.
func (m *Map[K, V]) overwrite(e *slot[K, V], key K, value V) {
	e.value = value
	if m.keys.Kind == hashmap.Other {
		e.key = key
	}
}

// alarmAt is the number of full groups in a row that an insertion passes only under a hash that fails its keys: nearly
// seven hundred entries with nothing between them, in a segment that is at most seven eighths full.
const alarmAt = 96

// alarm replaces the map's hash by a stronger one with new secrets, if there is one, and moves everything.
func (m *Map[K, V]) alarm() {
	if m.keys.Strengthen() {
		m.rebuild(m.count)
	}
}
