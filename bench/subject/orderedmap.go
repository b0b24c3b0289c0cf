package subject

import "innards/orderedmap"

// compactOrder is orderedmap.Map.
type compactOrder[K comparable] struct{ m *orderedmap.Map[K, uint64] }

func (t *compactOrder[K]) New(capacity int) { t.m = orderedmap.New[K, uint64](capacity) }

func (t *compactOrder[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *compactOrder[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *compactOrder[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *compactOrder[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *compactOrder[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *compactOrder[K]) PopFront(n int) (sum uint64) {
	for range n {
		_, value, _ := t.m.PopFront()
		sum += value
	}
	return sum
}

func (t *compactOrder[K]) MoveToBack(keys []K) (found int) {
	for _, key := range keys {
		if t.m.MoveToBack(key) {
			found++
		}
	}
	return found
}

func (t *compactOrder[K]) Shrink() { t.m.Shrink() }

func (t *compactOrder[K]) Len() int { return t.m.Len() }
