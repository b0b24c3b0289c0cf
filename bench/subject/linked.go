package subject

import "innards/orderedmap"

// linkedOrder is orderedmap.Linked.
type linkedOrder[K comparable] struct{ m *orderedmap.Linked[K, uint64] }

func (t *linkedOrder[K]) New(capacity int) { t.m = orderedmap.NewLinked[K, uint64](capacity) }

func (t *linkedOrder[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *linkedOrder[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *linkedOrder[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *linkedOrder[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *linkedOrder[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *linkedOrder[K]) PopFront(n int) (sum uint64) {
	for range n {
		_, value, _ := t.m.PopFront()
		sum += value
	}
	return sum
}

func (t *linkedOrder[K]) MoveToBack(keys []K) (found int) {
	for _, key := range keys {
		if t.m.MoveToBack(key) {
			found++
		}
	}
	return found
}

func (t *linkedOrder[K]) Shrink() { t.m.Shrink() }

func (t *linkedOrder[K]) Len() int { return t.m.Len() }
