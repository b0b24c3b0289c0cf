package chaining

import (
	"fmt"
	"reflect"

	"innards/hashmap"
)

// checkedNodes bounds the maps that are checked after every mutation: checking all would make each test quadratic.
const checkedNodes = 48

func (m *Map[K, V]) check() {
	if m.slab.used <= checkedNodes {
		if err := m.verify(); err != nil {
			panic(err)
		}
	}
}

// verify checks the invariants of the package comment and names the first that is broken.
func (m *Map[K, V]) verify() error {
	if m.keys.Kind == hashmap.Unset {
		if m.count != 0 || m.slab.used != 0 {
			return m.broken(6, "%d entries in a map without a hash", m.count)
		}
		return nil
	}
	live := 0
	for b := range m.buckets.n {
		for i := *m.buckets.head(b); i != 0; {
			n := m.slab.at(i)
			if live++; live > m.count {
				return m.broken(1, "more nodes in chains than the %d entries", m.count)
			}
			if err := m.verifyNode(i, b, n); err != nil {
				return err
			}
			i = n.next
		}
	}
	if live != m.count {
		return m.broken(1, "%d nodes in chains, %d entries", live, m.count)
	}
	if m.buckets.n > 0 && (m.buckets.n-1 > m.buckets.mask || m.buckets.n-1 < m.buckets.mask>>1) {
		return m.broken(4, "%d buckets, mask %#x", m.buckets.n, m.buckets.mask)
	}
	free := 0
	for i := m.slab.free; i != 0 && free <= m.slab.freed; i = m.slab.at(i).next {
		n := *m.slab.at(i)
		n.next = 0
		if !reflect.ValueOf(&n).Elem().IsZero() {
			return m.broken(5, "node %d is free and holds %v", i, n)
		}
		free++
	}
	if free != m.slab.freed || free+live != int(m.slab.used) {
		return m.broken(5, "%d free nodes, counted %d; %d live, %d handed out", m.slab.freed, free, live, m.slab.used)
	}
	return nil
}

func (m *Map[K, V]) verifyNode(i, b uint32, n *node[K, V]) error {
	if n.hash&liveBit == 0 || m.buckets.bucketOf(n.hash) != b {
		return m.broken(2, "node %d with hash %#x hangs in bucket %d", i, n.hash, b)
	}
	if !m.keys.Reflexive(n.key) {
		return nil
	}
	if h := nodeHash(m.keys.Hash(n.key)); h != n.hash {
		return m.broken(2, "node %d keeps hash %#x, the key's is %#x", i, n.hash, h)
	}
	if found, _ := m.find(n.key); found != n {
		return m.broken(3, "node %d: a look-up of its key %v does not find it", i, n.key)
	}
	return nil
}

func (m *Map[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("chaining: invariant %d broken: %s\n%d entries, %d buckets, %d nodes handed out",
		invariant, fmt.Sprintf(format, args...), m.count, m.buckets.n, m.slab.used)
}
