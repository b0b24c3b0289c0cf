package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed condlostwakeup.go
var condLostWakeupSource string

// gate lets nobody pass before it is lifted.
type gate struct {
	mu     sync.Mutex
	lifted *sync.Cond
	open   bool
}

func newGate() *gate {
	g := new(gate)
	g.lifted = sync.NewCond(&g.mu)
	return g
}

func (g *gate) lift() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = true
	g.lifted.Broadcast()
}

// pass is the fault: it waits to be woken without a look at whether that is still to come. A Cond keeps no wake-up for
// those who come late.
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lifted.Wait() // want waits
}

// passIfClosed waits for the state, and for the Cond only to hear that it may have changed.
func (g *gate) passIfClosed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.lifted.Wait()
	}
}

func breakCondLostWakeup() {
	g := newGate()
	g.lift()
	go g.pass() // want created
}

func mendCondLostWakeup() {
	g := newGate()
	g.lift()
	g.passIfClosed()
}
