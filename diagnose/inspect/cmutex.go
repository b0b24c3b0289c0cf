package inspect

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"innards/diagnose/goroutine"
)

// A mutex of glibc, as <bits/struct_mutex.h> has it on amd64. Its first word is the futex.
const (
	mutexOwner = 8  // the thread that has it
	mutexUsers = 12 // threads that have it or wait
	mutexKind  = 16
	mutexSize  = 20
)

const (
	sysFutex       = 202
	futexWait      = 0x80 // FUTEX_WAIT, of one process alone
	lockedAwaited  = 2    // the futex of a mutex that is taken and waited for
	maxMutexKind   = 3    // normal, recursive, error-checking, adaptive; the robust and the inheriting ones wait otherwise
	mutexKindFlags = 0x380
)

// cMutex tells which mutex of C a goroutine waits for, and who has it. A goroutine in C shows in its innermost frame; the
// runtime's own futexes, which look alike, are not waited for there. That it is a mutex of glibc is told by what must fit:
// its futex says that it is waited for, and its owner is a thread of this very process.
func (p *Process) cMutex(g frames, args []uint64) (addr uint64, owner int, ok bool) {
	const timeout = 3
	if !g.inC() || args[1] != futexWait || args[2] != lockedAwaited || args[timeout] != 0 {
		return 0, 0, false
	}
	var raw [mutexSize]byte
	if p.mem.read(args[0], raw[:]) != nil {
		return 0, 0, false
	}
	word := func(off int) uint32 { return binary.LittleEndian.Uint32(raw[off:]) }
	owner = int(word(mutexOwner))
	const manyUsers = 1 << 20
	if word(0) != lockedAwaited || word(mutexUsers) == 0 || word(mutexUsers) > manyUsers ||
		word(mutexKind)&^mutexKindFlags > maxMutexKind || owner <= 0 {
		return 0, 0, false
	}
	_, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d", p.pid, owner))
	return args[0], owner, err == nil
}

type frames []goroutine.Frame

// inC tells a goroutine that has called C: cgo makes a function for the call.
func (f frames) inC() bool { return len(f) > 0 && strings.Contains(f[0].Func, "._Cfunc_") }

// ownerOf gives the goroutine that must go on for a thread to go on: the one that is in C there, or that is tied to it,
// as one is that C has called back into. 0: there is none. A thread that has come back from C serves any goroutine, and
// which of them took its mutexes is not known.
func ownerOf(s *Snapshot, tid int) int64 {
	for _, g := range s.Goroutines {
		if s.Live[g.ID].Thread == tid && (g.LockedToThread || g.State == "syscall" && frames(g.Frames).inC()) {
			return g.ID
		}
	}
	return 0
}
