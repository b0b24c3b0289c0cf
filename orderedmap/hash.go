package orderedmap

import "innards/hashmap"

// hash returns the hashBits bits of a key's hash that the index stores: the upper ones, where a multiplication has
// mixed in all bits of the key.
func (m *Map[K, V]) hash(key K) uint32 {
	// The two commonest kinds without the dispatch.
	switch m.keys.Kind {
	case hashmap.Word:
		return uint32(m.keys.HashWord(hashmap.WordOf(&key)) >> (64 - hashBits))
	case hashmap.String:
		if hashmap.SizedAs[K](hashmap.String) {
			return uint32(m.keys.HashString(hashmap.StringOf(&key)) >> (64 - hashBits))
		}
	}
	return uint32(m.keys.Hash(key) >> (64 - hashBits))
}

// hashToSet is hash for the operations that may insert: they are the ones that can meet a map without a
// seed.
func (m *Map[K, V]) hashToSet(key K) uint32 {
	if m.keys.Kind == hashmap.Unset {
		m.keys = hashmap.NewKeyer[K]()
	}
	return m.hash(key)
}

// refuseUnhashable panics for an interface key that cannot be hashed, where an empty map hashes none: such a
// program is wrong even if it has had no entries so far. The builtin map does the same.
func refuseUnhashable[K comparable](key K) {
	var keys hashmap.Keyer[K]
	keys.CheckHashable(key)
}
