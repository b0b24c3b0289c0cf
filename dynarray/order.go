package dynarray

import (
	"cmp"
	"runtime"
	"slices"

	"innards/dynarray/kernel"
)

// SortFunc sorts the elements by cmp; equal ones keep their order. The array cannot be used by cmp: any attempt
// panics, and a panic in cmp leaves all elements in place, in some order.
func (a *Array[T]) SortFunc(cmp func(a, b T) int) {
	a.lend(func(s []T) { kernel.SortStableFunc(s, cmp) })
}

// lend calls f with the elements, which the array does not have as long as f runs: every method looks at the header first
// and finds it empty, so that what uses the array panics, none needs another check on its fast path, and nothing can move
// or free the elements under f.
func (a *Array[T]) lend(f func(s []T)) {
	a.open()
	s := a.s
	a.s = s[:0:0]
	a.block.busy = true
	a.check()
	defer func() {
		a.s = s
		a.block.busy = false
		a.check()
	}()
	f(s)
}

// Sort sorts the elements in ascending order, NaNs first.
func Sort[T cmp.Ordered](a *Array[T]) {
	if len(a.s) == 0 {
		a.open()
	}
	kernel.Sort(a.s)
	runtime.KeepAlive(a)
}

// SortStable is Sort for those who can tell equal elements apart: -0 and 0, NaNs.
func SortStable[T cmp.Ordered](a *Array[T]) {
	if len(a.s) == 0 {
		a.open()
	}
	kernel.SortStable(a.s)
	runtime.KeepAlive(a)
}

// BinarySearch returns where v is, or would be, in an array sorted in ascending order, and whether it is there.
func BinarySearch[T cmp.Ordered](a *Array[T], v T) (int, bool) {
	a.open()
	i, found := slices.BinarySearch(a.s, v)
	runtime.KeepAlive(a)
	return i, found
}

// Min returns the least element, NaN if there is one. It panics for an empty array.
func Min[T cmp.Ordered](a *Array[T]) T {
	s := a.s
	if uint(len(s))-1 >= few {
		return minFar(a)
	}
	v := kernel.MinShort(s)
	runtime.KeepAlive(a)
	return v
}

func minFar[T cmp.Ordered](a *Array[T]) T {
	a.open()
	if len(a.s) == 0 {
		panic("dynarray: Min of an empty array")
	}
	v := kernel.Min(a.s)
	runtime.KeepAlive(a)
	return v
}

// Max returns the greatest element, NaN if there is one. It panics for an empty array.
func Max[T cmp.Ordered](a *Array[T]) T {
	s := a.s
	if uint(len(s))-1 >= few {
		return maxFar(a)
	}
	v := kernel.MaxShort(s)
	runtime.KeepAlive(a)
	return v
}

func maxFar[T cmp.Ordered](a *Array[T]) T {
	a.open()
	if len(a.s) == 0 {
		panic("dynarray: Max of an empty array")
	}
	v := kernel.Max(a.s)
	runtime.KeepAlive(a)
	return v
}

// Compare compares a and b element by element, and by length where one begins with the other: -1, 0 or 1.
func Compare[T cmp.Ordered](a, b *Array[T]) int {
	a.open()
	b.open()
	c := slices.Compare(a.s, b.s)
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	return c
}
