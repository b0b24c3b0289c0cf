package main

import "github.com/kamstrup/intmap"

// intMap is kamstrup/intmap.Map: integers only, and no seed, so keys can be built against it.
type intMap struct{ m *intmap.Map[uint64, uint64] }

func (t *intMap) New(capacity int) { t.m = intmap.New[uint64, uint64](capacity) }

func (t *intMap) Set(keys []uint64, first uint64) {
	for i, key := range keys {
		t.m.Put(key, first+uint64(i))
	}
}

func (t *intMap) Get(keys []uint64) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *intMap) Churn(dead, fresh []uint64, first uint64) {
	for i, key := range dead {
		t.m.Del(key)
		key = fresh[i]
		t.m.Put(key, first+uint64(i))
	}
}

func (t *intMap) Iterate() (sum uint64, entries int) {
	t.m.ForEach(func(_, value uint64) bool {
		sum += value
		entries++
		return true
	})
	return sum, entries
}

func (t *intMap) Delete(keys []uint64) {
	for _, key := range keys {
		t.m.Del(key)
	}
}

func (t *intMap) Len() int { return t.m.Len() }
