package inspect

import (
	"encoding/binary"

	"innards/diagnose/goroutine"
)

// Where the locks of package sync keep their parts, in bytes from their beginning. Their layout is not versioned: it has
// been the same since Go 1.20, and a test parks goroutines on each.
const (
	mutexSema     = 4
	rwWriterSema  = 8
	rwReaderSema  = 12
	rwReaderCount = 16
	rwReaderWait  = 20
	waitGroupSema = 8
	condNotify    = 16 // after L, an interface

	lockSize = 24 // enough for the state of any of them
)

const (
	mutexLocked      = 1
	mutexWaiterShift = 3
	rwMaxReaders     = 1 << 30
)

// readLocks reads the state of locks from their own words.
func (r *reading) readLocks(kinds map[uint64]goroutine.WaitKind) error {
	reqs := make([]request, 0, len(kinds))
	for addr := range kinds {
		reqs = append(reqs, request{addr: addr, buf: make([]byte, lockSize)})
	}
	if err := r.p.mem.readAll(reqs); err != nil {
		return err
	}
	for _, req := range reqs {
		if req.ok {
			r.snap.Locks[req.addr] = lockState(kinds[req.addr], req.buf)
		}
	}
	return nil
}

func lockState(kind goroutine.WaitKind, raw []byte) Lock {
	at := func(off int) int { return int(int32(binary.LittleEndian.Uint32(raw[off:]))) }
	var l Lock
	switch kind {
	case goroutine.MutexLock:
		l.Locked, l.Waiters = at(0)&mutexLocked != 0, at(0)>>mutexWaiterShift
	case goroutine.RWMutexRead, goroutine.RWMutexWrite:
		count, leaving := at(rwReaderCount), at(rwReaderWait)
		l.Waiters = at(0) >> mutexWaiterShift
		if count >= 0 {
			l.Readers = count
			break
		}
		// A writer has announced itself. Until the readers before it have left, it waits; those after it wait for it.
		l.Readers = max(leaving, 0)
		l.Locked = l.Readers == 0
		l.Waiters += count + rwMaxReaders - l.Readers
		if !l.Locked {
			l.Waiters++
		}
	case goroutine.WaitGroup:
		// The lowest 31 bits count those that wait; the 32nd is a flag of testing/synctest.
		l.Waiters, l.Count = at(0)&(1<<31-1), at(4)
	case goroutine.CondWait:
		// A Cond hands out tickets: the number of the next one, less that of the first not yet notified.
		l.Waiters = int(int32(uint32(at(condNotify)) - uint32(at(condNotify+4))))
	case goroutine.Semaphore:
		l.Count = at(0)
	}
	return l
}
