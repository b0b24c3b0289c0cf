package btree

import "innards/orderedmap/nodesearch"

const (
	maxKeys   = nodesearch.Width - 1 // keys of a node, at most; it then has one child more than that
	indexBits = 6                    // what an index into a node takes in a path
	maxHeight = 64 / indexBits       // levels of inner nodes that a path has room for
)

// node is a node of any level: sorted keys, their values, and, unless it is a leaf, children between them. Slots from
// n on are unused: keys hold the order's Pad, all else is zero.
type node[K, V any] struct {
	owner *owner
	below *children[K, V] // nil in a leaf
	n     int
	keys  [nodesearch.Width]K
	vals  [nodesearch.Width]V
}

// children of a node with n keys: n+1 of them. kids[i] has the keys between keys[i-1] and keys[i]; counts[i] is the
// number of entries below it.
type children[K, V any] struct {
	kids   [maxKeys + 1]*node[K, V]
	counts [maxKeys + 1]int
}

// newNode returns an empty node, with children if it is of level 1 or more.
func (t *Tree[K, V]) newNode(level int) *node[K, V] {
	n := &node[K, V]{owner: t.owner}
	t.vacate(n, 0, nodesearch.Width)
	if level > 0 {
		n.below = new(children[K, V])
	}
	return n
}

// vacate makes slots unused: nothing deleted is kept from the collector, and the kernels do not count them.
func (t *Tree[K, V]) vacate(n *node[K, V], from, to int) {
	for i := from; i < to; i++ {
		n.keys[i] = t.order.Pad
	}
	clear(n.vals[from:to])
}

// insertAt puts an entry in at i; there is room.
func (n *node[K, V]) insertAt(i int, key K, value V) {
	copy(n.keys[i+1:n.n+1], n.keys[i:n.n])
	copy(n.vals[i+1:n.n+1], n.vals[i:n.n])
	n.keys[i], n.vals[i] = key, value
	n.n++
}

// insertChild puts an entry in at i, and a child behind it.
func (n *node[K, V]) insertChild(i int, key K, value V, kid *node[K, V], count int) {
	b := n.below
	copy(b.kids[i+2:n.n+2], b.kids[i+1:n.n+1])
	copy(b.counts[i+2:n.n+2], b.counts[i+1:n.n+1])
	b.kids[i+1], b.counts[i+1] = kid, count
	n.insertAt(i, key, value)
}

// removeSpan takes the entries [i, i+k) out, and the children behind them.
func (t *Tree[K, V]) removeSpan(n *node[K, V], i, k int) {
	copy(n.keys[i:], n.keys[i+k:n.n])
	copy(n.vals[i:], n.vals[i+k:n.n])
	t.vacate(n, n.n-k, n.n)
	if b := n.below; b != nil {
		copy(b.kids[i+1:], b.kids[i+1+k:n.n+1])
		copy(b.counts[i+1:], b.counts[i+1+k:n.n+1])
		clear(b.kids[n.n+1-k : n.n+1])
		clear(b.counts[n.n+1-k : n.n+1])
	}
	n.n -= k
}

// moveLeft appends (key, value) and the first k-1 entries of src to dst, with k children if there are any. The k-th
// entry of src, which takes the place of (key, value) between the two, is returned; there is none if k-1 is all that
// src has.
func (t *Tree[K, V]) moveLeft(dst, src *node[K, V], k int, key K, value V) (up K, upValue V) {
	dst.keys[dst.n], dst.vals[dst.n] = key, value
	copy(dst.keys[dst.n+1:], src.keys[:k-1])
	copy(dst.vals[dst.n+1:], src.vals[:k-1])
	if b := src.below; b != nil {
		copy(dst.below.kids[dst.n+1:], b.kids[:k])
		copy(dst.below.counts[dst.n+1:], b.counts[:k])
	}
	dst.n += k
	if k > src.n {
		return up, upValue
	}
	up, upValue = src.keys[k-1], src.vals[k-1]
	if b := src.below; b != nil { // removeSpan keeps the child before the span: make that the first one to stay
		b.kids[0], b.counts[0] = b.kids[k], b.counts[k]
	}
	t.removeSpan(src, 0, k)
	return up, upValue
}

// moveRight is moveLeft in the other direction: the last k-1 entries of src and (key, value) go before dst, and the
// k-th from the end of src is returned.
func (t *Tree[K, V]) moveRight(dst, src *node[K, V], k int, key K, value V) (up K, upValue V) {
	from := src.n - k
	copy(dst.keys[k:], dst.keys[:dst.n])
	copy(dst.vals[k:], dst.vals[:dst.n])
	dst.keys[k-1], dst.vals[k-1] = key, value
	copy(dst.keys[:], src.keys[from+1:src.n])
	copy(dst.vals[:], src.vals[from+1:src.n])
	if b := src.below; b != nil {
		copy(dst.below.kids[k:], dst.below.kids[:dst.n+1])
		copy(dst.below.counts[k:], dst.below.counts[:dst.n+1])
		copy(dst.below.kids[:], b.kids[from+1:src.n+1])
		copy(dst.below.counts[:], b.counts[from+1:src.n+1])
	}
	dst.n += k
	up, upValue = src.keys[from], src.vals[from]
	t.removeSpan(src, from, k)
	return up, upValue
}

// total is the number of entries in a node and below.
func (n *node[K, V]) total() int {
	sum := n.n
	if n.below != nil {
		for _, c := range n.below.counts[:n.n+1] {
			sum += c
		}
	}
	return sum
}
