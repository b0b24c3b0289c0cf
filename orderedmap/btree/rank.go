package btree

import "fmt"

// Rank returns the number of keys smaller than key, in O(log n): at each level, the counts of the children passed by,
// and the keys between them.
func (t *Tree[K, V]) Rank(key K) int {
	rank, _ := t.rank(key)
	return rank
}

// Index returns the place of key, from 0 on, or -1 where it is absent.
func (t *Tree[K, V]) Index(key K) int {
	if rank, found := t.rank(key); found {
		return rank
	}
	return -1
}

func (t *Tree[K, V]) rank(key K) (rank int, found bool) {
	if t.Len() == 0 {
		return 0, false
	}
	last, i, path, lowest, found := t.locate(t.root, t.height, key)
	n := t.root
	for level := t.height; level > lowest; level-- {
		turn := child(path, level)
		rank += turn
		for _, c := range n.below.counts[:turn] {
			rank += c
		}
		n = n.below.kids[turn]
	}
	rank += i
	if lowest > 0 {
		for _, c := range last.below.counts[:i+1] {
			rank += c
		}
	}
	return rank, found
}

// Nth returns the entry at place i. It panics if there is none.
func (t *Tree[K, V]) Nth(i int) (K, V) {
	if i < 0 || i >= t.Len() {
		panic(fmt.Sprintf("btree: Nth: place %d of a map of %d entries", i, t.Len()))
	}
	n := t.root
	for n.below != nil {
		c := 0
		for i > n.below.counts[c] {
			i -= n.below.counts[c] + 1
			c++
		}
		if i == n.below.counts[c] {
			return n.keys[c], n.vals[c]
		}
		n = n.below.kids[c]
	}
	return n.keys[i], n.vals[i]
}
