package hangdemo

import (
	_ "embed"
	"runtime"
	"sync"
)

//go:embed lockoverblock.go
var lockOverBlockSource string

// registry tells a listener of each change.
type registry struct {
	mu      sync.Mutex
	names   map[string]int
	changes chan string
}

// set is the fault: it tells the listener while it holds the lock. Now the lock is held for as long as the listener
// likes; this one has left.
func (r *registry) set(name string, n int) {
	r.mu.Lock() // want holds
	defer r.mu.Unlock()
	r.names[name] = n
	r.changes <- name // want waits
}

func (r *registry) get(name string) int {
	r.mu.Lock() // want waits
	defer r.mu.Unlock()
	return r.names[name]
}

// setAndDrop gives the lock back first, and does not wait for a listener who may be gone.
func (r *registry) setAndDrop(name string, n int) {
	r.mu.Lock()
	r.names[name] = n
	r.mu.Unlock()
	select {
	case r.changes <- name:
	default:
	}
}

func newRegistry() *registry {
	return &registry{names: make(map[string]int), changes: make(chan string)}
}

func breakLockOverBlock() { onItsOwn(publish) }

func publish() {
	r := newRegistry()
	go r.set("a", 1)
	for r.mu.TryLock() { // until it has the lock
		r.mu.Unlock()
		runtime.Gosched()
	}
	go r.get("a")
}

func mendLockOverBlock() {
	r := newRegistry()
	r.setAndDrop("a", 1)
	r.get("a")
}
