//go:build cgo

package dynarray

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// registry counts arrays by the line that made them. It is the package's one piece of global state: C memory
// belongs to the process, and its sum is not any array's to tell.
var registry sites

type sites struct {
	mu sync.Mutex
	by map[uintptr]*site
}

// site counts the arrays of one call of New or Clone.
type site struct {
	pc                  uintptr
	arrays, bytes, lost atomic.Int64
}

// Site is a line of the program that makes arrays, and what has become of them.
type Site struct {
	Func   string
	File   string
	Line   int
	Arrays int   // not closed
	Bytes  int64 // of C memory that they hold
	// Lost is how many were forgotten: the collector found them unreachable and not closed. Each is a mistake in
	// the program. Their memory has been freed all the same, unless Slice had been called: those still count as
	// Arrays, and their Bytes are leaked, because a view of them may be in use.
	Lost int
}

func (s Site) String() string {
	return fmt.Sprintf("%s:%d: %s: %d arrays, %d bytes of C memory, %d never closed", s.File, s.Line, s.Func, s.Arrays, s.Bytes, s.Lost)
}

// Live returns the lines that made arrays which are not closed, or were never closed, those with the most memory
// first. Nothing is printed when an array is lost: ask here, at the end of a test or from a monitor.
func Live() []Site {
	var live []Site
	registry.mu.Lock()
	for _, s := range registry.by {
		if s.arrays.Load() != 0 || s.lost.Load() != 0 {
			live = append(live, s.report())
		}
	}
	registry.mu.Unlock()
	slices.SortFunc(live, func(a, b Site) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return live
}

// Bytes returns how much C memory all arrays hold. The garbage collector does not count it: neither GOGC nor
// GOMEMLIMIT sees it.
func Bytes() int64 {
	n := int64(0)
	registry.mu.Lock()
	defer registry.mu.Unlock()
	for _, s := range registry.by {
		n += s.bytes.Load()
	}
	return n
}

// callerOf returns the program counter of the frame that many calls up. A line is looked up only when it is asked for.
func callerOf(frames int) uintptr {
	var pc [1]uintptr
	runtime.Callers(frames+1, pc[:])
	return pc[0]
}

func (r *sites) enter(pc uintptr) *site {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.by[pc]
	if s == nil {
		if r.by == nil {
			r.by = make(map[uintptr]*site)
		}
		s = &site{pc: pc}
		r.by[pc] = s
	}
	s.arrays.Add(1)
	return s
}

func (s *site) report() Site {
	frame, _ := runtime.CallersFrames([]uintptr{s.pc}).Next()
	return Site{
		Func: frame.Function, File: frame.File, Line: frame.Line,
		Arrays: int(s.arrays.Load()), Bytes: s.bytes.Load(), Lost: int(s.lost.Load()),
	}
}

// account notes that the block holds that many bytes now.
func (b *block) account(bytes int64) {
	b.site.bytes.Add(bytes - b.bytes)
	b.bytes = bytes
}

// leave notes that the block's array is closed, and lets go of its site.
func (b *block) leave() {
	b.site.arrays.Add(-1)
	b.site = nil
}

// lose is the cleanup of an array that was never closed. It must not free memory into which a view may still point:
// a slice over C memory does not keep its array alive.
func (b *block) lose() {
	b.site.lost.Add(1)
	if b.viewed {
		return
	}
	// Append stores the new length before the element, and the array may be unreachable between these two
	// instructions, if they are its last. KeepAlive would cost Append its inlining; so the memory outlives the
	// array by another collection instead, long enough for an instruction.
	later := &struct{ _ *block }{}
	runtime.AddCleanup(later, func(b *block) {
		b.free()
		b.leave()
	}, b)
}
