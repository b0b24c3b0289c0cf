package orderedmap_test

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/hashmap/maptest"
	"innards/orderedmap"
)

// pairs are what a slice of pairs in order, searched from end to end, makes of ReplaceKey and SortFunc.
type pairs [][2]int

func (p pairs) find(key int) int {
	return slices.IndexFunc(p, func(e [2]int) bool { return e[0] == key })
}

func pairsOf(seq iter.Seq2[int, int]) (p pairs) {
	for k, v := range seq {
		p = append(p, [2]int{k, v})
	}
	return p
}

// Streams of all that changes the order or the keys, under a good hash and a constant one, against pairs.
func TestReorderStreams(t *testing.T) {
	for name, newMap := range map[string]func() *orderedmap.Map[int, int]{
		"good hash": func() *orderedmap.Map[int, int] { return newInts(0) },
		"constant hash": func() *orderedmap.Map[int, int] {
			return orderedmap.NewHashed[int, int](0, maptest.Hashers[int]()["constant"])
		},
	} {
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 9))
			m, want := newMap(), pairs{}
			for range 150 {
				key, other, value := r.IntN(30), r.IntN(30), r.IntN(5)
				i := want.find(key)
				switch r.IntN(8) {
				case 0, 1, 2:
					m.Set(key, value)
					if i < 0 {
						want = append(want, [2]int{key, value})
					} else {
						want[i][1] = value
					}
				case 3:
					m.Delete(key)
					if i >= 0 {
						want = slices.Delete(want, i, i+1)
					}
				case 4:
					m.MoveToFront(key)
					if i > 0 {
						e := want[i]
						want = slices.Insert(slices.Delete(want, i, i+1), 0, e)
					}
				case 5:
					if r.IntN(4) == 0 {
						m.SortFunc(func(_, v1, _, v2 int) int { return v1 - v2 })
						slices.SortStableFunc(want, func(a, b [2]int) int { return a[1] - b[1] })
					}
				default:
					can := i >= 0 && (other == key || want.find(other) < 0)
					if got := m.ReplaceKey(key, other); got != can {
						t.Fatalf("%s, seed %d: ReplaceKey(%d, %d) is %v", name, seed, key, other, got)
					}
					if can {
						want[i][0] = other
					}
				}
				if got := pairsOf(m.All()); !slices.Equal(got, want) {
					t.Fatalf("%s, seed %d: %v, want %v", name, seed, got, want)
				}
				if at := m.Index(other); at != want.find(other) {
					t.Fatalf("%s, seed %d: Index(%d) is %d", name, seed, other, at)
				}
				if err := m.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestSortFunc(t *testing.T) {
	byKey := func(k1 string, _ int, k2 string, _ int) int { return cmp.Compare(k1, k2) }
	m := collect("c", "a", "dd", "bb")
	m.SortFunc(func(_ string, v1 int, _ string, v2 int) int { return v1 - v2 })
	assert.Equal(t, []string{"c", "a", "dd", "bb"}, slices.Collect(m.Keys()), "equal ones stay as they are")
	m.SortFunc(byKey)
	assert.Equal(t, []string{"a", "bb", "c", "dd"}, slices.Collect(m.Keys()))
	assert.Equal(t, 2, m.At("bb"))

	assert.PanicsWithValue(t, "orderedmap: SortFunc: the comparison changed the map", func() {
		m.SortFunc(func(k1 string, _ int, _ string, _ int) int { m.Delete(k1); return 0 })
	})
	assert.NoError(t, m.Check())
	m = collect("b", "a")
	assert.Panics(t, func() { m.SortFunc(func(string, int, string, int) int { panic("no") }) })
	assert.Equal(t, []string{"b", "a"}, slices.Collect(m.Keys()))

	r := rand.New(rand.NewPCG(1, 1))
	big := newInts(0)
	for i := range 1000 {
		big.Set(i, i)
	}
	big.SortFunc(func(int, int, int, int) int { return r.IntN(3) - 1 }) // no order at all
	assert.NoError(t, big.Check())
	assert.Equal(t, 1000, big.Len())
	var none *orderedmap.Map[string, int]
	none.SortFunc(byKey)
}

// The two sentences of SortFunc about loops.
func TestSortFuncInALoop(t *testing.T) {
	descending := func(k1 string, _ int, k2 string, _ int) int { return cmp.Compare(k2, k1) }
	m := collect("b", "d", "a", "c")
	var seen []string
	for k := range m.All() {
		seen = append(seen, k)
		if k == "d" {
			m.SortFunc(descending)
		}
	}
	assert.Equal(t, []string{"b", "d", "c", "b", "a"}, seen, "b comes again: it stands behind d now")

	m, seen = collect("b", "d", "a", "c"), nil
	for k := range m.All() {
		seen = append(seen, k)
		if k == "d" {
			m.Delete("d")
			m.SortFunc(descending)
			m.Set("e", 1)
		}
	}
	assert.Equal(t, []string{"b", "d", "e"}, seen)

	m, seen = collect("b", "d", "a", "c"), nil
	for k := range m.Backward() {
		seen = append(seen, k)
		if k == "a" && len(seen) == 2 {
			m.Delete("a")
			m.SortFunc(descending)
		}
	}
	assert.Equal(t, []string{"c", "a", "b", "c", "d"}, seen)
}

func TestReplaceKey(t *testing.T) {
	m := collect("a", "b", "c")
	var seen []string
	for k := range m.All() {
		seen = append(seen, k)
		assert.True(t, m.ReplaceKey(k, k+k))
		m.Set(k, 0)
		m.Delete(k)
	}
	assert.Equal(t, []string{"a", "b", "c"}, seen)
	assert.Equal(t, []string{"aa", "bb", "cc"}, slices.Collect(m.Keys()))
	assert.False(t, m.ReplaceKey("aa", "cc"), "taken")
	assert.True(t, m.ReplaceKey("aa", "aa"))
	assert.False(t, m.ReplaceKey("x", "y"), "absent")
	var none *orderedmap.Map[string, int]
	assert.False(t, none.ReplaceKey("a", "b"))

	var floats orderedmap.Map[float64, int]
	floats.Set(math.Copysign(0, -1), 1)
	assert.True(t, floats.ReplaceKey(0, 0), "equal keys that are not identical")
	k, _, _ := floats.Front()
	assert.False(t, math.Signbit(k))
	assert.True(t, floats.ReplaceKey(0, math.NaN()))
	assert.False(t, floats.Contains(0))
	assert.Equal(t, 1, floats.Len())
	assert.NoError(t, floats.Check())
}

// Every size around a batch and around the length from which a map is searched in waves, hits and misses mixed.
func TestGetMany(t *testing.T) {
	getMany(t, "int", maptest.IntValue)
	getMany(t, "string", maptest.StringKey)
	getMany(t, "float", maptest.FloatKey)
	var none *orderedmap.Map[int, int]
	values := []int{7}
	assert.Zero(t, none.GetMany([]int{1}, values, nil))
	assert.Equal(t, []int{0}, values, "an absent key gives the zero value")
	assert.PanicsWithValue(t, "orderedmap: GetMany: results shorter than keys", func() { none.GetMany([]int{1}, nil, []bool{}) })
}

func getMany[K comparable](t *testing.T, name string, key func(int) K) {
	for _, n := range []int{0, 1, 31, 1000, 32767, 32768, 40000} {
		m := orderedmap.New[K, int](0)
		for i := range n {
			m.Set(key(i), i+1)
		}
		for i := 0; i < n; i += 3 {
			m.Delete(key(i))
		}
		for i := range min(n, 3000) {
			m.Set(key(100_000+i), -1)
		}
		for _, size := range []int{0, 1, 32, 33, 1000} {
			keys := make([]K, size)
			values, found, want := make([]int, size), make([]bool, size), 0
			for i := range keys {
				keys[i] = key(i * 7 % (n + 5))
				values[i] = 99
			}
			got := m.GetMany(keys, values, found)
			for i, k := range keys {
				v, ok := m.Get(k)
				if ok {
					want++
				}
				if v != values[i] || ok != found[i] {
					t.Fatalf("%s, %d entries: key %d of %d gives %d, %v; Get gives %d, %v", name, n, i, size, values[i], found[i], v, ok)
				}
			}
			assert.Equal(t, want, got)
			assert.Equal(t, want, m.GetMany(keys, nil, nil))
		}
	}
}

// Nth and Index in a span of many blocks, while holes come in its middle and are closed at its ends.
func TestPlacesInManyBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const n = 6000
	m := newInts(n)
	for i := range n {
		m.Set(i, i)
	}
	for m.Len() > 10 {
		for range 200 {
			switch r.IntN(12) {
			case 0:
				m.PopBack()
			case 1:
				m.PopFront()
			case 2:
				m.MoveToBack(r.IntN(n))
			case 3:
				m.MoveToFront(r.IntN(n))
			default:
				m.Delete(r.IntN(n))
			}
		}
		keys := slices.Collect(m.Keys())
		for i := 0; i < len(keys); i += 1 + r.IntN(len(keys)/20+1) {
			if k, _ := m.Nth(i); k != keys[i] || m.Index(k) != i {
				t.Fatalf("%d entries: Nth(%d) is %d, Index of it %d; want %d", len(keys), i, k, m.Index(k), keys[i])
			}
		}
	}
}
