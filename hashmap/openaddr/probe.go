package openaddr

import "innards/hashmap"

// The probe sequence of a hash starts at its home group and takes the groups of the segment in order, round the end.
// It ends at the first group without the overflow bit of the hash, or after the last group.

// find returns the slot of key, or nil. The home group stands here once for each kind of key that is loaded, hashed
// and compared without a call through a function value; only those of K's size are compiled, and the short functions
// of a group are written out, which saves the marks that the compiler leaves of calls it inlines. Functions of their
// own would be one call more in every operation. What lies beyond the home is left to findFrom: few look-ups get
// there, and without it the loop's variables stay in registers. Operations that need the hash too compute it and call
// findHashed: returning it cost every hit three instructions. (go:nosplit would save four more, but then keys of some
// hundred bytes do not link.)
func (m *Map[K, V]) find(key K) *slot[K, V] {
	if m == nil {
		checkHashable(key)
		return nil
	}
	if hashmap.SizedAs[K](hashmap.Word) && m.keys.Kind == hashmap.Word {
		x := hashmap.WordOf(&key)
		h := m.keys.HashWord(x)
		s := m.segmentOf(h)
		g := (h >> 32) * s.groups >> 32 // homeOf
		w := *s.word(g)
		if match := (marks - (w ^ tags[uint8(h>>32)])) & marks; match != 0 { // matchTag
			if e := s.marked(g, match); hashmap.WordOf(&e.key) == x {
				return e
			}
			return m.findFrom(s, g, h, key)
		}
		if !overflowed(w, h>>32) {
			return nil
		}
		return m.findFrom(s, s.next(g), h, key)
	}
	if hashmap.SizedAs[K](hashmap.Pair) && m.keys.Kind == hashmap.Pair {
		x, y := hashmap.PairOf(&key)
		h := m.keys.HashPair(x, y)
		s := m.segmentOf(h)
		g := (h >> 32) * s.groups >> 32 // homeOf
		w := *s.word(g)
		if match := (marks - (w ^ tags[uint8(h>>32)])) & marks; match != 0 { // matchTag
			e := s.marked(g, match)
			if kx, ky := hashmap.PairOf(&e.key); kx == x && ky == y {
				return e
			}
			return m.findFrom(s, g, h, key)
		}
		if !overflowed(w, h>>32) {
			return nil
		}
		return m.findFrom(s, s.next(g), h, key)
	}
	if hashmap.SizedAs[K](hashmap.String) && m.keys.Kind == hashmap.String {
		str := hashmap.StringOf(&key)
		n := uintptr(len(str))
		var h, first, second, third, last uint64
		if m.keys.InWords(str) {
			first, second, third, last = m.keys.Words(str)
			h = m.keys.HashWords(n, first, second, third, last)
		} else {
			h = m.keys.HashString(str)
		}
		s := m.segmentOf(h)
		g := (h >> 32) * s.groups >> 32 // homeOf
		w := *s.word(g)
		if match := (marks - (w ^ tags[uint8(h>>32)])) & marks; match != 0 { // matchTag
			e := s.marked(g, match)
			if other := hashmap.StringOf(&e.key); m.keys.InWords(str) {
				if m.keys.HaveWords(other, n, first, second, third, last) {
					return e
				}
			} else if other == str {
				return e
			}
			return m.findFrom(s, g, h, key)
		}
		if !overflowed(w, h>>32) {
			return nil
		}
		return m.findFrom(s, s.next(g), h, key)
	}
	return m.findAny(key)
}

// findAny is find for all other keys, and for a map that has no table yet.
func (m *Map[K, V]) findAny(key K) *slot[K, V] {
	if m.keys.Kind == hashmap.Unset {
		checkHashable(key)
		return nil
	}
	return m.findHashed(m.keys.Hash(key), key)
}

// findHashed is find for a key whose hash is known, in a map that has a table.
func (m *Map[K, V]) findHashed(h uint64, key K) *slot[K, V] {
	s := m.segmentOf(h)
	return m.findFrom(s, homeOf(place(h), s.groups), h, key)
}

// findFrom goes through the probe sequence of h in s from group g on.
func (m *Map[K, V]) findFrom(s *segment[K, V], g, h uint64, key K) *slot[K, V] {
	kind, p := m.keys.Kind, place(h)
	for range s.groups {
		w := *s.word(g)
		for match := matchTag(w, p); match != 0; match &= match - 1 {
			e := s.marked(g, match)
			switch {
			case hashmap.SizedAs[K](hashmap.Word) && kind == hashmap.Word:
				if hashmap.WordOf(&e.key) == hashmap.WordOf(&key) {
					return e
				}
			case hashmap.SizedAs[K](hashmap.Pair) && kind == hashmap.Pair:
				x, y := hashmap.PairOf(&key)
				if kx, ky := hashmap.PairOf(&e.key); kx == x && ky == y {
					return e
				}
			case hashmap.SizedAs[K](hashmap.String) && kind == hashmap.String:
				if hashmap.EqualStrings(hashmap.StringOf(&e.key), hashmap.StringOf(&key)) {
					return e
				}
			case m.keys.Equal(e.key, key):
				return e
			}
		}
		if !overflowed(w, p) {
			break
		}
		g = s.next(g)
	}
	return nil
}

// checkHashable panics for an interface key that no map can hold, as a look-up in an empty builtin map does.
//
//go:noinline
func checkHashable[K any](key K) {
	var unset hashmap.Keyer[K]
	unset.CheckHashable(key)
}
