//go:build !cgo && !linux

package dynarray

import (
	"reflect"
	"sync"
)

// heapIsC says that blocks come from C's malloc.
const heapIsC = false

// kept holds on to blocks of Go's own memory, where neither C nor Linux is there to ask: the package works, and gains
// nothing. The collector does not move them, and does not free what the map can reach.
var kept struct {
	mu sync.Mutex
	by map[uintptr][]uint64
}

// heapResize makes a block of so many bytes from one of old bytes, or from none, and returns 0 if it cannot.
func heapResize(address, old, bytes uintptr) uintptr {
	if uint64(bytes) > 1<<40 {
		return 0 // make would end the process
	}
	block := make([]uint64, (bytes+7)/8)
	to := reflect.ValueOf(block).Pointer()
	kept.mu.Lock()
	if kept.by == nil {
		kept.by = make(map[uintptr][]uint64)
	}
	kept.by[to] = block
	kept.mu.Unlock()
	if address != 0 {
		move(to, address, min(old, bytes))
		heapFree(address, old)
	}
	return to
}

func heapFree(address, _ uintptr) {
	kept.mu.Lock()
	delete(kept.by, address)
	kept.mu.Unlock()
}
