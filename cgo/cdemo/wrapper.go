//go:build cgo

package cdemo

// #include "demo.h"
import "C"

import (
	"runtime"
	"runtime/cgo"
)

// request is what C is handed a number for.
type request struct {
	body [100]byte
}

func handleRound(fixed bool) func() error {
	return few(fixed, func() { handOver(&request{}) }, func() { handOver(&request{}).Delete() })
}

// handOver gives C something of Go's by its number. The table in runtime/cgo keeps it until somebody deletes it.
//
//go:noinline
func handOver(r *request) cgo.Handle {
	h := cgo.NewHandle(r) // WANT: handle
	C.use_handle(C.uintptr_t(h))
	return h
}

func pinnerRound(fixed bool) func() error {
	var kept []*runtime.Pinner
	return few(fixed,
		func() {
			p := new(runtime.Pinner)
			pinBuffer(p)
			kept = append(kept, p)
		},
		func() {
			p := new(runtime.Pinner)
			pinBuffer(p)
			p.Unpin()
		})
}

// pinBuffer keeps a buffer in its place, for C to write to.
//
//go:noinline
func pinBuffer(p *runtime.Pinner) {
	p.Pin(new([512]byte)) // WANT: pinner
}
