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
	if i := IndexShort(front, v); i >= 0 {
		return i
	}
	if len(front) == len(s) {
		return -1
	}
	return indexBehind(s, v)
}

// IndexShort is the loop of Index, to be inlined: short slices would feel a call.
func IndexShort[T comparable](s []T, v T) int {
	i := 0
	for ; i < len(s)-3; i += 4 {
		switch v {
		case s[i]:
			return i
		case s[i+1]:
			return i + 1
		case s[i+2]:
			return i + 2
		case s[i+3]:
			return i + 3
		}
	}
	for ; uint(i) < uint(len(s)); i++ {
		if s[i] == v {
			return i
		}
	}
	return -1
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
	return CountShort(s, v)
}

// CountShort is the loop of Count, to be inlined.
func CountShort[T comparable](s []T, v T) int {
	n, i := 0, 0
	for ; i < len(s)-1; i += 2 {
		if s[i] == v {
			n++
		}
		if s[i+1] == v {
			n++
		}
	}
	if i < len(s) && s[i] == v {
		n++
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
