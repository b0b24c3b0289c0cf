package bplustree

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"

	"innards/orderedmap/nodesearch"
)

// Tree is a map sorted by key. The zero value is an empty tree ready to use if K is of a type that package cmp
// orders, which the first write finds out by reflection; else that write panics. A nil *Tree is an empty tree that
// can be read. A Tree must not be copied. It may be read by many goroutines at once, but not while one of them
// writes; Clone counts as a write.
type Tree[K, V any] struct {
	root     *node // nil if the tree is empty
	height   int   // levels of inner nodes
	length   int
	owner    *owner
	epoch    uint64     // counts what can make a place that a loop remembers stale
	locate   locator[K] // nil before the first write of a zero tree
	order    nodesearch.Order[K]
	leafMax  int
	innerMax int
}

// New returns an empty tree in the order of cmp.Compare.
func New[K cmp.Ordered, V any]() *Tree[K, V] {
	t := new(Tree[K, V])
	t.init(nodesearch.Natural[K]())
	return t
}

// NewFunc returns an empty tree in the order of compare, which returns a negative number if a comes before b, zero if
// they are the same key, and a positive number otherwise. It must be a strict weak order; a write that finds out that
// it is not panics and leaves the tree as it was.
func NewFunc[K, V any](compare func(a, b K) int) *Tree[K, V] {
	t := new(Tree[K, V])
	t.InitFunc(compare)
	return t
}

// InitFunc makes a zero tree what NewFunc returns. It is for types that hold a Tree in a field.
func (t *Tree[K, V]) InitFunc(compare func(a, b K) int) {
	if compare == nil {
		panic("bplustree: nil comparator")
	}
	t.init(nodesearch.ByComparator(compare))
}

func (t *Tree[K, V]) init(order nodesearch.Order[K]) {
	if order.Kind == nodesearch.None {
		panic(fmt.Sprintf("bplustree: package cmp gives keys of type %v no order: make the tree with a comparator",
			reflect.TypeFor[K]()))
	}
	t.order, t.locate = order, locatorOf(order)
	t.owner = new(owner)
	t.leafMax, t.innerMax = width, width
}

// Len returns the number of entries.
func (t *Tree[K, V]) Len() int {
	if t == nil {
		return 0
	}
	return t.length
}

// Get returns the value of key and whether it is present.
func (t *Tree[K, V]) Get(key K) (value V, ok bool) {
	if t.Len() == 0 {
		return value, false
	}
	n, i, _, found := t.locate(t.root, t.height, key)
	if !found {
		return value, false
	}
	return leafOf[K, V](n).vals[i], true
}

// At returns the value of key, or the zero value where it is absent.
func (t *Tree[K, V]) At(key K) V {
	value, _ := t.Get(key)
	return value
}

// Contains reports whether key is present.
func (t *Tree[K, V]) Contains(key K) bool {
	if t.Len() == 0 {
		return false
	}
	_, _, _, found := t.locate(t.root, t.height, key)
	return found
}

// Set gives key the value. If it is present, its old value is returned, and the key that is there stays: what
// compares as the same key need not be identical.
func (t *Tree[K, V]) Set(key K, value V) (old V, added bool) {
	n, i, path, found := t.find(key)
	if found {
		l := t.ownLeaf(n, path)
		old, l.vals[i] = l.vals[i], value
		return old, false
	}
	t.add(path, i, key, value)
	return old, true
}

// GetOrSet returns the value of key if it is present, and else sets it to value.
func (t *Tree[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	n, i, path, found := t.find(key)
	if found {
		return leafOf[K, V](n).vals[i], true
	}
	t.add(path, i, key, value)
	return value, false
}

// Compute calls f with the value of key and whether it is present, and sets key to the value that f returns, or
// deletes it where keep is false. It returns the value and whether key is present now. The key is searched for once,
// unless f changes the tree, as it may.
func (t *Tree[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	var old V
	n, i, path, found := t.find(key)
	if found {
		old = leafOf[K, V](n).vals[i]
	}
	epoch := t.epoch
	value, keep := f(old, found)
	if t.epoch != epoch {
		n, i, path, found = t.find(key)
	}
	switch {
	case keep && found:
		t.ownLeaf(n, path).vals[i] = value
	case keep:
		t.add(path, i, key, value)
	case found:
		t.remove(path, i, 1)
		t.check()
	}
	if !keep {
		var none V
		return none, false
	}
	return value, true
}

// Delete removes key and returns the value that it had.
func (t *Tree[K, V]) Delete(key K) (old V, deleted bool) {
	if t.Len() == 0 {
		return old, false
	}
	n, i, path, found := t.locate(t.root, t.height, key)
	if !found {
		return old, false
	}
	old = leafOf[K, V](n).vals[i]
	t.remove(path, i, 1)
	t.check()
	return old, true
}

// DeleteFunc removes every entry for which del returns true. Like the body of a loop over All, del may change the
// tree.
func (t *Tree[K, V]) DeleteFunc(del func(K, V) bool) {
	for key, value := range t.All() {
		if del(key, value) {
			t.Delete(key)
		}
	}
}

// SetAll sets every pair of seq, in its order. seq may read the tree itself. Keys that come in order, each behind all
// that are in the tree, are appended without a search.
func (t *Tree[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		if t.length > 0 {
			if l, path := t.edge(true); t.order.Compare(l.keys[l.n-1], key) < 0 {
				t.add(path, l.n, key, value)
				continue
			}
		}
		t.Set(key, value)
	}
}

// Clear removes all entries.
func (t *Tree[K, V]) Clear() {
	if t.Len() > 0 {
		t.root, t.height, t.length = nil, 0, 0
		t.epoch++
	}
}

// Grow does nothing: a tree has no table that would have to be resized. It is there because all maps have it, and
// panics, as theirs do, if n is negative.
func (t *Tree[K, V]) Grow(n int) {
	if n < 0 {
		panic("bplustree: Grow: negative count")
	}
}

// Shrink fills the leaves up, in O(n), unless more than nine tenths of the slots are in use.
func (t *Tree[K, V]) Shrink() {
	if t.Len() == 0 || t.length*10 > t.leaves()*t.leafMax*9 {
		return
	}
	packed := *t
	packed.root, packed.height, packed.length = nil, 0, 0
	packed.SetAll(t.All())
	packed.epoch = t.epoch + 1
	*t = packed
}

// leaves counts the leaves: one read for each of their parents.
func (t *Tree[K, V]) leaves() int {
	var count func(n *node, level int) int
	count = func(n *node, level int) int {
		if level == 0 {
			return 1
		}
		if level == 1 {
			return n.n
		}
		sum, in := 0, innerOf[K](n)
		for _, kid := range in.kids[:in.n] {
			sum += count(kid, level-1)
		}
		return sum
	}
	return count(t.root, t.height)
}

// find prepares a write of key: where it is or belongs.
func (t *Tree[K, V]) find(key K) (l *node, i int, path uint64, found bool) {
	if t.locate == nil {
		t.init(nodesearch.Natural[K]())
	}
	if t.root == nil {
		return nil, 0, 0, false
	}
	return t.locate(t.root, t.height, key)
}

// add inserts an entry at a place that find returned.
func (t *Tree[K, V]) add(path uint64, i int, key K, value V) {
	if t.order.Kind == nodesearch.Custom {
		t.probeOrder(path, i, key)
	}
	if t.root == nil {
		t.root = &t.newLeaf().node
	}
	t.insert(path, i, key, value)
	t.check()
}

// probeOrder panics if the comparator contradicts itself about a new key and what will stand beside it: two calls for
// each insertion. A strict order passes; what is less than strict is usually a comparator that returns a bool's 0 or
// 1, or compares with <=, and that is found here before anything is changed.
func (t *Tree[K, V]) probeOrder(path uint64, i int, key K) {
	if t.order.Compare(key, key) != 0 {
		panic("bplustree: the comparator is not an order: it tells a key from itself")
	}
	if t.root == nil {
		return
	}
	l := t.leaf(path)
	if i < l.n && t.order.Compare(key, l.keys[i]) >= 0 || i == l.n && t.order.Compare(key, l.keys[i-1]) <= 0 {
		panic("bplustree: the comparator is not an order: two keys come before each other, or neither does")
	}
}
