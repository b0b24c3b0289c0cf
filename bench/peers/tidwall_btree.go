package main

import (
	"cmp"

	"github.com/tidwall/btree"

	"innards/bench/subject"
)

// tidwallTree is tidwall/btree.Map: the order is that of the keys.
type tidwallTree[K cmp.Ordered] struct{ m *btree.Map[K, uint64] }

func (t *tidwallTree[K]) New(int) { t.m = new(btree.Map[K, uint64]) }

func (t *tidwallTree[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *tidwallTree[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *tidwallTree[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *tidwallTree[K]) Iterate() (sum uint64, entries int) {
	t.m.Scan(func(_ K, value uint64) bool {
		sum += value
		entries++
		return true
	})
	return sum, entries
}

func (t *tidwallTree[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *tidwallTree[K]) PopFront(n int) (sum uint64) {
	for range n {
		_, value, _ := t.m.PopMin()
		sum += value
	}
	return sum
}

func (t *tidwallTree[K]) Range(starts []K) (sum uint64, entries int) {
	for _, start := range starts {
		left := subject.Scan
		t.m.Ascend(start, func(_ K, value uint64) bool {
			sum += value
			entries++
			left--
			return left > 0
		})
	}
	return sum, entries
}

func (t *tidwallTree[K]) Len() int { return t.m.Len() }
