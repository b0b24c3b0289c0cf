package maptest

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

// RunFloats checks keys whose equality is not that of their bits: NaN, which is never found again, and the two zeros,
// which are one key.
func RunFloats[M Map[float64, int, M]](t *testing.T, newMap func(capacity int) M) {
	t.Helper()
	runLaws(t, floatLaws(newMap))
}

func floatLaws[M Map[float64, int, M]](newMap func(capacity int) M) []law {
	return []law{
		{"nan", func() error { return nan(newMap) }},
		{"nan in range", func() error { return nanInRange(newMap) }},
		{"zeros", func() error { return zeros(newMap(0)) }},
	}
}

func nan[M Map[float64, int, M]](newMap func(capacity int) M) error {
	for _, n := range []int{1, 7, 8, 100} {
		m := newMap(0)
		for i := range n {
			if _, added := m.Set(math.NaN(), i); !added {
				return errors.New("Set() of NaN found an old one")
			}
		}
		if _, ok := m.Get(math.NaN()); ok || m.Len() != n {
			return fmt.Errorf("Get(NaN) gave %v, Len is %d after %d Sets", ok, m.Len(), n)
		}
		if _, deleted := m.Delete(math.NaN()); deleted {
			return errors.New("Delete(NaN) found one")
		}
		m.Grow(1000)
		m.Shrink()
		seen := make([]bool, n)
		for k, v := range m.Clone().All() {
			if k == k || seen[v] {
				return fmt.Errorf("All() produced %v, %d (seen: %v)", k, v, seen[v])
			}
			seen[v] = true
		}
		for v, ok := range seen {
			if !ok {
				return fmt.Errorf("All() left out the NaN with value %d of %d", v, n)
			}
		}
		m.DeleteFunc(func(_ float64, v int) bool { return v%2 == 0 })
		if m.Len() != n/2 {
			return fmt.Errorf("DeleteFunc left %d of %d NaNs, want %d", m.Len(), n, n/2)
		}
		m.Clear()
		for k := range m.Keys() {
			return fmt.Errorf("Clear() left %v", k)
		}
	}
	return nil
}

// nanInRange ranges over NaNs while the map grows, and then is cleared.
func nanInRange[M Map[float64, int, M]](newMap func(capacity int) M) error {
	for _, clear := range []bool{false, true} {
		m := newMap(0)
		for i := range 20 {
			m.Set(math.NaN(), i)
		}
		seen := map[int]int{}
		for _, v := range m.All() {
			seen[v]++
			if len(seen) == 5 {
				for i := range 200 {
					m.Set(float64(i), 1000+i)
				}
				m.Shrink()
			}
			if clear && len(seen) == 10 {
				m.Clear()
			}
		}
		for v := range 20 {
			if seen[v] > 1 || !clear && seen[v] == 0 {
				return fmt.Errorf("the NaN with value %d was produced %d times", v, seen[v])
			}
		}
		if clear && len(seen) > 10 {
			return fmt.Errorf("%d entries were produced, the map was cleared after 10", len(seen))
		}
	}
	return nil
}

func zeros[M Map[float64, int, M]](m M) error {
	negative := math.Copysign(0, -1)
	m.Set(0, 1)
	if old, added := m.Set(negative, 2); added || old != 1 || m.At(0) != 2 || m.Len() != 1 {
		return fmt.Errorf("the zeros are two keys: Set(-0) after Set(0) gave %v, %v", old, added)
	}
	for k := range m.Keys() {
		if !math.Signbit(k) {
			return errors.New("Set(-0) left the key +0; the builtin map stores the new key")
		}
	}
	if _, deleted := m.Delete(0); !deleted {
		return errors.New("Delete(0) does not find -0")
	}
	return nil
}

// RunInterfaces checks interface keys: dynamic types tell keys apart, and a value that cannot be compared panics as
// in the builtin map, in reads of an empty and of a nil map too.
func RunInterfaces[M Map[any, int, M]](t *testing.T, newMap func(capacity int) M) {
	t.Helper()
	runLaws(t, interfaceLaws(newMap))
}

func interfaceLaws[M Map[any, int, M]](newMap func(capacity int) M) []law {
	return []law{
		{"dynamic types", func() error { return dynamicTypes(newMap(0)) }},
		{"unhashable", func() error { return unhashable(newMap) }},
	}
}

func dynamicTypes[M Map[any, int, M]](m M) error {
	type name string
	keys := []any{nil, 1, int8(1), uint(1), 1.0, "1", name("1"), true, [1]int{1}, struct{ a, b any }{1, "1"}, &struct{ int }{}, 'x'}
	for i, k := range keys {
		m.Set(k, i)
	}
	if m.Len() != len(keys) {
		return fmt.Errorf("%d keys of different types make %d entries", len(keys), m.Len())
	}
	for i, k := range keys {
		if v, ok := m.Get(k); !ok || v != i {
			return fmt.Errorf("Get(%T %v) gave %d, %v, want %d", k, k, v, ok, i)
		}
	}
	if _, ok := m.Get(struct{ a, b any }{1, "2"}); ok {
		return errors.New("found a struct that differs in its second field")
	}
	return nil
}

func unhashable[M Map[any, int, M]](newMap func(capacity int) M) error {
	var none M
	filled := newMap(0)
	filled.Set(1, 1)
	for name, bad := range map[string]any{"slice": []int{1}, "map": map[int]int{}, "func": func() {}, "struct": struct{ a any }{[]int{1}}} {
		for _, m := range []M{none, newMap(0), newMap(10), filled} {
			for call, f := range map[string]func(){
				"Get":      func() { m.Get(bad) },
				"Contains": func() { m.Contains(bad) },
				"Delete":   func() { m.Delete(bad) },
			} {
				if guard(func() error { f(); return nil }) == nil {
					return fmt.Errorf("%s of a %s does not panic in a map of %d entries", call, name, m.Len())
				}
			}
		}
		for call, f := range map[string]func(){
			"Set":      func() { filled.Set(bad, 1) },
			"GetOrSet": func() { filled.GetOrSet(bad, 1) },
			"Compute":  func() { filled.Compute(bad, func(int, bool) (int, bool) { return 1, true }) },
		} {
			if guard(func() error { f(); return nil }) == nil {
				return fmt.Errorf("%s of a %s does not panic", call, name)
			}
		}
		if filled.Len() != 1 || filled.At(1) != 1 {
			return fmt.Errorf("a panic over a %s left %d entries", name, filled.Len())
		}
	}
	return nil
}
