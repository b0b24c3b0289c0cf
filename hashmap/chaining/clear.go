package chaining

// Clear removes all entries, keeps the memory, and draws a new seed. In a map that was much larger once it goes to the
// entries, not over all of the memory.
func (m *Map[K, V]) Clear() {
	if m == nil || m.slab.used == 0 {
		return
	}
	if m.count < int(m.slab.used)/16 {
		for c := m.cursor(); c.next(); {
			*m.buckets.at(m.buckets.bucketOf(m.hashOf(c.at))) = block{}
		}
		for c := m.cursor(); c.next(); {
			*m.slab.at(c.at) = node[K, V]{}
		}
	} else {
		m.buckets.each(func(blocks []block) { clear(blocks) })
		for i, chunk := range m.slab.chunks {
			clear(nodesOf(chunk, m.slab.memory(i)))
		}
	}
	for _, g := range m.slab.graves {
		if g != nil {
			*g = graves{}
		}
	}
	m.slab.used, m.slab.open, m.slab.freed = 0, 0, 0
	m.more.used, m.more.free, m.more.freed = 0, 0, 0
	m.count, m.alarm = 0, 0
	m.keys.Reseed()
	m.version++
	m.clears++
}
