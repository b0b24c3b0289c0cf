package main

import "github.com/cockroachdb/swiss"

// cockroachSwiss is cockroachdb/swiss.Map.
type cockroachSwiss[K comparable] struct{ m *swiss.Map[K, uint64] }

func (t *cockroachSwiss[K]) New(capacity int) { t.m = swiss.New[K, uint64](capacity) }

func (t *cockroachSwiss[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Put(key, first+uint64(i))
	}
}

func (t *cockroachSwiss[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *cockroachSwiss[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		key = fresh[i]
		t.m.Put(key, first+uint64(i))
	}
}

func (t *cockroachSwiss[K]) Iterate() (sum uint64, entries int) {
	t.m.All(func(_ K, value uint64) bool {
		sum += value
		entries++
		return true
	})
	return sum, entries
}

func (t *cockroachSwiss[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *cockroachSwiss[K]) Len() int { return t.m.Len() }
