package btree

// insert puts a new entry in at i of the leaf that the path leads to.
func (t *Tree[K, V]) insert(path uint64, i int, key K, value V) {
	t.epoch++
	t.length++
	l := t.own(path, 0, 1)
	if l.n < t.max {
		l.insertAt(i, key, value)
		return
	}
	right, up, upValue, at := t.split(l, 0, i, path)
	if i > at {
		right.insertAt(i-at-1, key, value)
	} else {
		l.insertAt(i, key, value)
	}
	t.addChild(1, path, up, upValue, right, right.n)
}

// split moves what is behind an entry of a full node of a level to a new one and takes the entry out, for it goes up.
// That is the middle one, unless entry i is about to be put in at an end of the tree: keys that arrive in order would
// leave half of every node empty behind them. at is where it was.
func (t *Tree[K, V]) split(n *node[K, V], level, i int, path uint64) (right *node[K, V], up K, upValue V, at int) {
	at = n.n / 2
	switch {
	case i == n.n && t.onEdge(path, level, true):
		at = n.n - 1
	case level == 0 && i == 0 && t.onEdge(path, level, false):
		at = 0
	case i <= n.n/2:
		at = (n.n - 1) / 2
	}
	up, upValue = n.keys[at], n.vals[at]
	right = t.newNode(level)
	right.n = copy(right.keys[:], n.keys[at+1:n.n])
	copy(right.vals[:], n.vals[at+1:n.n])
	if level > 0 {
		copy(right.below.kids[:], n.below.kids[at+1:n.n+1])
		copy(right.below.counts[:], n.below.counts[at+1:n.n+1])
	}
	t.removeSpan(n, at, n.n-at)
	return right, up, upValue, at
}

// addChild puts an entry that came up from a split, and the new node behind it, into the node at a level of the path.
// The count of the child that was split still has both in it.
func (t *Tree[K, V]) addChild(level int, path uint64, key K, value V, kid *node[K, V], count int) {
	if level > t.height {
		t.grow(key, value, kid, count)
		return
	}
	n, i := t.at(path, level), child(path, level)
	n.below.counts[i] -= count + 1
	if n.n < t.max {
		n.insertChild(i, key, value, kid, count)
		return
	}
	right, up, upValue, at := t.split(n, level, i, path)
	if i > at {
		right.insertChild(i-at-1, key, value, kid, count)
	} else {
		n.insertChild(i, key, value, kid, count)
	}
	t.addChild(level+1, path, up, upValue, right, right.total())
}

// onEdge reports whether the path takes the first child, or the last one, at all levels above one.
func (t *Tree[K, V]) onEdge(path uint64, level int, last bool) bool {
	for l := level + 1; l <= t.height; l++ {
		if want := 0; last {
			want = t.at(path, l).n
			if child(path, l) != want {
				return false
			}
		} else if child(path, l) != want {
			return false
		}
	}
	return true
}

// grow puts a new root above the old one and its new sibling.
func (t *Tree[K, V]) grow(key K, value V, right *node[K, V], count int) {
	if t.height == maxHeight {
		panic("btree: more levels than a path can hold")
	}
	root := t.newNode(t.height + 1)
	root.below.kids[0], root.below.counts[0] = t.root, t.length-count-1
	root.insertChild(0, key, value, right, count)
	t.root = root
	t.height++
}
