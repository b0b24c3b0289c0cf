package kernel

import (
	"bytes"
	"slices"
)

// Index returns the index of the first element equal to v, or -1: slices.Index.
func Index[T comparable](s []T, v T) int {
	// What lies in front is found before C could be called.
	front := s
	if len(s) >= 2*indexFrom {
		front = s[:indexFrom]
	}
	for i, e := range front {
		if e == v {
			return i
		}
	}
	if len(front) == len(s) {
		return -1
	}
	return indexBehind(s, v)
}

// indexBehind looks behind the front.
func indexBehind[T comparable](s []T, v T) int {
	rest := s[indexFrom:]
	var i int
	switch k := kindOf[T](); {
	case k == other:
		i = slices.Index(rest, v)
	case sizeOf[T]() == 1:
		i = bytes.IndexByte(bytesOf(rest), byte(bitsOf(v)))
	default:
		i = indexLong(k, rest, v)
	}
	if i < 0 {
		return -1
	}
	return indexFrom + i
}

// Count returns how many elements are equal to v.
func Count[T comparable](s []T, v T) int {
	if len(s) >= countFrom {
		return countFar(s, v)
	}
	n := 0
	for _, e := range s {
		if e == v {
			n++
		}
	}
	return n
}

func countFar[T comparable](s []T, v T) int {
	switch k := kindOf[T](); {
	case k == other:
		return countLoop(s, v)
	case sizeOf[T]() == 1:
		return bytes.Count(bytesOf(s), []byte{byte(bitsOf(v))})
	default:
		return countLong(k, s, v)
	}
}

func countLoop[T comparable](s []T, v T) (n int) {
	for _, e := range s {
		if e == v {
			n++
		}
	}
	return n
}

// Equal is slices.Equal: a NaN is not equal to itself, -0 is equal to 0.
func Equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	// What differs at once is seen before C could be called.
	if len(a) < 2*equalFrom {
		return slices.Equal(a, b)
	}
	if !slices.Equal(a[:equalFrom], b[:equalFrom]) {
		return false
	}
	a, b = a[equalFrom:], b[equalFrom:]
	switch k := kindOf[T](); {
	case k == other:
		return slices.Equal(a, b)
	case k.float():
		return equalLong(k, a, b)
	default: // Go compares bytes by vectors
		return bytes.Equal(bytesOf(a), bytesOf(b))
	}
}
