package openaddr

// Delete removes key. It returns the value it had, and whether it was there.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	at, _ := m.find(key)
	if at < 0 {
		return old, false
	}
	old = m.slot(at).value
	m.remove(at)
	return old, true
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
		if m.version == version && c.at >= 0 {
			m.remove(c.at) // by place: the only way to get at a NaN
		} else {
			m.Delete(c.key)
		}
	}
}

// remove empties a slot. Nothing is left behind but overflow bits in other groups, which may now stand for nothing:
// they cost a probe step to some misses, until enough of them may have gathered and rebuildOverflow clears them.
func (m *Map[K, V]) remove(at int) {
	w := m.word(uint64(at / groupSlots))
	*w = withoutTag(*w, at%groupSlots)
	*m.slot(at) = slot[K, V]{} // for the garbage collector
	m.count--
	m.version++
	if *w>>56 != 0 {
		if m.drift++; m.drift > m.limit/2 {
			m.rebuildOverflow()
		}
	}
	if invariants {
		m.check()
	}
}

// rebuildOverflow sets exactly the overflow bits that the present entries need. No entry moves, so that iterators
// do not notice. It reads and hashes every key once, at most once in limit/2 deletions from overflowed groups.
//
// An entry that was turned away from its home stays away, even if there is room at home now, and in a nearly full
// table under churn those gather: from 0.4 extra steps a look-up to 1.9 at load 0.87. Once the mean is above one, the
// entries move to a new table of the same size instead.
func (m *Map[K, V]) rebuildOverflow() {
	for g := range m.words {
		m.words[g] &^= 0xff << 56
	}
	steps := 0
	for g := range m.groups {
		for match := matchFull(*m.word(g)); match != 0; match &= match - 1 {
			key := m.slot(int(g)*groupSlots + firstSlot(match)).key
			if !m.keys.Reflexive(key) {
				continue // NaN hashes differently each time, and nobody can look it up
			}
			h := m.keys.Hash(key)
			for passed := homeOf(h, m.groups); passed != g; passed = m.next(passed) {
				*m.word(passed) |= 1 << (overflowBit(h) & 63)
				steps++
			}
		}
	}
	m.drift = 0
	if steps > m.count {
		m.resize(m.groups)
	}
}

// Clear removes all entries and keeps the memory. It also draws a new seed.
func (m *Map[K, V]) Clear() {
	if m == nil || m.limit == 0 {
		return
	}
	clear(m.words)
	clear(m.slots)
	m.count, m.drift = 0, 0
	m.keys.Reseed()
	m.version++
	m.clears++
}
