package btree

import (
	"cmp"
	"fmt"
)

// Check holds the tree against its invariants, with or without the build tag.
func (t *Tree[K, V]) Check() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	t.checkAll()
	return nil
}

// NewNarrow returns a tree whose nodes hold no more than fanout keys: a few dozen entries make it several
// levels high.
func NewNarrow[K cmp.Ordered, V any](fanout int) *Tree[K, V] {
	t := New[K, V]()
	t.max = fanout
	return t
}

// Narrow does the same to a new tree of any order.
func (t *Tree[K, V]) Narrow(fanout int) *Tree[K, V] {
	t.max = fanout
	return t
}

// Invariants says whether every mutation checks them.
const Invariants = invariants
