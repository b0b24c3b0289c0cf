package holder

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// words is what a lock tells itself: whether it is taken and how often, never by whom.
type words struct {
	written bool // the writer's side is taken
	readers int
}

// readWords reads a lock.
//
//	sync.Mutex     state int32 (bit 0: locked), sema uint32
//	sync.RWMutex   w Mutex, writerSem, readerSem uint32, readerCount, readerWait int32
//
// A writer that waits or holds subtracts rwMaxReaders from readerCount; the readers that it still waits for are in
// readerWait.
func readWords(mem memory, addr uint64, rw bool) (words, error) {
	const (
		mutexLocked  = 1
		rwReaderWait = 20
		rwMutexSize  = 24
	)
	var b [rwMutexSize]byte
	if !rw {
		if err := mem(addr, b[:4]); err != nil {
			return words{}, err
		}
		return words{written: binary.LittleEndian.Uint32(b[:])&mutexLocked != 0}, nil
	}
	if err := mem(addr, b[:]); err != nil {
		return words{}, err
	}
	count := int32(binary.LittleEndian.Uint32(b[rwReaderCount:]))
	wait := int32(binary.LittleEndian.Uint32(b[rwReaderWait:]))
	switch {
	case count >= 0:
		return words{readers: int(count)}, nil
	case wait > 0:
		return words{readers: int(wait)}, nil
	}
	return words{written: true}, nil
}

// choose keeps, of what the stacks show about one lock, what the lock's own words allow. A mutex has one holder: of
// several candidates the one with the strongest evidence stands, and where two are equal, none.
func choose(addr uint64, candidates []Holding, w words) (held []Holding, warning string) {
	mode, limit := Read, w.readers
	if w.written {
		mode, limit = Write, 1
	}
	for _, h := range candidates {
		if h.Mode == mode {
			held = append(held, h)
		}
	}
	slices.SortFunc(held, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(strength(b), strength(a)), cmp.Compare(a.Goroutine, b.Goroutine))
	})
	if len(held) <= limit {
		return held, ""
	}
	if limit == 0 {
		return nil, ""
	}
	kept := limit
	for kept > 0 && strength(held[kept-1]) == strength(held[limit]) {
		kept--
	}
	if kept == 0 {
		warning = fmt.Sprintf("lock %#x: %d goroutines look like its holder, equally well; none is named", addr, len(held))
	}
	return held[:kept], warning
}
