package subject

import "innards/hashmap/openaddr"

// openAddressing is openaddr.Map.
type openAddressing[K comparable] struct {
	m      *openaddr.Map[K, uint64]
	values [Batch]uint64
}

func (t *openAddressing[K]) New(capacity int) { t.m = openaddr.New[K, uint64](capacity) }

func (t *openAddressing[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *openAddressing[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *openAddressing[K]) GetMany(keys []K) (sum uint64, found int) {
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

func (t *openAddressing[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *openAddressing[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *openAddressing[K]) Len() int { return t.m.Len() }

func (t *openAddressing[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *openAddressing[K]) Shrink() { t.m.Shrink() }
