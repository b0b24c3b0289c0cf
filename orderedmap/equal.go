package orderedmap

// Equal reports whether a and b have the same keys with the same values in the same order.
func Equal[K, V comparable](a, b *Map[K, V]) bool {
	if a.Len() != b.Len() {
		return false
	}
	if a.Len() == 0 {
		return true
	}
	for p, q := a.head, b.head; p < len(a.entries); p, q = a.nextLive(p+1), b.nextLive(q+1) {
		if a.entries[p] != b.entries[q] {
			return false
		}
	}
	return true
}

// EqualUnordered reports whether a and b have the same keys with the same values in any order.
func EqualUnordered[K, V comparable](a, b *Map[K, V]) bool {
	if a.Len() != b.Len() {
		return false
	}
	for key, value := range a.All() {
		if v, ok := b.Get(key); !ok || v != value {
			return false
		}
	}
	return true
}
