package chaining

import "innards/hashmap"

// find returns the node of key, or nil, the block that refers to it, or the last of the chain, and the hash of key. The loop stands here once for each kind of key that is
// loaded, hashed and compared without a call; only those of K's size are compiled.
func (m *Map[K, V]) find(key K) (*node[K, V], *block, uint64) {
	switch {
	case m == nil:
		checkHashable(key)
		return nil, nil, 0
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h := m.keys.HashWord(x)
		for b := m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				if n := m.slab.at(b.ref(firstMatch(match))); hashmap.WordOf(&n.key) == x {
					return n, b, h
				}
			}
			if !linked(w) {
				return nil, b, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h := m.keys.HashPair(x, y)
		for b := m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				n := m.slab.at(b.ref(firstMatch(match)))
				if nx, ny := hashmap.PairOf(&n.key); nx == x && ny == y {
					return n, b, h
				}
			}
			if !linked(w) {
				return nil, b, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	case m.keys.Kind == hashmap.String && hashmap.SizedAs[K](hashmap.String):
		str := hashmap.StringOf(&key)
		h := m.keys.HashString(str)
		for b := m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				n := m.slab.at(b.ref(firstMatch(match)))
				if hashmap.EqualStrings(hashmap.StringOf(&n.key), str) {
					return n, b, h
				}
			}
			if !linked(w) {
				return nil, b, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	}
	return m.findAny(key)
}

// findAny is the loop of find for all other keys, and for a map that has no hash yet.
func (m *Map[K, V]) findAny(key K) (*node[K, V], *block, uint64) {
	if m.keys.Kind == hashmap.Unset {
		checkHashable(key)
		return nil, nil, 0
	}
	h := m.keys.Hash(key)
	for b := m.buckets.home(h); ; {
		w := b.ctrl
		for match := matchTag(w, h); match != 0; match &= match - 1 {
			i := b.ref(firstMatch(match))
			// The hash beside the node spares most comparisons of long keys.
			if n := m.slab.at(i); *m.slab.hash(i) == uint32(h>>32) && m.keys.Equal(n.key, key) {
				return n, b, h
			}
		}
		if !linked(w) {
			return nil, b, h
		}
		b = m.more.at(b.refs[lastRef])
	}
}

// hashOf returns what splits look at, the upper half of the hash of the key of node i.
func (m *Map[K, V]) hashOf(i uint32) uint32 {
	switch {
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		return uint32(m.keys.HashWord(hashmap.WordOf(&m.slab.at(i).key)) >> 32)
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		return uint32(m.keys.HashPair(hashmap.PairOf(&m.slab.at(i).key)) >> 32)
	}
	return *m.slab.hash(i)
}

// insert adds an entry whose key is known to be absent. last is the end of its chain.
func (m *Map[K, V]) insert(last *block, h uint64, key K, value V) {
	i := m.slab.used
	if m.count >= m.limit || i == m.slab.room || m.slab.open != 0 || last.ctrl >= blockRefs*oneEntry {
		// A tail call: the four values need not be saved for what most insertions do not do.
		m.insertSlow(last, h, key, value)
		return
	}
	m.slab.used++
	m.fill(i, h, key, value)
	last.add(tagOf(h), i)
	if invariants {
		m.check()
	}
}

// insertSlow is insert where something must be made first: buckets, nodes, or another block of the chain. The few splits
// are all of the growth.
func (m *Map[K, V]) insertSlow(last *block, h uint64, key K, value V) {
	if m.count >= m.limit {
		m.grow()
		last = m.last(h)
	}
	i := m.slab.take()
	m.fill(i, h, key, value)
	m.append(last, tagOf(h), i)
	if invariants {
		m.check()
	}
}

// fill makes node i an entry.
func (m *Map[K, V]) fill(i uint32, h uint64, key K, value V) {
	n := m.slab.at(i)
	n.key, n.value = key, value
	if m.slab.keep {
		*m.slab.hash(i) = uint32(h >> 32)
	}
	m.count++
	m.version++
}

// last returns the end of the chain of h.
func (m *Map[K, V]) last(h uint64) *block {
	b := m.buckets.home(h)
	for linked(b.ctrl) {
		b = m.more.at(b.refs[lastRef])
	}
	return b
}

// append adds an entry to the end of a chain, of which b is a block.
func (m *Map[K, V]) append(b *block, tag uint64, ref uint32) {
	for linked(b.ctrl) {
		b = m.more.at(b.refs[lastRef])
	}
	if entries(b.ctrl) == blockRefs {
		i, added := m.more.take()
		added.add(b.drop())
		b.ctrl |= goesOn
		b.refs[lastRef] = i
		b = added
	}
	b.add(tag, ref)
}

// Delete removes key. It returns the value it had, and whether it was there.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	n, b, h := m.find(key)
	if n == nil {
		return old, false
	}
	old = n.value
	m.remove(b, h, n)
	return old, true
}

// remove removes the entry of a node that b refers to.
func (m *Map[K, V]) remove(b *block, h uint64, gone *node[K, V]) {
	for match := matchTag(b.ctrl, h); ; match &= match - 1 {
		if i := firstMatch(match); m.slab.at(b.ref(i)) == gone {
			m.removeFrom(m.buckets.home(h), b, i)
			return
		}
	}
}

// removeAt removes the entry of node number ref. It needs no equality: a NaN goes as well.
func (m *Map[K, V]) removeAt(ref uint32) {
	home := m.buckets.at(m.buckets.bucketOf(m.hashOf(ref)))
	for b := home; ; b = m.more.at(b.refs[lastRef]) {
		for i := range entries(b.ctrl) {
			if b.refs[i] == ref {
				m.removeFrom(home, b, i)
				return
			}
		}
	}
}

// removeFrom removes entry i of b, a block of the chain that starts with home, and frees its node. The last entry of the
// chain takes its place, so that no chain has a gap.
func (m *Map[K, V]) removeFrom(home, b *block, i int) {
	m.slab.give(b.refs[i])
	if linked(home.ctrl) {
		m.closeGap(home, b, i)
	} else if tag, ref := b.drop(); entries(b.ctrl) != i {
		b.replace(i, tag, ref)
	}
	m.count--
	m.version++
	if invariants {
		m.check()
	}
}

// closeGap overwrites entry i of b with the last entry of a chain of more than one block.
func (m *Map[K, V]) closeGap(home, b *block, i int) {
	before, number := home, home.refs[lastRef]
	last := m.more.at(number)
	for linked(last.ctrl) {
		before, number = last, last.refs[lastRef]
		last = m.more.at(number)
	}
	if tag, ref := last.drop(); b != last || entries(last.ctrl) != i {
		b.replace(i, tag, ref)
	}
	if entries(last.ctrl) == 0 {
		m.more.give(number)
		before.ctrl &^= goesOn
		before.refs[lastRef] = 0
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
		if m.version == version && m.moves == c.moves {
			m.removeAt(c.at) // by place: the only way to get at a NaN
		} else {
			m.Delete(c.key)
		}
	}
}

// checkHashable panics for an interface key that no map can hold, as a look-up in an empty builtin map does.
//
//go:noinline
func checkHashable[K any](key K) {
	var unset hashmap.Keyer[K]
	unset.CheckHashable(key)
}
