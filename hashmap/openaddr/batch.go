package openaddr

import "innards/hashmap"

// batch is how many home groups GetMany asks for before it looks into the first: their cache misses overlap, whatever
// the look-ups between them mispredict.
const batch = 16

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *Map[K, V]) GetMany(keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("openaddr: GetMany: results shorter than keys")
	}
	n := 0
	var places [batch]int
	for start := 0; start < len(keys); start += batch {
		chunk := keys[start:min(start+batch, len(keys))]
		if m != nil && m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word) {
			m.findWords(chunk, &places)
		} else {
			for i, key := range chunk {
				places[i], _ = m.find(key)
			}
		}
		for i := range chunk {
			at := places[i]
			if at >= 0 {
				n++
			}
			if found != nil {
				found[start+i] = at >= 0
			}
			if values == nil {
				continue
			}
			if at >= 0 {
				values[start+i] = m.slot(at).value
			} else {
				var none V
				values[start+i] = none
			}
		}
	}
	return n
}

// findWords finds up to a batch of keys of kind Word: hashes first, control words second, keys last.
func (m *Map[K, V]) findWords(keys []K, places *[batch]int) {
	var hashes, words [batch]uint64
	for i := range keys {
		h := m.keys.HashWord(hashmap.WordOf(&keys[i]))
		hashes[i%batch], words[i%batch] = h, *m.word(homeOf(h, m.groups))
	}
	for i := range keys {
		x, h := hashmap.WordOf(&keys[i]), hashes[i%batch]
		home, w := homeOf(h, m.groups), words[i%batch]
		at := -1
	probe:
		for g := home; ; {
			for match := matchTag(w, h); match != 0; match &= match - 1 {
				s := int(g)*groupSlots + firstSlot(match)
				if hashmap.WordOf(&m.slot(s).key) == x {
					at = s
					break probe
				}
			}
			if !overflowed(w, h) {
				break
			}
			if g = m.next(g); g == home {
				break
			}
			w = *m.word(g)
		}
		places[i%batch] = at
	}
}
