package orderedmap

import (
	"cmp"
	"iter"

	"innards/orderedmap/bplustree"
)

// Sorted keeps its keys sorted. It stands on a counted B+tree (package bplustree, whose essay says how), so that all
// of Get, Set, Delete, Floor, Ceiling, Nth and Rank cost O(log n), and a Clone O(1).
//
// The zero value is an empty map ready to use if K is of a type that package cmp orders: integers, floats and
// strings. The compiler cannot hold a declared variable to that; the first write finds it out by reflection and
// panics if it is not so. NewSorted lets the compiler check it, and NewSortedFunc takes any type with a comparator.
// A nil *Sorted is an empty map that can be read. A Sorted must not be copied. It may be read by many goroutines at
// once, but not while one of them writes; Clone counts as a write.
type Sorted[K, V any] struct {
	tree bplustree.Tree[K, V]
}

// NewSorted returns an empty map in the order of cmp.Compare: NaN comes first and is one key.
func NewSorted[K cmp.Ordered, V any]() *Sorted[K, V] { return new(Sorted[K, V]) }

// NewSortedFunc returns an empty map in the order of compare, which returns a negative number if a comes before b,
// zero if they are the same key, and a positive number otherwise. It must be a strict weak order: a write that finds
// out that it is not panics and leaves the map as it was.
func NewSortedFunc[K, V any](compare func(a, b K) int) *Sorted[K, V] {
	s := new(Sorted[K, V])
	s.tree.InitFunc(compare)
	return s
}

// inner is the tree, or nil, which is an empty tree that can be read.
func (s *Sorted[K, V]) inner() *bplustree.Tree[K, V] {
	if s == nil {
		return nil
	}
	return &s.tree
}

// Len returns the number of entries.
func (s *Sorted[K, V]) Len() int { return s.inner().Len() }

// Get returns the value of key and whether it is present.
func (s *Sorted[K, V]) Get(key K) (V, bool) { return s.inner().Get(key) }

// At returns the value of key, or the zero value where it is absent.
func (s *Sorted[K, V]) At(key K) V { return s.inner().At(key) }

// Contains reports whether key is present.
func (s *Sorted[K, V]) Contains(key K) bool { return s.inner().Contains(key) }

// Set gives key the value. If it is present, its old value is returned, and the key that is there stays: what
// compares as the same key need not be identical.
func (s *Sorted[K, V]) Set(key K, value V) (old V, added bool) { return s.tree.Set(key, value) }

// GetOrSet returns the value of key if it is present, and else sets it to value.
func (s *Sorted[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	return s.tree.GetOrSet(key, value)
}

// Compute calls f with the value of key and whether it is present, and sets key to the value that f returns, or
// deletes it where keep is false. It returns the value and whether key is present now. The key is searched for once,
// unless f changes the map, as it may.
func (s *Sorted[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	return s.tree.Compute(key, f)
}

// Delete removes key and returns the value that it had.
func (s *Sorted[K, V]) Delete(key K) (old V, deleted bool) { return s.inner().Delete(key) }

// DeleteFunc removes every entry for which del returns true. Like the body of a loop over All, del may change the
// map.
func (s *Sorted[K, V]) DeleteFunc(del func(K, V) bool) { s.inner().DeleteFunc(del) }

// DeleteRange removes the entries with lo <= key < hi and returns how many there were. What it removes of a leaf goes
// at once.
func (s *Sorted[K, V]) DeleteRange(lo, hi K) int { return s.inner().DeleteRange(lo, hi) }

// SetAll sets every pair of seq, in its order. seq may read the map itself. Keys that come in order, each behind all
// that are in the map, are appended without a search, and leave no gaps in the tree.
func (s *Sorted[K, V]) SetAll(seq iter.Seq2[K, V]) { s.tree.SetAll(seq) }

// Clear removes all entries.
func (s *Sorted[K, V]) Clear() { s.inner().Clear() }

// Clone returns a copy in O(1). The two share their nodes from then on, and each copies a node when it first writes
// it: a clone is a snapshot to read at leisure. No one may use s at the same time; afterwards s and the clone may be
// used by different goroutines. The clone of nil is nil.
func (s *Sorted[K, V]) Clone() *Sorted[K, V] {
	if s == nil {
		return nil
	}
	c := new(Sorted[K, V])
	s.tree.CloneInto(&c.tree)
	return c
}

// Grow does nothing but panic if n is negative: a tree has no table that would have to be resized.
func (s *Sorted[K, V]) Grow(n int) { s.inner().Grow(n) }

// Shrink packs the entries into as few nodes as they fit into, in O(n), unless they fill nine tenths of them.
func (s *Sorted[K, V]) Shrink() { s.inner().Shrink() }
