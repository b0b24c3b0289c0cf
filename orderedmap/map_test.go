package orderedmap_test

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"

	"innards/hashmap/maptest"
	"innards/orderedmap"
	"innards/orderedmap/ordertest"
)

func newInts(capacity int) *orderedmap.Map[int, int] { return orderedmap.New[int, int](capacity) }

// The laws of all maps, for keys of every kind and hashes of every quality.
func TestMapLaws(t *testing.T) {
	lawful(t, "word", maptest.Uint64Key, maptest.IntValue)
	lawful(t, "pair", maptest.PairKey, maptest.NoValue)
	lawful(t, "string", maptest.StringKey, maptest.StringValue)
	lawful(t, "array", maptest.ArrayKey, maptest.BigValue)
	lawful(t, "float", maptest.FloatKey, maptest.IntValue)
	lawful(t, "any", maptest.AnyKey, maptest.IntValue)
	lawful(t, "padded", maptest.PaddedKey, maptest.IntValue)
	maptest.RunFloats(t, orderedmap.New[float64, int])
	maptest.RunInterfaces(t, orderedmap.New[any, int])
	for name, h := range maptest.Hashers[uint64]() {
		lawfulMap(t, "hash="+name, maptest.Uint64Key, maptest.IntValue,
			func(capacity int) *orderedmap.Map[uint64, int] { return orderedmap.NewHashed[uint64, int](capacity, h) })
	}
}

func lawful[K, V comparable](t *testing.T, name string, key func(int) K, value func(int) V) {
	lawfulMap(t, name, key, value, orderedmap.New[K, V])
}

func lawfulMap[K, V comparable](t *testing.T, name string, key func(int) K, value func(int) V,
	newMap func(int) *orderedmap.Map[K, V]) {
	t.Run(name, func(t *testing.T) {
		maptest.Run(t, maptest.Subject[K, V, *orderedmap.Map[K, V]]{
			New: newMap, Key: key, Value: value, Check: (*orderedmap.Map[K, V]).Check,
			Zero: func() *orderedmap.Map[K, V] { return new(orderedmap.Map[K, V]) },
		})
	})
}

func TestOrderLaws(t *testing.T) { ordertest.Run(t, newInts) }

func TestOrderLawsWithBadHashes(t *testing.T) {
	// A good hash that is not inlined shows nothing new; a constant one makes every probe go over all keys.
	h := maptest.Hashers[int]()["constant"]
	ordertest.Run(t, func(capacity int) *orderedmap.Map[int, int] { return orderedmap.NewHashed[int, int](capacity, h) })
}

func FuzzMap(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0, 2, 3, 9, 0, 31, 4, 0, 0, 13, 0, 63, 8, 2, 0})
	f.Fuzz(func(t *testing.T, data []byte) { ordertest.Check(t, newInts, ordertest.Decode(data)) })
}

func TestNilMapIsEmpty(t *testing.T) {
	var m *orderedmap.Map[string, int]
	_, _, ok := m.Front()
	assert.False(t, ok)
	_, _, ok = m.PopBack()
	assert.False(t, ok)
	assert.False(t, m.MoveToFront("a") || m.MoveToBack("a"))
	assert.Equal(t, -1, m.Index("a"))
	assert.Empty(t, maps.Collect(m.Backward()))
	assert.Nil(t, m.Clone())
	assert.True(t, orderedmap.Equal(m, new(orderedmap.Map[string, int])))
	assert.Panics(t, func() { m.Set("a", 1) })
	assert.PanicsWithValue(t, "orderedmap: Nth: place 0 of a map of 0 entries", func() { m.Nth(0) })
	assert.PanicsWithValue(t, "orderedmap: negative capacity", func() { newInts(-1) })
	assert.PanicsWithValue(t, "orderedmap: more than 4294967294 entries", func() { newInts(0).Grow(math.MaxInt) })
	assert.PanicsWithValue(t, "orderedmap: Grow: negative count", func() { newInts(0).Grow(-1) })
}

func collect(keys ...string) *orderedmap.Map[string, int] {
	return orderedmap.Collect(func(yield func(string, int) bool) {
		for _, k := range keys {
			if !yield(k, len(k)) {
				return
			}
		}
	})
}

func TestEqual(t *testing.T) {
	a := collect("x", "yy", "zzz")
	b := collect("zzz", "x", "yy")
	assert.False(t, orderedmap.Equal(a, b))
	assert.True(t, orderedmap.EqualUnordered(a, b))
	b.MoveToBack("zzz") // leaves a hole or a shifted head
	assert.True(t, orderedmap.Equal(a, b))
	b.Set("x", 9)
	assert.False(t, orderedmap.Equal(a, b))
	assert.False(t, orderedmap.EqualUnordered(a, b))
	assert.False(t, orderedmap.Equal(a, collect("x", "yy")))
	assert.False(t, orderedmap.EqualUnordered(a, collect("x", "yy", "q")))
}

// Maps of different kinds compare by what they have in common.
func TestEqualAcrossKinds(t *testing.T) {
	sorted := func(keys ...string) *orderedmap.Sorted[string, int] {
		s := orderedmap.NewSorted[string, int]()
		s.SetAll(collect(keys...).All())
		return s
	}
	assert.True(t, orderedmap.Equal(sorted("b", "a"), sorted("a", "b")))
	assert.False(t, orderedmap.Equal(sorted("b", "a"), sorted("a", "bb")))
	assert.False(t, orderedmap.Equal(sorted("b", "a"), sorted("a")))
	assert.True(t, orderedmap.Equal(sorted("b", "a"), collect("a", "b")))
	assert.False(t, orderedmap.Equal(collect("b", "a"), sorted("a", "b")))
	assert.True(t, orderedmap.EqualUnordered(collect("b", "a"), sorted("a", "b")))
	var none *orderedmap.Sorted[string, int]
	assert.True(t, orderedmap.Equal(none, sorted()))
	assert.True(t, orderedmap.Equal(none, (*orderedmap.Map[string, int])(nil)))
	nan := orderedmap.Collect(func(yield func(int, float64) bool) { yield(1, math.NaN()) })
	assert.False(t, orderedmap.Equal(nan, nan), "as == has it")
}

func TestDiff(t *testing.T) {
	of := func(pairs ...any) *orderedmap.Map[string, int] {
		m := new(orderedmap.Map[string, int])
		for i := 0; i < len(pairs); i += 2 {
			m.Set(pairs[i].(string), pairs[i+1].(int))
		}
		return m
	}
	base := of("same", 1, "ours", 1, "theirs", 1, "alike", 1, "conflict", 1, "gone", 1, "torn", 1)
	ours := of("new", 5, "torn", 2, "conflict", 2, "alike", 2, "theirs", 1, "ours", 2, "same", 1, "both", 7)
	theirs := of("their new", 6, "same", 1, "ours", 1, "theirs", 2, "alike", 2, "conflict", 3, "gone", 1, "both", 8)
	var got []string
	for key, c := range orderedmap.Diff(base, ours, theirs) {
		e, ok := c.Merged()
		got = append(got, fmt.Sprint(key, " ", e, " ", ok))
	}
	assert.Equal(t, []string{
		"ours {2 true} true", "theirs {2 true} true", "alike {2 true} true", "conflict {0 false} false",
		"gone {0 false} true", "torn {0 false} false", "new {5 true} true", "both {0 false} false", "their new {6 true} true",
	}, got)
	for key := range orderedmap.Diff(nil, ours, theirs) {
		assert.Equal(t, "new", key)
		break
	}
	for key := range orderedmap.Diff(base, base, base.Clone()) {
		t.Error(key)
	}
	nan := orderedmap.Collect(func(yield func(float64, int) bool) { yield(math.NaN(), 1) })
	changes := 0
	for _, c := range orderedmap.Diff(nan, nan, nil) {
		changes++
		assert.NotEqual(t, c.Base, c.Ours)
	}
	assert.Equal(t, 2, changes, "a NaN key is never the same")
}

func TestIterPull(t *testing.T) {
	m := collect("a", "b", "c", "d")
	next, stop := iter.Pull2(m.All())
	defer stop()
	k, _, _ := next()
	assert.Equal(t, "a", k)
	m.Delete("a")
	m.Delete("b")
	for i := range 100 {
		m.Set(fmt.Sprint(i), i)
	}
	m.Shrink()
	k, _, _ = next()
	assert.Equal(t, "c", k)
}

// Whatever takes an entry out must let go of what it points to, and so must whatever moves entries.
func TestReleasesDeletedEntries(t *testing.T) {
	type big struct{ _ [64]byte }
	for name, remove := range map[string]func(m *orderedmap.Map[*big, *big], victim *big){
		"Delete":   func(m *orderedmap.Map[*big, *big], k *big) { m.Delete(k) },
		"PopFront": func(m *orderedmap.Map[*big, *big], k *big) { m.MoveToFront(k); m.PopFront() },
		"PopBack":  func(m *orderedmap.Map[*big, *big], k *big) { m.MoveToBack(k); m.PopBack() },
		"Clear":    func(m *orderedmap.Map[*big, *big], _ *big) { m.Clear() },
		"DeleteFunc": func(m *orderedmap.Map[*big, *big], k *big) {
			m.DeleteFunc(func(key, _ *big) bool { return key == k })
		},
		"Compute": func(m *orderedmap.Map[*big, *big], k *big) {
			m.Compute(k, func(*big, bool) (*big, bool) { return nil, false })
		},
		"ReplaceKey": func(m *orderedmap.Map[*big, *big], k *big) {
			other := new(big)
			m.ReplaceKey(k, other)
			m.Set(other, nil)
		},
		"SortFunc": func(m *orderedmap.Map[*big, *big], k *big) {
			m.SortFunc(func(a, _, b, _ *big) int { // the victim first, into a new array
				if a == k {
					return -1
				}
				if b == k {
					return 1
				}
				return 0
			})
			m.PopFront()
		},
		"Delete and compact": func(m *orderedmap.Map[*big, *big], k *big) {
			for range 100 {
				first, _, _ := m.Front()
				m.MoveToBack(first)
			}
			m.Delete(k)
			for range 10 {
				first, _, _ := m.Front()
				m.MoveToBack(first)
			}
		},
	} {
		m := orderedmap.New[*big, *big](0)
		var key, value weak.Pointer[big]
		for i := range 20 {
			k, v := new(big), new(big)
			m.Set(k, v)
			if i == 10 {
				key, value = weak.Make(k), weak.Make(v)
			}
		}
		remove(m, key.Value())
		runtime.GC()
		assert.Nil(t, key.Value(), "%s keeps the key", name)
		assert.Nil(t, value.Value(), "%s keeps the value", name)
		runtime.KeepAlive(m)
	}
}

// The amortised bounds, in entries that rebuilds move: measured by how often the array is replaced or compacted.
func TestEndsStayCheap(t *testing.T) {
	if orderedmap.Invariants {
		t.Skip("checking allocates")
	}
	const n = 4000
	for name, work := range map[string]func(m *orderedmap.Map[int, int], i int){
		"queue":      func(m *orderedmap.Map[int, int], i int) { m.PopFront(); m.Set(i, i) },
		"stack":      func(m *orderedmap.Map[int, int], i int) { m.PopBack(); m.Set(i, i) },
		"move back":  func(m *orderedmap.Map[int, int], i int) { k, _ := m.Nth(0); m.MoveToBack(k) },
		"move front": func(m *orderedmap.Map[int, int], i int) { k, _, _ := m.Back(); m.MoveToFront(k) },
		"both ways": func(m *orderedmap.Map[int, int], i int) {
			k, _, _ := m.Back()
			m.MoveToFront(k)
			m.PopBack()
			m.Set(i, i)
		},
		"to and fro": func(m *orderedmap.Map[int, int], i int) { m.MoveToFront(5); m.MoveToBack(5) },
		"front, queue": func(m *orderedmap.Map[int, int], i int) {
			k, _, _ := m.Back()
			m.MoveToFront(k)
			m.PopFront()
			m.Set(i, i)
		},
	} {
		m := newInts(0)
		for i := range n {
			m.Set(i, i)
		}
		for range m.All() { // from here on it has eras to keep
			break
		}
		allocs := testing.AllocsPerRun(10, func() {
			for i := range n {
				work(m, n+i)
			}
		})
		_, capacity := m.Positions()
		assert.LessOrEqual(t, capacity, 5*n, "%s: capacity", name)
		// Loops that may stand at an end cost an era each time the span gets shorter and longer again there.
		assert.Less(t, allocs, 2.1*n, "%s: allocations for %d operations", name, n)
		assert.Equal(t, n, m.Len(), name)
	}
}

func TestShrinkGivesBack(t *testing.T) {
	m := newInts(0)
	for i := range 10000 {
		m.Set(i, i)
	}
	for i := range 9990 {
		m.Delete(i)
	}
	m.Shrink()
	span, capacity := m.Positions()
	assert.Equal(t, []int{10, 10}, []int{span, capacity})
	m.Clear()
	m.Shrink()
	_, capacity = m.Positions()
	assert.Zero(t, capacity)
	m.Set(1, 1)
	assert.Equal(t, 1, m.At(1))
}

func TestGrowAvoidsResizes(t *testing.T) {
	if orderedmap.Invariants {
		t.Skip("checking allocates")
	}
	m := newInts(0)
	m.Set(-1, 0)
	m.Grow(1000)
	i := 0
	assert.Zero(t, testing.AllocsPerRun(900, func() { m.Set(i, i); i++ }))
}

// NaN keys can be set, passed, and taken off the ends, and never found.
func TestNaNKeys(t *testing.T) {
	var m orderedmap.Map[float64, int]
	nan := math.NaN()
	for i := range 10 {
		m.Set(nan, i)
		m.Set(float64(i), i)
	}
	assert.Equal(t, 20, m.Len())
	assert.Equal(t, -1, m.Index(nan))
	assert.False(t, m.MoveToBack(nan))
	_, v, _ := m.PopFront()
	assert.Equal(t, 0, v)
	var seen []int
	for k, v := range m.All() {
		if k != k {
			seen = append(seen, v)
			m.Set(100, v)
			m.MoveToBack(100) // the position of the current entry stays, others move
		}
	}
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, seen)
	m.DeleteFunc(func(k float64, _ int) bool { return k != k })
	assert.Equal(t, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100}, slices.Collect(m.Keys()))
	assert.NoError(t, m.Check())
}

// Nth and Index against a plain count, over spans of many words with holes everywhere.
func TestRankOverHoles(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, n := range []int{1, 63, 64, 65, 128, 1000} {
		m := newInts(0)
		for i := range n {
			m.Set(i, i)
		}
		for m.Len() > 0 {
			m.Delete(r.IntN(n))
			i := 0
			for k := range m.Keys() {
				if at, _ := m.Nth(i); at != k || m.Index(k) != i {
					t.Fatalf("%d entries: Nth(%d) is %d, Index(%d) is %d", m.Len(), i, at, k, m.Index(k))
				}
				i++
			}
			if n == 1000 {
				m.DeleteFunc(func(int, int) bool { return r.IntN(30) == 0 })
			}
		}
	}
}
