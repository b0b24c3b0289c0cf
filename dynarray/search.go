package dynarray

import (
	"runtime"

	"innards/dynarray/kernel"
)

// few is so many elements that another call, to the kernel, would be felt.
const few = 32

// Number is what Sum can add.
type Number = kernel.Number

// IndexFunc returns the index of the first element for which f returns true, or -1. f may change the array.
func (a *Array[T]) IndexFunc(f func(T) bool) int {
	for i, v := range a.All() {
		if f(v) {
			return i
		}
	}
	return -1
}

// Index returns the index of the first element equal to v, or -1.
func Index[T comparable](a *Array[T], v T) int {
	s := a.s
	if uint(len(s))-1 >= few {
		return indexFar(a, v)
	}
	i := kernel.IndexShort(s, v)
	runtime.KeepAlive(a)
	return i
}

// indexFar is Index of an array that is not open, is empty, or has more than a few elements. So are the others below.
func indexFar[T comparable](a *Array[T], v T) int {
	a.open()
	i := kernel.Index(a.s, v)
	runtime.KeepAlive(a)
	return i
}

// Contains reports whether an element is equal to v. Nothing is equal to NaN.
func Contains[T comparable](a *Array[T], v T) bool { return Index(a, v) >= 0 }

// Count returns how many elements are equal to v.
func Count[T comparable](a *Array[T], v T) int {
	s := a.s
	if uint(len(s))-1 >= few {
		return countFar(a, v)
	}
	n := kernel.CountShort(s, v)
	runtime.KeepAlive(a)
	return n
}

func countFar[T comparable](a *Array[T], v T) int {
	a.open()
	n := kernel.Count(a.s, v)
	runtime.KeepAlive(a)
	return n
}

// Equal reports whether a and b have the same length and equal elements.
func Equal[T comparable](a, b *Array[T]) bool {
	a.open()
	b.open()
	equal := kernel.Equal(a.s, b.s)
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	return equal
}

// Sum returns the sum of the elements. Integers wrap around. More than 191 floats are added in several partial sums, whose
// error is smaller; the last bits may differ from those of a loop, and are the same on every machine.
func Sum[T Number](a *Array[T]) T {
	s := a.s
	if uint(len(s))-1 >= few {
		return sumFar(a)
	}
	sum := kernel.SumShort(s)
	runtime.KeepAlive(a)
	return sum
}

func sumFar[T Number](a *Array[T]) T {
	a.open()
	sum := kernel.Sum(a.s)
	runtime.KeepAlive(a)
	return sum
}
