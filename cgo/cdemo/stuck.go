//go:build cgo

package cdemo

// #include "stuck.h"
import "C"

import "sync"

// Linked tells whether the C is part of this program.
const Linked = true

// index counts the entries of a table in C. C has a lock of its own, and holds it while it calls back.
type index struct {
	mu                   sync.Mutex
	entries              int
	rebuilding, scanning chan struct{} // closed once each has come to where the other matters
}

// theIndex is what C calls back for: it is told of no object of Go's.
var theIndex struct {
	sync.Mutex
	of *index
}

func newIndex() *index {
	x := &index{rebuilding: make(chan struct{}), scanning: make(chan struct{})}
	theIndex.Lock()
	defer theIndex.Unlock()
	theIndex.of = x
	return x
}

// rebuild is the fault: it takes the Go lock, then that of C. A scan takes them the other way round.
func (x *index) rebuild() {
	x.mu.Lock() // want holds
	defer x.mu.Unlock()
	close(x.rebuilding)
	<-x.scanning
	C.table_load() // want waits
	x.entries = 0
}

// rebuildApart is done with C before it takes the Go lock.
func (x *index) rebuildApart() {
	close(x.rebuilding)
	<-x.scanning
	C.table_load()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.entries = 0
}

func (x *index) scan() { C.table_scan() }

//export cdemoOnEntry
func cdemoOnEntry() {
	theIndex.Lock()
	x := theIndex.of
	theIndex.Unlock()
	x.add()
}

func (x *index) add() {
	close(x.scanning)
	<-x.rebuilding
	x.mu.Lock() // want waits
	defer x.mu.Unlock()
	x.entries++
}

// BreakCLock leaves two goroutines behind, which wait for each other: one in C, for C's lock, the other in a callback.
func BreakCLock() {
	x := newIndex()
	go x.rebuild()
	go x.scan()
}

// MendCLock does the same without the fault.
func MendCLock() {
	x := newIndex()
	var both sync.WaitGroup
	both.Go(x.rebuildApart)
	both.Go(x.scan)
	both.Wait()
}
