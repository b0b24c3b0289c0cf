package orderedmap

import (
	"fmt"

	"innards/hashmap"
)

// Check holds the map against its invariants, with or without the build tag.
func (m *Map[K, V]) Check() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if m != nil {
		m.checkSpan()
		m.checkIndex()
	}
	return nil
}

// Invariants says whether every mutation checks them, which allocates.
const Invariants = invariants

// NewHashed returns a map that hashes its keys with h, for what bad hashes do to the index. h has to agree with ==.
func NewHashed[K comparable, V any](capacity int, h hashmap.Hasher[K]) *Map[K, V] {
	m := &Map[K, V]{keys: hashmap.NewFuncKeyer(h)}
	m.Grow(capacity)
	return m
}

// Positions returns the length of the span and the capacity of the array.
func (m *Map[K, V]) Positions() (span, capacity int) { return len(m.entries) - m.head, cap(m.entries) }
