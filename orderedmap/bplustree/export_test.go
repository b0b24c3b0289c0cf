package bplustree

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

// NewNarrow returns a tree whose nodes hold no more than fanout keys or children: a few dozen entries make it several
// levels high.
func NewNarrow[K cmp.Ordered, V any](fanout int) *Tree[K, V] {
	t := New[K, V]()
	t.leafMax, t.innerMax = fanout, fanout
	return t
}

// Narrow does the same to a new tree of any order.
func (t *Tree[K, V]) Narrow(fanout int) *Tree[K, V] {
	t.leafMax, t.innerMax = fanout, fanout
	return t
}

// Portable makes the tree search as on a processor without wide comparisons.
func (t *Tree[K, V]) Portable() *Tree[K, V] {
	t.locate = portableLocatorOf(t.order)
	return t
}

// Shape returns the number of levels above the leaves, and of leaves.
func (t *Tree[K, V]) Shape() (height, leaves int) {
	if t.root == nil {
		return 0, 0
	}
	return t.height, t.leaves()
}

// Invariants says whether every mutation checks them.
const Invariants = invariants
