//go:build !cgo && linux && !guard

package dynarray

import (
	"math/bits"
	"sync"
)

// heapIsC says that blocks come from C's malloc.
const heapIsC = false

// Without C there is no malloc: small blocks are cut from mappings, in sizes that are powers of two. A freed block
// waits for the next array of its size; its pages are not returned to the system, and there are at most mapFrom bytes
// of a block, since larger ones are mappings of their own.

const (
	leastShift = 6       // blocks of 64 bytes are the smallest: cut so that all are aligned for a cache line
	regionSize = 4 << 20 // what is mapped at once
)

// cutter cuts mappings into blocks. Like the registry it is the process's: memory is.
type cutter struct {
	mu         sync.Mutex
	vacant     [64][]uintptr // freed blocks, by the logarithm of their size
	next, left uintptr       // what remains of the last mapping
}

var small cutter

// class returns the logarithm of the size of the block for so many bytes.
func class(bytes uintptr) int { return max(leastShift, bits.Len64(uint64(bytes-1))) }

// heapResize makes a block of so many bytes from one of old bytes, or from none, and returns 0 if it cannot.
func heapResize(address, old, bytes uintptr) uintptr {
	if address != 0 && class(old) == class(bytes) {
		return address
	}
	to := small.take(class(bytes))
	if to != 0 && address != 0 {
		move(to, address, min(old, bytes))
		heapFree(address, old)
	}
	return to
}

func heapFree(address, bytes uintptr) {
	if address == 0 {
		return
	}
	c := class(bytes)
	if 1<<c > regionSize {
		mapFree(address, 1<<c)
		return
	}
	small.mu.Lock()
	small.vacant[c] = append(small.vacant[c], address)
	small.mu.Unlock()
}

func (h *cutter) take(class int) uintptr {
	size := uintptr(1) << class
	if size > regionSize { // the way out when there can be no mapping of the array's own
		address, span := mapAligned(size)
		if address != 0 {
			advise(address, 0, span, HugeOff)
		}
		return address
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.vacant[class]); n > 0 {
		address := h.vacant[class][n-1]
		h.vacant[class] = h.vacant[class][:n-1]
		return address
	}
	if h.left < size {
		// What is left of the old region serves smaller arrays: it is a sum of powers of two, each on its boundary.
		for h.left > 0 {
			c := bits.TrailingZeros64(uint64(h.next))
			c = min(c, bits.Len64(uint64(h.left))-1)
			h.vacant[c] = append(h.vacant[c], h.next)
			h.next += 1 << c
			h.left -= 1 << c
		}
		address, span := mapAligned(regionSize)
		if address == 0 {
			return 0
		}
		advise(address, 0, span, HugeOff)
		h.next, h.left = address, span
	}
	address := h.next
	h.next += size
	h.left -= size
	return address
}
