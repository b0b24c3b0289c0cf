package main

import (
	"cmp"

	"github.com/google/btree"

	"innards/bench/subject"
)

// googleDegree is the degree that google/btree's own benchmarks and most of its users take.
const googleDegree = 32

// googleTree is google/btree.BTreeG: the order is that of the keys.
type googleTree[K cmp.Ordered] struct{ m *btree.BTreeG[pairOf[K]] }

type pairOf[K cmp.Ordered] struct {
	key   K
	value uint64
}

func (t *googleTree[K]) New(int) {
	t.m = btree.NewG(googleDegree, func(a, b pairOf[K]) bool { return a.key < b.key })
}

func (t *googleTree[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.ReplaceOrInsert(pairOf[K]{key, first + uint64(i)})
	}
}

func (t *googleTree[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		pair, ok := t.m.Get(pairOf[K]{key: key})
		if ok {
			found++
		}
		sum += pair.value
	}
	return sum, found
}

func (t *googleTree[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(pairOf[K]{key: key})
		t.m.ReplaceOrInsert(pairOf[K]{fresh[i], first + uint64(i)})
	}
}

func (t *googleTree[K]) Iterate() (sum uint64, entries int) {
	t.m.Ascend(func(pair pairOf[K]) bool {
		sum += pair.value
		entries++
		return true
	})
	return sum, entries
}

func (t *googleTree[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(pairOf[K]{key: key})
	}
}

func (t *googleTree[K]) PopFront(n int) (sum uint64) {
	for range n {
		pair, _ := t.m.DeleteMin()
		sum += pair.value
	}
	return sum
}

func (t *googleTree[K]) Range(starts []K) (sum uint64, entries int) {
	for _, start := range starts {
		left := subject.Scan
		t.m.AscendGreaterOrEqual(pairOf[K]{key: start}, func(pair pairOf[K]) bool {
			sum += pair.value
			entries++
			left--
			return left > 0
		})
	}
	return sum, entries
}

func (t *googleTree[K]) Len() int { return t.m.Len() }
