package orderedmap

import "iter"

// Ordered is what all maps of this package have in common that it takes to compare them, so that one kind may be
// compared with another.
type Ordered[K, V any] interface {
	Len() int
	Get(key K) (V, bool)
	All() iter.Seq2[K, V]
}

// Equal reports whether a and b have the same keys with the same values in the same order. Keys and values are compared
// by ==, whatever comparator or hash the maps have.
func Equal[K, V comparable](a, b Ordered[K, V]) bool {
	if a.Len() != b.Len() {
		return false
	}
	m, isMap := a.(*Map[K, V])
	n, isMapToo := b.(*Map[K, V])
	if isMap && isMapToo { // without a coroutine, which costs fifty times as much an entry
		return equalMaps(m, n)
	}
	next, stop := iter.Pull2(b.All())
	defer stop()
	for key, value := range a.All() {
		if k, v, ok := next(); !ok || k != key || v != value {
			return false
		}
	}
	return true
}

// equalMaps is Equal for two maps of the same length.
func equalMaps[K, V comparable](a, b *Map[K, V]) bool {
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

// EqualUnordered reports whether a and b have the same keys with the same values in any order. A key of a is looked up
// in b, so b's notion says which keys are the same.
func EqualUnordered[K any, V comparable](a, b Ordered[K, V]) bool {
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
