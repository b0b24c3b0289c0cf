package bplustree

// insert puts a new entry in at i of the leaf that the path leads to.
func (t *Tree[K, V]) insert(path uint64, i int, key K, value V) {
	t.epoch++
	t.length++
	l := t.own(path, 1)
	if l.n < t.leafMax {
		l.insertAt(i, key, value)
		return
	}
	right := t.newLeaf()
	next := l.next.Load()
	t.link(&right.node, next)
	t.link(&l.node, &right.node)
	// A leaf is halved, unless the entry goes to an end of the tree: keys that arrive in order would leave half of
	// every leaf empty behind them.
	at, goesRight := l.n/2, i > l.n/2
	switch {
	case i == l.n && next == nil:
		at = l.n
	case i == 0 && l.prev.Load() == nil:
		at = 0
	case goesRight:
		at++
	}
	t.moveEntries(right, l, at, l.n, false)
	if goesRight {
		right.insertAt(i-at, key, value)
	} else {
		l.insertAt(i, key, value)
	}
	t.addChild(1, path, &right.node, right.keys[0], right.n)
}

// addChild puts a new node of level-1 into the tree, behind the child that the path takes at the level. The count of
// that child still has the entries of the new one in it.
func (t *Tree[K, V]) addChild(level int, path uint64, below *node, least K, count int) {
	if level > t.height {
		t.grow(below, least, count)
		return
	}
	in, i := t.inner(path, level), child(path, level)
	in.counts[i] -= count
	if in.n < t.innerMax {
		in.insertChild(i+1, below, least, count)
		return
	}
	right := t.newInner()
	keep := (in.n + 1) / 2
	if i+1 == in.n && t.isEdge(path, level) {
		keep = in.n - 1 // keys in order, as for leaves; but an inner node has two children at least
	}
	up := t.moveLastChildren(right, in, in.n-keep, least)
	if i < keep {
		in.insertChild(i+1, below, least, count)
	} else {
		right.insertChild(i+1-keep, below, least, count)
	}
	t.addChild(level+1, path, &right.node, up, right.total())
}

// isEdge reports whether the path runs along the right edge above a level.
func (t *Tree[K, V]) isEdge(path uint64, level int) bool {
	for l := level + 1; l <= t.height; l++ {
		if child(path, l) != t.inner(path, l).n-1 {
			return false
		}
	}
	return true
}

// grow puts a new root above the old one and its new sibling.
func (t *Tree[K, V]) grow(right *node, least K, count int) {
	if t.height == maxHeight {
		panic("bplustree: more levels than a path can hold")
	}
	root := t.newInner()
	root.kids[0], root.counts[0], root.n = t.root, t.length-count, 1
	root.insertChild(1, right, least, count)
	t.root = &root.node
	t.height++
}
