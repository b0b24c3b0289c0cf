package main

import orderedmap "github.com/wk8/go-ordered-map/v2"

// wk8Order is wk8/go-ordered-map.
type wk8Order[K comparable] struct {
	m *orderedmap.OrderedMap[K, uint64]
}

func (t *wk8Order[K]) New(capacity int) { t.m = orderedmap.New[K, uint64](capacity) }

func (t *wk8Order[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *wk8Order[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *wk8Order[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *wk8Order[K]) Iterate() (sum uint64, entries int) {
	for pair := t.m.Oldest(); pair != nil; pair = pair.Next() {
		sum += pair.Value
		entries++
	}
	return sum, entries
}

func (t *wk8Order[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *wk8Order[K]) PopFront(n int) (sum uint64) {
	for range n {
		pair := t.m.Oldest()
		sum += pair.Value
		t.m.Delete(pair.Key)
	}
	return sum
}

func (t *wk8Order[K]) MoveToBack(keys []K) (found int) {
	for _, key := range keys {
		if t.m.MoveToBack(key) == nil {
			found++
		}
	}
	return found
}

func (t *wk8Order[K]) Len() int { return t.m.Len() }
