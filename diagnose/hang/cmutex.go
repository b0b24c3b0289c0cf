package hang

import (
	"slices"
	"strings"

	"innards/diagnose/goroutine"
)

// c-lock: goroutines wait for one another in a circle, and at least one of the locks is a mutex of the C library. That one
// notes its owner itself, a thread. A thread that waits in C, or whose goroutine is tied to it and waits in Go, cannot give
// back what it has, whichever call took that. A mutex whose owner has left C is not judged: it may come back with another
// goroutine.
//
// c-callback: a goroutine holds a Go lock, calls C, and what C calls back into wants the same lock.

// cMutexes enters the mutexes of C, and those that have them.
func (j *judge) cMutexes() {
	j.inC = make(map[uint64][]int64)
	for _, g := range j.Goroutines {
		o := j.Outside[g.ID]
		if o.Call != "lock" || j.byID[g.ID] != g {
			continue
		}
		known := len(j.inC[o.Mutex]) > 0
		j.inC[o.Mutex] = append(j.inC[o.Mutex], g.ID)
		if owner := j.byID[o.Owner]; owner != nil && !known {
			at := userFrame(owner)
			h := Hold{Goroutine: owner.ID, Lock: o.Mutex, Func: at.Func, File: at.File, Line: at.Line,
				Evidence: "the mutex names its thread; the line is where it is now", Confidence: Certain}
			j.Holds = append(j.Holds, h)
			j.holdsOf[owner.ID] = append(j.holdsOf[owner.ID], h)
		}
	}
}

func (j *judge) isC(lock uint64) bool { return len(j.inC[lock]) > 0 }

// calledBack tells whether a goroutine waits for a lock of its own in a Go function that C has called, and took it before
// it called C.
func (j *judge) calledBack(id int64, lock uint64) bool {
	frames := j.byID[id].Frames
	h, ok := j.hold(id, lock)
	takes := func(f goroutine.Frame) bool { return f.Func == h.Func }
	call := slices.IndexFunc(frames, func(f goroutine.Frame) bool { return strings.Contains(f.Func, "._Cfunc_") })
	return ok && call >= 0 && !slices.ContainsFunc(frames[:call], takes) && slices.ContainsFunc(frames[call:], takes)
}
