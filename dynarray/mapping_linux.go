package dynarray

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// A mapping begins on the boundary of a huge page, so that it can consist of them from its first byte and move by
// whole page-table entries. mremap moves no byte: 1 GiB of huge pages in a quarter of a millisecond.

const anonymous = unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_NORESERVE

// mapReserve takes address space that nothing can touch yet, on the boundary of a huge page; 0 if there is none.
func mapReserve(bytes uintptr) uintptr {
	p, err := unix.MmapPtr(-1, 0, nil, bytes+hugePage, unix.PROT_NONE, anonymous)
	if err != nil {
		return 0
	}
	at := uintptr(p)
	address := roundUp(at, hugePage)
	if address > at {
		mapFree(at, address-at)
	}
	mapFree(address+bytes, at+hugePage-address)
	return address
}

// mapCommit lets reserved pages be used; they are zero until written, and resident from then on.
func mapCommit(address, bytes uintptr) bool {
	_, _, errno := unix.Syscall(unix.SYS_MPROTECT, address, bytes, unix.PROT_READ|unix.PROT_WRITE)
	return errno == 0
}

// mapForbid takes pages away again and keeps their addresses.
func mapForbid(address, bytes uintptr) {
	mapDrop(address, bytes)
	_, _, _ = unix.Syscall(unix.SYS_MPROTECT, address, bytes, unix.PROT_NONE) // fails for want of mappings: then they are zero
}

// mapDrop gives pages back; they read as zero from then on.
func mapDrop(address, bytes uintptr) {
	if bytes > 0 {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, address, bytes, unix.MADV_DONTNEED) // advice
	}
}

func mapFree(address, bytes uintptr) {
	if bytes > 0 {
		_ = unix.MunmapPtr(pointer(address), bytes) // fails only for want of mappings, and then nothing can be done
	}
}

// mapAligned makes a mapping of so many bytes or more, and says how many; an address of 0 is none.
func mapAligned(bytes uintptr) (address, span uintptr) {
	span = roundUp(bytes, hugePage)
	address = mapReserve(span)
	if address == 0 {
		return 0, 0
	}
	if !mapCommit(address, span) {
		mapFree(address, span)
		return 0, 0
	}
	return address, span
}

// mapGrow makes a mapping larger, which moves it: in place there is hardly ever room, as mappings are made downwards.
func mapGrow(address, old, bytes uintptr) (moved, span uintptr) {
	span = roundUp(bytes, hugePage)
	to := mapReserve(span)
	if to == 0 {
		return 0, 0
	}
	if _, err := unix.MremapPtr(pointer(address), old, pointer(to), span, unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED); err != nil {
		mapFree(to, span)
		return 0, 0
	}
	return to, span
}

// mapShrink gives the pages beyond so many bytes back, and says how much is left.
func mapShrink(address, old, bytes uintptr) uintptr {
	span := roundUp(bytes, pageSize)
	mapFree(address+span, old-span)
	return span
}

// advise tells the system which pages a mapping is to have, of which the part beyond old is new.
func advise(address, old, span uintptr, pages HugePages) {
	switch pages {
	case HugeOn:
		madvise(address, span, unix.MADV_HUGEPAGE)
	case HugeOff:
		madvise(address, span, unix.MADV_NOHUGEPAGE)
	case HugeAuto:
		first := roundUp(old, hugePage)
		if first >= span || frost.lasts() {
			madvise(address, span, unix.MADV_NOHUGEPAGE)
			return
		}
		mapHuge(address, first, span)
	}
}

// smallStep is how many bytes of ordinary pages are got at once for an array that is appended to: so few that they are still in
// the cache when they are written. It saves the faults, a quarter of what such a page costs.
const smallStep = 256 << 10

// mapAhead gets pages for elements that are about to be appended: beyond those that the mapping has, as far as needed, and on to the end of
// a step, which it returns. By HugeAuto each huge page is timed, because warm ones are no promise of more.
func mapAhead(m mapped, need uintptr, pages HugePages) uintptr {
	if pages == HugeOn { // one fault brings as much as a step
		advise(m.address, m.touched, m.span, pages)
		return m.span
	}
	to := roundUp(m.touched, pageSize)
	for to < need {
		next := min(roundUp(to+1, hugePage), m.span)
		switch {
		case pages == HugeAuto && to%hugePage == 0 && next-to == hugePage && !frost.lasts():
			mapHuge(m.address, to, m.span)
			to = next
			continue
		case to%hugePage == 0:
			madvise(m.address, m.span, unix.MADV_NOHUGEPAGE)
		}
		if need-to > smallStep { // they would be out of the cache again before they are written
			to = min(next, roundUp(need, pageSize))
			continue
		}
		end := min(to+smallStep, next)
		madvise(m.address+to, end-to, unix.MADV_POPULATE_WRITE)
		to = end
	}
	return to
}

// mapHuge lets a mapping have huge pages, and gets the one at this place; if that takes long it is the last for a while. All of
// the mapping gets one policy: parts with different ones would be several mappings, and mremap moves one.
func mapHuge(address, at, span uintptr) {
	runtime.LockOSThread() // whose clock it is: one that waits for a processor is not cold
	defer runtime.UnlockOSThread()
	madvise(address, span, unix.MADV_HUGEPAGE)
	start := threadTime()
	madvise(address+at, hugePage, unix.MADV_POPULATE_WRITE)
	if threadTime()-start > coldPage {
		frost.begins()
		madvise(address, span, unix.MADV_NOHUGEPAGE)
	}
}

// threadTime is the CPU time of the calling thread.
func threadTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

func madvise(address, bytes uintptr, advice int) {
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, address, bytes, uintptr(advice)) // advice: without it the pages are ordinary ones
}
