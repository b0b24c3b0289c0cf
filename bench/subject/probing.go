package subject

import "innards/hashmap/openaddr"

// probing is openaddr.Probing with one of its probe sequences.
type probing[K comparable] struct {
	m      *openaddr.Probing[K, uint64]
	probe  openaddr.Probe
	values [Batch]uint64
}

func (t *probing[K]) New(capacity int) { t.m = openaddr.NewProbing[K, uint64](capacity, t.probe) }

func (t *probing[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *probing[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *probing[K]) GetMany(keys []K) (sum uint64, found int) {
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

func (t *probing[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *probing[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *probing[K]) Len() int { return t.m.Len() }

func (t *probing[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *probing[K]) Shrink() { t.m.Shrink() }
