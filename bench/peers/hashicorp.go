package main

import (
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// hashicorpLRU is hashicorp/golang-lru's simplelru, with room for all: here it is a map that keeps the order of use. A
// look-up moves the entry, so Get peeks.
type hashicorpLRU[K comparable] struct{ m *simplelru.LRU[K, uint64] }

func (t *hashicorpLRU[K]) New(int) {
	t.m, _ = simplelru.NewLRU[K, uint64](1<<40, nil) // the size is not 0, which would be an error
}

func (t *hashicorpLRU[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Add(key, first+uint64(i))
	}
}

func (t *hashicorpLRU[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Peek(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *hashicorpLRU[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Remove(key)
		t.m.Add(fresh[i], first+uint64(i))
	}
}

func (t *hashicorpLRU[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.Values() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *hashicorpLRU[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Remove(key)
	}
}

func (t *hashicorpLRU[K]) PopFront(n int) (sum uint64) {
	for range n {
		_, value, _ := t.m.RemoveOldest()
		sum += value
	}
	return sum
}

func (t *hashicorpLRU[K]) MoveToBack(keys []K) (found int) {
	for _, key := range keys {
		if _, ok := t.m.Get(key); ok {
			found++
		}
	}
	return found
}

func (t *hashicorpLRU[K]) Len() int { return t.m.Len() }

// hashicorpCache is simplelru with the bound that it is made for.
type hashicorpCache struct {
	m *simplelru.LRU[uint64, uint64]
}

func (t *hashicorpCache) New(capacity int) {
	t.m, _ = simplelru.NewLRU[uint64, uint64](capacity, nil) // a capacity above 0 is no error
}

func (t *hashicorpCache) GetOrSet(keys []uint64) (sum uint64, hits int) {
	for _, key := range keys {
		value, hit := t.m.Get(key)
		if hit {
			hits++
		} else {
			t.m.Add(key, key)
			value = key
		}
		sum += value
	}
	return sum, hits
}
