package chaining

import "innards/hashmap"

// Grow makes room for n more entries: nodes, and the buckets that they will hang in. Buckets are split one by one,
// which costs a walk of the chains here and now, unless the map is empty.
func (m *Map[K, V]) Grow(n int) {
	if n < 0 {
		panic("chaining: Grow: negative count")
	}
	if n == 0 {
		return
	}
	m.ready()
	room := m.count + n
	if room < n || room >= maxNodes {
		panic("chaining: more than 2^31-2 entries")
	}
	// Free nodes are used first; the others follow the numbers handed out so far.
	m.slab.reserve(m.slab.used + uint32(max(0, n-m.slab.freed)))
	if m.count == 0 && room > int(m.buckets.n) {
		m.buckets.reset(room)
	}
	for int(m.buckets.n) < room {
		m.split()
	}
	m.version++
}

// Shrink gives back the memory that the present entries do not need. The nodes move to a new slab without gaps; the
// old one is left as it was: iterators still walk it.
func (m *Map[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset || m.tight() {
		return
	}
	old := m.slab
	m.slab = slab[K, V]{}
	m.buckets = directory{}
	m.version++
	m.moves++
	if m.count == 0 {
		return
	}
	m.buckets.reset(m.count)
	m.slab.reserve(uint32(m.count))
	for i := uint32(1); i <= old.used; i++ {
		n := old.at(i)
		if n.hash == 0 {
			continue
		}
		j, moved := m.slab.take()
		*moved = *n
		m.push(j, moved)
	}
}

// tight reports that a new slab and a new directory would be no smaller.
func (m *Map[K, V]) tight() bool {
	var fresh slab[K, V]
	return m.slab.freed == 0 && int(m.buckets.n) <= m.count && m.slab.capacity() <= fresh.capacityFor(m.count)
}
