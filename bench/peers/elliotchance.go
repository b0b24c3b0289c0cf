package main

import "github.com/elliotchance/orderedmap/v3"

// elliotOrder is elliotchance/orderedmap.
type elliotOrder[K comparable] struct {
	m *orderedmap.OrderedMap[K, uint64]
}

func (t *elliotOrder[K]) New(capacity int) {
	t.m = orderedmap.NewOrderedMapWithCapacity[K, uint64](capacity)
}

func (t *elliotOrder[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *elliotOrder[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *elliotOrder[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *elliotOrder[K]) Iterate() (sum uint64, entries int) {
	for pair := t.m.Front(); pair != nil; pair = pair.Next() {
		sum += pair.Value
		entries++
	}
	return sum, entries
}

func (t *elliotOrder[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *elliotOrder[K]) PopFront(n int) (sum uint64) {
	for range n {
		pair := t.m.Front()
		sum += pair.Value
		t.m.Delete(pair.Key)
	}
	return sum
}

func (t *elliotOrder[K]) Len() int { return t.m.Len() }
