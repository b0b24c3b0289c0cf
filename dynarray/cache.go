package dynarray

import "sync"

// Freed mappings wait for the next large array, with their pages: a page costs more to get than all the elements in
// it cost to append. What waits is bounded, and Trim gives it back.

const (
	cachedBytes = 64 << 20 // at most, all together
	cachedMost  = 16       // mappings
)

// cache is the freed mappings, the one freed last at the end. Like the registry it is the process's.
type cache struct {
	mu    sync.Mutex
	spans []mapped
	bytes uintptr
}

type mapped struct{ address, span, touched uintptr } // the first touched bytes may have pages

var freed cache

// put frees a mapping, now or later.
func (c *cache) put(m mapped) {
	if m.span > cachedBytes {
		mapFree(m.address, m.span)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.bytes+m.span > cachedBytes || len(c.spans) == cachedMost {
		c.drop(0)
	}
	c.spans = append(c.spans, m)
	c.bytes += m.span
}

// take returns the cached mapping that fits best, or none. One larger than asked for is the array's as a whole, so that
// an array that grows as far as the one before it finds all the pages of that; but at most four times as large, or
// small arrays would in the end sit on all that large ones left.
func (c *cache) take(bytes uintptr) mapped {
	c.mu.Lock()
	defer c.mu.Unlock()
	best := -1
	for i, m := range c.spans {
		if m.span >= bytes && m.span/4 <= roundUp(bytes, hugePage) && (best < 0 || m.span < c.spans[best].span) {
			best = i
		}
	}
	if best < 0 {
		return mapped{}
	}
	m := c.spans[best]
	c.spans = append(c.spans[:best], c.spans[best+1:]...)
	c.bytes -= m.span
	return m
}

func (c *cache) drop(i int) {
	m := c.spans[i]
	c.spans = append(c.spans[:i], c.spans[i+1:]...)
	c.bytes -= m.span
	mapFree(m.address, m.span)
}

// Trim gives the memory of closed arrays that is kept for the next ones, up to 64 MiB, back to the system.
func Trim() {
	freed.mu.Lock()
	defer freed.mu.Unlock()
	for len(freed.spans) > 0 {
		freed.drop(0)
	}
}
