package openaddr

import "innards/hashmap"

// What RobinHood and Probing have in common.

// probingSlot is one entry. The value comes first: a zero-size value at the end would cost a word of padding.
type probingSlot[K, V any] struct {
	value V
	key   K
}

// overwrite replaces the value of an entry. Where equal keys can differ (-0 and +0, interfaces) the new key replaces
// the old one too, as in the builtin map; under a Hasher the first key stays.
func (s *probingSlot[K, V]) overwrite(kind hashmap.Kind, key K, value V) {
	s.value = value
	if kind == hashmap.Other {
		s.key = key
	}
}

// probingCheckHashable panics for an interface key that no map can hold, as a look-up in an empty builtin map does.
//
//go:noinline
func probingCheckHashable[K any](key K) {
	var unset hashmap.Keyer[K]
	unset.CheckHashable(key)
}

// probingGetMany is GetMany in terms of Get.
func probingGetMany[K, V any](get func(K) (V, bool), keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("openaddr: GetMany: results shorter than keys")
	}
	n := 0
	for i, key := range keys {
		value, ok := get(key)
		if values != nil {
			values[i] = value
		}
		if found != nil {
			found[i] = ok
		}
		if ok {
			n++
		}
	}
	return n
}
