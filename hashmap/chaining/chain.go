package chaining

import "innards/hashmap"

// nodeHash is the part of a hash that a node keeps: its high half, which all bits of the key have reached.
func nodeHash(h uint64) uint32 { return uint32(h>>32) | liveBit }

// find returns the node of key, or nil, and the hash of key. The loop stands here once for each kind of key that is
// loaded, hashed and compared without a call; only the one of K's own shape is compiled.
func (m *Map[K, V]) find(key K) (*node[K, V], uint32) {
	switch {
	case m == nil || m.keys.Kind == hashmap.Unset:
		m.checkHashable(key)
		return nil, 0
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h := nodeHash(m.keys.HashWord(x))
		for i := m.first(h); i != 0; {
			n := m.slab.at(i)
			if hashmap.WordOf(&n.key) == x {
				return n, h
			}
			i = n.next
		}
		return nil, h
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h := nodeHash(m.keys.HashPair(x, y))
		for i := m.first(h); i != 0; {
			n := m.slab.at(i)
			if nx, ny := hashmap.PairOf(&n.key); nx == x && ny == y {
				return n, h
			}
			i = n.next
		}
		return nil, h
	}
	h := nodeHash(m.keys.Hash(key))
	for i := m.first(h); i != 0; {
		n := m.slab.at(i)
		if n.hash == h && m.keys.Equal(n.key, key) { // the hash spares most comparisons of long keys
			return n, h
		}
		i = n.next
	}
	return nil, h
}

// first is the first node of the chain of h.
func (m *Map[K, V]) first(h uint32) uint32 {
	if m.buckets.n == 0 {
		return 0
	}
	return *m.buckets.head(m.buckets.bucketOf(h))
}

// insert adds an entry whose key is known to be absent, at the front of its chain, and splits a bucket if there are
// fewer of them than entries now. That is all of the growth: no insertion moves more than one chain.
func (m *Map[K, V]) insert(h uint32, key K, value V) {
	i, n := m.slab.take()
	n.hash, n.key, n.value = h, key, value
	m.count++
	m.version++
	if m.count > int(m.buckets.n) {
		m.split()
	}
	m.push(i, n)
	if invariants {
		m.check()
	}
}

// push puts a node at the front of its chain.
func (m *Map[K, V]) push(i uint32, n *node[K, V]) {
	head := m.buckets.head(m.buckets.bucketOf(n.hash))
	n.next, *head = *head, i
}

// split adds a bucket and moves to it those nodes of its buddy that belong there now.
func (m *Map[K, V]) split() {
	added, split := m.buckets.extend()
	if added == split {
		return // the first bucket of all
	}
	i := *m.buckets.head(split)
	*m.buckets.head(split) = 0
	for i != 0 {
		n := m.slab.at(i)
		next := n.next
		m.push(i, n)
		i = next
	}
}

// Delete removes key. It returns the value it had, and whether it was there.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	n, h := m.find(key)
	if n == nil {
		return old, false
	}
	old = n.value
	m.unlink(h, n)
	return old, true
}

// unlink takes a node out of its chain and frees it.
func (m *Map[K, V]) unlink(h uint32, gone *node[K, V]) {
	link := m.buckets.head(m.buckets.bucketOf(h))
	for {
		i := *link
		n := m.slab.at(i)
		if n == gone {
			*link = n.next
			m.slab.give(i)
			break
		}
		link = &n.next
	}
	m.count--
	m.version++
	if invariants {
		m.check()
	}
}

// DeleteFunc removes the entries for which del returns true. del may use the map, and change it.
func (m *Map[K, V]) DeleteFunc(del func(K, V) bool) {
	if m == nil {
		return
	}
	for c := m.cursor(); c.next(); {
		version := m.version
		if !del(c.key, c.value) {
			continue
		}
		if m.version == version && c.node != nil {
			m.unlink(c.node.hash, c.node) // by place: the only way to get at a NaN
		} else {
			m.Delete(c.key)
		}
	}
}

// Clear removes all entries and keeps the memory. It also draws a new seed.
func (m *Map[K, V]) Clear() {
	if m == nil || m.slab.used == 0 {
		return
	}
	clear(m.slab.first)
	for _, chunk := range m.slab.chunks {
		*chunk = [chunkNodes]node[K, V]{}
	}
	for _, segment := range m.buckets.segments {
		clear(segment)
	}
	m.slab.used, m.slab.free, m.slab.freed = 0, 0, 0
	m.count = 0
	m.keys.Reseed()
	m.version++
	m.clears++
}

// checkHashable panics for an interface key that no map can hold, as a look-up in an empty builtin map does.
func (m *Map[K, V]) checkHashable(key K) {
	var unset hashmap.Keyer[K]
	unset.CheckHashable(key)
}
