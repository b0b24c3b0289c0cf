package chaining

import (
	"reflect"

	"innards/hashmap"
)

// Stats walks the chains and describes them. Slots are the nodes that have memory, steps the blocks of a chain.
func (m *Map[K, V]) Stats() hashmap.Stats {
	var s hashmap.Stats
	if m == nil || m.limit == 0 {
		return s
	}
	nodes := int(m.slab.room)
	s = hashmap.Stats{
		Entries:  m.count,
		Capacity: min(nodes, m.limit),
		Slots:    nodes,
		Buckets:  int(m.buckets.n),
		Bytes:    m.bytes(),
		Free:     m.slab.freed,
	}
	for i := range m.buckets.n {
		b := m.buckets.at(i)
		for step := 0; ; step++ {
			for range entries(b.ctrl) {
				s.CountProbe(step)
			}
			if !linked(b.ctrl) {
				if step > 0 {
					s.Overflowed++
				}
				break
			}
			b = m.more.at(b.refs[lastRef])
		}
	}
	return s
}

// bytes is the memory of the map: nodes, their hashes and marks, blocks, and the tables that lead to them.
func (m *Map[K, V]) bytes() int {
	const word = 4 << (^uintptr(0) >> 63)
	nodes := int(reflect.TypeFor[node[K, V]]().Size())
	if m.slab.keep {
		nodes += 4
	}
	blocks := m.buckets.room + len(m.more.segments)*poolSize
	tables := (len(m.slab.chunks) + len(m.slab.hashes) + len(m.buckets.segments) + len(m.more.segments)) * word
	for _, g := range m.slab.graves {
		if g != nil {
			tables += (chunkNodes/64+2)*8 + word
		}
	}
	return int(m.slab.room)*nodes + blocks*32 + tables
}
