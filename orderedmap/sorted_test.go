package orderedmap_test

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"

	"innards/hashmap/maptest"
	"innards/orderedmap"
	"innards/orderedmap/ordertest"
)

type sortedInts = *orderedmap.Sorted[int, int]

func TestSortedOrderLaws(t *testing.T) {
	for name, newMap := range map[string]func() sortedInts{
		"new":        orderedmap.NewSorted[int, int],
		"comparator": func() sortedInts { return orderedmap.NewSortedFunc[int, int](cmp.Compare[int]) },
	} {
		t.Run(name, func(t *testing.T) { ordertest.RunSorted(t, ordertest.Sorted[sortedInts]{New: newMap, Large: 10}) })
	}
}

func TestSortedMapLaws(t *testing.T) {
	maptest.Run(t, maptest.Subject[string, int, *orderedmap.Sorted[string, int]]{
		New:  func(int) *orderedmap.Sorted[string, int] { return orderedmap.NewSorted[string, int]() },
		Zero: func() *orderedmap.Sorted[string, int] { return new(orderedmap.Sorted[string, int]) },
		Key:  maptest.StringKey, Value: maptest.IntValue,
	})
}

func TestSortedNilIsEmpty(t *testing.T) {
	var s *orderedmap.Sorted[string, int]
	for _, end := range []func() (string, int, bool){s.Min, s.Max, s.Front, s.Back, s.PopFront, s.PopBack} {
		_, _, ok := end()
		assert.False(t, ok)
	}
	_, _, ok := s.Floor("a")
	assert.False(t, ok)
	_, _, ok = s.Ceiling("a")
	assert.False(t, ok)
	assert.Equal(t, []int{0, -1, 0}, []int{s.Rank("a"), s.Index("a"), s.DeleteRange("a", "b")})
	for k := range s.Backward() {
		t.Error(k)
	}
	for k := range s.From("a") {
		t.Error(k)
	}
	for k := range s.Range("a", "b") {
		t.Error(k)
	}
	assert.Nil(t, s.Clone())
	assert.Panics(t, func() { s.Set("a", 1) })
	assert.Panics(t, func() { s.Nth(0) })
}

// A zero map finds its order on the first write, through named types too, and refuses keys that have none.
func TestSortedZeroValue(t *testing.T) {
	type celsius float32
	type name string
	var f orderedmap.Sorted[celsius, int]
	for _, k := range []celsius{3, -1, 2.5} {
		f.Set(k, int(k))
	}
	assert.Equal(t, []celsius{-1, 2.5, 3}, slices.Collect(f.Keys()))
	var n orderedmap.Sorted[name, int]
	n.Set("b", 2)
	n.GetOrSet("a", 1)
	assert.Equal(t, []name{"a", "b"}, slices.Collect(n.Keys()))

	var none orderedmap.Sorted[struct{ x int }, int]
	assert.Zero(t, none.Len())
	assert.False(t, none.Contains(struct{ x int }{1}))
	assert.PanicsWithValue(t, "bplustree: package cmp gives keys of type struct { x int } no order: make the tree with a comparator",
		func() { none.Set(struct{ x int }{1}, 1) })
	assert.Zero(t, none.Len())
	assert.PanicsWithValue(t, "bplustree: nil comparator", func() { orderedmap.NewSortedFunc[int, int](nil) })
}

// NaN is the smallest key, and one key.
func TestSortedNaN(t *testing.T) {
	s := orderedmap.NewSorted[float64, string]()
	for i := range 200 {
		s.Set(float64(i)-100, "number")
	}
	_, added := s.Set(math.NaN(), "none")
	assert.True(t, added)
	_, added = s.Set(-math.NaN(), "NaN")
	assert.False(t, added)
	assert.Equal(t, "NaN", s.At(math.NaN()))
	k, _, _ := s.Min()
	assert.True(t, k != k)
	_, _, below := s.Floor(math.Inf(-1)) // nothing but NaN is below
	assert.True(t, below)
	assert.Equal(t, 1, s.Rank(-100))
	assert.Equal(t, 101, s.DeleteRange(math.NaN(), 0))
	assert.Equal(t, 100, s.Len())
	negative := math.Copysign(0, -1)
	s.Set(negative, "zero")
	assert.Equal(t, "zero", s.At(0))
}

// Comparators that are no order are found out, or at least do no harm: whatever they answer, the map can be read,
// ranged over, changed and emptied.
func TestSortedBadComparators(t *testing.T) {
	x := uint32(1)
	for name, compare := range map[string]func(a, b int) int{
		"a bool":          func(a, b int) int { return map[bool]int{true: 1, false: 0}[a > b] },
		"never equal":     func(a, b int) int { return map[bool]int{true: 1, false: -1}[a >= b] },
		"always less":     func(a, b int) int { return -1 },
		"always greater":  func(a, b int) int { return 1 },
		"always the same": func(a, b int) int { return 0 },
		"circular":        func(a, b int) int { return (a-b+3+1)%3 - 1 },
		"overflow":        func(a, b int) int { return int(int8(a*37 - b*37)) },
		"random":          func(a, b int) int { x ^= x << 13; x ^= x >> 17; x ^= x << 5; return int(x%3) - 1 },
	} {
		s := orderedmap.NewSortedFunc[int, int](compare)
		refused, n := 0, 0
		try := func(f func()) {
			defer func() {
				if p := recover(); p != nil {
					refused++
					if text, ok := p.(string); !ok || len(text) < 40 || text[:39] != "bplustree: the comparator is not an ord" &&
						text[:20] != "bplustree: invariant" {
						t.Errorf("%s: panic %v", name, p)
					}
				}
			}()
			f()
		}
		for i := range 3000 {
			k := i * 7919 % 1000
			try(func() { s.Set(k, i) })
			if i%3 == 0 {
				try(func() { s.Delete(k / 2) })
			}
			if i%50 == 0 {
				try(func() { s.DeleteRange(k, k+20) })
				try(func() {
					for k := range s.All() {
						s.Delete(k)
						if n++; n%40 == 0 {
							break
						}
					}
				})
			}
		}
		count := 0
		for range s.All() {
			count++
		}
		assert.Equal(t, s.Len(), count, name)
		for s.Len() > 0 {
			s.PopBack()
		}
		switch name {
		case "a bool", "never equal", "always less", "always greater":
			assert.Positive(t, refused, name)
		case "always the same":
			assert.Zero(t, refused, name)
		}
	}
}

// Whatever takes an entry out must let go of what it points to: nodes, separators, and the leaves of clones.
func TestSortedReleasesDeletedEntries(t *testing.T) {
	type big struct {
		id int
		_  [64]byte
	}
	type bigs = orderedmap.Sorted[*big, *big]
	const n = 3000
	for name, remove := range map[string]func(m *bigs, k *big){
		"Delete":      func(m *bigs, k *big) { m.Delete(k) },
		"DeleteRange": func(m *bigs, k *big) { m.DeleteRange(&big{id: k.id - 1}, &big{id: k.id + 500}) },
		"DeleteFunc":  func(m *bigs, k *big) { m.DeleteFunc(func(key, _ *big) bool { return key.id >= k.id }) },
		"Compute":     func(m *bigs, k *big) { m.Compute(k, func(*big, bool) (*big, bool) { return nil, false }) },
		"Clear":       func(m *bigs, _ *big) { m.Clear() },
		"PopFront": func(m *bigs, k *big) {
			for m.Contains(k) {
				m.PopFront()
			}
		},
		"PopBack": func(m *bigs, k *big) {
			for m.Contains(k) {
				m.PopBack()
			}
		},
		"Delete, then Set and Shrink": func(m *bigs, k *big) {
			m.Delete(k)
			for i := range n {
				m.Set(&big{id: 100000 + i}, nil)
			}
			m.Shrink()
		},
		"Delete from both sides of a clone": func(m *bigs, k *big) {
			c := m.Clone()
			m.Delete(k)
			c.Delete(k)
			runtime.KeepAlive(c)
		},
		"a clone that is dropped": func(m *bigs, k *big) {
			m.Clone().Set(k, nil)
			m.Delete(k)
		},
	} {
		m := orderedmap.NewSortedFunc[*big, *big](func(a, b *big) int { return cmp.Compare(a.id, b.id) })
		keys, values := make([]weak.Pointer[big], n), make([]weak.Pointer[big], n)
		for i := range n {
			k, v := &big{id: i * 7 % n}, new(big)
			m.Set(k, v)
			keys[k.id], values[k.id] = weak.Make(k), weak.Make(v)
		}
		for _, id := range []int{64, 128, 1000, 1001, 32, 1500} { // some of them are separators
			if k := keys[id].Value(); k != nil && m.Contains(k) {
				remove(m, k)
			}
		}
		runtime.GC()
		for id := range n {
			if !m.Contains(&big{id: id}) && (keys[id].Value() != nil || values[id].Value() != nil) {
				t.Errorf("%s: the entry of %d is kept", name, id)
			}
		}
		runtime.KeepAlive(m)
	}
}
