//go:build cgo

package cdemo

// #include "stuck.h"
import "C"

import "sync"

// items are what C goes through, one after the other.
type items struct {
	mu    sync.Mutex
	names []string
}

var theItems struct {
	sync.Mutex
	of *items
}

func newItems() *items {
	it := new(items)
	theItems.Lock()
	defer theItems.Unlock()
	theItems.of = it
	return it
}

// refresh is the fault: it keeps its lock while C calls back, and the callback takes it too.
func (it *items) refresh() {
	it.mu.Lock() // want holds
	defer it.mu.Unlock()
	it.names = nil
	C.each_item()
}

// refreshUnlocked lets C call back without the lock.
func (it *items) refreshUnlocked() {
	it.mu.Lock()
	it.names = nil
	it.mu.Unlock()
	C.each_item()
}

//export cdemoOnItem
func cdemoOnItem() {
	theItems.Lock()
	it := theItems.of
	theItems.Unlock()
	it.add("item")
}

func (it *items) add(name string) {
	it.mu.Lock() // want waits
	defer it.mu.Unlock()
	it.names = append(it.names, name)
}

// BreakCCallback leaves a goroutine behind, which waits for a lock that it holds itself, on the far side of C.
func BreakCCallback() { go newItems().refresh() }

// MendCCallback does the same without the fault.
func MendCCallback() { newItems().refreshUnlocked() }
