package bplustree

import (
	"sync/atomic"

	"innards/orderedmap/nodesearch"
)

const (
	width     = nodesearch.Width // keys of a leaf, children of an inner node, at most
	indexBits = 6                // what an index into a node takes in a path
	maxHeight = 64 / indexBits   // levels of inner nodes that a path has room for: 32^10 leaves
)

// node is what leaves and inner nodes begin with, and how the tree refers to both.
type node struct {
	owner *owner
	next  atomic.Pointer[node] // leaves: see chain.go
	prev  atomic.Pointer[node]
	// Of string keys: see prefix.go.
	prefix *prefixes
	n      int // entries of a leaf; children of an inner node

	// With these and the eight bytes that the allocator puts before an object of this size, the keys begin at a cache
	// line: wide comparisons would touch two lines each.
	_ [16]byte
}

// head is the part of a node that a search reads. Slots from n on (n-1 in an inner node) hold the order's Pad.
type head[K any] struct {
	node
	keys [width]K
}

// leaf is a node of level 0: sorted keys, and their values.
type leaf[K, V any] struct {
	head[K]
	vals [width]V
}

// inner is a node of level 1 or more. keys[i] is the smallest key below kids[i+1], counts[i] the number of entries
// below kids[i].
type inner[K any] struct {
	head[K]
	kids   [width]*node
	counts [width]int
}

// newLeaf returns an empty leaf.
func (t *Tree[K, V]) newLeaf() *leaf[K, V] {
	l := &leaf[K, V]{head: head[K]{node: node{owner: t.owner}}}
	t.prepare(&l.head)
	return l
}

// newInner returns an inner node without children.
func (t *Tree[K, V]) newInner() *inner[K] {
	in := &inner[K]{head: head[K]{node: node{owner: t.owner}}}
	t.prepare(&in.head)
	return in
}

// prepare makes a new node ready for searches.
func (t *Tree[K, V]) prepare(h *head[K]) {
	switch {
	case t.order.Padded:
		t.vacate(h, 0, width)
	case t.order.Kind == nodesearch.String:
		h.prefix = newPrefixes()
	}
}

// vacate makes key slots unused: nothing deleted is kept from the collector, and the kernels do not count them.
func (t *Tree[K, V]) vacate(h *head[K], from, to int) {
	for i := from; i < to; i++ {
		h.keys[i] = t.order.Pad
	}
}

// insertAt puts an entry in at i; there is room.
func (l *leaf[K, V]) insertAt(i int, key K, value V) {
	copy(l.keys[i+1:l.n+1], l.keys[i:l.n])
	copy(l.vals[i+1:l.n+1], l.vals[i:l.n])
	l.keys[i], l.vals[i] = key, value
	l.n++
	l.indexInsert(i, l.n)
}

// removeAt takes one entry out of a leaf: removeSpan with no loops over what is left empty.
func (t *Tree[K, V]) removeAt(l *leaf[K, V], i int) {
	n := l.n - 1
	copy(l.keys[i:n], l.keys[i+1:])
	copy(l.vals[i:n], l.vals[i+1:])
	var none V
	l.keys[n], l.vals[n] = t.order.Pad, none
	l.indexRemove(i, 1, l.n)
	l.n = n
}

// removeSpan takes the entries [i, i+k) out of a leaf.
func (t *Tree[K, V]) removeSpan(l *leaf[K, V], i, k int) {
	n := l.n - k
	copy(l.keys[i:], l.keys[i+k:l.n])
	copy(l.vals[i:], l.vals[i+k:l.n])
	t.vacate(&l.head, n, l.n)
	clear(l.vals[n:l.n])
	l.indexRemove(i, k, l.n)
	l.n = n
}

// moveEntries appends the entries [from, to) of src, which are its first or its last, to dst, or puts them in front.
func (t *Tree[K, V]) moveEntries(dst, src *leaf[K, V], from, to int, front bool) {
	k := to - from
	at := dst.n
	if front {
		copy(dst.keys[k:], dst.keys[:dst.n])
		copy(dst.vals[k:], dst.vals[:dst.n])
		at = 0
	}
	copy(dst.keys[at:], src.keys[from:to])
	copy(dst.vals[at:], src.vals[from:to])
	dst.n += k
	dst.indexMove(&src.node, at, from, k, dst.n)
	t.removeSpan(src, from, k)
}

// insertChild puts a child in at i > 0, with the smallest key below it; there is room.
func (in *inner[K]) insertChild(i int, child *node, least K, count int) {
	copy(in.keys[i:in.n], in.keys[i-1:in.n-1])
	copy(in.kids[i+1:in.n+1], in.kids[i:in.n])
	copy(in.counts[i+1:in.n+1], in.counts[i:in.n])
	in.keys[i-1], in.kids[i], in.counts[i] = least, child, count
	in.n++
	in.indexInsert(i-1, in.n-1)
}

// removeChild takes out child i > 0 and the separator before it.
func (t *Tree[K, V]) removeChild(in *inner[K], i int) {
	copy(in.keys[i-1:], in.keys[i:in.n-1])
	copy(in.kids[i:], in.kids[i+1:in.n])
	copy(in.counts[i:], in.counts[i+1:in.n])
	in.n--
	t.vacate(&in.head, in.n-1, in.n)
	in.kids[in.n], in.counts[in.n] = nil, 0
	in.indexRemove(i-1, 1, in.n)
}

// moveChildren appends the first k children of src to dst. between is the smallest key below src; that below what is
// left of src, if anything is, is returned.
func (t *Tree[K, V]) moveChildren(dst, src *inner[K], k int, between K) (least K) {
	dst.keys[dst.n-1] = between
	copy(dst.keys[dst.n:], src.keys[:k-1])
	copy(dst.kids[dst.n:], src.kids[:k])
	copy(dst.counts[dst.n:], src.counts[:k])
	dst.n += k
	rest := src.n - k
	if rest > 0 {
		least = src.keys[k-1]
		copy(src.keys[:], src.keys[k:src.n-1])
		t.vacate(&src.head, rest-1, src.n-1)
	} else {
		t.vacate(&src.head, 0, src.n-1)
	}
	copy(src.kids[:], src.kids[k:src.n])
	copy(src.counts[:], src.counts[k:src.n])
	clear(src.kids[rest:src.n])
	clear(src.counts[rest:src.n])
	src.n = rest
	dst.index(dst.n - 1)
	src.index(max(0, rest-1))
	return least
}

// moveLastChildren puts the last k children of src, which keeps at least one, in front of dst. between is the
// smallest key below dst before that, which is returned for what it is afterwards. dst may be empty.
func (t *Tree[K, V]) moveLastChildren(dst, src *inner[K], k int, between K) (least K) {
	from := src.n - k
	if dst.n > 0 {
		copy(dst.keys[k:], dst.keys[:dst.n-1])
		copy(dst.kids[k:], dst.kids[:dst.n])
		copy(dst.counts[k:], dst.counts[:dst.n])
		dst.keys[k-1] = between
	}
	least = src.keys[from-1]
	copy(dst.keys[:], src.keys[from:src.n-1])
	copy(dst.kids[:], src.kids[from:src.n])
	copy(dst.counts[:], src.counts[from:src.n])
	dst.n += k
	t.vacate(&src.head, from-1, src.n-1)
	clear(src.kids[from:src.n])
	clear(src.counts[from:src.n])
	src.n = from
	dst.index(dst.n - 1)
	src.index(from - 1)
	return least
}

// setSeparator renews keys[i].
func (in *inner[K]) setSeparator(i int, least K) {
	in.keys[i] = least
	in.indexSet(i, in.n-1)
}

// total is the number of entries below an inner node.
func (in *inner[K]) total() int {
	sum := 0
	for _, c := range in.counts[:in.n] {
		sum += c
	}
	return sum
}
