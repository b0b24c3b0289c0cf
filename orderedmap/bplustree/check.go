package bplustree

import (
	"fmt"
	"reflect"

	"innards/orderedmap/nodesearch"
)

// check panics if the tree breaks an invariant of doc.go, whose number it names. It costs O(n), so a tree of more
// than checkEach entries is checked only at every so many mutations.
func (t *Tree[K, V]) check() {
	const checkEach = 1 << 9
	if !invariants || t.length > checkEach && (t.epoch+uint64(t.length))%uint64(t.length/checkEach*16) != 0 {
		return
	}
	t.checkAll()
}

// checkAll holds the whole tree against its invariants.
func (t *Tree[K, V]) checkAll() {
	if t == nil || t.root == nil {
		if t.Len() != 0 || t != nil && t.height != 0 {
			t.broken(1, "no root")
		}
		return
	}
	w := walk[K, V]{tree: t}
	if n := w.node(t.root, t.height, true, true); n != t.length {
		t.broken(5, "%d entries are counted for %d", t.length, n)
	}
	w.ends()
}

// walk is one pass over the tree from left to right.
type walk[K, V any] struct {
	tree *Tree[K, V] // not embedded: walk would have all its methods, in each program that has a tree
	last *leaf[K, V] // the leaf before this one
}

// node checks what is below a node and returns how many entries that is. left and right: it lies at that edge.
func (w *walk[K, V]) node(n *node, level int, left, right bool) int {
	if level == 0 {
		w.leaf(leafOf[K, V](n), left || right)
		return n.n
	}
	in := innerOf[K](n)
	if in.n < 2 || in.n > w.tree.innerMax || in.n < w.tree.innerMin() && !left && !right {
		w.tree.broken(2, "an inner node of %d children", in.n)
	}
	w.unused(&in.head, in.n-1, width)
	w.prefixes(n, in.n-1)
	total := 0
	for i, kid := range in.kids {
		if i >= in.n {
			if kid != nil || in.counts[i] != 0 {
				w.tree.broken(6, "slot %d of %d children is in use", i, in.n)
			}
			continue
		}
		if kid.owner == w.tree.owner && n.owner != w.tree.owner {
			w.tree.broken(7, "a node of this tree below one that is shared")
		}
		if i > 0 && w.tree.order.Compare(in.keys[i-1], w.least(kid, level-1)) != 0 {
			w.tree.broken(4, "separator %d is %v, the first key below it %v", i, in.keys[i-1], w.least(kid, level-1))
		}
		count := w.node(kid, level-1, left && i == 0, right && i == in.n-1)
		if count != in.counts[i] {
			w.tree.broken(5, "child %d counts %d entries and has %d", i, in.counts[i], count)
		}
		total += count
	}
	return total
}

func (w *walk[K, V]) leaf(l *leaf[K, V], edge bool) {
	if l.n < 1 || l.n > w.tree.leafMax || l.n < w.tree.leafMin() && !edge {
		w.tree.broken(2, "a leaf of %d entries", l.n)
	}
	w.unused(&l.head, l.n, width)
	w.prefixes(&l.node, l.n)
	if vals := reflect.ValueOf(l.vals[l.n:]); l.n < width {
		for i := range vals.Len() {
			if !vals.Index(i).IsZero() {
				w.tree.broken(6, "value %d of %d is in use", l.n+i, l.n)
			}
		}
	}
	for i := range l.n {
		if i > 0 && w.tree.order.Compare(l.keys[i-1], l.keys[i]) >= 0 {
			w.tree.broken(3, "%v stands before %v", l.keys[i-1], l.keys[i])
		}
	}
	if w.last != nil && w.tree.order.Compare(w.last.keys[w.last.n-1], l.keys[0]) >= 0 {
		w.tree.broken(3, "%v stands before %v", w.last.keys[w.last.n-1], l.keys[0])
	}
	var last *node
	if w.last != nil {
		last = &w.last.node
		if next := last.next.Load(); last.owner == w.tree.owner && next != &l.node {
			w.tree.broken(8, "the leaf of %v is not linked to the one after it", w.last.keys[0])
		} else if last.owner != w.tree.owner && next != nil && next.owner == w.tree.owner {
			w.tree.broken(8, "a shared leaf is linked to one that is not")
		}
	}
	if prev := l.prev.Load(); l.owner == w.tree.owner && prev != last {
		w.tree.broken(8, "the leaf of %v is not linked to the one before it", l.keys[0])
	}
	w.last = l
}

// ends checks the end of the chain.
func (w *walk[K, V]) ends() {
	if w.last.owner == w.tree.owner && w.last.next.Load() != nil {
		w.tree.broken(8, "the chain goes on after the last leaf")
	}
}

func (w *walk[K, V]) least(n *node, level int) K {
	for ; level > 0; level-- {
		n = innerOf[K](n).kids[0]
	}
	return headOf[K](n).keys[0]
}

func (w *walk[K, V]) unused(h *head[K], from, to int) {
	if from >= to {
		return
	}
	slots := reflect.ValueOf(h.keys[from:to])
	for i := range to - from {
		if w.tree.order.Padded && w.tree.order.Compare(h.keys[from+i], w.tree.order.Pad) != 0 || !w.tree.order.Padded && !slots.Index(i).IsZero() {
			w.tree.broken(6, "key slot %d is in use", from+i)
		}
	}
}

// prefixes checks the words of a node of m string keys.
func (w *walk[K, V]) prefixes(n *node, m int) {
	if (n.prefix != nil) != (w.tree.order.Kind == nodesearch.String) {
		w.tree.broken(9, "a node has words, or has none")
	}
	if n.prefix == nil {
		return
	}
	h := headOf[string](n)
	if p := n.prefix; m > 0 && 0 < p.skip && p.skip <= 8 && p.lead != wordAt(h.keys[0], 0)>>(64-8*p.skip) {
		w.tree.broken(9, "a node of %q notes %x as the prefix", h.keys[0], p.lead)
	}
	for i, word := range n.prefix.words {
		if i >= m && word != unusedWord || i < m && (!n.prefix.shares(h, h.keys[i]) || word != wordAt(h.keys[i], n.prefix.skip)) {
			w.tree.broken(9, "word %d of %d keys is %x, behind %d bytes", i, m, word, n.prefix.skip)
		}
	}
}

func (t *Tree[K, V]) broken(invariant int, format string, args ...any) {
	panic(fmt.Sprintf("bplustree: invariant %d: %s (length %d, height %d)",
		invariant, fmt.Sprintf(format, args...), t.length, t.height))
}
