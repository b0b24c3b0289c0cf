package subject

import (
	"cmp"

	"innards/orderedmap"
)

// sortedOrder is orderedmap.Sorted.
type sortedOrder[K cmp.Ordered] struct{ m *orderedmap.Sorted[K, uint64] }

func (t *sortedOrder[K]) New(int) { t.m = orderedmap.NewSorted[K, uint64]() }

func (t *sortedOrder[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m.Set(key, first+uint64(i))
	}
}

func (t *sortedOrder[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m.Get(key)
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *sortedOrder[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.m.Delete(key)
		t.m.Set(fresh[i], first+uint64(i))
	}
}

func (t *sortedOrder[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m.All() {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *sortedOrder[K]) Delete(keys []K) {
	for _, key := range keys {
		t.m.Delete(key)
	}
}

func (t *sortedOrder[K]) PopFront(n int) (sum uint64) {
	for range n {
		_, value, _ := t.m.PopFront()
		sum += value
	}
	return sum
}

func (t *sortedOrder[K]) Range(starts []K) (sum uint64, entries int) {
	for _, start := range starts {
		left := Scan
		for _, value := range t.m.From(start) {
			sum += value
			entries++
			if left--; left == 0 {
				break
			}
		}
	}
	return sum, entries
}

func (t *sortedOrder[K]) Shrink() { t.m.Shrink() }

func (t *sortedOrder[K]) Len() int { return t.m.Len() }
