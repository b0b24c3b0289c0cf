package subject

// builtin is Go's own map.
type builtin[K comparable] struct{ m map[K]uint64 }

func (t *builtin[K]) New(capacity int) {
	if capacity == 0 {
		t.m = make(map[K]uint64)
		return
	}
	t.m = make(map[K]uint64, capacity)
}

func (t *builtin[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.m[key] = first + uint64(i)
	}
}

func (t *builtin[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		value, ok := t.m[key]
		if ok {
			found++
		}
		sum += value
	}
	return sum, found
}

func (t *builtin[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		delete(t.m, key)
		t.m[fresh[i]] = first + uint64(i)
	}
}

func (t *builtin[K]) Iterate() (sum uint64, entries int) {
	for _, value := range t.m {
		sum += value
		entries++
	}
	return sum, entries
}

func (t *builtin[K]) Len() int { return len(t.m) }

func (t *builtin[K]) Delete(keys []K) {
	for _, key := range keys {
		delete(t.m, key)
	}
}
