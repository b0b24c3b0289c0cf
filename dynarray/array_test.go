package dynarray_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

// machine runs operations on an array and on a plain slice.
type machine[T comparable] struct {
	a     *dynarray.Array[T]
	model []T
	of    func(byte) T
	most  int // elements, about
}

// run takes operations off data, three bytes each, and returns how the array differs from the model, or "".
func run[T comparable](data []byte, of func(byte) T) string {
	return runOn(data, &machine[T]{a: dynarray.New[T](len(data) % 5), of: of, most: 1000})
}

func runOn[T comparable](data []byte, m *machine[T]) string {
	defer func() { _ = m.a.Close() }()
	for ; len(data) >= 3; data = data[3:] {
		op := m.step(data[0], int(data[1]), int(data[2]))
		switch {
		case m.a.Len() != len(m.model):
			return fmt.Sprintf("%s: Len is %d, want %d", op, m.a.Len(), len(m.model))
		case !slices.Equal(m.a.Slice(), m.model):
			return fmt.Sprintf("%s: %v, want %v", op, m.a.Slice(), m.model)
		case m.a.Cap() < m.a.Len():
			return op + ": the capacity is less than the length"
		}
	}
	return ""
}

// values makes n elements.
func (m *machine[T]) values(n, seed int) []T {
	vs := make([]T, n)
	for i := range vs {
		vs[i] = m.of(byte(seed*31 + i))
	}
	return vs
}

func (m *machine[T]) step(op byte, x, y int) string {
	n := len(m.model)
	i, j := x%(n+1), y%(n+1)
	if i > j {
		i, j = j, i
	}
	switch op % 18 {
	case 0, 1, 2:
		m.a.Append(m.of(byte(x)))
		m.model = append(m.model, m.of(byte(x)))
		return "Append"
	case 3:
		vs := m.values(x%20, y)
		m.a.AppendSlice(vs)
		m.model = append(m.model, vs...)
		return "AppendSlice"
	case 4:
		if n > m.most { // doubling again and again would not end
			m.a.Clear()
			m.model = m.model[:0]
			return "Clear"
		}
		m.a.AppendSlice(m.a.Slice())
		m.model = append(m.model, m.model...)
		return "AppendSlice of itself"
	case 5:
		vs := m.values(x%7, y)
		m.a.Insert(i, vs...)
		m.model = slices.Insert(m.model, i, vs...)
		return "Insert"
	case 6:
		if n > m.most {
			m.a.Delete(0, n-1)
			m.model = slices.Delete(m.model, 0, n-1)
			return "Delete"
		}
		part := slices.Clone(m.model[i:j])
		at := x % (n + 1)
		m.a.Insert(at, m.a.Slice()[i:j]...)
		m.model = slices.Insert(m.model, at, part...)
		return "Insert of itself"
	case 7:
		m.a.Delete(i, j)
		m.model = slices.Delete(m.model, i, j)
		return "Delete"
	case 8:
		vs := m.values(x%9, y)
		m.a.Replace(i, j, vs...)
		m.model = slices.Replace(m.model, i, j, vs...)
		return "Replace"
	case 9:
		if n > m.most {
			return "nothing"
		}
		part := slices.Clone(m.model[n/3:])
		m.a.Replace(i, j, m.a.Slice()[n/3:]...)
		m.model = slices.Replace(m.model, i, j, part...)
		return "Replace by itself"
	case 10:
		v, ok := m.a.Pop()
		if ok != (n > 0) || ok && v != m.model[n-1] {
			return fmt.Sprintf("Pop returned %v, %v", v, ok)
		}
		m.model = m.model[:max(n-1, 0)]
		return "Pop"
	case 11:
		if n > 0 {
			m.a.Set(x%n, m.of(byte(y)))
			m.model[x%n] = m.of(byte(y))
			m.a.Swap(x%n, y%n)
			m.model[x%n], m.model[y%n] = m.model[y%n], m.model[x%n]
			if m.a.At(y%n) != m.model[y%n] {
				return "At differs"
			}
		}
		return "Set, Swap"
	case 12:
		m.a.Reverse()
		slices.Reverse(m.model)
		return "Reverse"
	case 13:
		m.a.Clip()
		if m.a.Cap() != m.a.Len() && m.of(0) != m.of(1) { // elements of no size have no capacity to speak of
			return "the capacity after Clip is wrong"
		}
		return "Clip"
	case 14:
		m.a.Grow(x)
		if m.a.Cap()-n < x {
			return "Grow made too little room"
		}
		return "Grow"
	case 15:
		c := m.a.Clone()
		m.a, c = c, m.a
		c.AppendSlice(m.values(3, 1)) // must not show in the clone
		if c.Len() > 3 {
			c.Set(0, m.of(99))
		}
		_ = c.Close()
		return "Clone"
	case 16:
		m.a.AppendSeq(slices.Values(m.values(x%5, y)))
		m.model = append(m.model, m.values(x%5, y)...)
		return "AppendSeq"
	default:
		if x%8 == 0 {
			m.a.Clear()
			m.model = m.model[:0]
		}
		return "Clear"
	}
}

func ofInt(b byte) int64 { return int64(b) * 0x0101010101010101 }
func ofByte(b byte) byte { return b }
func ofNone(byte) struct{} {
	return struct{}{}
}
func of3(b byte) [3]byte { return [3]byte{b, b + 1, b + 2} }

func runAll(data []byte) error {
	for name, differs := range map[string]string{
		"int64": run(data, ofInt), "byte": run(data, ofByte),
		"struct{}": run(data, ofNone), "[3]byte": run(data, of3),
	} {
		if differs != "" {
			return fmt.Errorf("%s: %s", name, differs)
		}
	}
	return nil
}

func TestAgainstSlice(t *testing.T) {
	before := dynarray.Bytes()
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		data := make([]byte, 3*(1+r.IntN(150)))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		require.NoError(t, runAll(data), "seed %d", seed)
	}
	assert.Equal(t, before, dynarray.Bytes(), "C bytes are left over")
}

// FuzzArray runs any operations. Where the data begin with 7, 15, 23 and so on, it runs the first of them on a large array too,
// which begins in malloc's memory or as a mapping of up to two megabytes: in one of eight inputs, since each takes a
// hundred times as long.
func FuzzArray(f *testing.F) {
	f.Add([]byte{0, 1, 2, 4, 0, 0, 6, 1, 2, 13, 0, 0, 9, 1, 1})
	f.Add([]byte{7, 128, 0, 0, 1, 2, 4, 0, 0, 7, 1, 200, 13, 0, 0, 10, 0, 0, 4, 0, 0})
	f.Add([]byte{31, 250, 0, 14, 255, 0, 7, 2, 251, 13, 0, 0, 15, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := runAll(data); err != nil {
			t.Fatal(err)
		}
		if len(data) > 3 && data[0]%8 == 7 {
			if differs := runLarge(data[3:min(len(data), 3+3*12)], int(data[0]/8), int(data[1])); differs != "" {
				t.Fatal(differs)
			}
		}
	})
}

func filled(t *testing.T, vs ...int) *dynarray.Array[int] {
	a := dynarray.New[int](0)
	a.AppendSlice(vs)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// panics returns the text of f's panic.
func panics(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return
}

func TestPanicsLikeASlice(t *testing.T) {
	a := filled(t, 1, 2, 3)
	a.Grow(10) // spare capacity must not count
	s := []int{1, 2, 3}
	for name, both := range map[string][2]func(){
		"At":          {func() { a.At(3) }, func() { _ = s[len(s)] }},
		"At(-1)":      {func() { a.At(-1) }, func() { i := -1; _ = s[i] }},
		"Set":         {func() { a.Set(7, 0) }, func() { i := 7; s[i] = 0 }},
		"Swap":        {func() { a.Swap(0, 3) }, func() { i := 3; _ = s[i] }},
		"Delete":      {func() { a.Delete(1, 5) }, func() { j := 5; _ = s[1:j] }},
		"Delete(2,1)": {func() { a.Delete(2, 1) }, func() { j := 1; _ = s[2:j] }},
		"Delete(-1)":  {func() { a.Delete(-1, 1) }, func() { i := -1; _ = s[i:1] }},
		"Replace":     {func() { a.Replace(4, 4, 1) }, func() { i := 4; _ = s[i:4] }},
	} {
		if want := panics(both[1]); want == "<nil>" || panics(both[0]) != want {
			t.Errorf("%s: %q, a slice: %q", name, panics(both[0]), want)
		}
	}
	assert.Contains(t, panics(func() { a.Insert(4, 1) }), "slice bounds out of range")
	assert.Contains(t, panics(func() { a.Insert(-1, 1) }), "slice bounds out of range")
	assert.Equal(t, "dynarray: Grow: negative count", panics(func() { a.Grow(-1) }))
	assert.Equal(t, "dynarray: New: negative capacity", panics(func() { dynarray.New[int](-1) }))
	assert.Equal(t, "dynarray: Min of an empty array", panics(func() { dynarray.Min(filled(t)) }))
	assert.Equal(t, "dynarray: Max of an empty array", panics(func() { dynarray.Max(filled(t)) }))
	assert.Equal(t, []int{1, 2, 3}, a.Slice())
}

// uses is every way to use an array.
func uses(a *dynarray.Array[int]) map[string]func() {
	return map[string]func(){
		"Len": func() { a.Len() }, "Cap": func() { a.Cap() }, "Grow": func() { a.Grow(0) }, "Clip": a.Clip, "Clear": a.Clear,
		"TryGrow": func() { _ = a.TryGrow(1) }, "Clone": func() { a.Clone() }, "At": func() { a.At(0) },
		"Set": func() { a.Set(0, 1) }, "Append": func() { a.Append(1) }, "AppendSlice": func() { a.AppendSlice(nil) },
		"AppendSeq": func() { a.AppendSeq(slices.Values([]int{1})) }, "Pop": func() { a.Pop() },
		"Insert": func() { a.Insert(0) }, "Delete": func() { a.Delete(0, 0) }, "Replace": func() { a.Replace(0, 0, 1) },
		"Swap": func() { a.Swap(0, 0) }, "Reverse": a.Reverse, "Slice": func() { a.Slice() },
		"All":      func() { a.All()(func(int, int) bool { return true }) },
		"Backward": func() { a.Backward()(func(int, int) bool { return true }) },
		"Values":   func() { a.Values()(func(int) bool { return true }) },
		"SortFunc": func() { a.SortFunc(func(a, b int) int { return a - b }) }, "IndexFunc": func() { a.IndexFunc(func(int) bool { return true }) },
		"Sort": func() { dynarray.Sort(a) }, "SortStable": func() { dynarray.SortStable(a) },
		"Index": func() { dynarray.Index(a, 1) }, "Count": func() { dynarray.Count(a, 1) }, "Contains": func() { dynarray.Contains(a, 1) },
		"Min": func() { dynarray.Min(a) }, "Max": func() { dynarray.Max(a) }, "Sum": func() { dynarray.Sum(a) },
		"BinarySearch": func() { dynarray.BinarySearch(a, 1) }, "Equal": func() { dynarray.Equal(a, a) },
		"Compare": func() { dynarray.Compare(a, a) },
	}
}

func TestUseAfterClose(t *testing.T) {
	for _, n := range []int{0, 3} {
		a := dynarray.New[int](n)
		for i := range n {
			a.Append(i)
		}
		require.NoError(t, a.Close())
		for name, use := range uses(a) {
			assert.Equal(t, "dynarray: use of closed array", panics(use), name)
		}
		assert.ErrorIs(t, a.Close(), dynarray.ErrClosed)
		assert.ErrorIs(t, a.Close(), dynarray.ErrClosed)
	}
	var none dynarray.Array[int]
	assert.Equal(t, "dynarray: use of an Array that New did not make", panics(func() { none.Append(1) }))
	assert.Error(t, none.Close())
	empty := dynarray.New[struct{}](0)
	empty.Append(struct{}{})
	require.NoError(t, empty.Close())
	assert.Equal(t, "dynarray: use of closed array", panics(func() { empty.Append(struct{}{}) }))
}

func TestCloseInsideLoops(t *testing.T) {
	for name, loop := range map[string]func(a *dynarray.Array[int]){
		"All": func(a *dynarray.Array[int]) {
			for range a.All() {
				_ = a.Close()
			}
		},
		"Backward": func(a *dynarray.Array[int]) {
			for range a.Backward() {
				_ = a.Close()
			}
		},
		"IndexFunc": func(a *dynarray.Array[int]) { a.IndexFunc(func(int) bool { _ = a.Close(); return false }) },
		"AppendSeq": func(a *dynarray.Array[int]) {
			a.AppendSeq(func(yield func(int) bool) { _ = a.Close(); yield(1) })
		},
	} {
		a := filled(t, 1, 2, 3)
		assert.Equal(t, "dynarray: use of closed array", panics(func() { loop(a) }), name)
	}
}

func TestChangeInsideLoops(t *testing.T) {
	a := filled(t, 1, 2, 3)
	var seen []int
	for i, v := range a.All() {
		seen = append(seen, v)
		if i < 3 {
			a.Grow(100 * a.Cap()) // moves
			a.Append(v * 10)
		}
	}
	assert.Equal(t, []int{1, 2, 3, 10, 20, 30}, seen)
	seen = nil
	for _, v := range a.Backward() {
		seen = append(seen, v)
		a.Delete(max(a.Len()-2, 0), a.Len())
		a.Clip()
	}
	assert.Equal(t, []int{30, 10, 2}, seen)
	a.AppendSlice([]int{1, 2})
	a.AppendSeq(func(yield func(int) bool) {
		for v := range a.Values() {
			if a.Len() > 6 || !yield(v) {
				return
			}
		}
	})
	assert.Equal(t, []int{1, 2, 1, 2, 1, 2, 1}, a.Slice())
}

func TestSortFunc(t *testing.T) {
	type kv struct{ k, place int }
	a := dynarray.New[kv](0)
	defer func() { _ = a.Close() }()
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 500 {
		a.Append(kv{r.IntN(20), i})
	}
	a.SortFunc(func(a, b kv) int { return a.k - b.k })
	assert.True(t, slices.IsSortedFunc(a.Slice(), func(a, b kv) int {
		if a.k != b.k {
			return a.k - b.k
		}
		return a.place - b.place
	}), "not sorted, or not stable")
}

func TestSortFuncGuardsItsElements(t *testing.T) {
	for name, use := range uses(nil) {
		_ = use
		a := filled(t, 3, 1, 2)
		got := panics(func() { a.SortFunc(func(int, int) int { uses(a)[name](); return 0 }) })
		assert.Contains(t, got, "inside its own SortFunc", name)
		got = panics(func() { a.SortFunc(func(int, int) int { panic("mine") }) })
		assert.Equal(t, "mine", got)
		got = panics(func() { a.SortFunc(func(int, int) int { _ = a.Close(); return 0 }) })
		assert.Contains(t, got, "Close of an array inside its own SortFunc")
		assert.ElementsMatch(t, []int{1, 2, 3}, a.Slice())
	}
}

func TestOrderAndSearch(t *testing.T) {
	a := filled(t, 5, -1, 3, 3, 9)
	assert.Equal(t, 3, dynarray.Count(a, 3)+1)
	assert.Equal(t, 2, dynarray.Index(a, 3))
	assert.Equal(t, -1, dynarray.Index(a, 4))
	assert.True(t, dynarray.Contains(a, 9))
	assert.Equal(t, 4, a.IndexFunc(func(v int) bool { return v > 5 }))
	assert.Equal(t, -1, a.IndexFunc(func(v int) bool { return v > 9 }))
	assert.Equal(t, 19, dynarray.Sum(a))
	assert.Equal(t, -1, dynarray.Min(a))
	assert.Equal(t, 9, dynarray.Max(a))
	b := a.Clone()
	defer func() { _ = b.Close() }()
	assert.True(t, dynarray.Equal(a, b))
	dynarray.Sort(b)
	assert.Equal(t, []int{-1, 3, 3, 5, 9}, b.Slice())
	assert.False(t, dynarray.Equal(a, b))
	assert.Equal(t, 1, dynarray.Compare(a, b))
	b.Clear()
	assert.Equal(t, 1, dynarray.Compare(a, b))
	dynarray.SortStable(a)
	i, found := dynarray.BinarySearch(a, 5)
	assert.True(t, found)
	assert.Equal(t, 3, i)
	i, found = dynarray.BinarySearch(a, 4)
	assert.False(t, found)
	assert.Equal(t, 3, i)

	f := dynarray.New[float64](0)
	defer func() { _ = f.Close() }()
	f.AppendSlice([]float64{2, math.NaN(), -1})
	assert.False(t, dynarray.Contains(f, math.NaN()))
	dynarray.Sort(f)
	assert.True(t, math.IsNaN(f.At(0)) && f.At(1) == -1)
	assert.True(t, math.IsNaN(dynarray.Min(f)))
}

func TestNoMemory(t *testing.T) {
	var none *dynarray.NoMemoryError
	asError := func(f func()) error {
		var err error
		func() {
			defer func() { err, _ = recover().(error) }()
			f()
		}()
		return err
	}
	a := filled(t, 1, 2, 3)
	for _, n := range []int{math.MaxInt, math.MaxInt / 8, math.MaxInt/8 + 1, 1 << 61, 1 << 46} {
		require.ErrorAs(t, a.TryGrow(n), &none, n)
		assert.ErrorAs(t, asError(func() { a.Grow(n) }), &none)
		assert.ErrorAs(t, asError(func() { dynarray.New[int](n) }), &none)
	}
	assert.Equal(t, "dynarray: no memory for 2305843009213693952 elements of 8 bytes: close arrays no longer needed, or Clip them",
		asError(func() { dynarray.New[int](1 << 61) }).Error())
	assert.Equal(t, []int{1, 2, 3}, a.Slice(), "a failed growth leaves the array as it was")
	a.Append(4)
	assert.Equal(t, 4, a.Len())

	// Elements of no size need no memory, however many they are.
	e := dynarray.New[struct{}](math.MaxInt - 1)
	e.Append(struct{}{})
	assert.Equal(t, 1, e.Len())
	assert.NoError(t, e.Close())
}

type holdsPointer struct {
	A struct{ B [2]struct{ C string } }
}

func TestRefusesGoPointers(t *testing.T) {
	assert.Equal(t, "dynarray: element type dynarray_test.holdsPointer holds a Go pointer in field A.B[].C (string)",
		panics(func() { dynarray.New[holdsPointer](0) }))
	assert.Equal(t, "dynarray: element type string holds a Go pointer", panics(func() { dynarray.New[string](0) }))
	assert.Equal(t, "dynarray: element type [2]*int holds a Go pointer in field [] (*int)", panics(func() { dynarray.New[[2]*int](0) }))
	for _, f := range []func(){
		func() { dynarray.New[any](0) }, func() { dynarray.New[func()](0) }, func() { dynarray.New[[]int](0) },
		func() { dynarray.New[map[int]int](0) }, func() { dynarray.New[chan int](0) }, func() { dynarray.New[error](0) },
	} {
		assert.Contains(t, panics(f), "holds a Go pointer")
	}
	for _, closer := range []interface{ Close() error }{
		dynarray.New[uintptr](1), dynarray.New[[0]*int](1), dynarray.New[complex128](1), dynarray.New[struct {
			a [3]struct{ b float32 }
			_ bool
		}](1),
	} {
		assert.NoError(t, closer.Close())
	}
}

// siteOf returns what Live knows of the arrays that this file's function made.
func siteOf(function string) (found dynarray.Site) {
	for _, s := range dynarray.Live() {
		if strings.HasSuffix(s.Func, function) {
			return s
		}
	}
	return found
}

//go:noinline
func makeHere(n int) *dynarray.Array[int64] { return dynarray.New[int64](n) }

//go:noinline
func cloneHere(a *dynarray.Array[int64]) *dynarray.Array[int64] { return a.Clone() }

func TestLive(t *testing.T) {
	before := dynarray.Bytes()
	a, b := makeHere(100), makeHere(0)
	b.Append(1)
	a.Append(1)
	c := cloneHere(a)
	s := siteOf(".makeHere")
	assert.Equal(t, 2, s.Arrays)
	assert.EqualValues(t, 800+8*b.Cap(), s.Bytes)
	assert.True(t, strings.HasSuffix(s.File, "array_test.go") && s.Line > 0, s.String())
	assert.EqualValues(t, 8, siteOf(".cloneHere").Bytes, "a clone belongs to the line that called Clone")
	assert.Equal(t, before+s.Bytes+8, dynarray.Bytes())
	require.NoError(t, errors.Join(a.Close(), b.Close(), c.Close()))
	assert.Zero(t, siteOf(".makeHere"))
	assert.Equal(t, before, dynarray.Bytes())
}

//go:noinline
func loseHere() { makeHere(1000).Append(1) }

//go:noinline
func viewHere() []int64 {
	a := dynarray.New[int64](0)
	a.AppendSlice([]int64{1, 2, 3})
	return a.Slice()
}

// lostView keeps a pointer to the memory that TestLostArrays leaks on purpose, so that leak checkers pass it over.
var lostView []int64

func TestLostArrays(t *testing.T) {
	before := dynarray.Bytes()
	loseHere()
	view := viewHere()
	lostView = view
	for range 200 {
		runtime.GC()
		if siteOf(".viewHere").Lost == 1 && siteOf(".makeHere").Lost == 1 && siteOf(".makeHere").Bytes == 0 {
			break
		}
		runtime.Gosched()
	}
	lost, viewed := siteOf(".makeHere"), siteOf(".viewHere")
	assert.Equal(t, []int{1, 0, 0}, []int{lost.Lost, lost.Arrays, int(lost.Bytes)}, "reported and freed")
	assert.Equal(t, []int{1, 1}, []int{viewed.Lost, viewed.Arrays}, "reported and kept")
	assert.Equal(t, before+viewed.Bytes, dynarray.Bytes())
	assert.Equal(t, []int64{1, 2, 3}, view, "the view is still good")
}

// Reading at the same time is allowed, and asking for a view is reading: the race detector would tell.
func TestConcurrentViews(t *testing.T) {
	a := dynarray.New[int](1)
	defer a.Close() //nolint:errcheck // memory of the C library: cannot fail
	a.Append(7)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { assert.Equal(t, []int{7}, a.Slice()) })
	}
	all.Wait()
}
