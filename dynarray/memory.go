//go:build cgo

package dynarray

// #include <stdlib.h>
//
// // C.malloc and C.calloc are not used: cgo's own malloc ends the process when memory runs out. A wrapper of
// // our own returns NULL, and realloc covers all three needs.
// static void *dynarray_realloc(void *block, size_t bytes) { return realloc(block, bytes); }
// static void dynarray_free(void *block) { free(block); }
import "C"

import (
	"fmt"
	"math/bits"
	"unsafe"
)

// This file is the only one that knows where elements live, and the package's only unsafe one. The other files
// ask it for a slice header over C memory of some capacity, and give the header back.

// maxBytes is what one array may ask for: the address space of a process on common 64-bit machines.
const maxBytes = min(1<<47, uint64(^uintptr(0)>>1))

// NoMemoryError says that the C library had no memory for an array, or that its size cannot be expressed.
// Append, Grow and New panic with a *NoMemoryError; TryGrow returns it.
type NoMemoryError struct {
	Elements    int     // the capacity that was asked for; negative if it exceeds an int
	ElementSize uintptr // in bytes
}

func (e *NoMemoryError) Error() string {
	if e.Elements < 0 {
		return fmt.Sprintf("dynarray: no memory: more elements of %d bytes than an int can count", e.ElementSize)
	}
	return fmt.Sprintf("dynarray: no memory for %d elements of %d bytes: close arrays no longer needed, or Clip them",
		e.Elements, e.ElementSize)
}

// resize gives a block room for capacity elements and returns a header over it with the length and the elements
// of s, which is the header from the last resize. A capacity of 0 frees the memory. When there is no memory the old
// block stays as it is.
func resize[T any](b *block, s []T, capacity int) ([]T, error) {
	size := elementSize[T]()
	if size == 0 {
		return make([]T, len(s), capacity), nil // needs no memory from anywhere
	}
	if capacity == 0 {
		b.free()
		return empty[T](), nil
	}
	high, bytes := bits.Mul64(uint64(capacity), uint64(size))
	if capacity < 0 || high != 0 || bytes > maxBytes {
		return s, &NoMemoryError{capacity, size}
	}
	p := C.dynarray_realloc(b.memory, C.size_t(bytes))
	if p == nil {
		return s, &NoMemoryError{capacity, size}
	}
	b.memory = p
	b.account(int64(bytes))
	// Sound: p points to capacity*size bytes, malloc aligns them for any type, T holds no Go pointer (New saw to
	// it) so that the collector need not know them, and bytes beyond the length are written before they are read.
	return unsafe.Slice((*T)(p), capacity)[:len(s)], nil
}

// empty returns the header of an array that is open and has no memory. It is not nil: a nil header is a closed one.
func empty[T any]() []T { return make([]T, 0) }

// free gives a block's memory back.
func (b *block) free() {
	if b.memory == nil {
		return
	}
	C.dynarray_free(b.memory)
	b.memory = nil
	b.account(0)
}

// backs reports whether s is a header over all of the block's memory.
func backs[T any](b *block, s []T) bool {
	if b.memory == nil {
		return cap(s) == 0 && b.bytes == 0
	}
	return unsafe.Pointer(unsafe.SliceData(s)) == b.memory && int64(cap(s))*int64(elementSize[T]()) == b.bytes
}

func elementSize[T any]() uintptr { return unsafe.Sizeof(*new(T)) }

// block is an array's memory, apart from the array, so that the cleanup can have it when the array is gone.
type block struct {
	memory unsafe.Pointer // from dynarray_realloc, or nil
	bytes  int64
	site   *site
	viewed bool // Slice has handed out a header that may outlive the array
	busy   bool // SortFunc has borrowed the elements
}

// overlaps reports whether s lies, in part or whole, in the memory of the block, and at which byte it begins.
func overlaps[T any](b *block, s []T) bool {
	if len(s) == 0 || b.bytes == 0 {
		return false
	}
	// Sound: addresses are compared and not turned back into pointers; C memory does not move by itself.
	start, base := uintptr(unsafe.Pointer(unsafe.SliceData(s))), uintptr(b.memory)
	return start < base+uintptr(b.bytes) && base < start+uintptr(len(s))*unsafe.Sizeof(s[0])
}

// text returns bytes as a string without a copy. Sound while they neither change nor move nor are freed: View and
// Views, which alone hand such strings out, pass that rule on to their callers.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
