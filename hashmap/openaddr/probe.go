package openaddr

import "innards/hashmap"

// The probe sequence of a hash starts at its home group and takes the groups in order, round the end. It ends at the
// first group without the overflow bit of the hash, or after the last group.

// find returns the slot of key, or -1, and the hash of key. The loop stands here once for each kind of key that is
// loaded, hashed and compared without a call through a function value; only those of K's size are compiled. Loops of
// their own would be one call more in every operation.
func (m *Map[K, V]) find(key K) (at int, h uint64) {
	switch {
	case m == nil:
		checkHashable(key)
		return -1, 0
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h = m.keys.HashWord(x)
		home := homeOf(h, m.groups)
		for g := home; ; {
			w := *m.word(g)
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				at = int(g)*groupSlots + firstSlot(match)
				if hashmap.WordOf(&m.slot(at).key) == x {
					return at, h
				}
			}
			if !overflowed(w, h) {
				return -1, h
			}
			if g = m.next(g); g == home {
				return -1, h
			}
		}
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h = m.keys.HashPair(x, y)
		home := homeOf(h, m.groups)
		for g := home; ; {
			w := *m.word(g)
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				at = int(g)*groupSlots + firstSlot(match)
				if kx, ky := hashmap.PairOf(&m.slot(at).key); kx == x && ky == y {
					return at, h
				}
			}
			if !overflowed(w, h) {
				return -1, h
			}
			if g = m.next(g); g == home {
				return -1, h
			}
		}
	case m.keys.Kind == hashmap.String && hashmap.SizedAs[K](hashmap.String):
		str := hashmap.StringOf(&key)
		h = m.keys.HashString(str)
		home := homeOf(h, m.groups)
		for g := home; ; {
			w := *m.word(g)
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				at = int(g)*groupSlots + firstSlot(match)
				if hashmap.EqualStrings(hashmap.StringOf(&m.slot(at).key), str) {
					return at, h
				}
			}
			if !overflowed(w, h) {
				return -1, h
			}
			if g = m.next(g); g == home {
				return -1, h
			}
		}
	}
	return m.findAny(key)
}

// findAny is the loop of find for all other keys, and for a map that has no table yet.
func (m *Map[K, V]) findAny(key K) (at int, h uint64) {
	if m.keys.Kind == hashmap.Unset {
		checkHashable(key)
		return -1, 0
	}
	h = m.keys.Hash(key)
	home := homeOf(h, m.groups)
	for g := home; ; {
		w := *m.word(g)
		for match := matchTag(w, h); match != 0; match &= match - 1 {
			at := int(g)*groupSlots + firstSlot(match)
			if m.keys.Equal(m.slot(at).key, key) {
				return at, h
			}
		}
		if !overflowed(w, h) {
			return -1, h
		}
		if g = m.next(g); g == home {
			return -1, h
		}
	}
}

// next is the group after g in all probe sequences.
func (t *table[K, V]) next(g uint64) uint64 {
	if g++; g < t.groups {
		return g
	}
	return 0
}

// claim takes the first empty slot on the probe sequence of h, marks the full groups before it as overflowed, and
// returns it. There is one: the limit leaves an eighth of the slots empty, and a table of a single group is
// replaced before it overflows.
func (t *table[K, V]) claim(h uint64) int {
	g := homeOf(h, t.groups)
	for {
		w := t.word(g)
		if empty := matchEmpty(*w); empty != 0 {
			i := firstSlot(empty)
			*w = withTag(*w, i, h)
			return int(g)*groupSlots + i
		}
		*w |= 1 << (overflowBit(h) & 63)
		g = t.next(g)
	}
}

// checkHashable panics for an interface key that no map can hold, as a look-up in an empty builtin map does.
//
//go:noinline
func checkHashable[K any](key K) {
	var unset hashmap.Keyer[K]
	unset.CheckHashable(key)
}
