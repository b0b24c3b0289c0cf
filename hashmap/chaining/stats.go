package chaining

import (
	"reflect"

	"innards/hashmap"
)

// Stats walks the chains and describes them. Slots are the nodes that have memory, steps the nodes of a chain.
func (m *Map[K, V]) Stats() hashmap.Stats {
	var s hashmap.Stats
	if m == nil {
		return s
	}
	nodes := m.slab.capacity()
	s = hashmap.Stats{
		Entries:  m.count,
		Capacity: min(nodes, int(m.buckets.n)),
		Slots:    nodes,
		Buckets:  int(m.buckets.n),
		Bytes:    m.buckets.bytes() + len(m.slab.chunks)*8,
		Free:     m.slab.freed,
	}
	s.Bytes += (len(m.slab.first) + len(m.slab.chunks)*chunkNodes) * int(reflect.TypeFor[node[K, V]]().Size())
	for b := range m.buckets.n {
		step := 0
		for i := *m.buckets.head(b); i != 0; i = m.slab.at(i).next {
			s.CountProbe(step)
			step++
		}
		if step > 1 {
			s.Overflowed++
		}
	}
	return s
}
