//go:build cgo

package cdemo

// #include <stdlib.h>
// #include "demo.h"
import "C"

import (
	"strings"
	"unsafe"
)

// greetRound serves some requests.
func greetRound(fixed bool) func() error {
	name := strings.Repeat("x", nameBytes)
	serve := greet
	if fixed {
		serve = greetFixed
	}
	return func() error {
		for range requestsPerRound {
			serve(name)
		}
		return nil
	}
}

// greet hands a name to C. C.CString takes C memory, which no garbage collector gives back.
//
//go:noinline
func greet(name string) {
	s := C.CString(name) // WANT: cstring
	C.greet(s)
}

//go:noinline
func greetFixed(name string) {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s)) // sound: s was made by C's malloc, and is used no more
	C.greet(s)
}
