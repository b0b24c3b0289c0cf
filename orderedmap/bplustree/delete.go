package bplustree

// remove takes k entries from i on out of the leaf that the path leads to.
func (t *Tree[K, V]) remove(path uint64, i, k int) {
	if t.length == k {
		t.Clear()
		return
	}
	t.epoch++
	t.length -= k
	l := t.own(path, -k)
	if k == 1 {
		t.removeAt(l, i)
	} else {
		t.removeSpan(l, i, k)
	}
	if i == 0 {
		t.renewSeparator(l, path)
	}
	if l.n < t.leafMin() {
		t.rebalance(1, path)
	}
}

// renewSeparator brings the separator before a leaf up to date after its first key has gone: it would keep that key
// from the collector, and a tree whose separators are exact is easier to check. It is at the lowest level at which
// the path does not take the first child.
func (t *Tree[K, V]) renewSeparator(l *leaf[K, V], path uint64) {
	least := l.keys[0]
	if l.n == 0 {
		if t.height == 0 || child(path, 1) > 0 {
			return // the separator goes with the leaf
		}
		least = headOf[K](t.inner(path, 1).kids[1]).keys[0]
	}
	for level := 1; level <= t.height; level++ {
		if i := child(path, level); i > 0 {
			t.inner(path, level).setSeparator(i-1, least)
			return
		}
	}
}

// rebalance mends the child that the path takes at a level, which has become too small: with a sibling, all of it
// goes into one node if it fits, and else the two share it evenly.
func (t *Tree[K, V]) rebalance(level int, path uint64) {
	if level > t.height {
		for t.height > 0 && t.root.n == 1 {
			t.root = innerOf[K](t.root).kids[0]
			t.height--
		}
		return
	}
	in, i := t.inner(path, level), child(path, level)
	if i == 0 {
		i = 1
	}
	a, b := t.ownChild(in, i-1, level, path), t.ownChild(in, i, level, path)
	if level == 1 {
		t.balanceLeaves(in, i, leafOf[K, V](a), leafOf[K, V](b))
	} else {
		t.balanceInner(in, i, innerOf[K](a), innerOf[K](b))
	}
	if in.n < t.innerMin() {
		t.rebalance(level+1, path)
	}
}

// balanceLeaves merges children i-1 and i of in, or evens them out.
func (t *Tree[K, V]) balanceLeaves(in *inner[K], i int, a, b *leaf[K, V]) {
	switch sum := a.n + b.n; {
	case sum <= t.leafMax:
		t.moveEntries(a, b, 0, b.n, false)
		t.link(&a.node, b.next.Load())
		t.removeChild(in, i)
		in.counts[i-1] = sum
		return
	case a.n < b.n:
		t.moveEntries(a, b, 0, sum/2-a.n, false)
	default:
		t.moveEntries(b, a, sum/2, a.n, true)
	}
	in.setSeparator(i-1, b.keys[0])
	in.counts[i-1], in.counts[i] = a.n, b.n
}

// balanceInner merges children i-1 and i of in, or evens them out. The separator between them comes down, and in the
// second case another one goes up.
func (t *Tree[K, V]) balanceInner(in *inner[K], i int, a, b *inner[K]) {
	between, both := in.keys[i-1], in.counts[i-1]+in.counts[i]
	switch sum := a.n + b.n; {
	case sum <= t.innerMax:
		t.moveChildren(a, b, b.n, between)
		t.removeChild(in, i)
		in.counts[i-1] = both
		return
	case a.n < b.n:
		in.setSeparator(i-1, t.moveChildren(a, b, sum/2-a.n, between))
	default:
		in.setSeparator(i-1, t.moveLastChildren(b, a, a.n-sum/2, between))
	}
	in.counts[i-1] = a.total()
	in.counts[i] = both - in.counts[i-1]
}

// leafMin and innerMin are what a node has at least, unless it lies at an edge of the tree.
func (t *Tree[K, V]) leafMin() int  { return t.leafMax / 2 }
func (t *Tree[K, V]) innerMin() int { return t.innerMax / 2 }
