package openaddr

import "innards/hashmap"

// Delete removes key. It returns the value it had, and whether it was there. As in Set, the common case stands here:
// the first slot at home with the key's tag has the key.
func (m *Map[K, V]) Delete(key K) (old V, deleted bool) {
	if m == nil {
		checkHashable(key)
		return old, false
	}
	var h, first, second, third, last uint64
	switch kind := m.keys.Kind; {
	case hashmap.SizedAs[K](hashmap.Word) && kind == hashmap.Word:
		h = m.keys.HashWord(hashmap.WordOf(&key))
	case hashmap.SizedAs[K](hashmap.Pair) && kind == hashmap.Pair:
		h = m.keys.HashPair(hashmap.PairOf(&key))
	case hashmap.SizedAs[K](hashmap.String) && kind == hashmap.String:
		if str := hashmap.StringOf(&key); m.keys.InWords(str) {
			first, second, third, last = m.keys.Words(str)
			h = m.keys.HashWords(uintptr(len(str)), first, second, third, last)
		} else {
			h = m.keys.HashString(str)
		}
	default:
		return m.deleteAny(key)
	}
	s := m.segmentOf(h)
	g := (h >> 32) * s.groups >> 32 // homeOf
	w := *s.word(g)
	match := (marks - (w ^ tags[uint8(h>>32)])) & marks // matchTag
	if match == 0 {
		if !overflowed(w, h>>32) {
			return old, false
		}
		return m.deleteHashed(h, key)
	}
	e := s.marked(g, match)
	switch kind := m.keys.Kind; {
	case hashmap.SizedAs[K](hashmap.Word):
		if hashmap.WordOf(&e.key) != hashmap.WordOf(&key) {
			return m.deleteHashed(h, key)
		}
	case hashmap.SizedAs[K](hashmap.Pair) && kind == hashmap.Pair:
		x, y := hashmap.PairOf(&key)
		if kx, ky := hashmap.PairOf(&e.key); kx != x || ky != y {
			return m.deleteHashed(h, key)
		}
	default:
		if str, other := hashmap.StringOf(&key), hashmap.StringOf(&e.key); m.keys.InWords(str) {
			if !m.keys.HaveWords(other, uintptr(len(str)), first, second, third, last) {
				return m.deleteHashed(h, key)
			}
		} else if other != str {
			return m.deleteHashed(h, key)
		}
	}
	old = e.value
	m.removeAt(s, g, match, e)
	return old, true
}

// deleteAny is Delete for all other keys, and for a map that has no table yet.
func (m *Map[K, V]) deleteAny(key K) (old V, deleted bool) {
	if m.keys.Kind == hashmap.Unset {
		checkHashable(key)
		return old, false
	}
	return m.deleteHashed(m.keys.Hash(key), key)
}

// deleteHashed is Delete for a key whose hash is known.
func (m *Map[K, V]) deleteHashed(h uint64, key K) (old V, deleted bool) {
	e := m.findHashed(h, key)
	if e == nil {
		return old, false
	}
	old = e.value
	m.remove(h, e)
	return old, true
}

// DeleteFunc removes the entries for which del returns true. del may use the map, and change it.
func (m *Map[K, V]) DeleteFunc(del func(K, V) bool) {
	if m == nil || m.count == 0 {
		return
	}
	for c := m.cursor(); c.next(); {
		version := m.version
		if !del(c.key, c.value) {
			continue
		}
		if m.version == version && c.live {
			m.removeSlot(&c.s, c.at) // by place: the only way to get at a NaN
		} else {
			m.Delete(c.key)
		}
	}
}

// remove empties the slot e of the segment for h.
func (m *Map[K, V]) remove(h uint64, e *slot[K, V]) {
	s := m.segmentOf(h)
	m.removeSlot(s, s.indexOf(e))
}

// removeSlot empties a slot, counted through all groups.
func (m *Map[K, V]) removeSlot(s *segment[K, V], at uint64) {
	m.removeAt(s, at/groupSlots, 0x80<<(at%groupSlots*8), s.slot(at))
}

// removeAt empties e, the slot of group g with the lowest mark of a match. Nothing is left behind but overflow bits in
// other groups, which may now stand for nothing: they cost a probe step to some misses, until enough of them may have
// gathered and rebuildOverflow clears them.
func (m *Map[K, V]) removeAt(s *segment[K, V], g, match uint64, e *slot[K, V]) {
	w := withoutTag(*s.word(g), match)
	*s.word(g) = w
	*e = slot[K, V]{} // for the garbage collector
	m.peak = max(m.peak, m.count)
	m.count--
	m.version++
	*s.word(s.groups + roomWord)++
	*s.word(s.groups + driftWord) += (w>>56 + 0xff) >> 8 // one, if the group has any overflow bit; nobody could predict a branch
	if *s.word(s.groups + driftWord) > *s.word(s.groups + limitWord) {
		m.rebuildOverflow(s)
	}
	if invariants {
		m.check()
	}
}

// rebuildOverflow sets exactly the overflow bits that the present entries of a segment need. No entry moves, so that
// iterators do not notice. It reads and hashes every key once, at most once in limit deletions from overflowed groups.
//
// An entry that was turned away from its home stays away, even if there is room at home now, and in a nearly full
// table under churn those gather: from 0.4 extra steps a look-up to 1.9 at load 0.87. Once the mean is above one, the
// entries move to a new segment of the same size instead.
func (m *Map[K, V]) rebuildOverflow(s *segment[K, V]) {
	groups := s.groups
	for g := range groups {
		*s.word(g) &^= 0xff << 56
	}
	steps, anyHash := uint64(0), uint64(0)
	for g := range groups {
		for match := matchFull(*s.word(g)); match != 0; match &= match - 1 {
			key := s.marked(g, match).key
			if !m.keys.Reflexive(key) {
				continue // NaN hashes differently each time, and nobody can look it up
			}
			h := m.keys.Hash(key)
			anyHash = h
			p := place(h)
			for passed := homeOf(p, groups); passed != g; passed = s.next(passed) {
				*s.word(passed) |= 1 << (overflowBit(p) & 63)
				steps++
			}
		}
	}
	*s.drift() = 0
	if steps > s.count() {
		m.replace(anyHash, groups)
	}
}

// Clear removes all entries and keeps the memory. It also draws a new seed. A map of few entries in much memory is
// cleared in the time that it takes to read its control words.
func (m *Map[K, V]) Clear() {
	if m == nil || m.keys.Kind == hashmap.Unset {
		return
	}
	for _, s := range m.segments {
		s.clear()
	}
	m.count = 0
	m.keys.Reseed()
	m.version++
	m.clears++
}
