package bplustree

// DeleteRange removes the entries with lo <= key < hi and returns how many there were. What it removes of a leaf goes
// at once: O(log n) for each of the leaves, which is less than the number of entries.
func (t *Tree[K, V]) DeleteRange(lo, hi K) int {
	if t.Len() == 0 {
		return 0
	}
	count := t.Rank(hi) - t.Rank(lo)
	if count <= 0 {
		return 0
	}
	for left := count; left > 0; {
		n, i, path, _ := t.locate(t.root, t.height, lo)
		if i == n.n { // lo belongs behind the last key of this leaf: the first to go is the first of the next
			if n, path = t.beside(path, true); n == nil {
				panic("bplustree: the comparator is not an order: a range ends before all of it was seen")
			}
			i = 0
		}
		k := min(left, n.n-i)
		t.remove(path, i, k)
		left -= k
	}
	t.check()
	return count
}
