package kernel

import (
	"slices"
	"unsafe"
)

// Move is copy(to, from) for slices that overlap, of the same length and of elements without Go pointers. Go's copy is slow
// where it moves elements by less than a vector: down always, up from the size on at which it bypasses the cache.
func Move[T any](to, from []T) {
	if len(from) > len(to) {
		panic("kernel: Move to a shorter slice")
	}
	n := uintptr(len(from)) * sizeOf[T]()
	if n < moveDownFrom {
		copy(to, from)
		return
	}
	// Sound: the addresses are compared and not turned back into pointers.
	up := uintptr(unsafe.Pointer(unsafe.SliceData(to))) > uintptr(unsafe.Pointer(unsafe.SliceData(from)))
	if up && n < moveUpFrom {
		copy(to, from)
		return
	}
	moveLong(bytesOf(to), bytesOf(from))
}

// Reverse is slices.Reverse, for elements without Go pointers.
func Reverse[T any](s []T) {
	if len(s) < reverseFrom || !wordSized[T]() {
		slices.Reverse(s)
		return
	}
	reverseLong(s)
}

// Fill sets all elements to v, which holds no Go pointer.
func Fill[T any](s []T, v T) {
	if len(s) < fillFrom || !wordSized[T]() {
		for i := range s {
			s[i] = v
		}
		return
	}
	fillLong(s, v)
}

// wordSized says whether an element has the size of a C integer.
func wordSized[T any]() bool {
	size := sizeOf[T]()
	return size == 1 || size == 2 || size == 4 || size == 8
}
