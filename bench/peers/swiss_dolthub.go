package main

import "github.com/dolthub/swiss"

// dolthubSwiss is dolthub/swiss.Map.
type dolthubSwiss[K comparable] struct{ m *swiss.Map[K, uint64] }

func (t *dolthubSwiss[K]) New(capacity int) { t.m = swiss.NewMap[K, uint64](uint32(capacity)) }

func (t *dolthubSwiss[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Put(key, first+uint64(i))
	}
}

func (t *dolthubSwiss[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *dolthubSwiss[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		key = fresh[i]
		t.m.Put(key, first+uint64(i))
	}
}

func (t *dolthubSwiss[K]) Iterate() (sum uint64, entries int) {
	t.m.Iter(func(_ K, value uint64) bool {
		sum += value
		entries++
		return false // goes on
	})
	return sum, entries
}

func (t *dolthubSwiss[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *dolthubSwiss[K]) Len() int { return t.m.Count() }
