package ordertest

import (
	"cmp"
	"fmt"
	"slices"
)

// An entry of the model of a sorted map.
type entry struct{ key, value int }

// sortedModel is a sorted map as a sorted slice: the successor of an entry is the first one with a larger key,
// whatever has happened since, so that it needs no marks as the model of insertion order does.
type sortedModel []entry

// rank returns where key is or belongs.
func (m sortedModel) rank(key int) (int, bool) {
	return slices.BinarySearchFunc(m, key, func(e entry, key int) int { return cmp.Compare(e.key, key) })
}

func (m sortedModel) get(key int) (int, bool) {
	if i, ok := m.rank(key); ok {
		return m[i].value, true
	}
	return 0, false
}

func (m *sortedModel) set(key, value int) (old int, added bool) {
	i, ok := m.rank(key)
	if !ok {
		*m = slices.Insert(*m, i, entry{key, value})
		return 0, true
	}
	old, (*m)[i].value = (*m)[i].value, value
	return old, false
}

func (m *sortedModel) remove(key int) (old int, deleted bool) {
	i, ok := m.rank(key)
	if ok {
		old = (*m)[i].value
		*m = slices.Delete(*m, i, i+1)
	}
	return old, ok
}

func (m *sortedModel) removeRange(lo, hi int) int {
	i, _ := m.rank(lo)
	j, _ := m.rank(hi)
	if j <= i {
		return 0
	}
	*m = slices.Delete(*m, i, j)
	return j - i
}

// at returns the entry at a place, and false outside.
func (m sortedModel) at(i int) (key, value int, ok bool) {
	if i < 0 || i >= len(m) {
		return 0, 0, false
	}
	return m[i].key, m[i].value, true
}

// sameSorted compares everything that can be read of a map with the model.
func sameSorted[M SortedMap[int, int, M]](m M, model sortedModel) error {
	if m.Len() != len(model) {
		return fmt.Errorf("it has a length of %d, want %d", m.Len(), len(model))
	}
	i := 0
	for k, v := range m.All() {
		if i == len(model) || model[i] != (entry{k, v}) {
			return fmt.Errorf("a range yields %d=%d as number %d of %d", k, v, i, len(model))
		}
		i++
	}
	if i < len(model) {
		return fmt.Errorf("a range ends after %d of %d entries", i, len(model))
	}
	for k, v := range m.Backward() {
		if i--; i < 0 || model[i] != (entry{k, v}) {
			return fmt.Errorf("a range backward yields %d=%d as number %d", k, v, i)
		}
	}
	if i > 0 {
		return fmt.Errorf("a range backward ends before number %d", i-1)
	}
	for i, e := range model {
		if k, v := m.Nth(i); k != e.key || v != e.value {
			return fmt.Errorf("Nth(%d) is %d=%d, want %d=%d", i, k, v, e.key, e.value)
		}
	}
	if err := differ("Min", tripleOf(m.Min()), tripleOf(model.at(0))); err != nil {
		return err
	}
	return differ("Max", tripleOf(m.Max()), tripleOf(model.at(len(model)-1)))
}

// sameAround compares what a map says about one key, there or not, with the model.
func sameAround[M SortedMap[int, int, M]](m M, model sortedModel, key int) error {
	i, found := model.rank(key)
	index, floor := -1, i-1
	if found {
		index, floor = i, i
	}
	value, _ := model.get(key)
	if m.Rank(key) != i || m.Index(key) != index || m.Contains(key) != found || m.At(key) != value {
		return fmt.Errorf("key %d: Rank %d, Index %d, Contains %v, At %d, want %d, %d, %v, %d", key,
			m.Rank(key), m.Index(key), m.Contains(key), m.At(key), i, index, found, value)
	}
	if err := differ(fmt.Sprintf("Floor(%d)", key), tripleOf(m.Floor(key)), tripleOf(model.at(floor))); err != nil {
		return err
	}
	return differ(fmt.Sprintf("Ceiling(%d)", key), tripleOf(m.Ceiling(key)), tripleOf(model.at(i)))
}
