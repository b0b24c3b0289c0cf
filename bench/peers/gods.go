package main

import "github.com/emirpasic/gods/maps/linkedhashmap"

// godsOrder is emirpasic/gods' linkedhashmap, from before type parameters: keys and values are boxed.
type godsOrder[K comparable] struct{ m *linkedhashmap.Map }

func (t *godsOrder[K]) New(int) { t.m = linkedhashmap.New() }

func (t *godsOrder[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Put(key, first+uint64(i))
	}
}

func (t *godsOrder[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		if value, ok := t.m.Get(key); ok {
			found++
			sum += value.(uint64)
		}
	}
	return sum, found
}

func (t *godsOrder[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Remove(key)
		t.m.Put(fresh[i], first+uint64(i))
	}
}

func (t *godsOrder[K]) Iterate() (sum uint64, entries int) {
	for it := t.m.Iterator(); it.Next(); {
		sum += it.Value().(uint64)
		entries++
	}
	return sum, entries
}

func (t *godsOrder[K]) Len() int { return t.m.Size() }
