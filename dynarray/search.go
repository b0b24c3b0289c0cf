//go:build cgo

package dynarray

import (
	"runtime"
	"slices"
)

// Number is what Sum can add.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 | ~complex64 | ~complex128
}

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
	a.open()
	i := slices.Index(a.s, v)
	runtime.KeepAlive(a)
	return i
}

// Contains reports whether an element is equal to v. Nothing is equal to NaN.
func Contains[T comparable](a *Array[T], v T) bool { return Index(a, v) >= 0 }

// Count returns how many elements are equal to v.
func Count[T comparable](a *Array[T], v T) int {
	a.open()
	n := 0
	for _, e := range a.s {
		if e == v {
			n++
		}
	}
	runtime.KeepAlive(a)
	return n
}

// Equal reports whether a and b have the same length and equal elements.
func Equal[T comparable](a, b *Array[T]) bool {
	a.open()
	b.open()
	equal := slices.Equal(a.s, b.s)
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	return equal
}

// Sum returns the sum of the elements, added from front to back; integers wrap around.
func Sum[T Number](a *Array[T]) T {
	a.open()
	var sum T
	for _, v := range a.s {
		sum += v
	}
	runtime.KeepAlive(a)
	return sum
}
