package btree

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
	c := *t
	if t.owner != nil {
		t.owner, c.owner = new(owner), new(owner) // nobody owns the nodes now
		t.epoch++                                 // a loop may not stay on a node that a write would copy
	}
	return &c
}

// own makes the nodes on a path, down to a level, the tree's own, adds delta to the counts on the way, and returns
// the lowest.
func (t *Tree[K, V]) own(path uint64, level, delta int) *node[K, V] {
	slot := &t.root
	for l := t.height; ; l-- {
		n := t.ours(slot)
		if l == level {
			return n
		}
		i := child(path, l)
		n.below.counts[i] += delta
		slot = &n.below.kids[i]
	}
}

// ours makes the node in a slot, which is the tree's own, the tree's own too.
func (t *Tree[K, V]) ours(slot **node[K, V]) *node[K, V] {
	n := *slot
	if n.owner == t.owner {
		return n
	}
	c := *n
	c.owner = t.owner
	if n.below != nil {
		below := *n.below
		c.below = &below
	}
	t.epoch++
	*slot = &c
	return &c
}
