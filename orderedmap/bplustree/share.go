package bplustree

// An owner is the right to change a node in place: a tree may write a node if they name the same owner. Its address
// is all there is to it. The byte is there because values of size zero may share an address.
type owner struct{ _ byte }

// Clone returns a copy of the tree in O(1). Both share all nodes from then on, and each copies a node when it is
// first about to write it. Clone counts as a write: no one may use t at the same time. Afterwards t and the clone may
// be used by different goroutines. The clone of nil is nil.
func (t *Tree[K, V]) Clone() *Tree[K, V] {
	if t == nil {
		return nil
	}
	c := new(Tree[K, V])
	t.CloneInto(c)
	return c
}

// CloneInto makes c, a zero tree, what Clone would return. It is for types that hold a Tree in a field.
func (t *Tree[K, V]) CloneInto(c *Tree[K, V]) {
	if t.owner != nil {
		t.owner = new(owner) // nobody owns the nodes now
		t.epoch++            // a loop may not stay on a leaf that a write would copy
	}
	*c = *t
	if t.owner != nil {
		c.owner = new(owner)
	}
}

// own makes the nodes on a path the tree's own, adds delta to the counts on the way, and returns the leaf.
func (t *Tree[K, V]) own(path uint64, delta int) *leaf[K, V] {
	slot := &t.root
	for level := t.height; level > 0; level-- {
		if (*slot).owner != t.owner {
			*slot = t.copyInner(*slot)
		}
		in, i := innerOf[K](*slot), child(path, level)
		in.counts[i] += delta
		slot = &in.kids[i]
	}
	if (*slot).owner != t.owner {
		*slot = t.copyLeaf(*slot, path)
	}
	return leafOf[K, V](*slot)
}

// ownLeaf makes the leaf n, to which the path leads, the tree's own, and returns it. If it is that already, so are the
// nodes above it, and there is nothing to do.
func (t *Tree[K, V]) ownLeaf(n *node, path uint64) *leaf[K, V] {
	if n.owner == t.owner {
		return leafOf[K, V](n)
	}
	return t.own(path, 0)
}

// ownChild makes child i of an inner node on the path, which is the tree's own, the tree's own too. If it is a leaf,
// the path leads to in and whatever child of it.
func (t *Tree[K, V]) ownChild(in *inner[K], i int, level int, path uint64) *node {
	switch n := in.kids[i]; {
	case n.owner == t.owner:
	case level > 1:
		in.kids[i] = t.copyInner(n)
	default:
		in.kids[i] = t.copyLeaf(n, path&^(width-1)|uint64(i))
	}
	return in.kids[i]
}

func (t *Tree[K, V]) copyInner(n *node) *node {
	from := innerOf[K](n)
	to := &inner[K]{head: head[K]{node: node{owner: t.owner, n: from.n}, keys: from.keys}, kids: from.kids, counts: from.counts}
	to.prefix = n.prefix.copy()
	return &to.node
}

func (t *Tree[K, V]) copyLeaf(n *node, path uint64) *node {
	from := leafOf[K, V](n)
	to := &leaf[K, V]{head: head[K]{node: node{owner: t.owner, n: from.n}, keys: from.keys}, vals: from.vals}
	to.prefix = n.prefix.copy()
	t.link(t.left(path), &to.node)
	t.link(&to.node, t.right(path))
	t.epoch++
	return &to.node
}
