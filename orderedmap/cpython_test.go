package orderedmap_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/hashmap/maptest"
	"innards/orderedmap"
)

// What CPython's tests of its OrderedDict hold it to, as far as it means something here, each under the name of its
// behaviour. What is Python's alone is left out: arguments by name, subclasses, pickles, sizeof, garbage collection of
// iterators. Where a Go map has to answer otherwise, the test says so.
func TestLikeOrderedDict(t *testing.T) {
	keysOf := func(m *orderedmap.Map[string, int]) []string { return slices.Collect(m.Keys()) }
	keys := strings.Split("c b a d e f", " ")
	for name, test := range map[string]func(t *testing.T, m *orderedmap.Map[string, int]){
		"built from pairs it keeps their order": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.Equal(t, keys, keysOf(m))
		},
		"an update sets in place what is there and appends the rest": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.SetAll(collect("x", "d", "y", "c").All())
			assert.Equal(t, append(slices.Clone(keys), "x", "y"), keysOf(m))
		},
		"an update from a builtin map": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.SetAll(maps.All(map[string]int{"a": 7, "z": 8}))
			assert.Equal(t, append(slices.Clone(keys), "z"), keysOf(m))
			assert.Equal(t, 7, m.At("a"))
		},
		"an update from itself": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.SetAll(m.All())
			assert.Equal(t, keys, keysOf(m))
		},
		"it works where no constructor was called": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			var zero orderedmap.Map[string, int]
			zero.Set("a", 1)
			assert.Equal(t, 1, zero.At("a"))
		},
		"clear": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.Clear()
			assert.Zero(t, m.Len())
			assert.Empty(t, keysOf(m))
		},
		"deleting keeps the order of the rest": func(t *testing.T, m *orderedmap.Map[string, int]) {
			_, deleted := m.Delete("a")
			assert.True(t, deleted)
			assert.Equal(t, []string{"c", "b", "d", "e", "f"}, keysOf(m))
		},
		"deleting what is absent": func(t *testing.T, m *orderedmap.Map[string, int]) {
			_, deleted := m.Delete("q") // an error there, false here
			assert.False(t, deleted)
		},
		"setting keeps the place": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.Set("b", 9)
			m.Set("new", 8)
			assert.Equal(t, append(slices.Clone(keys), "new"), keysOf(m))
		},
		"keys, values and items agree": func(t *testing.T, m *orderedmap.Map[string, int]) {
			values := slices.Collect(m.Values())
			i := 0
			for k, v := range m.All() {
				assert.Equal(t, keys[i], k)
				assert.Equal(t, values[i], v)
				i++
			}
		},
		"reversed": func(t *testing.T, m *orderedmap.Map[string, int]) {
			var got []string
			for k := range m.Backward() {
				got = append(got, k)
			}
			slices.Reverse(got)
			assert.Equal(t, keys, got)
		},
		"deletion while iterating": func(t *testing.T, m *orderedmap.Map[string, int]) {
			visited := 0 // detected as an error there, defined here
			for k := range m.All() {
				m.Delete(k)
				visited++
			}
			assert.Equal(t, 6, visited)
		},
		"iterating over nothing": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			m := new(orderedmap.Map[string, int])
			for range m.All() {
				t.Error("an entry")
			}
			for range m.Backward() {
				t.Error("an entry")
			}
		},
		"sorted": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.Equal(t, []string{"a", "b", "c", "d", "e", "f"}, slices.Sorted(m.Keys()))
			assert.Equal(t, keys, keysOf(m))
		},
		"popitem takes the last": func(t *testing.T, m *orderedmap.Map[string, int]) {
			for i := len(keys) - 1; i >= 0; i-- {
				k, _, ok := m.PopBack()
				assert.True(t, ok)
				assert.Equal(t, keys[i], k)
			}
			_, _, ok := m.PopBack() // an error there
			assert.False(t, ok)
		},
		"popitem takes the first": func(t *testing.T, m *orderedmap.Map[string, int]) {
			for _, want := range keys {
				k, _, ok := m.PopFront()
				assert.True(t, ok)
				assert.Equal(t, want, k)
			}
			_, _, ok := m.PopFront()
			assert.False(t, ok)
		},
		"pop": func(t *testing.T, m *orderedmap.Map[string, int]) {
			old, deleted := m.Delete("b")
			assert.Equal(t, []any{1, true}, []any{old, deleted})
			old, deleted = m.Delete("b")
			assert.Equal(t, []any{0, false}, []any{old, deleted})
		},
		"equality counts the order": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.True(t, orderedmap.Equal(m, collect(keys...)))
			assert.False(t, orderedmap.Equal(m, collect(slices.Sorted(m.Keys())...)))
		},
		"equality that does not": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.True(t, orderedmap.EqualUnordered(m, collect(slices.Sorted(m.Keys())...)))
		},
		"different lengths differ": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.False(t, orderedmap.Equal(m, collect(keys[:5]...)))
			assert.False(t, orderedmap.Equal(collect(keys[:5]...), m))
			assert.False(t, orderedmap.EqualUnordered(m, collect(keys[:5]...)))
		},
		"copies keep the order and go their own way": func(t *testing.T, m *orderedmap.Map[string, int]) {
			c := m.Clone()
			m.MoveToBack("c")
			c.Set("x", 1)
			assert.Equal(t, append(slices.Clone(keys), "x"), keysOf(c))
			assert.False(t, m.Contains("x"))
		},
		"a copy is shallow": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			var m orderedmap.Map[string, []int]
			m.Set("a", []int{1})
			m.Clone().At("a")[0] = 2
			assert.Equal(t, []int{2}, m.At("a"))
		},
		"pickled and back": func(t *testing.T, m *orderedmap.Map[string, int]) {
			var b bytes.Buffer
			require.NoError(t, gob.NewEncoder(&b).Encode(m))
			var back orderedmap.Map[string, int]
			require.NoError(t, gob.NewDecoder(&b).Decode(&back))
			assert.True(t, orderedmap.Equal(m, &back))
		},
		"its text": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.Equal(t, "map[c:1 b:1 a:1 d:1 e:1 f:1]", fmt.Sprint(m))
			assert.Equal(t, "map[]", fmt.Sprint(new(orderedmap.Map[string, int])))
		},
		"the text of one that holds itself ends": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			var m object
			m.Set("a", []any{&m, 1})
			assert.Equal(t, "map[a:[... 1]]", fmt.Sprint(&m))
		},
		"setdefault does not move what is there": func(t *testing.T, m *orderedmap.Map[string, int]) {
			actual, loaded := m.GetOrSet("a", 5)
			assert.Equal(t, []any{1, true}, []any{actual, loaded})
			m.GetOrSet("x", 10)
			assert.Equal(t, append(slices.Clone(keys), "x"), keysOf(m))
		},
		"deleted and set again it goes to the end": func(t *testing.T, m *orderedmap.Map[string, int]) {
			m.Delete("c")
			m.Set("c", 1)
			assert.Equal(t, []string{"b", "a", "d", "e", "f", "c"}, keysOf(m))
		},
		"move to either end": func(t *testing.T, m *orderedmap.Map[string, int]) {
			for _, step := range []struct {
				key   string
				front bool
				want  string
			}{
				{"b", false, "cadefb"}, {"b", false, "cadefb"}, {"c", true, "cadefb"}, {"f", true, "fcadeb"}, {"e", true, "efcadb"},
			} {
				if step.front {
					assert.True(t, m.MoveToFront(step.key))
				} else {
					assert.True(t, m.MoveToBack(step.key))
				}
				assert.Equal(t, step.want, strings.Join(keysOf(m), ""))
			}
			assert.False(t, m.MoveToBack("q") || m.MoveToFront("q")) // an error there
		},
		"move the neighbours of three": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			m := collect("1", "2", "3")
			m.MoveToBack("1")
			assert.Equal(t, []string{"2", "3", "1"}, keysOf(m))
			m.MoveToBack("2")
			assert.Equal(t, []string{"3", "1", "2"}, keysOf(m))
			m.MoveToFront("2")
			assert.Equal(t, []string{"2", "3", "1"}, keysOf(m))
		},
		"views compare as those of the builtin map": func(t *testing.T, m *orderedmap.Map[string, int]) {
			assert.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}, maps.Collect(m.All()))
		},
		"deletion among collisions takes the right one": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			m := orderedmap.NewHashed[string, int](0, maptest.Hashers[string]()["constant"])
			m.SetAll(collect(keys...).All())
			m.Delete("a")
			assert.Equal(t, []string{"c", "b", "d", "e", "f"}, keysOf(m))
			assert.True(t, m.Contains("f") && !m.Contains("a"))
		},
		"a queue of four over 256 insertions": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			m := newInts(0)
			for i := range 256 {
				m.Set(i, i)
				if m.Len() > 4 {
					k, _, _ := m.PopFront()
					assert.Equal(t, i-4, k)
				}
			}
			_, capacity := m.Positions()
			assert.LessOrEqual(t, capacity, 16)
		},
		"two hands on one map": func(t *testing.T, m *orderedmap.Map[string, int]) {
			next, stop := iter.Pull2(m.All())
			defer stop()
			for range 3 {
				next()
			}
			m.Clear()
			m.Set("z", 1)
			_, _, _ = m.PopBack()
			m.SetAll(collect("p", "q").All())
			assert.NoError(t, m.Check())
			k, _, ok := next()
			assert.Equal(t, []any{"p", true}, []any{k, ok})
		},
		"an exhausted iterator stays so": func(t *testing.T, m *orderedmap.Map[string, int]) {
			next, stop := iter.Pull2(m.All())
			defer stop()
			for range 6 {
				next()
			}
			_, _, ok := next()
			m.Set("late", 1)
			_, _, again := next()
			assert.False(t, ok || again)
		},
		"the union": func(t *testing.T, m *orderedmap.Map[string, int]) {
			u := m.Clone()
			u.SetAll(collect("yy", "a").All())
			assert.Equal(t, append(slices.Clone(keys), "yy"), keysOf(u))
			assert.Equal(t, keys, keysOf(m))
		},
		"moving to the end while iterating": func(t *testing.T, m *orderedmap.Map[string, int]) {
			var got []string // an error there; here the loop goes on from the entry's new place, where nothing follows
			for k := range m.All() {
				got = append(got, k)
				if k == "b" {
					m.MoveToBack(k)
				}
			}
			assert.Equal(t, []string{"c", "b"}, got)
		},
		"inserting while iterating": func(t *testing.T, m *orderedmap.Map[string, int]) {
			var got []string
			for k := range m.All() {
				got = append(got, k)
				if len(k) == 1 {
					m.Set(k+k, 2)
				}
			}
			assert.Equal(t, strings.Split("c b a d e f cc bb aa dd ee ff", " "), got)
		},
		"an LRU cache made of it": func(t *testing.T, _ *orderedmap.Map[string, int]) {
			cache, misses := newInts(0), 0
			get := func(key int) {
				if !cache.MoveToBack(key) {
					misses++
					cache.Set(key, key)
					if cache.Len() > 3 {
						cache.PopFront()
					}
				}
			}
			for _, key := range []int{1, 2, 3, 1, 4, 2, 1, 5, 3} {
				get(key)
			}
			assert.Equal(t, []int{1, 5, 3}, slices.Collect(cache.Keys()))
			assert.Equal(t, 7, misses)
		},
	} {
		t.Run(name, func(t *testing.T) { test(t, collect(keys...)) })
	}
}

// An equality, here of two maps in a loop over one, must bear whatever is done to the maps meanwhile: cleared, refilled, a key
// taken out, another put in.
func TestLikeOrderedDictChangedWhileCompared(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a, b := newInts(0), newInts(0)
		for i := range 20 {
			a.Set(i, i)
			b.Set(i, i)
		}
		for k, v := range a.All() {
			if w, ok := b.Get(k); ok && w != v {
				t.Fatalf("%d: %d and %d", k, v, w)
			}
			for _, m := range []*orderedmap.Map[int, int]{a, b} {
				switch r.IntN(8) {
				case 0:
					m.Clear()
				case 1:
					m.Delete(r.IntN(20))
				case 2:
					m.Delete(k)
					m.Set(k+100, k+100)
				}
			}
			if k > 400 {
				break
			}
		}
		require.NoError(t, a.Check())
		require.NoError(t, b.Check())
	}
}

// A thousand maps, each inside the next, are let go of and written without running out of stack.
func TestLikeOrderedDictNested(t *testing.T) {
	m := new(object)
	for range 1000 {
		outer := new(object)
		outer.Set("a", m)
		m = outer
	}
	assert.Equal(t, strings.Repeat("map[a:", 1000)+"map[]"+strings.Repeat("]", 1000), fmt.Sprint(m))
	text, err := m.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat(`{"a":`, 1000)+"{}"+strings.Repeat("}", 1000), string(text))
}
