package openaddr

import "innards/hashmap"

const batch = hashmap.Batch

// wavesFrom is the number of entries from which the waves pay: about where a table outgrows the cache of its core.
const wavesFrom = 1 << 15

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *Map[K, V]) GetMany(keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("openaddr: GetMany: results shorter than keys")
	}
	n := 0
	var entries [batch]*slot[K, V]
	for start := 0; start < len(keys); start += batch {
		chunk := keys[start:min(start+batch, len(keys))]
		switch word := hashmap.SizedAs[K](hashmap.Word); {
		case m == nil || m.keys.Kind == hashmap.Unset:
			for i, key := range chunk {
				entries[i%batch] = m.find(key)
			}
		case m.count >= wavesFrom:
			m.findInWaves(chunk, &entries)
		case word && m.keys.Kind == hashmap.Word:
			m.findWords(chunk, &entries)
		default:
			for i, key := range chunk {
				entries[i%batch] = m.find(key)
			}
		}
		for i := range chunk {
			e := entries[i%batch]
			if e != nil {
				n++
			}
			if found != nil {
				found[start+i] = e != nil
			}
			if values == nil {
				continue
			}
			if e != nil {
				values[start+i] = e.value
			} else {
				var none V
				values[start+i] = none
			}
		}
	}
	return n
}

// findWords finds up to a batch of words, without a call for those that are at home.
func (m *Map[K, V]) findWords(keys []K, entries *[batch]*slot[K, V]) {
	for i := range keys {
		x := hashmap.WordOf(&keys[i])
		h := m.keys.HashWord(x)
		s, p := m.segmentOf(h), place(h)
		g := homeOf(p, s.groups)
		w := *s.word(g)
		var e *slot[K, V]
		if match := matchTag(w, p); match != 0 {
			if e = s.marked(g, match); hashmap.WordOf(&e.key) != x {
				e = m.findHashed(h, keys[i])
			}
		} else if overflowed(w, p) {
			e = m.findFrom(s, s.next(g), h, keys[i])
		}
		entries[i%batch] = e
	}
}

// findInWaves finds up to a batch of keys in a map that is larger than the cache: all hashes, and a prefetch of the control
// words; then the tags, and a prefetch of the first candidates; then the keys. Without the prefetch
// instruction the waves gain nothing: a load that misses holds up all that come after it.
func (m *Map[K, V]) findInWaves(keys []K, entries *[batch]*slot[K, V]) {
	var hashes [batch]uint64
	var words [batch]*uint64
	for i := range keys {
		var h uint64
		switch {
		case hashmap.SizedAs[K](hashmap.Word) && m.keys.Kind == hashmap.Word:
			h = m.keys.HashWord(hashmap.WordOf(&keys[i]))
		case hashmap.SizedAs[K](hashmap.Pair) && m.keys.Kind == hashmap.Pair:
			h = m.keys.HashPair(hashmap.PairOf(&keys[i]))
		default:
			h = m.keys.Hash(keys[i])
		}
		s := m.segmentOf(h)
		hashes[i%batch], words[i%batch] = h, s.word(homeOf(place(h), s.groups))
	}
	hashmap.Prefetch(wordLines(&words))
	for i := range keys {
		h := hashes[i%batch]
		p := place(h)
		entries[i%batch] = nil
		if match := matchTag(*words[i%batch], p); match != 0 {
			s := m.segmentOf(h)
			entries[i%batch] = s.marked(homeOf(p, s.groups), match)
		}
	}
	hashmap.Prefetch(slotLines(entries))
	for i := range keys {
		e := entries[i%batch]
		switch {
		case e == nil && !overflowed(*words[i%batch], place(hashes[i%batch])):
		case e == nil:
			entries[i%batch] = m.findHashed(hashes[i%batch], keys[i])
		case hashmap.SizedAs[K](hashmap.Word) && m.keys.Kind == hashmap.Word:
			if hashmap.WordOf(&e.key) != hashmap.WordOf(&keys[i]) {
				entries[i%batch] = m.findHashed(hashes[i%batch], keys[i])
			}
		default:
			if !m.keys.Equal(e.key, keys[i]) {
				entries[i%batch] = m.findHashed(hashes[i%batch], keys[i])
			}
		}
	}
}
