package dynarray

import (
	"runtime"
	"slices"

	"innards/dynarray/kernel"
)

// few is so many elements that another call, to the kernel, would be felt.
const few = 16

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
	if len(a.s) == 0 {
		a.open()
	}
	var i int
	if len(a.s) <= few {
		i = slices.Index(a.s, v)
	} else {
		i = kernel.Index(a.s, v)
	}
	runtime.KeepAlive(a)
	return i
}

// Contains reports whether an element is equal to v. Nothing is equal to NaN.
func Contains[T comparable](a *Array[T], v T) bool { return Index(a, v) >= 0 }

// Count returns how many elements are equal to v.
func Count[T comparable](a *Array[T], v T) int {
	if len(a.s) == 0 {
		a.open()
	}
	n := 0
	if len(a.s) <= few {
		for _, e := range a.s {
			if e == v {
				n++
			}
		}
	} else {
		n = kernel.Count(a.s, v)
	}
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
	if len(a.s) == 0 {
		a.open()
	}
	var sum T
	if len(a.s) <= few {
		for _, v := range a.s {
			sum += v
		}
	} else {
		sum = kernel.Sum(a.s)
	}
	runtime.KeepAlive(a)
	return sum
}
