package subject

import "innards/hashmap/openaddr"

// robinHood is openaddr.RobinHood.
type robinHood[K comparable] struct {
	m      *openaddr.RobinHood[K, uint64]
	values [Batch]uint64
}

func (t *robinHood[K]) New(capacity int) { t.m = openaddr.NewRobinHood[K, uint64](capacity) }

func (t *robinHood[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *robinHood[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *robinHood[K]) GetMany(keys []K) (sum uint64, found int) {
	for len(keys) > 0 {
		chunk := keys[:min(Batch, len(keys))]
		found += t.m.GetMany(chunk, t.values[:], nil)
		for _, value := range t.values[:len(chunk)] {
			sum += value
		}
		keys = keys[len(chunk):]
	}
	return sum, found
}

func (t *robinHood[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *robinHood[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *robinHood[K]) Len() int { return t.m.Len() }

func (t *robinHood[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *robinHood[K]) Shrink() { t.m.Shrink() }
