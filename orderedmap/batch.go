package orderedmap

import "innards/hashmap"

const batch = hashmap.Batch

// wavesFrom is the number of entries from which the waves pay: about where the index outgrows the cache of its core.
const wavesFrom = 1 << 15

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found must
// be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
//
// In a map that outgrows the cache it takes the keys in batches and each batch in waves: hashes, slots, entries, the bytes
// of strings, each wave asked for before the one before it is looked at. So the cache misses of a batch overlap, where one
// look-up after the other would wait for two or three each.
func (m *Map[K, V]) GetMany(keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("orderedmap: GetMany: results shorter than keys")
	}
	n := 0
	var entries [batch]*entry[K, V]
	for start := 0; start < len(keys); start += batch {
		chunk := keys[start:min(start+batch, len(keys))]
		if m.Len() < wavesFrom || m.keys.Kind >= hashmap.Other {
			for i, key := range chunk {
				entries[i%batch] = m.lookup(key)
			}
		} else {
			m.lookupWaves(chunk, &entries)
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

// lookupWaves finds up to a batch of keys in a map that is not empty.
func (m *Map[K, V]) lookupWaves(keys []K, entries *[batch]*entry[K, V]) {
	var hashes [batch]uint32
	var lines [batch]*byte
	for i, key := range keys {
		h := m.hash(key)
		hashes[i%batch], lines[i%batch] = h, m.slotLine(m.home(h))
	}
	hashmap.Prefetch(&lines)
	mask := len(m.slots) - 1
	for i := range keys {
		h := hashes[i%batch]
		at := m.home(h)
		s, second := *m.slotAt(at), *m.slotAt((at + 1) & mask)
		s = s.or(second, h)
		entries[i%batch] = nil
		if p := uint(s.position()); s.hash() == h && p < uint(len(m.entries)) {
			entries[i%batch] = &m.entries[p]
		}
		lines[i%batch] = entryLine(entries[i%batch])
	}
	hashmap.Prefetch(&lines)
	if hashmap.SizedAs[K](hashmap.String) && m.keys.Kind == hashmap.String {
		for i := range keys {
			lines[i%batch] = nil
			if e := entries[i%batch]; e != nil {
				lines[i%batch] = textLine(hashmap.StringOf(&e.key))
			}
		}
		hashmap.Prefetch(&lines)
	}
	for i, key := range keys {
		if e := entries[i%batch]; e == nil || e.key != key {
			h := hashes[i%batch]
			entries[i%batch] = m.lookupFrom(m.home(h), h, key)
		}
	}
}
