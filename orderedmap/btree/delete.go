package btree

// remove takes the entry at a place out, and k-1 more behind it, which must be in the same leaf. An entry of an inner
// node is replaced by the one before it, which is the last of a leaf: so all that is missing is missing in a leaf.
func (t *Tree[K, V]) remove(p place[K, V], k int) {
	if t.length == k {
		t.Clear()
		return
	}
	t.epoch++
	t.length -= k
	path := p.path
	if p.level > 0 {
		path = t.before(p).path
	}
	l := t.own(path, 0, -k)
	if p.level > 0 {
		n := t.at(path, p.level)
		p.i, n.keys[p.i], n.vals[p.i] = l.n-1, l.keys[l.n-1], l.vals[l.n-1]
	}
	t.removeSpan(l, p.i, k)
	if l.n < t.min() {
		t.rebalance(1, path)
	}
}

// rebalance mends the child that the path takes at a level, which has become too small: with a sibling and the entry
// between them, all of it goes into one node if it fits, and else the two share it evenly.
func (t *Tree[K, V]) rebalance(level int, path uint64) {
	if level > t.height {
		for t.height > 0 && t.root.n == 0 {
			t.root = t.root.below.kids[0]
			t.height--
		}
		return
	}
	n, i := t.at(path, level), child(path, level)
	if i == n.n {
		i--
	}
	a, b := t.ours(&n.below.kids[i]), t.ours(&n.below.kids[i+1])
	counts := n.below.counts[i : i+2]
	switch {
	case a.n+b.n < t.max:
		counts[0] += counts[1] + 1
		t.moveLeft(a, b, b.n+1, n.keys[i], n.vals[i])
		t.removeSpan(n, i, 1)
		if n.n < t.min() {
			t.rebalance(level+1, path)
		}
		return
	case a.n < b.n:
		n.keys[i], n.vals[i] = t.moveLeft(a, b, (b.n-a.n)/2, n.keys[i], n.vals[i])
	default:
		n.keys[i], n.vals[i] = t.moveRight(b, a, (a.n-b.n)/2, n.keys[i], n.vals[i])
	}
	both := counts[0] + counts[1]
	counts[0] = a.total()
	counts[1] = both - counts[0]
}

// min is the number of keys that a node has at least, unless it lies at an edge of the tree.
func (t *Tree[K, V]) min() int { return (t.max - 1) / 2 }

// DeleteRange removes the entries with lo <= key < hi and returns how many there were. What it removes of a leaf goes
// at once; an entry of an inner node goes by itself.
func (t *Tree[K, V]) DeleteRange(lo, hi K) int {
	if t.Len() == 0 {
		return 0
	}
	count := t.Rank(hi) - t.Rank(lo)
	if count <= 0 {
		return 0
	}
	for left := count; left > 0; {
		p, k := t.seek(lo, false), 1
		if p.n == nil {
			panic("btree: the comparator is not an order: a range ends before all of it was seen")
		}
		if p.level == 0 {
			k = min(left, p.n.n-p.i)
		}
		t.remove(p, k)
		left -= k
	}
	t.check()
	return count
}
