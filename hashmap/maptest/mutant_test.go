package maptest

import (
	"iter"
	"maps"
	"strings"
	"testing"

	"innards/hashmap"
)

// mutant is the builtin map in the suite's clothes, with one fault, or none.
type mutant struct {
	m     map[int]int
	fault string
}

func (m *mutant) is(fault string) bool { return m != nil && m.fault == fault }

func (m *mutant) Len() int {
	if m == nil {
		return 0
	}
	return len(m.m)
}

func (m *mutant) Get(key int) (int, bool) {
	if m == nil {
		return 0, false
	}
	v, ok := m.m[key]
	if m.is("finds an absent key") && len(m.m) == 14 {
		return v, true
	}
	return v, ok
}

func (m *mutant) At(key int) int { v, _ := m.Get(key); return v }

func (m *mutant) Contains(key int) bool {
	_, ok := m.Get(key)
	return ok != (m.is("Contains turned round when full") && m.Len() == 7)
}

func (m *mutant) Set(key, value int) (int, bool) {
	old, ok := m.m[key]
	if m.is("loses an entry as it grows") && !ok && len(m.m) == 64 {
		for k := range m.m {
			delete(m.m, k)
			break
		}
	}
	if !m.is("Set keeps the old value") || !ok {
		m.m[key] = value
	}
	if m.is("Set returns the new value") {
		old = value
	}
	return old, !ok
}

func (m *mutant) GetOrSet(key, value int) (int, bool) {
	if v, ok := m.m[key]; ok && !m.is("GetOrSet overwrites") {
		return v, true
	}
	_, ok := m.m[key]
	m.m[key] = value
	return value, ok
}

func (m *mutant) Compute(key int, f func(int, bool) (int, bool)) (int, bool) {
	old, ok := m.m[key]
	value, keep := f(old, ok)
	switch {
	case keep:
		m.m[key] = value
		return value, true
	case m.is("Compute does not delete"):
	default:
		delete(m.m, key)
	}
	return 0, false
}

func (m *mutant) Delete(key int) (int, bool) {
	if m == nil {
		return 0, false
	}
	old, ok := m.m[key]
	if !m.is("loses a Delete") || len(m.m)%8 != 5 {
		delete(m.m, key)
	}
	return old, ok
}

func (m *mutant) DeleteFunc(del func(int, int) bool) {
	if m == nil {
		return
	}
	skipped := !m.is("DeleteFunc skips one")
	maps.DeleteFunc(m.m, func(k, v int) bool {
		if !skipped {
			skipped = true
			return false
		}
		return del(k, v)
	})
}

func (m *mutant) SetAll(seq iter.Seq2[int, int]) {
	for k, v := range seq {
		if m.is("SetAll does not overwrite") {
			m.GetOrSet(k, v)
		} else {
			m.m[k] = v
		}
	}
}

func (m *mutant) All() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		if m == nil {
			return
		}
		if m.is("ranges over a snapshot") {
			for k, v := range maps.Clone(m.m) {
				if !yield(k, v) {
					return
				}
			}
			return
		}
		snapshot := maps.Clone(m.m)
		n := 0
		for k, v := range m.m {
			if m.is("produces old values") {
				v = snapshot[k]
			}
			if m.is("ends a range when the map grows") && len(m.m) > 2*len(snapshot) {
				return
			}
			if !yield(k, v) {
				return
			}
			if n++; n%8 == 0 && m.is("produces an entry twice") && !yield(k, v) {
				return
			}
			if n == 30 && m.is("leaves an entry out") {
				return
			}
		}
	}
}

func (m *mutant) Keys() iter.Seq[int] {
	return func(yield func(int) bool) {
		for k := range m.All() {
			if !yield(k) {
				return
			}
		}
	}
}

func (m *mutant) Values() iter.Seq[int] {
	return func(yield func(int) bool) {
		for k, v := range m.All() {
			if m.is("Values produces keys") {
				v = k
			}
			if !yield(v) {
				return
			}
		}
	}
}

func (m *mutant) Clear() {
	if m != nil && (!m.is("does not Clear when large") || len(m.m) <= 100) {
		clear(m.m)
	}
}

func (m *mutant) Clone() *mutant {
	if m.is("Clone shares memory") {
		return m
	}
	return &mutant{maps.Clone(m.m), m.fault}
}

func (m *mutant) Grow(n int) {
	if n < 0 {
		panic("negative")
	}
	if m.is("Grow drops the entries") && n > 500 {
		clear(m.m)
	}
}

func (m *mutant) Shrink() {
	if m.is("Shrink drops an entry") && len(m.m) == 1 {
		clear(m.m)
	}
}

func (m *mutant) GetMany(keys, values []int, found []bool) int {
	n := 0
	for i, k := range keys {
		v, ok := m.Get(k)
		if values != nil && (ok || !m.is("GetMany leaves old results")) {
			values[i] = v
		}
		if found != nil {
			found[i] = ok
		}
		if ok {
			n++
		}
	}
	return n
}

func (m *mutant) Stats() hashmap.Stats {
	s := hashmap.Stats{Entries: m.Len(), Capacity: m.Len() + 100, Slots: m.Len() + 100, Bytes: 1, Probes: []int{m.Len()}}
	if m.is("Stats counts wrongly") {
		s.Probes[0]++
	}
	return s
}

func subjectWith(fault string) Subject[int, int, *mutant] {
	return Subject[int, int, *mutant]{
		New:   func(int) *mutant { return &mutant{map[int]int{}, fault} },
		Zero:  func() *mutant { return &mutant{map[int]int{}, fault} },
		Key:   func(i int) int { return i },
		Value: func(i int) int { return i * 3 },
	}
}

// The map without a fault passes: the suite asks for nothing that the builtin map does not do.
func TestBuiltinPasses(t *testing.T) { RunHash(t, subjectWith("")) }

// Each broken map must be caught by a law. Laws that fall early are enough, so most of this takes no time.
func TestMutantsAreCaught(t *testing.T) {
	faults := []string{"finds an absent key", "Contains turned round when full", "loses an entry as it grows",
		"Set keeps the old value", "Set returns the new value", "GetOrSet overwrites", "Compute does not delete",
		"loses a Delete", "DeleteFunc skips one", "SetAll does not overwrite", "ranges over a snapshot",
		"produces old values", "ends a range when the map grows", "produces an entry twice", "leaves an entry out",
		"Values produces keys", "does not Clear when large", "Clone shares memory", "Grow drops the entries",
		"Shrink drops an entry", "GetMany leaves old results", "Stats counts wrongly"}
	for _, fault := range faults {
		t.Run(fault, func(t *testing.T) {
			s := hashed(subjectWith(fault))
			for _, l := range append(laws(s), hashLaws(s)...) {
				if guard(l.check) != nil {
					return
				}
			}
			t.Fatal("no law caught it")
		})
	}
}

// A failing stream is reported by its shortest part.
func TestStreamsShrink(t *testing.T) {
	s := plainly(subjectWith("SetAll does not overwrite"))
	ops := Decode([]byte(strings.Repeat("\x01\x05\x09\x04\x01\x02", 100)))
	if err := s.stream(ops); err != nil {
		t.Fatal(err)
	}
	ops = append(ops, Op{opSet, 7, 1}, Op{opGet, 3, 0}, Op{opGrow, 0, 9}, Op{opSetAll, 5, 5}, Op{opDelete, 1, 0})
	err := s.stream(append(ops, ops...))
	if err == nil || !strings.Contains(err.Error(), "SetAll") || strings.Count(err.Error(), "\n  ") != 2 {
		t.Fatalf("want a Set and the SetAll that does not overwrite it, got %v", err)
	}
}

func TestKeysDiffer(t *testing.T) {
	differ(t, Uint64Key)
	differ(t, StringKey)
	differ(t, PairKey)
	differ(t, ArrayKey)
	differ(t, FloatKey)
	differ(t, AnyKey)
	differ(t, PaddedKey)
}

func differ[K comparable](t *testing.T, key func(int) K) {
	seen := map[K]int{}
	for i := range 20000 {
		seen[key(i)]++
	}
	if len(seen) != 20000 {
		t.Errorf("%T: %d different keys of 20000", key(0), len(seen))
	}
}
