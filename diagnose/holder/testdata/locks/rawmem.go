package main

import (
	"sync"
	"unsafe"
)

// onceLock gives the address of the lock in a sync.Once, which lies behind its flag of four bytes.
func onceLock(o *sync.Once) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(o), 4) }

// onceOf gives the address of the lock behind a function that sync.OnceValue made: its closure has captured a pointer to
// a struct, whose second word is the Once.
func onceOf(f func() int) unsafe.Pointer {
	closure := *(*unsafe.Pointer)(unsafe.Pointer(&f))
	captured := *(*unsafe.Pointer)(unsafe.Add(closure, 8))
	return onceLock((*sync.Once)(unsafe.Add(captured, 8)))
}
