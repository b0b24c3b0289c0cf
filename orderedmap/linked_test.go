package orderedmap_test

import (
	"cmp"
	"fmt"
	"iter"
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

func newLinkedInts(capacity int) *orderedmap.Linked[int, int] {
	return orderedmap.NewLinked[int, int](capacity)
}

func lawfulLinked[K, V comparable](t *testing.T, name string, key func(int) K, value func(int) V,
	newMap func(int) *orderedmap.Linked[K, V]) {
	t.Run(name, func(t *testing.T) {
		maptest.Run(t, maptest.Subject[K, V, *orderedmap.Linked[K, V]]{
			New: newMap, Key: key, Value: value, Check: (*orderedmap.Linked[K, V]).Check,
			Zero: func() *orderedmap.Linked[K, V] { return new(orderedmap.Linked[K, V]) },
		})
	})
}

func TestLinkedMapLaws(t *testing.T) {
	lawfulLinked(t, "word", maptest.Uint64Key, maptest.IntValue, orderedmap.NewLinked[uint64, int])
	lawfulLinked(t, "string", maptest.StringKey, maptest.StringValue, orderedmap.NewLinked[string, string])
	lawfulLinked(t, "any", maptest.AnyKey, maptest.IntValue, orderedmap.NewLinked[any, int])
	maptest.RunFloats(t, orderedmap.NewLinked[float64, int])
	maptest.RunInterfaces(t, orderedmap.NewLinked[any, int])
	h := maptest.Hashers[uint64]()["4bit"]
	lawfulLinked(t, "bad hash", maptest.Uint64Key, maptest.IntValue,
		func(capacity int) *orderedmap.Linked[uint64, int] {
			return orderedmap.NewLinkedHashed[uint64, int](capacity, h)
		})
}

func TestLinkedOrderLaws(t *testing.T) { ordertest.Run(t, newLinkedInts) }

func FuzzLinked(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0, 2, 3, 9, 0, 31, 4, 0, 0, 13, 0, 63, 8, 2, 0})
	f.Fuzz(func(t *testing.T, data []byte) { ordertest.Check(t, newLinkedInts, ordertest.Decode(data)) })
}

// FuzzLinkedPlaces holds what only Linked has against a slice: insertion and moves beside any entry, other keys, sorting,
// handles of every age.
func FuzzLinkedPlaces(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 40 {
		stream := make([]byte, 3*(1+r.IntN(400)))
		for i := range stream {
			stream[i] = byte(r.Uint32())
		}
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		l, model, held := newLinkedInts(0), places(nil), map[int]orderedmap.Handle[int]{}
		for i := 0; len(stream) >= 3; i++ {
			op, key, mark := stream[0]%12, int(stream[1]%24), int(stream[2]%24)
			stream = stream[3:]
			placesStep(t, l, &model, held, op, key, mark, i)
			if h, ok := l.Handle(key); ok {
				held[key] = h
			}
			for k, h := range held {
				v, ok := l.Load(h)
				at := model.at(k)
				if want := at >= 0; ok != want || ok && v != model[at].value {
					t.Fatalf("step %d: the handle of %d answers %d, %v", i, k, v, ok)
				}
				if next, ok := l.Next(h); ok != (at >= 0 && at+1 < len(model)) || ok && next.Key() != model[at+1].key {
					t.Fatalf("step %d: %d is followed by %d, %v", i, k, next.Key(), ok)
				}
				if previous, ok := l.Previous(h); ok != (at > 0) || ok && previous.Key() != model[at-1].key {
					t.Fatalf("step %d: %d follows %d, %v", i, k, previous.Key(), ok)
				}
			}
			var got places
			for k, v := range l.All() {
				got = append(got, place{k, v})
			}
			if !slices.Equal(got, model) {
				t.Fatalf("step %d, operation %d on %d and %d: the order is %v, want %v", i, op, key, mark, got, model)
			}
			if err := l.Check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

type place struct{ key, value int }

// places is an ordered map too slow to be wrong.
type places []place

func (p places) at(key int) int {
	return slices.IndexFunc(p, func(e place) bool { return e.key == key })
}

func (p *places) take(key int) place {
	i := p.at(key)
	e := (*p)[i]
	*p = slices.Delete(*p, i, i+1)
	return e
}

func placesStep(t *testing.T, l *orderedmap.Linked[int, int], model *places, held map[int]orderedmap.Handle[int], op byte, key, mark, value int) {
	at, atMark := model.at(key), model.at(mark)
	got, want := false, false
	switch op {
	case 0, 1, 2:
		_, got = l.Set(key, value)
		if want = at < 0; want {
			*model = append(*model, place{key, value})
		} else {
			(*model)[at].value = value
		}
	case 3, 4:
		got, want = l.InsertBefore(mark, key, value), at < 0 && atMark >= 0
		if op == 4 {
			got = got || l.InsertAfter(mark, key, value) // after it was there, or after all
			if want {
				// InsertBefore came first.
				atMark = model.at(mark)
			}
		}
		if want {
			*model = slices.Insert(*model, atMark, place{key, value})
		}
	case 5:
		got, want = l.InsertAfter(mark, key, value), at < 0 && atMark >= 0
		if want {
			*model = slices.Insert(*model, atMark+1, place{key, value})
		}
	case 6, 7:
		got, want = l.MoveBefore(key, mark), at >= 0 && atMark >= 0
		if op == 7 {
			got = l.MoveAfter(key, mark)
		}
		if want && key != mark {
			e := model.take(key)
			*model = slices.Insert(*model, model.at(mark)+int(op-6), e)
		}
	case 8:
		got, want = l.ReplaceKey(key, mark), at >= 0 && (atMark < 0 || atMark == at)
		if want {
			(*model)[at].key = mark
		}
	case 9:
		if h, ok := held[key]; ok && at >= 0 {
			_, got = l.Remove(h)
			want = true
			model.take(key)
		}
	case 10:
		h, other := held[key], held[mark]
		if at >= 0 && atMark >= 0 && h.Key() == key && other.Key() == mark {
			got, want = l.Move(h, other) && l.Store(h, value), true
			if key != mark {
				e := model.take(key)
				*model = slices.Insert(*model, model.at(mark), e)
			}
			(*model)[model.at(key)].value = value
		}
	case 11:
		if value%4 == 0 {
			l.Shrink()
			break
		}
		l.SortFunc(func(a, _, b, _ int) int { return cmp.Compare(a%mark1(mark), b%mark1(mark)) })
		slices.SortStableFunc(*model, func(a, b place) int { return cmp.Compare(a.key%mark1(mark), b.key%mark1(mark)) })
	}
	if got != want {
		t.Fatalf("step %d: operation %d on %d and %d returns %v", value, op, key, mark, got)
	}
}

func mark1(n int) int { return n + 1 }

// What is inserted beside the gap of the current entry stands on its mark's side.
func TestInsertBesideTheGapOfALoop(t *testing.T) {
	for _, test := range []struct {
		do   func(l *orderedmap.Linked[int, int])
		want []int // yielded from 2 on
	}{
		{func(l *orderedmap.Linked[int, int]) { l.Delete(2); l.InsertBefore(3, 9, 0) }, []int{2, 9, 3, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.Delete(2); l.InsertAfter(1, 9, 0) }, []int{2, 3, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.Delete(2); l.Delete(3); l.InsertBefore(4, 3, 0) }, []int{2, 3, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.MoveBefore(2, 1) }, []int{2, 1, 3, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.MoveAfter(2, 3) }, []int{2, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.MoveBefore(4, 3) }, []int{2, 4, 3}},
		{func(l *orderedmap.Linked[int, int]) { l.ReplaceKey(2, 7) }, []int{2, 3, 4}},
		{func(l *orderedmap.Linked[int, int]) { l.ReplaceKey(2, 7); l.MoveToBack(7) }, []int{2}},
		{func(l *orderedmap.Linked[int, int]) { l.SortFunc(func(a, _, b, _ int) int { return b - a }) }, []int{2, 1, 0}},
		{func(l *orderedmap.Linked[int, int]) { l.Delete(0); l.Delete(3); l.Shrink(); l.Set(5, 5) }, []int{2, 4, 5}},
		{func(l *orderedmap.Linked[int, int]) { l.Clear(); l.Shrink(); l.Set(5, 5) }, []int{2, 5}},
	} {
		l := newLinkedInts(0)
		for k := range 5 {
			l.Set(k, k)
		}
		var seen []int
		done := false
		for k := range l.All() {
			if k == 2 && !done {
				done = true
				test.do(l)
			}
			if done {
				seen = append(seen, k)
			}
			if len(seen) > 9 {
				break
			}
		}
		assert.Equal(t, test.want, seen)
	}
	l := newLinkedInts(0)
	l.Set(1, 1)
	for range l.Backward() {
		l.Clear()
		l.Shrink()
	}
	assert.Zero(t, l.Len())
}

func TestLinkedNilAndMisuse(t *testing.T) {
	var l *orderedmap.Linked[string, int]
	_, ok := l.Handle("a")
	assert.False(t, ok)
	_, _, ok = l.PopFront()
	assert.False(t, ok)
	assert.False(t, l.MoveBefore("a", "b") || l.InsertAfter("a", "b", 1) || l.ReplaceKey("a", "b"))
	_, ok = l.Load(orderedmap.Handle[string]{})
	assert.False(t, ok)
	for range l.All() {
		t.Error("yields")
	}
	assert.Nil(t, l.Clone())
	assert.PanicsWithValue(t, "orderedmap: Nth: place 0 of a map of 0 entries", func() { l.Nth(0) })
	assert.PanicsWithValue(t, "orderedmap: NewLinked: negative capacity", func() { newLinkedInts(-1) })
	assert.PanicsWithValue(t, "orderedmap: Linked: more than 2147483646 entries", func() { newLinkedInts(0).Grow(math.MaxInt) })
	assert.PanicsWithValue(t, "orderedmap: Grow: negative count", func() { newLinkedInts(0).Grow(-1) })
}

// A loop that ends by a panic, or never, keeps nobody else from going on.
func TestLoopsSignOut(t *testing.T) {
	l := newLinkedInts(0)
	for k := range 10 {
		l.Set(k, k)
	}
	for range 3 {
		assert.Panics(t, func() {
			for range l.All() {
				panic("in a loop")
			}
		})
		for range l.All() {
			break
		}
	}
	assert.Zero(t, l.Loops())
	next, stop := iter.Pull2(l.All())
	k, _, _ := next()
	assert.Equal(t, 0, k)
	l.Delete(0)
	l.Delete(1)
	l.Shrink()
	k, _, _ = next()
	assert.Equal(t, 2, k)
	assert.Equal(t, 1, l.Loops())
	stop()
	assert.Zero(t, l.Loops())
}

func TestLinkedReleasesDeletedEntries(t *testing.T) {
	type big struct{ _ [64]byte }
	type linked = *orderedmap.Linked[*big, *big]
	for name, remove := range map[string]func(l linked, victim *big){
		"Delete":     func(l linked, k *big) { l.Delete(k) },
		"PopFront":   func(l linked, k *big) { l.MoveToFront(k); l.PopFront() },
		"Clear":      func(l linked, _ *big) { l.Clear() },
		"DeleteFunc": func(l linked, k *big) { l.DeleteFunc(func(key, _ *big) bool { return key == k }) },
		"Shrink":     func(l linked, k *big) { l.Delete(k); l.Shrink() },
		"Delete in a loop": func(l linked, k *big) {
			for key := range l.All() {
				if key == k {
					l.Delete(k)
				}
			}
		},
		"ReplaceKey": func(l linked, k *big) { l.Set(k, nil); l.ReplaceKey(k, new(big)) },
	} {
		l := orderedmap.NewLinked[*big, *big](0)
		var key, value weak.Pointer[big]
		for i := range 20 {
			k, v := new(big), new(big)
			l.Set(k, v)
			if i == 10 {
				key, value = weak.Make(k), weak.Make(v)
			}
		}
		remove(l, key.Value())
		runtime.GC()
		assert.Nil(t, key.Value(), "%s keeps the key", name)
		assert.Nil(t, value.Value(), "%s keeps the value", name)
		runtime.KeepAlive(l)
	}
}

func TestLinkedKeepsToItsMemory(t *testing.T) {
	if orderedmap.Invariants {
		t.Skip("checking allocates")
	}
	l := newLinkedInts(0)
	l.Set(-1, 0)
	l.Grow(1000)
	i := 0
	assert.Zero(t, testing.AllocsPerRun(900, func() { l.Set(i, i); i++ }))
	assert.Zero(t, testing.AllocsPerRun(5000, func() {
		k, _, _ := l.Front()
		l.MoveToBack(k)
		l.PopFront()
		l.Set(i, i)
		i++
	}))
	for l.Len() > 10 {
		l.PopFront()
	}
	l.Shrink()
	assert.LessOrEqual(t, l.Positions(), 11)
	assert.Equal(t, i-1, func() int { k, _, _ := l.Back(); return k }())
}

func TestLinkedNaNKeys(t *testing.T) {
	var l orderedmap.Linked[float64, int]
	nan := math.NaN()
	for i := range 5 {
		l.Set(nan, i)
		l.Set(float64(i), i)
	}
	assert.Equal(t, 10, l.Len())
	assert.Equal(t, -1, l.Index(nan))
	_, v, _ := l.PopFront()
	assert.Zero(t, v)
	l.ReplaceKey(3, nan)
	l.Shrink()
	assert.NoError(t, l.Check())
	l.DeleteFunc(func(k float64, _ int) bool { return k != k })
	assert.Equal(t, []float64{0, 1, 2, 4}, slices.Collect(l.Keys()))
}

func ExampleLinked() {
	var tasks orderedmap.Linked[string, int]
	tasks.Set("write", 3)
	tasks.Set("test", 2)
	tasks.InsertBefore("test", "review", 1)
	tasks.MoveToFront("test")
	for task, hours := range tasks.All() {
		fmt.Println(task, hours)
		tasks.Delete(task)
	}
	// Output:
	// test 2
	// write 3
	// review 1
}

// A comparison that changes the map is refused, and the map stays whole.
func TestLinkedSortFuncRefusesChanges(t *testing.T) {
	for name, change := range map[string]func(l *orderedmap.Linked[int, int]){
		"Delete":           func(l *orderedmap.Linked[int, int]) { l.Delete(3) },
		"Set":              func(l *orderedmap.Linked[int, int]) { l.Set(l.Len()+100, 0) },
		"MoveToBack":       func(l *orderedmap.Linked[int, int]) { l.MoveToBack(5) },
		"Clear":            func(l *orderedmap.Linked[int, int]) { l.Clear() },
		"Clear and Shrink": func(l *orderedmap.Linked[int, int]) { l.Clear(); l.Shrink() },
	} {
		l := orderedmap.NewLinked[int, int](0)
		for i := range 10 {
			l.Set(9-i, i)
		}
		changed := false
		assert.Panics(t, func() {
			l.SortFunc(func(a, _, b, _ int) int {
				if !changed {
					changed = true
					change(l)
				}
				return a - b
			})
		}, name)
		n := 0
		for range l.All() {
			n++
		}
		assert.Equal(t, l.Len(), n, name)
	}
}
