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
	if d := m.buckets; d.n-1 > d.mask || d.n-1 < d.mask>>1 || d.room > 0 && int(d.n) > d.room {
		return m.broken(4, "mask %#x, memory for %d buckets", d.mask, d.room)
	}
	live, blocks := 0, 0
	hung := make([]bool, m.slab.used)
	for i := range m.buckets.n {
		b := m.buckets.at(i)
		for first := true; ; first = false {
			n := entries(b.ctrl)
			if err := m.verifyBlock(i, b, first); err != nil {
				return err
			}
			for _, ref := range b.refs[:n] {
				if ref >= m.slab.used || hung[ref] || m.slab.isFree(ref) {
					return m.broken(1, "bucket %d refers to node %d, which is free or hangs elsewhere as well", i, ref)
				}
				hung[ref] = true
			}
			live += n
			if !linked(b.ctrl) {
				break
			}
			if blocks++; blocks > int(m.more.used)-m.more.freed {
				return m.broken(3, "more blocks in chains than handed out")
			}
			b = m.more.at(b.refs[lastRef])
		}
	}
	switch {
	case live != m.count:
		return m.broken(1, "%d references, %d entries", live, m.count)
	case blocks != int(m.more.used)-m.more.freed:
		return m.broken(3, "%d blocks in chains of %d handed out and not free", blocks, int(m.more.used)-m.more.freed)
	}
	return m.verifyFree(live)
}

// verifyBlock checks a block of chain i and the nodes that it refers to.
func (m *Map[K, V]) verifyBlock(i uint32, b *block, first bool) error {
	n, low := entries(b.ctrl), b.ctrl&(oneEntry-1)
	if linked(b.ctrl) && n != lastRef || !linked(b.ctrl) && n == 0 && !first || n > blockRefs ||
		b.ctrl&^(goesOn|follows|filter|7*oneEntry) != low || first != (b.ctrl&follows == 0) ||
		!linked(b.ctrl) && b.ctrl&filter != 0 || low&fullBits != fullBits&(1<<(n*8)-1) || low>>(n*8) != 0 {
		return m.broken(3, "bucket %d has a block with control word %#x", i, b.ctrl)
	}
	for at, ref := range b.refs[:n] {
		key := m.slab.at(ref).key
		if m.buckets.bucketOf(m.hashOf(ref)) != i {
			return m.broken(2, "node %d hangs in bucket %d, its hash is %#x", ref, i, m.hashOf(ref))
		}
		if !m.keys.Reflexive(key) {
			continue
		}
		h := m.keys.Hash(key)
		if uint32(h>>32) != m.hashOf(ref) || tagOf(h) != tagAt(b.ctrl, at) {
			return m.broken(2, "node %d: tag %#x, hash %#x, the key's is %#x", ref, tagAt(b.ctrl, at), m.hashOf(ref), h)
		}
		if found, _, _, _ := m.find(key); found != m.slab.at(ref) {
			return m.broken(2, "node %d: a look-up of its key %v does not find it", ref, key)
		}
	}
	return nil
}

// verifyFree checks that all nodes but the live ones are marked free, and zero.
func (m *Map[K, V]) verifyFree(live int) error {
	free := 0
	for i := range m.slab.used {
		if !m.slab.isFree(i) {
			continue
		}
		if n := *m.slab.at(i); !reflect.ValueOf(&n).Elem().IsZero() {
			return m.broken(5, "node %d is free and holds %v", i, n)
		}
		free++
	}
	if free != m.slab.freed || free+live != int(m.slab.used) {
		return m.broken(5, "%d free nodes, counted %d; %d live, %d handed out", free, m.slab.freed, live, m.slab.used)
	}
	return nil
}

func (m *Map[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("chaining: invariant %d broken: %s\n%d entries, %d buckets, %d nodes handed out",
		invariant, fmt.Sprintf(format, args...), m.count, m.buckets.n, m.slab.used)
}
