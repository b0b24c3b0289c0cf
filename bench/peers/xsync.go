package main

import "github.com/puzpuzpuz/xsync/v4"

// xsyncMap is puzpuzpuz/xsync.Map, which any number of goroutines may use: here it pays for that and does not use it.
type xsyncMap[K comparable] struct{ m *xsync.Map[K, uint64] }

func (t *xsyncMap[K]) New(capacity int) { t.m = xsync.NewMap[K, uint64](xsync.WithPresize(capacity)) }

func (t *xsyncMap[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Store(key, first+uint64(i))
	}
}

func (t *xsyncMap[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Load(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *xsyncMap[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		key = fresh[i]
		t.m.Store(key, first+uint64(i))
	}
}

func (t *xsyncMap[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *xsyncMap[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *xsyncMap[K]) Len() int { return t.m.Size() }
