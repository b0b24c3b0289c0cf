package openaddr

import (
	"reflect"

	"innards/hashmap"
)

// Stats walks the table and describes it.
func (m *Map[K, V]) Stats() hashmap.Stats {
	var s hashmap.Stats
	if m == nil || m.limit == 0 {
		return s
	}
	s = hashmap.Stats{
		Entries:  m.count,
		Capacity: m.limit,
		Slots:    len(m.slots),
		Buckets:  len(m.words),
		Bytes:    len(m.words)*8 + len(m.slots)*int(reflect.TypeFor[slot[K, V]]().Size()),
		Stale:    m.drift,
	}
	for g := range m.groups {
		w := *m.word(g)
		if w>>56 != 0 {
			s.Overflowed++
		}
		for match := matchFull(w); match != 0; match &= match - 1 {
			key := m.slot(int(g)*groupSlots + firstSlot(match)).key
			if !m.keys.Reflexive(key) {
				continue // no look-up finds it, in whatever step
			}
			home := homeOf(m.keys.Hash(key), m.groups)
			s.CountProbe(int((g + m.groups - home) % m.groups))
		}
	}
	return s
}
