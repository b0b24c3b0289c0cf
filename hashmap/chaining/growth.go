package chaining

import (
	"math/bits"

	"innards/hashmap"
)

// The load is 3 entries a bucket on the average. With linear hashing a bucket that is about to be split has up to twice
// the load of those that have been.
const load = 3

// limitOf is the number of entries above which n buckets are split: up to one block, there is one.
func limitOf(n uint32) int {
	if n == 1 {
		return blockRefs
	}
	return int(n) * load
}

// bucketsFor is the smallest number of buckets that takes n entries.
func bucketsFor(n int) int {
	if n <= blockRefs {
		return 1
	}
	return (n + load - 1) / load
}

// grow makes the first bucket, or splits one. Several at a time would overlap each other's cache misses, and make more Sets
// long than one in a thousand: see NOTES.md.
func (m *Map[K, V]) grow() {
	if m.limit == 0 {
		m.buckets.reset(1)
		m.limit = limitOf(1)
		return
	}
	m.splitTo(m.buckets.n + 1)
}

// splitTo splits buckets until there are n.
func (m *Map[K, V]) splitTo(n uint32) {
	if d := &m.buckets; int(n) > d.room {
		d.reserve(max(int(n), min(2*d.room, segmentBlocks)))
	}
	for m.buckets.n < n {
		m.split()
	}
	m.limit = limitOf(n)
}

// split adds a bucket and moves to it those entries of its buddy that belong there now.
func (m *Map[K, V]) split() {
	added, split := m.buckets.extend()
	level := uint(bits.Len32(m.buckets.mask) - 1)
	from, to := m.buckets.at(split), m.buckets.at(added)
	if linked(from.ctrl) {
		m.splitChain(from, to, level)
		return
	}
	// Which way an entry goes is as random as its hash, and a branch on it would be mispredicted every other time. So it
	// is written to both blocks, and in one of them the next is written over it.
	w, refs := from.ctrl, from.refs
	var stay, move uint64          // the tags
	var stays, moves, going uint64 // how many
	for _, ref := range refs[:entries(w)] {
		going = uint64(m.hashOf(ref) >> (level & 31) & 1)
		tag := w & 0xff
		w >>= 8
		from.refs[stays%8], to.refs[moves%8] = ref, ref
		stay |= tag & (going - 1) << (stays * 8 & 63)
		move |= tag & -going << (moves * 8 & 63)
		moves += going
		stays += 1 - going
	}
	from.ctrl = stay | stays*oneEntry
	to.ctrl = move | moves*oneEntry
}

// splitChain is split for a chain of more than one block.
func (m *Map[K, V]) splitChain(from, to *block, level uint) {
	b := *from
	*from = block{}
	for {
		for i := range entries(b.ctrl) {
			target := from
			if m.hashOf(b.refs[i])>>level&1 != 0 {
				target = to
			}
			m.append(target, tagAt(b.ctrl, i), b.refs[i])
		}
		if !linked(b.ctrl) {
			return
		}
		next := b.refs[lastRef]
		b = *m.more.at(next)
		m.more.give(next)
	}
}

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
	if m.limit == 0 || m.count == 0 && room > m.limit {
		m.buckets.reset(bucketsFor(room))
		m.limit = limitOf(m.buckets.n)
	}
	if room > m.limit {
		m.splitTo(uint32(bucketsFor(room)))
	}
	m.version++
}

// Shrink gives back the memory that the present entries do not need. The nodes move to a new slab without gaps; the
// old one is left as it was: iterators still walk it.
func (m *Map[K, V]) Shrink() {
	if m == nil || m.keys.Kind == hashmap.Unset || m.tight() {
		return
	}
	s := slab[K, V]{keep: m.slab.keep}
	s.reserve(uint32(m.count))
	for i := range m.slab.used {
		if !m.slab.isFree(i) {
			*s.at(s.take()) = *m.slab.at(i)
		}
	}
	m.rebuild(m.keys, s, bucketsFor(m.count))
	m.moves++
}

// rebuild hangs all nodes of a slab into a new directory of n buckets. The tags, and the hashes kept, are computed again.
// The map changes when all that is done: a Hasher may panic.
func (m *Map[K, V]) rebuild(keys hashmap.Keyer[K], s slab[K, V], n int) {
	t := Map[K, V]{slab: s, buckets: nothing(make([]*block, 1)), keys: keys}
	if m.count > 0 {
		t.buckets.reset(n)
		t.limit = limitOf(t.buckets.n)
	}
	for i := range s.used {
		if s.isFree(i) {
			continue
		}
		h := keys.Hash(s.at(i).key)
		if s.keep {
			*s.hash(i) = uint32(h >> 32)
		}
		t.append(t.buckets.home(h), tagOf(h), i)
	}
	m.keys, m.slab, m.buckets, m.more, m.limit = keys, s, t.buckets, t.more, t.limit
	m.version++
}

// tight reports that there is nothing to give back: no free node, no chunk or bucket more than the entries need.
func (m *Map[K, V]) tight() bool {
	if m.count == 0 {
		return m.slab.room == 0 && m.buckets.room == 0
	}
	room := m.slab.room
	if room >= chunkNodes {
		room -= chunkNodes - 1
	}
	return m.slab.freed == 0 && int(room) <= m.count && int(m.buckets.n) <= bucketsFor(m.count) &&
		m.buckets.room < int(m.buckets.n)+segmentBlocks && m.more.freed < poolSize
}
