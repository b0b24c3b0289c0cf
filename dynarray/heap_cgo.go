//go:build cgo && !(guard && linux)

package dynarray

// #include <stdint.h>
// #include <stdlib.h>
//
// // C.malloc and C.calloc are not used: cgo's own malloc ends the process when memory runs out. A wrapper of
// // our own returns NULL, and realloc covers all three needs. Addresses pass as numbers: the memory is not Go's.
// static uintptr_t dynarray_realloc(uintptr_t block, size_t bytes) { return (uintptr_t)realloc((void *)block, bytes); }
// static void dynarray_free(uintptr_t block) { free((void *)block); }
import "C"

// heapIsC says that blocks come from C's malloc, so that C can free them, and take ours.
const heapIsC = true

// heapResize makes a block of so many bytes from one of old bytes, or from none, and returns 0 if it cannot.
func heapResize(address, _, bytes uintptr) uintptr {
	return uintptr(C.dynarray_realloc(C.uintptr_t(address), C.size_t(bytes)))
}

func heapFree(address, _ uintptr) {
	if address != 0 {
		C.dynarray_free(C.uintptr_t(address))
	}
}
