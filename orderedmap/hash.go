package orderedmap

import "hash/maphash"

// hash returns the 32 bits of a key's hash that the index stores. The seed is the map's own, so that
// nobody outside can prepare keys that collide.
func (m *Map[K, V]) hash(key K) uint32 {
	return uint32(maphash.Comparable(m.seed, key) >> 32)
}

// hashToSet is hash for the operations that may insert: they are the ones that can meet a map without a
// seed.
func (m *Map[K, V]) hashToSet(key K) uint32 {
	if !m.seeded {
		m.seed = maphash.MakeSeed()
		m.seeded = true
	}
	return m.hash(key)
}
