package bplustree

import "fmt"

// Rank returns the number of keys smaller than key, in O(log n): at each level, the counts of the children passed by.
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
	_, rank, path, found := t.locate(t.root, t.height, key)
	n := t.root
	for level := t.height; level > 0; level-- {
		in, i := innerOf[K](n), child(path, level)
		for _, c := range in.counts[:i] {
			rank += c
		}
		n = in.kids[i]
	}
	return rank, found
}

// Nth returns the entry at place i. It panics if there is none.
func (t *Tree[K, V]) Nth(i int) (K, V) {
	if i < 0 || i >= t.Len() {
		panic(fmt.Sprintf("bplustree: Nth: place %d of a map of %d entries", i, t.Len()))
	}
	l, at := t.nth(i)
	return l.keys[at], l.vals[at]
}

func (t *Tree[K, V]) nth(i int) (l *leaf[K, V], at int) {
	n := t.root
	for level := t.height; level > 0; level-- {
		in, c := innerOf[K](n), 0
		for i >= in.counts[c] {
			i -= in.counts[c]
			c++
		}
		n = in.kids[c]
	}
	return leafOf[K, V](n), i
}
