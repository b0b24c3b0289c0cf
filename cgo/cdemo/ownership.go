//go:build cgo

package cdemo

// #include <stdlib.h>
// #include "demo.h"
import "C"

import "unsafe"

// each makes a round of many calls.
func each(n int, call func()) func() error {
	return func() error {
		for range n {
			call()
		}
		return nil
	}
}

func pick(fixed bool, faulty, repaired func()) func() error {
	if fixed {
		return each(callsPerRound, repaired)
	}
	return each(callsPerRound, faulty)
}

func configRound(fixed bool) func() error  { return pick(fixed, loadConfig, loadConfigFixed) }
func alignedRound(fixed bool) func() error { return pick(fixed, makeBuffer, makeBufferFixed) }
func formatRound(fixed bool) func() error  { return pick(fixed, describe, describeFixed) }
func readRound(fixed bool) func() error    { return pick(fixed, readLine, readLineFixed) }

// loadConfig gets memory through an out-parameter: that it is the caller's to free stands in a manual only.
// The call is a function of its own, for cgo checks the pointer first.
//
//go:noinline
func loadConfig() {
	var text *C.char
	C.config_load(&text, configBytes) // WANT: outparam
}

//go:noinline
func loadConfigFixed() {
	var text *C.char
	C.config_load(&text, configBytes)
	C.free(unsafe.Pointer(text)) // sound: text was made by C's malloc, and is used no more
}

//go:noinline
func makeBuffer() {
	C.aligned_buffer(alignedBytes) // WANT: aligned
}

//go:noinline
func makeBufferFixed() {
	C.free(C.aligned_buffer(alignedBytes))
}

//go:noinline
func describe() {
	C.describe(7) // WANT: asprintf
}

//go:noinline
func describeFixed() {
	C.free(unsafe.Pointer(C.describe(7))) // sound: made by C's malloc, and used no more
}

//go:noinline
func readLine() {
	C.read_line() // WANT: getline
}

//go:noinline
func readLineFixed() {
	C.free(unsafe.Pointer(C.read_line())) // sound: made by C's malloc, and used no more
}
