package dynarray_test

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

// These tests hold List to what CPython's own tests ask of its lists, said anew and numbered. Left out is what has no
// meaning in Go: truth (9), calling the constructor again on an object (6), elements of a wrong type (part of 15), and
// hints of length (part of 16). The round trip through a file (48) is tested in package npy.

const open = dynarray.Open

// listOf makes a list that is closed when the test ends.
func listOf[T comparable](t *testing.T, vs ...T) *dynarray.List[T] {
	return closing(t, dynarray.NewList(vs...))
}

func closing[T comparable](t *testing.T, l *dynarray.List[T]) *dynarray.List[T] {
	t.Cleanup(func() { _ = l.Close() }) // perhaps the test has
	return l
}

func elements[T comparable](l *dynarray.List[T]) []T {
	s := slices.Collect(l.Values())
	if s == nil {
		s = []T{}
	}
	return s
}

// holds fails unless the list has these elements.
func holds[T comparable](t *testing.T, l *dynarray.List[T], vs ...T) {
	t.Helper()
	if vs == nil {
		vs = []T{}
	}
	assert.Equal(t, vs, elements(l))
}

// outOfRange fails unless f panics as an index out of range does.
func outOfRange(t *testing.T, f func()) {
	t.Helper()
	var err runtime.Error
	require.ErrorAs(t, panicOf(f), &err)
}

// noMemory fails unless f panics for want of memory.
func noMemory(t *testing.T, f func()) {
	t.Helper()
	var err *dynarray.NoMemoryError
	require.ErrorAs(t, panicOf(f), &err)
}

func upTo(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func TestListIsMade(t *testing.T) {
	t.Run("01 of nothing", func(t *testing.T) {
		assert.True(t, listOf[int](t).Equal(listOf(t, []int{}...)))
	})
	t.Run("02 of a slice, a sequence, a list, apart from it", func(t *testing.T) {
		source := []int{1, 2, 3}
		l := listOf(t, source...)
		source[0] = 9
		holds(t, l, 1, 2, 3)
		m := closing(t, dynarray.ListOf(l.Values()))
		l.Set(1, 9)
		holds(t, m, 1, 2, 3)
	})
	t.Run("03 of a known length, with room for no more", func(t *testing.T) {
		assert.Equal(t, 10, listOf(t, upTo(10)...).Array().Cap())
		assert.Equal(t, 10, closing(t, listOf(t, upTo(10)...).Clone()).Array().Cap())
	})
	t.Run("04 of a sequence that yields nothing", func(t *testing.T) {
		holds(t, closing(t, dynarray.ListOf(func(func(int) bool) {})))
	})
	t.Run("05 of a sequence that fails midway, and leaves no memory behind", func(t *testing.T) {
		before := dynarray.Bytes()
		failed := errors.New("no more")
		assert.PanicsWithValue(t, failed, func() {
			dynarray.ListOf(func(yield func(int) bool) {
				for range 100 {
					yield(1)
				}
				panic(failed)
			})
		})
		assert.Equal(t, before, dynarray.Bytes())
	})
	t.Run("07 as a copy, equal and apart", func(t *testing.T) {
		l := listOf(t, 1, 2)
		c := closing(t, l.Clone())
		assert.True(t, l.Equal(c))
		c.Append(3)
		c.Set(0, 9)
		holds(t, l, 1, 2)
		holds(t, closing(t, listOf[int](t).Clone()))
	})
}

func TestListIndex(t *testing.T) {
	t.Run("08 the length", func(t *testing.T) {
		for _, n := range []int{0, 1, 3} {
			assert.Equal(t, n, listOf(t, upTo(n)...).Len())
		}
	})
	t.Run("10 get from both ends", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		for i := range 3 {
			assert.Equal(t, i, l.At(i))
			assert.Equal(t, i, l.At(i-3))
		}
		for _, i := range []int{3, -4, math.MaxInt, math.MinInt} {
			outOfRange(t, func() { l.At(i) })
		}
		assert.ErrorContains(t, panicOf(func() { l.At(-4) }), "[-4]", "the index that was asked for")
		for _, i := range []int{0, -1} {
			outOfRange(t, func() { listOf[int](t).At(i) })
		}
	})
	t.Run("11 set from both ends", func(t *testing.T) {
		l := listOf(t, 0, 1)
		l.Set(-1, 5)
		l.Set(-2, 4)
		l.Set(1, 6)
		holds(t, l, 4, 6)
		for _, i := range []int{2, -3} {
			outOfRange(t, func() { l.Set(i, 0) })
		}
		outOfRange(t, func() { listOf[int](t).Set(0, 0) })
		outOfRange(t, func() { listOf[int](t).Set(-1, 0) })
	})
}

func TestListSlices(t *testing.T) {
	l := listOf(t, 0, 1, 2, 3, 4)
	for _, s := range []struct {
		name              string
		start, stop, step int
		want              []int
	}{
		{"12 nothing", 0, 0, 1, nil},
		{"12 one", 1, 2, 1, []int{1}},
		{"12 from the end", -2, -1, 1, []int{3}},
		{"12 beyond both ends", -1000, 1000, 1, upTo(5)},
		{"12 the wrong way", 1000, -1000, 1, nil},
		{"12 all", open, open, 1, upTo(5)},
		{"12 without a start", open, 2, 1, []int{0, 1}},
		{"12 without a stop", 3, open, 1, []int{3, 4}},
		{"13 every other", open, open, 2, []int{0, 2, 4}},
		{"13 every other but the first", 1, open, 2, []int{1, 3}},
		{"13 down", open, open, -1, []int{4, 3, 2, 1, 0}},
		{"13 down by two", open, open, -2, []int{4, 2, 0}},
		{"13 down from three", 3, open, -2, []int{3, 1}},
		{"13 down to where it starts", 3, 3, -2, nil},
		{"13 down by less than a step", 3, 2, -2, []int{3}},
		{"13 down by less than two steps", 3, 1, -2, []int{3}},
		{"13 down by just more than a step", 3, 0, -2, []int{3, 1}},
		{"13 the last alone", open, open, -100, []int{4}},
		{"13 down from beyond to beyond", 100, -100, -1, []int{4, 3, 2, 1, 0}},
		{"13 down from before the start", -100, 100, -1, nil},
		{"13 a step as large as can be", 0, open, math.MaxInt, []int{0}},
		{"13 a step as small as can be", open, open, math.MinInt, []int{4}},
		{"13 bounds as large as can be", math.MinInt + 1, math.MaxInt, 1, upTo(5)},
		{"13 down between them", math.MaxInt, math.MinInt + 1, -2, []int{4, 2, 0}},
	} {
		t.Run(s.name, func(t *testing.T) {
			holds(t, closing(t, l.Slice(s.start, s.stop, s.step)), s.want...)
			holds(t, closing(t, listOf[int](t).Slice(s.start, s.stop, s.step)))
		})
	}
	t.Run("13 a step of zero", func(t *testing.T) {
		for _, f := range []func(){
			func() { l.Slice(0, 5, 0) }, func() { l.SetSlice(0, 5, 0) }, func() { l.DeleteSlice(0, 5, 0) },
		} {
			assert.PanicsWithValue(t, "dynarray: List: slice step cannot be zero", f)
		}
	})
	t.Run("14 the result is a list of its own", func(t *testing.T) {
		s := closing(t, l.Slice(open, open, 1))
		s.Set(0, 99)
		assert.Equal(t, 0, l.At(0))
	})
}

func TestListGrows(t *testing.T) {
	t.Run("15 append, also after a clear", func(t *testing.T) {
		l := listOf[int](t)
		for i := range 100 {
			l.Append(i)
		}
		holds(t, l, upTo(100)...)
		l.Clear()
		l.Append(7)
		holds(t, l, 7)
	})
	t.Run("16 extend", func(t *testing.T) {
		l := listOf(t, 0)
		l.Extend(listOf(t, 0, 1))
		l.Extend(listOf[int](t))
		holds(t, l, 0, 0, 1)
		l.Extend(l)
		holds(t, l, 0, 0, 1, 0, 0, 1)
		l.ExtendSlice(l.Array().Slice()[4:])
		holds(t, l, 0, 0, 1, 0, 0, 1, 0, 1)
		l.ExtendSeq(slices.Values([]int{5, 6}))
		assert.Equal(t, 6, l.At(-1))
	})
	t.Run("16 extend an empty list by what reads it", func(t *testing.T) {
		l := listOf[int](t)
		l.ExtendSeq(l.Values())
		holds(t, l)
	})
	t.Run("16 extend by a sequence that reads the list as it grows", func(t *testing.T) {
		l := listOf(t, 1)
		l.ExtendSeq(func(yield func(int) bool) {
			for v := range l.Values() {
				if l.Len() >= 1000 || !yield(v+1) {
					return
				}
			}
		})
		assert.Equal(t, 1000, l.At(-1))
	})
	t.Run("17 insert at any index", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		l.Insert(0, -2)
		l.Insert(1, -1)
		l.Insert(2, 9)
		holds(t, l, -2, -1, 9, 0, 1, 2)
		l = listOf(t, 0, 1, 2)
		l.Insert(-1, 8)
		l.Insert(-200, 7)
		l.Insert(200, 6)
		l.Insert(math.MinInt, 5)
		l.Insert(math.MaxInt, 4)
		holds(t, l, 5, 7, 0, 1, 8, 2, 6, 4)
	})
}

func TestListShrinks(t *testing.T) {
	t.Run("18 pop", func(t *testing.T) {
		l := listOf(t, -1, 0, 1)
		assert.Equal(t, 1, l.Pop())
		assert.Equal(t, -1, l.PopAt(0))
		outOfRange(t, func() { l.PopAt(5) })
		assert.Equal(t, 0, l.PopAt(0))
		outOfRange(t, func() { l.Pop() })
		outOfRange(t, func() { l.PopAt(0) })
		m := listOf(t, 0, 10, 10)
		assert.Equal(t, 10, m.PopAt(-2))
		holds(t, m, 0, 10)
	})
	t.Run("19 remove the first of its kind", func(t *testing.T) {
		l := listOf(t, 0, 0, 1, 0)
		assert.True(t, l.Remove(1))
		assert.True(t, l.Remove(0))
		holds(t, l, 0, 0)
		assert.False(t, l.Remove(1))
		holds(t, l, 0, 0)
		m := listOf(t, 1, 2, 3, 2, 4)
		assert.True(t, m.Remove(2))
		holds(t, m, 1, 3, 2, 4)
	})
	t.Run("20 delete an index", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		l.Delete(1)
		l.Delete(-1)
		holds(t, l, 0)
		outOfRange(t, func() { l.Delete(1) })
		outOfRange(t, func() { l.Delete(-2) })
		outOfRange(t, func() { listOf[int](t).Delete(0) })
	})
	t.Run("29 clear, and free the memory", func(t *testing.T) {
		l := listOf(t, upTo(1000)...)
		l.Clear()
		holds(t, l)
		assert.Zero(t, l.Array().Cap())
		l.Clear()
		holds(t, l)
	})
	t.Run("49 give memory back, and do not ask for it again at once", func(t *testing.T) {
		l := listOf(t, upTo(1000)...)
		for want, room := range map[int]int{499: 564, 281: 320, 159: 184, 91: 108} {
			m := closing(t, l.Clone())
			for m.Len() > want {
				m.Pop()
			}
			assert.Equal(t, room, m.Array().Cap(), "popped down to %d", want)
		}
		moves, last := 0, l.Array().Cap()
		for range 1000 {
			for range 3 {
				l.Pop()
			}
			l.Append(1)
			l.Append(1)
			if c := l.Array().Cap(); c != last {
				moves, last = moves+1, c
			}
			if l.Len() < 10 {
				break
			}
		}
		assert.Less(t, moves, 20)
	})
}

// slicesOfModel runs f for all bounds about the ends of a short list, with a fresh list each time.
func slicesOfModel(t *testing.T, n int, f func(l *dynarray.List[int], i, j int, from, to int)) {
	for i := -n - 2; i <= n+2; i++ {
		for j := -n - 2; j <= n+2; j++ {
			at := func(i int) int {
				if i < 0 {
					i += n
				}
				return min(max(i, 0), n)
			}
			from, to := at(i), at(j)
			f(listOf(t, upTo(n)...), i, j, from, max(from, to))
		}
	}
}

func TestListSliceAssignment(t *testing.T) {
	t.Run("21 by as many, fewer and more", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		l.SetSlice(0, 2, 1, 7, 8)
		holds(t, l, 7, 8, 2)
		l.SetSlice(0, 2, 1, 5)
		holds(t, l, 5, 2)
		l.SetSlice(1, 1, 1, 3, 4)
		holds(t, l, 5, 3, 4, 2)
		l.SetSlice(open, 0, 1, -2, -1)
		holds(t, l, -2, -1, 5, 3, 4, 2)
		l.SetSlice(0, open, 1)
		holds(t, l)
	})
	t.Run("21 by all or part of the list itself", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		l.SetSlice(open, -1, 1, l.Array().Slice()...)
		holds(t, l, 0, 1, 2, 2)
		l = listOf(t, 0, 1, 2)
		l.SetSlice(1, open, 1, l.Array().Slice()...)
		holds(t, l, 0, 0, 1, 2)
		l = listOf(t, 0, 1, 2)
		l.SetSlice(1, -1, 1, l.Array().Slice()...)
		holds(t, l, 0, 0, 1, 2, 2)
	})
	t.Run("21 at all bounds", func(t *testing.T) {
		slicesOfModel(t, 3, func(l *dynarray.List[int], i, j, from, to int) {
			l.SetSlice(i, j, 1, 8, 9)
			holds(t, l, slices.Replace(upTo(3), from, to, 8, 9)...)
		})
	})
	t.Run("22 delete at all bounds", func(t *testing.T) {
		slicesOfModel(t, 3, func(l *dynarray.List[int], i, j, from, to int) {
			l.DeleteSlice(i, j, 1)
			holds(t, l, slices.Delete(upTo(3), from, to)...)
		})
		l := listOf(t, 0, 1)
		l.DeleteSlice(-2, -1, 1)
		holds(t, l, 1)
		l.DeleteSlice(open, open, 1)
		holds(t, l)
	})
	t.Run("23 with a step", func(t *testing.T) {
		l := listOf(t, upTo(10)...)
		l.SetSlice(open, open, 2, 10, 11, 12, 13, 14)
		holds(t, l, 10, 1, 11, 3, 12, 5, 13, 7, 14, 9)
		assert.PanicsWithValue(t, "dynarray: List.SetSlice: 2 elements for a slice of 5", func() { l.SetSlice(open, open, 2, 1, 2) })
		holds(t, l, 10, 1, 11, 3, 12, 5, 13, 7, 14, 9)
		l.SetSlice(open, open, -1, l.Array().Slice()...)
		holds(t, l, 9, 14, 7, 13, 5, 12, 3, 11, 1, 10)
		m := listOf(t, 0, 1, 2, 3)
		m.SetSlice(2, 3, 1, 8, 9)
		holds(t, m, 0, 1, 8, 9, 3)
		m.SetSlice(1, open, math.MaxInt, 7)
		holds(t, m, 0, 7, 8, 9, 3)
		m.SetSlice(3, open, -2, 5, 6)
		holds(t, m, 0, 6, 8, 5, 3)
	})
	t.Run("24 delete with a step", func(t *testing.T) {
		for _, s := range []struct {
			start, step int
			want        []int
		}{
			{open, 2, []int{1, 3}}, {1, 2, []int{0, 2, 4}}, {1, -2, []int{0, 2, 3, 4}}, {open, 1000, []int{1, 2, 3, 4}},
			{3, math.MaxInt, []int{0, 1, 2, 4}}, {4, math.MinInt, upTo(4)}, {open, -1, nil}, {9, 3, upTo(5)},
		} {
			l := listOf(t, upTo(5)...)
			l.DeleteSlice(s.start, open, s.step)
			holds(t, l, s.want...)
		}
	})
}

func TestListSearch(t *testing.T) {
	t.Run("25 contains", func(t *testing.T) {
		l := listOf(t, 0, 1, 2)
		assert.True(t, l.Contains(0))
		assert.True(t, l.Contains(2))
		assert.False(t, l.Contains(3))
		assert.False(t, listOf(t, math.NaN()).Contains(math.NaN()), "elements have no identity")
	})
	t.Run("26 count", func(t *testing.T) {
		l := listOf(t, 0, 1, 2, 0, 1, 0)
		assert.Equal(t, []int{3, 2, 1, 0}, []int{l.Count(0), l.Count(1), l.Count(2), l.Count(3)})
	})
	t.Run("27 index within bounds", func(t *testing.T) {
		l := listOf(t, -2, -1, 0, 0, 1, 2)
		const most, least = math.MaxInt, math.MinInt
		for _, s := range []struct {
			bounds []int
			want   int
		}{
			{nil, 2}, {[]int{2}, 2}, {[]int{3}, 3}, {[]int{-3}, 3}, {[]int{3, 4}, 3}, {[]int{-3, -2}, 3}, {[]int{4}, -1},
			{[]int{least, most}, 2}, {[]int{most, least}, -1}, {[]int{2, 2}, -1}, {[]int{3, least}, -1}, {[]int{0, -4}, -1},
		} {
			assert.Equal(t, s.want, l.Index(0, s.bounds...), "%v", s.bounds)
		}
		assert.Equal(t, -1, l.Index(7))
		assert.Panics(t, func() { l.Index(0, 1, 2, 3) })
	})
}

func TestListAsAWhole(t *testing.T) {
	t.Run("28 reverse", func(t *testing.T) {
		for n := range 6 {
			l := listOf(t, upTo(n)...)
			l.Reverse()
			want := upTo(n)
			slices.Reverse(want)
			holds(t, l, want...)
			l.Reverse()
			holds(t, l, upTo(n)...)
		}
	})
	t.Run("30 put two together", func(t *testing.T) {
		l, none := listOf(t, 1, 2), listOf[int](t)
		holds(t, closing(t, l.Concat(l)), 1, 2, 1, 2)
		holds(t, closing(t, l.Concat(none)), 1, 2)
		holds(t, closing(t, none.Concat(l)), 1, 2)
		closing(t, l.Concat(none)).Append(3)
		holds(t, l, 1, 2)
	})
	t.Run("31 repeat", func(t *testing.T) {
		l := listOf(t, 1, 2)
		for n := -2; n < 9; n++ {
			want := slices.Repeat([]int{1, 2}, max(n, 0))
			holds(t, closing(t, l.Repeat(n)), want...)
			c := closing(t, l.Clone())
			c.RepeatInPlace(n)
			holds(t, c, want...)
		}
		closing(t, l.Repeat(1)).Append(3)
		holds(t, l, 1, 2)
		holds(t, closing(t, listOf[int](t).Repeat(math.MaxInt)))
		before := dynarray.Bytes()
		noMemory(t, func() { l.Repeat(math.MaxInt/2 + 1) })
		noMemory(t, func() { l.RepeatInPlace(math.MaxInt / 2) })
		holds(t, l, 1, 2)
		assert.Equal(t, before, dynarray.Bytes())
	})
	t.Run("32 repeat what was much longer", func(t *testing.T) {
		l := listOf(t, upTo(65)...)
		l.DeleteSlice(1, open, 1)
		noMemory(t, func() { l.RepeatInPlace(math.MaxInt) })
		holds(t, l, 0)
	})
	t.Run("33 least and greatest", func(t *testing.T) {
		l := listOf(t, 1, 0, 2)
		assert.Equal(t, 0, dynarray.Min(l.Array()))
		assert.Equal(t, 2, dynarray.Max(l.Array()))
		assert.Panics(t, func() { dynarray.Min(listOf[int](t).Array()) })
	})
	t.Run("34 equality and order", func(t *testing.T) {
		ordered := [][]int{{}, {0}, {0, 0}, {0, 1}, {1}, {1, 0}}
		for i, x := range ordered {
			for j, y := range ordered {
				a, b := listOf(t, x...), listOf(t, y...)
				assert.Equal(t, cmp.Compare(i, j), dynarray.Compare(a.Array(), b.Array()), "%v and %v", x, y)
				assert.Equal(t, i == j, a.Equal(b))
			}
		}
	})
}

func TestListIsIterated(t *testing.T) {
	t.Run("35 what has ended does not go on, what has not sees what is added", func(t *testing.T) {
		l := listOf(t, 0, 1)
		ended, stop := iter.Pull(l.Values())
		defer stop()
		for _, ok := ended(); ok; _, ok = ended() {
		}
		other, stopOther := iter.Pull(l.Values())
		defer stopOther()
		_, _ = other()
		l.Append(2)
		_, ok := ended()
		assert.False(t, ok)
		_, _ = other()
		v, ok := other()
		assert.True(t, ok)
		assert.Equal(t, 2, v)
	})
	t.Run("35 a list that shrinks ends the loop", func(t *testing.T) {
		l, seen := listOf(t, upTo(20)...), []int(nil)
		for _, v := range l.All() {
			l.Pop()
			seen = append(seen, v)
		}
		assert.Equal(t, upTo(10), seen)
	})
	t.Run("36 backward", func(t *testing.T) {
		var seen []int
		for _, v := range listOf(t, 0, 1, 2).Backward() {
			seen = append(seen, v)
		}
		assert.Equal(t, []int{2, 1, 0}, seen)
		for range listOf[int](t).Backward() {
			t.Error("an empty list has no elements")
		}
	})
	t.Run("38 a predicate that clears the list", func(t *testing.T) {
		l, calls := listOf(t, 1, 2, 3), 0
		assert.Equal(t, -1, l.Array().IndexFunc(func(int) bool { calls++; l.Clear(); return false }))
		assert.Equal(t, 1, calls)
	})
	t.Run("50 a loop leaves no memory behind", func(t *testing.T) {
		before := dynarray.Bytes()
		l := dynarray.NewList(upTo(100)...)
		for i := range l.All() {
			s := l.Slice(i, open, 1)
			require.NoError(t, s.Close())
		}
		require.NoError(t, l.Close())
		assert.Equal(t, before, dynarray.Bytes())
		assert.ErrorIs(t, l.Close(), dynarray.ErrClosed)
		for _, f := range []func(){
			func() { l.At(-1) }, func() { l.Append(1) }, func() { l.Insert(0, 1) }, func() { l.Pop() }, func() { l.Clone() },
			func() { l.Repeat(2) }, func() { _ = l.String() }, func() { l.Slice(0, 1, 1) }, func() { l.Index(0, 1) },
			func() { listOf[int](t).Extend(l) }, func() { listOf[int](t).Concat(l) }, func() { l.Clear() },
		} {
			assert.PanicsWithValue(t, "dynarray: use of closed array", f)
		}
	})
}

func TestListIsPrinted(t *testing.T) {
	type point struct{ X, Y int }
	type celsius float64
	for want, l := range map[string]fmt.Stringer{
		"[]":                        listOf[int](t),
		"[0, 1, -2]":                listOf(t, 0, 1, -2),
		"[255]":                     listOf(t, byte(255)),
		"[1.0, 0.1, -0.0, 1e+16]":   listOf(t, 1, 0.1, math.Copysign(0, -1), 1e16),
		"[nan, inf, -inf]":          listOf(t, math.NaN(), math.Inf(1), math.Inf(-1)),
		"[1e-05, 0.0001, 1.5e+300]": listOf(t, 0.00001, 0.0001, 1.5e300),
		"[1234567890123456.0]":      listOf(t, 1234567890123456.0),
		"[0.1, 36.6]":               listOf(t, float32(0.1), 36.6),
		"[36.6]":                    listOf(t, celsius(36.6)),
		"[True, False]":             listOf(t, true, false),
		"[(1+2j), 1j, (-0-1.5j)]":   listOf(t, 1+2i, 1i, complex(math.Copysign(0, -1), -1.5)),
		"[{1 2}]":                   listOf(t, point{1, 2}),
	} {
		t.Run("37 "+want, func(t *testing.T) { assert.Equal(t, want, l.String()) })
	}
	t.Run("37 a long list", func(t *testing.T) {
		s := listOf(t, make([]int32, 100_000)...).String()
		assert.Len(t, s, 300_000)
		assert.Equal(t, "[0"+strings.Repeat(", 0", 99_999)+"]", s)
	})
}
