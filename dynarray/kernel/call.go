//go:build cgo

package kernel

// The C code is compiled with optimisation whatever CGO_CFLAGS says: vectors are the point of it.

// #cgo CFLAGS: -std=gnu11 -O3 -Wall -Wextra -Werror
// #cgo noescape kernel_sum
// #cgo nocallback kernel_sum
// #cgo noescape kernel_min
// #cgo nocallback kernel_min
// #cgo noescape kernel_max
// #cgo nocallback kernel_max
// #cgo noescape kernel_index
// #cgo nocallback kernel_index
// #cgo noescape kernel_count
// #cgo nocallback kernel_count
// #cgo noescape kernel_equal
// #cgo nocallback kernel_equal
// #cgo noescape kernel_move
// #cgo nocallback kernel_move
// #cgo noescape kernel_reverse
// #cgo nocallback kernel_reverse
// #cgo noescape kernel_fill
// #cgo nocallback kernel_fill
// #cgo noescape kernel_sort
// #cgo nocallback kernel_sort
// #include "kernel.h"
import "C"

import (
	"cmp"
	"slices"
	"unsafe"
)

// A slice's bytes go to C as a pointer to bytes, which holds no Go pointer by its type: cgo then has nothing to check at run
// time. C keeps none of them.

func start(b []byte) *C.uchar {
	// Sound: a byte is a byte in C too.
	return (*C.uchar)(unsafe.Pointer(unsafe.SliceData(b)))
}

func sumLong[T Number](k kind, s []T) T {
	return ofBits[T](uint64(C.kernel_sum(C.int(k), start(bytesOf(s)), C.size_t(len(s)))))
}

func minLong[T cmp.Ordered](k kind, s []T) T {
	return ofBits[T](uint64(C.kernel_min(C.int(k), start(bytesOf(s)), C.size_t(len(s)))))
}

func maxLong[T cmp.Ordered](k kind, s []T) T {
	return ofBits[T](uint64(C.kernel_max(C.int(k), start(bytesOf(s)), C.size_t(len(s)))))
}

func indexLong[T comparable](k kind, s []T, v T) int { // SIZE_MAX is -1
	return int(C.kernel_index(C.int(k), start(bytesOf(s)), C.size_t(len(s)), C.uint64_t(bitsOf(v))))
}

func countLong[T comparable](k kind, s []T, v T) int {
	return int(C.kernel_count(C.int(k), start(bytesOf(s)), C.size_t(len(s)), C.uint64_t(bitsOf(v))))
}

func equalLong[T comparable](k kind, a, b []T) bool {
	return C.kernel_equal(C.int(k), start(bytesOf(a)), start(bytesOf(b)), C.size_t(len(a))) != 0
}

func moveLong(to, from []byte) { C.kernel_move(start(to), start(from), C.size_t(len(from))) }

func reverseLong[T any](s []T) {
	C.kernel_reverse(C.size_t(sizeOf[T]()), start(bytesOf(s)), C.size_t(len(s)))
}

func fillLong[T any](s []T, v T) {
	C.kernel_fill(C.size_t(sizeOf[T]()), start(bytesOf(s)), C.size_t(len(s)), C.uint64_t(bitsOf(v)))
}

// sortLong sorts, or leaves all in a few ascending runs and returns where they start.
func sortLong[T cmp.Ordered](k kind, s []T) []int {
	var starts [C.RUNS]C.size_t
	runs := C.kernel_sort(C.int(k), start(bytesOf(s)), C.size_t(len(s)), &starts[0])
	switch runs {
	case C.SORTED:
		return nil
	case C.NO_MEMORY:
		slices.Sort(s) // which sorts in place
		return nil
	}
	at := make([]int, runs)
	for i := range at {
		at[i] = int(starts[i])
	}
	return at
}
