package bplustree

import "innards/orderedmap/nodesearch"

// A locator follows a key from the root, height levels above the leaves, to the one leaf where it is or belongs, and
// finds its place i there. The children taken on the way are the path, six bits each, the lowest level's lowest: a
// path of pointers would have to live in the heap, because it leaves through a function value.
//
// There is one for each kind of order, chosen once for each tree. So a look-up makes one indirect call, however many
// nodes and keys it compares, and the comparisons are those of the machine.
type locator[K any] func(root *node, height int, key K) (l *node, i int, path uint64, found bool)

func locateInteger[O nodesearch.Integer](n *node, height int, key O) (*node, int, uint64, bool) {
	path := uint64(0)
	for ; height > 0; height-- {
		in := innerOf[O](n)
		i := nodesearch.CountNotGreater(&in.keys, key)
		if i >= in.n { // the largest key of its type equals the padding
			i = in.n - 1
		}
		path = path<<indexBits | uint64(i)
		n = in.kids[i]
	}
	h := headOf[O](n)
	i := nodesearch.CountLess(&h.keys, key)
	return n, i, path, i < h.n && h.keys[i] == key
}

func locateFloat[O nodesearch.Float](n *node, height int, key O) (*node, int, uint64, bool) {
	path := uint64(0)
	for ; height > 0; height-- {
		in := innerOf[O](n)
		i := nodesearch.CountFloatsNotGreater(&in.keys, key)
		if i >= in.n {
			i = in.n - 1
		}
		path = path<<indexBits | uint64(i)
		n = in.kids[i]
	}
	h := headOf[O](n)
	i := nodesearch.CountFloatsLess(&h.keys, key)
	return n, i, path, i < h.n && (h.keys[i] == key || key != key && h.keys[i] != h.keys[i])
}

func locateString(n *node, height int, key string) (*node, int, uint64, bool) {
	path := uint64(0)
	for ; height > 0; height-- {
		in := innerOf[string](n)
		i := placeString(&in.head, in.n-1, key, true)
		path = path<<indexBits | uint64(i)
		n = in.kids[i&(width-1)]
	}
	h := headOf[string](n)
	i := placeString(h, h.n, key, false)
	return n, i, path, i < h.n && h.keys[i] == key
}

// locateBy returns the locator of a comparator: a binary search, which makes the fewest calls of it.
func locateBy[K any](compare func(a, b K) int) locator[K] {
	return func(n *node, height int, key K) (*node, int, uint64, bool) {
		path := uint64(0)
		for ; height > 0; height-- {
			in := innerOf[K](n)
			lo, hi := 0, in.n-1
			for lo < hi {
				if mid := int(uint(lo+hi) >> 1); compare(in.keys[mid&(width-1)], key) <= 0 {
					lo = mid + 1
				} else {
					hi = mid
				}
			}
			path = path<<indexBits | uint64(lo)
			n = in.kids[lo]
		}
		h := headOf[K](n)
		lo, hi, found := 0, h.n, false
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			c := compare(h.keys[mid&(width-1)], key)
			if c < 0 {
				lo = mid + 1
			} else {
				hi, found = mid, c == 0
			}
		}
		return n, lo, path, found
	}
}

// locatorOf returns the locator of an order: the fastest that this processor can run.
func locatorOf[K any](order nodesearch.Order[K]) locator[K] {
	if wide := wideLocatorOf[K](order.Kind); wide != nil {
		return wide
	}
	return portableLocatorOf(order)
}

func portableLocatorOf[K any](order nodesearch.Order[K]) locator[K] {
	switch order.Kind {
	case nodesearch.Int8:
		return native[K](locateInteger[int8])
	case nodesearch.Int16:
		return native[K](locateInteger[int16])
	case nodesearch.Int32:
		return native[K](locateInteger[int32])
	case nodesearch.Int64:
		return native[K](locateInteger[int64])
	case nodesearch.Uint8:
		return native[K](locateInteger[uint8])
	case nodesearch.Uint16:
		return native[K](locateInteger[uint16])
	case nodesearch.Uint32:
		return native[K](locateInteger[uint32])
	case nodesearch.Uint64:
		return native[K](locateInteger[uint64])
	case nodesearch.Float32:
		return native[K](locateFloat[float32])
	case nodesearch.Float64:
		return native[K](locateFloat[float64])
	case nodesearch.String:
		return native[K](locateString)
	}
	return locateBy(order.Compare)
}

// native makes a locator for K of the one for its underlying type.
func native[K, O any](locate func(*node, int, O) (*node, int, uint64, bool)) locator[K] {
	return nodesearch.As[locator[K]](locate)
}

// child is the index that a path takes at a level; the leaves' parents are level 1.
func child(path uint64, level int) int { return int(path>>(indexBits*(level-1))) & (width - 1) }

// inner returns the inner node at a level of the path.
func (t *Tree[K, V]) inner(path uint64, level int) *inner[K] {
	n := t.root
	for l := t.height; l > level; l-- {
		n = innerOf[K](n).kids[child(path, l)]
	}
	return innerOf[K](n)
}

// leaf returns the leaf that the path leads to.
func (t *Tree[K, V]) leaf(path uint64) *leaf[K, V] {
	n := t.root
	for l := t.height; l > 0; l-- {
		n = innerOf[K](n).kids[child(path, l)]
	}
	return leafOf[K, V](n)
}

// edge returns the path to the first leaf, or to the last.
func (t *Tree[K, V]) edge(last bool) (l *leaf[K, V], path uint64) {
	n := t.root
	for level := t.height; level > 0; level-- {
		in, i := innerOf[K](n), 0
		if last {
			i = in.n - 1
		}
		path = path<<indexBits | uint64(i)
		n = in.kids[i]
	}
	return leafOf[K, V](n), path
}

// beside returns the leaf after the one that a path leads to, or before it, by way of their common ancestor, and the
// path to it; nil at the end.
func (t *Tree[K, V]) beside(path uint64, forward bool) (*node, uint64) {
	for level := 1; level <= t.height; level++ {
		in, i := t.inner(path, level), child(path, level)
		switch {
		case forward && i+1 < in.n:
			i++
		case !forward && i > 0:
			i--
		default:
			continue
		}
		shift := indexBits * (level - 1)
		path = path>>shift&^(width-1) | uint64(i)
		n := in.kids[i]
		for ; level > 1; level-- {
			in, i = innerOf[K](n), 0
			if !forward {
				i = in.n - 1
			}
			path = path<<indexBits | uint64(i)
			n = in.kids[i]
		}
		return n, path
	}
	return nil, 0
}

// left and right are beside without the path.
func (t *Tree[K, V]) left(path uint64) *node  { n, _ := t.beside(path, false); return n }
func (t *Tree[K, V]) right(path uint64) *node { n, _ := t.beside(path, true); return n }
