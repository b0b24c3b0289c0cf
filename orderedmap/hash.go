package orderedmap

import "innards/hashmap"

// hash returns the 32 bits of a key's hash that the index stores: the upper half, where a multiplication has
// mixed in all bits of the key.
func (m *Map[K, V]) hash(key K) uint32 {
	// The two commonest kinds without the call: Seed's functions are small enough to inline.
	switch m.keys.Kind {
	case hashmap.Word:
		return uint32(m.keys.Seed.Word(hashmap.WordOf(&key)) >> 32)
	case hashmap.String:
		if hashmap.SizedAs[K](hashmap.String) {
			return uint32(m.keys.Seed.String(hashmap.StringOf(&key)) >> 32)
		}
	}
	return uint32(m.keys.Hash(key) >> 32)
}

// hashToSet is hash for the operations that may insert: they are the ones that can meet a map without a
// seed.
func (m *Map[K, V]) hashToSet(key K) uint32 {
	if m.keys.Kind == hashmap.Unset {
		m.keys = hashmap.NewKeyer[K]()
	}
	return m.hash(key)
}
