//go:build cgo && linux && amd64

package malloctrace

// The names and flags are those of package cgo, which compiles the same source into a library.

// #cgo CFLAGS: -std=gnu11 -O2 -fvisibility=hidden -DINNARDS_LINKED
// #cgo CFLAGS: -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free
// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "start.h"
import "C"

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"innards/cgo"
	"innards/cgo/tracefmt"
)

// begin puts the tracer to work, in this process; or to rest, so that it costs a program where it cannot begin next to nothing.
func begin() (*tracefmt.Stream, error) {
	stream, err := beginStream()
	if err != nil {
		C.innards_rest()
	}
	return stream, err
}

func beginStream() (*tracefmt.Stream, error) {
	target, err := cgo.Examine(executable)
	if err != nil {
		return nil, err
	}
	stream, err := cgo.NewStream(cgo.Options{Target: target, Go: layout()})
	if err != nil {
		return nil, err
	}
	path := C.CString(stream.Path)
	result := C.innards_begin(path)
	C.free(unsafe.Pointer(path)) // sound: made by C's malloc above, and used no more
	_ = os.Remove(stream.Path)   // both have it open
	switch result {
	case C.INNARDS_NOT_FIRST:
		err = errors.New("the C libraries do not call the malloc of this program: build it without -linkmode=internal")
	case C.INNARDS_NO_STREAM:
		err = errors.New("the tracer cannot use " + stream.Path)
	}
	if err != nil {
		_ = stream.Close()
		return nil, fmt.Errorf("malloctrace: %w", err)
	}
	return stream, nil
}

// layout is that of the runtime that is running. One that is not known leaves the stacks without Go frames.
func layout() tracefmt.GoRuntime {
	l, ok := cgo.Layout(runtime.Version(), 0)
	if !ok {
		f, err := elf.Open(executable)
		if err != nil {
			return tracefmt.GoRuntime{}
		}
		defer f.Close() //nolint:errcheck // opened for reading
		d, err := f.DWARF()
		if err != nil {
			return tracefmt.GoRuntime{}
		}
		if l, err = cgo.LayoutFromDWARF(d, 0); err != nil {
			return tracefmt.GoRuntime{}
		}
	}
	if l.TLSG = int32(C.innards_tls_g(C.uint32_t(l.GM), C.uint32_t(l.MG0))); l.TLSG == 0 {
		return tracefmt.GoRuntime{}
	}
	return l
}

func recordEverything() { C.innards_everything() }

// passesBy tells whether the allocations of this thread take the usual way, once it has made one; a test looks.
func passesBy() bool {
	C.free(C.malloc(1)) // sound: of no further use
	return C.innards_passes_by() != 0
}
