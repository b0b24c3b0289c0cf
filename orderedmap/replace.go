package orderedmap

import "innards/hashmap"

// ReplaceKey gives the entry of old another key; it keeps its value and its place, and a loop that stands on it does not
// notice. It returns false, and does nothing, if old is absent or another entry has the new key.
func (m *Map[K, V]) ReplaceKey(old, key K) bool {
	if m.Len() == 0 {
		refuseUnhashable(old)
		return false
	}
	i, p := m.find(m.hash(old), old)
	if p < 0 {
		return false
	}
	h := m.hash(key)
	if _, other := m.find(h, key); other >= 0 && other != p {
		return false
	}
	m.unlink(i)
	m.entries[p].key = key
	if m.keys.Kind < hashmap.Other || key == key {
		m.slots[m.vacancy(h)] = newSlot(h, p)
	}
	m.check()
	return true
}
