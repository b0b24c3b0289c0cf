package btree

import (
	"fmt"
	"reflect"
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
		t.broken(4, "%d entries are counted for %d", t.length, n)
	}
}

// walk is one pass over the tree from left to right.
type walk[K, V any] struct {
	tree *Tree[K, V] // not embedded: walk would have all its methods, in each program that has a tree
	last *K          // the key before this one
}

// node checks a node and what is below and returns how many entries that is. left and right: it lies at that edge.
func (w *walk[K, V]) node(n *node[K, V], level int, left, right bool) int {
	if (n.below == nil) != (level == 0) {
		w.tree.broken(1, "a node of level %d is or is not a leaf", level)
	}
	if n.n < 1 || n.n > w.tree.max || n.n < w.tree.min() && !left && !right {
		w.tree.broken(2, "a node of %d keys", n.n)
	}
	w.unused(n)
	if level == 0 {
		for i := range n.n {
			w.key(&n.keys[i])
		}
		return n.n
	}
	total := n.n
	for i, kid := range n.below.kids[:n.n+1] {
		if kid.owner == w.tree.owner && n.owner != w.tree.owner {
			w.tree.broken(6, "a node of this tree below one that is shared")
		}
		count := w.node(kid, level-1, left && i == 0, right && i == n.n)
		if count != n.below.counts[i] {
			w.tree.broken(4, "child %d counts %d entries and has %d", i, n.below.counts[i], count)
		}
		total += count
		if i < n.n {
			w.key(&n.keys[i])
		}
	}
	return total
}

func (w *walk[K, V]) key(k *K) {
	if w.last != nil && w.tree.order.Compare(*w.last, *k) >= 0 {
		w.tree.broken(3, "%v stands before %v", *w.last, *k)
	}
	w.last = k
}

func (w *walk[K, V]) unused(n *node[K, V]) {
	keys, vals := reflect.ValueOf(n.keys[n.n:]), reflect.ValueOf(n.vals[n.n:])
	for i := range keys.Len() {
		at := n.n + i
		used := !w.tree.order.Padded && !keys.Index(i).IsZero() || !vals.Index(i).IsZero() ||
			w.tree.order.Padded && w.tree.order.Compare(n.keys[at], w.tree.order.Pad) != 0
		if b := n.below; b != nil && at < maxKeys {
			used = used || b.kids[at+1] != nil || b.counts[at+1] != 0
		}
		if used {
			w.tree.broken(5, "slot %d of %d is in use", at, n.n)
		}
	}
}

func (t *Tree[K, V]) broken(invariant int, format string, args ...any) {
	panic(fmt.Sprintf("btree: invariant %d: %s (length %d, height %d)",
		invariant, fmt.Sprintf(format, args...), t.length, t.height))
}
