//go:build cgo

package cdemo

// #include <stdlib.h>
// #include "demo.h"
import "C"

import (
	"runtime"
	"unsafe"
)

func ringRound(fixed bool) func() error      { return pick(fixed, makeRing, makeRingFixed) }
func threadedRound(fixed bool) func() error  { return pick(fixed, useThread, useThreadFixed) }
func finalizedRound(fixed bool) func() error { return pick(fixed, makePair, makePairFixed) }
func registryRound(fixed bool) func() error  { return pick(fixed, register, registerFixed) }

// makeRing makes two blocks that point to each other: each is reached, both are lost.
//
//go:noinline
func makeRing() {
	C.ring_new(ringBytes) // WANT: cycle
}

//go:noinline
func makeRingFixed() {
	C.ring_free(C.ring_new(ringBytes))
}

// useThread leaves what C keeps for each thread to a thread that ends: its goroutine was locked to it.
//
//go:noinline
func useThread() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		takeOwn()
	}()
	<-done
}

//go:noinline
func takeOwn() {
	C.own_memory(ownBytes) // WANT: perthread
}

//go:noinline
func useThreadFixed() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		takeOwn()
		C.own_free()
	}()
	<-done
}

// half holds C memory, which unsafe.Pointer may: the collector takes no notice of what it points to.
type half struct {
	memory unsafe.Pointer
	other  *half
}

// makePair trusts a finalizer. But the collector does not call that of an object that leads back to itself.
//
//go:noinline
func makePair() {
	a, b := &half{memory: C.row_new(pairBytes)}, &half{} // WANT: finalizer
	a.other, b.other = b, a
	runtime.SetFinalizer(a, (*half).free)
}

//go:noinline
func makePairFixed() {
	a := &half{memory: C.row_new(pairBytes)}
	a.other = &half{}
	runtime.SetFinalizer(a, (*half).free)
	a.free() // the finalizer is for those who forget
}

func (h *half) free() {
	C.free(h.memory)
	h.memory = nil
}

// register puts an entry into a list that C keeps, from which nobody takes one out: nothing is lost, all of it stays.
//
//go:noinline
func register() {
	C.registry_add(entryBytes) // WANT: registry
}

//go:noinline
func registerFixed() {
	C.registry_add(entryBytes)
	C.registry_remove()
}
