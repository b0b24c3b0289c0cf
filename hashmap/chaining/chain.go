package chaining

import "innards/hashmap"

// find returns the node of key and which entry of which block refers to it, or nil and the block where the search ended, and
// the hash of key. The loop stands here once for each kind of key that is
// loaded, hashed and compared without a call; only those of K's size are compiled.
func (m *Map[K, V]) find(key K) (n *node[K, V], b *block, i int, h uint64) {
	switch {
	case m == nil:
		checkHashable(key)
		return nil, nil, 0, 0
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h = m.keys.HashWord(x)
		for b = m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				i = firstMatch(match)
				if n = m.slab.at(b.ref(i)); hashmap.WordOf(&n.key) == x {
					return n, b, i, h
				}
			}
			if w&filterBit(h) == 0 {
				return nil, b, 0, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h = m.keys.HashPair(x, y)
		for b = m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				i = firstMatch(match)
				n = m.slab.at(b.ref(i))
				if nx, ny := hashmap.PairOf(&n.key); nx == x && ny == y {
					return n, b, i, h
				}
			}
			if w&filterBit(h) == 0 {
				return nil, b, 0, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	case m.keys.Kind == hashmap.String && hashmap.SizedAs[K](hashmap.String):
		str := hashmap.StringOf(&key)
		length := uintptr(len(str))
		var first, second, third, last uint64
		if m.keys.InWords(str) {
			first, second, third, last = m.keys.Words(str)
			h = m.keys.HashWords(length, first, second, third, last)
		} else {
			h = m.keys.HashString(str)
		}
		for b = m.buckets.home(h); ; {
			w := b.ctrl
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				i = firstMatch(match)
				n = m.slab.at(b.ref(i))
				if other := hashmap.StringOf(&n.key); m.keys.InWords(str) {
					if m.keys.HaveWords(other, length, first, second, third, last) {
						return n, b, i, h
					}
				} else if other == str {
					return n, b, i, h
				}
			}
			if w&filterBit(h) == 0 {
				return nil, b, 0, h
			}
			b = m.more.at(b.refs[lastRef])
		}
	}
	return m.findAny(key)
}

// findAny is the loop of find for all other keys, and for a map that has no hash yet.
func (m *Map[K, V]) findAny(key K) (n *node[K, V], b *block, i int, h uint64) {
	if m.keys.Kind == hashmap.Unset {
		checkHashable(key)
		return nil, nil, 0, 0
	}
	h = m.keys.Hash(key)
	for b = m.buckets.home(h); ; {
		w := b.ctrl
		for match := matchTag(w, h); match != 0; match &= match - 1 {
			i = firstMatch(match)
			// The hash beside the node spares most comparisons of long keys.
			if n = m.slab.at(b.ref(i)); *m.slab.hash(b.ref(i)) == uint32(h>>32) && m.keys.Equal(n.key, key) {
				return n, b, i, h
			}
		}
		if w&filterBit(h) == 0 {
			return nil, b, 0, h
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

// insert adds an entry whose key is known to be absent; b is where the search for it ended.
func (m *Map[K, V]) insert(b *block, h uint64, key K, value V) {
	if m.count >= m.limit || b.ctrl >= full {
		// A tail call: the values need not be saved for what most insertions do not do.
		m.insertSlow(h, key, value)
		return
	}
	i := m.slab.take()
	m.fill(i, h, key, value)
	b.add(tagOf(h), i)
	if invariants {
		m.check()
	}
}

// insertSlow is insert where buckets must be split first, or the block is full or not the only one. The few splits are all
// of the growth.
func (m *Map[K, V]) insertSlow(h uint64, key K, value V) {
	if m.count >= m.limit {
		m.grow()
	}
	i := m.slab.take()
	m.fill(i, h, key, value)
	home := m.buckets.home(h)
	if before := m.append(home, tagOf(h), i); before >= alarmBlocks && m.count >= m.alarm {
		m.reseed(home)
	}
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

// append adds an entry to the end of the chain that starts with b, and returns the number of blocks before the last.
func (m *Map[K, V]) append(b *block, tag uint64, ref uint32) (before int) {
	for ; linked(b.ctrl); before++ {
		b.ctrl |= filterBit(tag)
		b = m.more.at(b.refs[lastRef])
	}
	if entries(b.ctrl) == blockRefs {
		i, added := m.more.take()
		moved, last := b.drop()
		added.add(moved, last)
		b.ctrl |= goesOn | filterBit(moved) | filterBit(tag)
		b.refs[lastRef] = i
		b = added
		before++
	}
	b.add(tag, ref)
	return before
}

// Delete removes key. It returns the value it had, and whether it was there.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	n, b, i, h := m.find(key)
	if n == nil {
		return old, false
	}
	old = n.value
	m.remove(b, i, uint32(h>>32))
	return old, true
}

// remove removes entry i of b, a block of the chain of hash, and frees its node. The last entry of the chain takes its
// place, so that no chain has a gap.
func (m *Map[K, V]) remove(b *block, i int, hash uint32) {
	m.slab.give(b.ref(i))
	if alone(b.ctrl) {
		b.remove(i)
	} else {
		m.closeGap(m.buckets.at(m.buckets.bucketOf(hash)), b, i)
	}
	m.count--
	m.version++
	if invariants {
		m.check()
	}
}

// closeGap overwrites entry i of b with the last entry of the chain, which has more than one block.
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
		before.ctrl &^= goesOn | filter
	}
}

// removeNode removes the entry of node number ref. It needs no equality: a NaN goes as well.
func (m *Map[K, V]) removeNode(ref uint32) {
	hash := m.hashOf(ref)
	for b := m.buckets.at(m.buckets.bucketOf(hash)); ; b = m.more.at(b.refs[lastRef]) {
		for i := range entries(b.ctrl) {
			if b.refs[i] == ref {
				m.remove(b, i, hash)
				return
			}
		}
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
			m.removeNode(c.at) // by place: the only way to get at a NaN
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
