package chaining

import "innards/hashmap"

// alarmBlocks is the number of blocks before the last of a chain that is too long: it has over forty entries, where six are
// the most to be expected. Keys that fall at random make one such chain in 10^20.
const alarmBlocks = 8

// reseed answers the alarm: someone may know the seed. It draws another and moves all entries to the buckets that their
// hashes name now, a long Set but a rare one. If the entries of the chain would stay together under the new seed it is not
// the seed that is known: a Hasher may have few values, and nothing is done. Either way the alarm rests until the map has
// twice the entries, so that it costs no more than a constant for each.
func (m *Map[K, V]) reseed(home *block) {
	m.alarm = 2 * m.count
	keys := m.keys
	keys.Reseed()
	if m.together(keys, home) {
		return
	}
	s := m.slab
	if s.keep { // the old hashes serve until all new ones are there: a Hasher may panic
		s.hashes = nil
		for i := range s.chunks {
			s.hashes = append(s.hashes, &make([]uint32, s.memory(i))[0])
		}
	}
	m.rebuild(keys, s, int(m.buckets.n))
}

// together reports whether most of the entries of a chain have the same hash under other keys.
func (m *Map[K, V]) together(keys hashmap.Keyer[K], b *block) bool {
	all := map[uint64]int{}
	entriesOf, most := 0, 0
	for {
		for _, ref := range b.refs[:entries(b.ctrl)] {
			h := keys.Hash(m.slab.at(ref).key)
			all[h]++
			entriesOf++
			most = max(most, all[h])
		}
		if !linked(b.ctrl) {
			return most > entriesOf/2
		}
		b = m.more.at(b.refs[lastRef])
	}
}
