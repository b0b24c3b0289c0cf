package hangdemo

import (
	_ "embed"
	"sync"
	"sync/atomic"
)

//go:embed busyloop.go
var busyLoopSource string

// engine is started by one goroutine and awaited by another.
type engine struct {
	ready   atomic.Bool
	started chan struct{}
}

// awaitSpinning is the fault: it asks again and again, with a whole processor, for what a channel would say once. Where
// the start has failed and nobody sets ready, it asks for ever.
func (e *engine) awaitSpinning() {
	for !e.ready.Load() { // want runs
	}
}

func (e *engine) start() {
	e.ready.Store(true)
	close(e.started)
}

// await sleeps until it is told.
func (e *engine) await() { <-e.started }

func breakBusyLoop() {
	e := &engine{started: make(chan struct{})}
	go e.awaitSpinning() // want created
}

func mendBusyLoop() {
	e := &engine{started: make(chan struct{})}
	var done sync.WaitGroup
	done.Go(e.await)
	e.start()
	done.Wait()
}
