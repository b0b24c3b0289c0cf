package openaddr

import (
	"reflect"

	"innards/hashmap"
)

// Stats walks the table and describes it.
func (m *Map[K, V]) Stats() hashmap.Stats {
	var st hashmap.Stats
	if m == nil || m.slots() == 0 {
		return st
	}
	directory := 0
	if len(m.dir) > 1 {
		directory = len(m.dir) * int(reflect.TypeFor[segment[K, V]]().Size())
	}
	st = hashmap.Stats{Entries: m.count, Slots: int(m.slots()), Bytes: directory}
	for _, s := range m.segments {
		groups := s.groups
		st.Capacity += int(*s.limit())
		st.Stale += int(*s.drift())
		st.Buckets += int(groups)
		st.Bytes += (int(groups) + tailWords) * 8
		for g := range groups {
			if *s.word(g)>>56 != 0 {
				st.Overflowed++
			}
			for match := matchFull(*s.word(g)); match != 0; match &= match - 1 {
				key := s.marked(g, match).key
				if !m.keys.Reflexive(key) {
					continue // no look-up finds it, in whatever step
				}
				home := homeOf(place(m.keys.Hash(key)), groups)
				st.CountProbe(int((g + groups - home) % groups))
			}
		}
	}
	st.Bytes += st.Slots * int(reflect.TypeFor[slot[K, V]]().Size())
	return st
}
