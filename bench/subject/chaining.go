package subject

import "innards/hashmap/chaining"

// separateChaining is chaining.Map.
type separateChaining[K comparable] struct {
	m      *chaining.Map[K, uint64]
	values [Batch]uint64
}

func (t *separateChaining[K]) New(capacity int) { t.m = chaining.New[K, uint64](capacity) }

func (t *separateChaining[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *separateChaining[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *separateChaining[K]) GetMany(keys []K) (sum uint64, found int) {
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

func (t *separateChaining[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *separateChaining[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *separateChaining[K]) Len() int { return t.m.Len() }

func (t *separateChaining[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *separateChaining[K]) Shrink() { t.m.Shrink() }
