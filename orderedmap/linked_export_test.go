package orderedmap

import (
	"fmt"

	"innards/hashmap"
)

// Check holds the map against its invariants, with or without the build tag.
func (l *Linked[K, V]) Check() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if l != nil {
		l.checkRing()
		l.checkSlots()
	}
	return nil
}

// NewLinkedHashed returns a map that hashes its keys with h, which has to agree with ==.
func NewLinkedHashed[K comparable, V any](capacity int, h hashmap.Hasher[K]) *Linked[K, V] {
	l := &Linked[K, V]{keys: hashmap.NewFuncKeyer(h)}
	l.Grow(capacity)
	return l
}

// Loops returns how many loops are signed in.
func (l *Linked[K, V]) Loops() (n int) {
	for c := l.loops.first; c != nil; c = c.other {
		n++
	}
	return n
}

// Positions returns the capacity of the array.
func (l *Linked[K, V]) Positions() int { return cap(l.nodes) }
