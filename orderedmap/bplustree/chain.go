package bplustree

// The leaves are chained, so that an iteration goes from one to the next without its ancestors. A chain and
// copy-on-write do not go together by themselves: whoever copies a leaf would have to change its neighbours, hence
// copy them as well, and so on to the ends. The way out is to believe a link only in a leaf that this tree owns.
//
//	before:   A <-> B <-> C          all shared with a clone
//	write B:  A  |  B'<-> C'  ...    B' is ours and knows its neighbours; A and C are not, and what they say
//	                                 does not count: from A the way to B' goes through the root
//
// A link in a leaf that is not ours is not only ignored but cut when its other end leaves the tree: it would keep
// that leaf, and all that is deleted from the tree later, from the collector. A leaf that was shared once is owned
// by nobody, for Clone gives both sides a new owner. So no one reads its links, and several trees that cut them at the same time
// agree; they do so atomically, because the collector and the race detector look on.

// link makes a and b neighbours; either may be nil.
func (t *Tree[K, V]) link(a, b *node) {
	if a != nil {
		if a.owner == t.owner {
			a.next.Store(b)
		} else {
			a.next.Store(nil)
		}
	}
	if b != nil {
		if b.owner == t.owner {
			b.prev.Store(a)
		} else {
			b.prev.Store(nil)
		}
	}
}

// after returns the leaf after l, or nil.
func (t *Tree[K, V]) after(l *leaf[K, V]) *leaf[K, V] {
	if l.owner == t.owner {
		return leafOf[K, V](l.next.Load())
	}
	return leafOf[K, V](t.right(t.pathTo(l)))
}

// before returns the leaf before l, or nil.
func (t *Tree[K, V]) before(l *leaf[K, V]) *leaf[K, V] {
	if l.owner == t.owner {
		return leafOf[K, V](l.prev.Load())
	}
	return leafOf[K, V](t.left(t.pathTo(l)))
}

// pathTo returns the path to a leaf that is not ours: its first key leads there.
func (t *Tree[K, V]) pathTo(l *leaf[K, V]) uint64 {
	n, _, path, _ := t.locate(t.root, t.height, l.keys[0])
	if n != &l.node {
		panic("bplustree: the comparator is not an order: a key does not lead to where it is")
	}
	return path
}
