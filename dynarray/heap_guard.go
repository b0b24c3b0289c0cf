//go:build guard && linux

package dynarray

import "sync"

// heapIsC says that blocks come from C's malloc.
const heapIsC = false

// With -tags guard every block has pages of its own, with its end at a page that cannot be touched; a resize always
// moves, and the pages of before become untouchable instead of being used again. So a stale view faults at its first
// use, and so does what writes beyond the capacity (by 16 bytes or more). debug.SetPanicOnFault makes the fault a
// panic with a Go stack. Slow, and it uses up address space: a tool for tests.

// quarantined is how many bytes of address space stay untouchable before the oldest are used again.
const quarantined = 1 << 40

type quarantine struct {
	mu    sync.Mutex
	pages []mapped // oldest first
	bytes uintptr
}

var bad quarantine

// pagesFor returns how much is mapped for a block, without the guard page, and where in it the block begins.
func pagesFor(bytes uintptr) (pages, begin uintptr) {
	pages = roundUp(bytes, pageSize)
	return pages, (pages - bytes) &^ 15
}

// heapResize makes a block of so many bytes from one of old bytes, or from none, and returns 0 if it cannot.
func heapResize(address, old, bytes uintptr) uintptr {
	pages, begin := pagesFor(bytes)
	base := mapReserve(pages + pageSize)
	if base == 0 {
		return 0
	}
	if !mapCommit(base, pages) {
		mapFree(base, pages+pageSize)
		return 0
	}
	to := base + begin
	if address != 0 {
		move(to, address, min(old, bytes))
		heapFree(address, old)
	}
	return to
}

func heapFree(address, bytes uintptr) {
	if address == 0 {
		return
	}
	pages, begin := pagesFor(bytes)
	base := address - begin
	mapForbid(base, pages)
	bad.mu.Lock()
	defer bad.mu.Unlock()
	bad.pages = append(bad.pages, mapped{address: base, span: pages + pageSize})
	bad.bytes += pages + pageSize
	for bad.bytes > quarantined || len(bad.pages) > 30000 { // a process may have 65530 mappings
		mapFree(bad.pages[0].address, bad.pages[0].span)
		bad.bytes -= bad.pages[0].span
		bad.pages = bad.pages[1:]
	}
}
