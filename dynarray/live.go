package dynarray

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// registry counts arrays by the stack that made them. It is the package's global state, together with the caches of
// freed memory: C memory belongs to the process, and its sum is not any array's to tell.
var registry sites

// stack is the program counters of the calls that made an array, innermost first: New's caller and its callers. As
// many as are enough to tell who asked for it; each costs 10 to 20 ns.
type stack [12]uintptr

type sites struct {
	mu sync.Mutex
	by map[stack]*site
}

// site counts the arrays of one stack.
type site struct {
	made                stack
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
	lines := make(map[uintptr]Site)
	for _, s := range registry.all() {
		if s.arrays.Load() != 0 || s.lost.Load() != 0 {
			lines[s.made[0]] = s.addTo(lines[s.made[0]])
		}
	}
	live := slices.Collect(maps.Values(lines))
	slices.SortFunc(live, func(a, b Site) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return live
}

// Bytes returns how much C memory all arrays hold. The garbage collector does not count it: neither GOGC nor
// GOMEMLIMIT sees it.
func Bytes() int64 {
	n := int64(0)
	for _, s := range registry.all() {
		n += s.bytes.Load()
	}
	return n
}

// enter counts one array more for the stack that begins so many calls up from its caller.
func (r *sites) enter(skip int) *site {
	var made stack
	runtime.Callers(skip+2, made[:])
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.by[made]
	if s == nil {
		if r.by == nil {
			r.by = make(map[stack]*site)
		}
		s = &site{made: made}
		r.by[made] = s
	}
	s.arrays.Add(1)
	return s
}

// all returns the sites known so far.
func (r *sites) all() []*site {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Values(r.by))
}

// callers returns the program counters of the site's stack.
func (s *site) callers() []uintptr {
	if n := slices.Index(s.made[:], 0); n >= 0 {
		return s.made[:n]
	}
	return s.made[:]
}

// addTo adds the site's counts to those of its line. A line is looked up only when it is asked for.
func (s *site) addTo(line Site) Site {
	if line.File == "" {
		frame, _ := runtime.CallersFrames(s.made[:1]).Next()
		line = Site{Func: frame.Function, File: frame.File, Line: frame.Line}
	}
	line.Arrays += int(s.arrays.Load())
	line.Bytes += s.bytes.Load()
	line.Lost += int(s.lost.Load())
	return line
}

// account notes that the block holds that many bytes now.
func (b *block) account(bytes int64) {
	if b.site != nil { // detached memory is no array's
		b.site.bytes.Add(bytes - b.bytes)
	}
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
	if b.viewed.noted() {
		return
	}
	// Append stores the new length before the element, At compares the index before it reads, and the array may be
	// unreachable between these two instructions, if they are its last. KeepAlive would cost Append its inlining, and
	// At half of its speed; so the memory outlives the array by another collection instead, long enough for an instruction.
	later := &struct{ _ *block }{}
	runtime.AddCleanup(later, func(b *block) {
		_ = b.free(uintptr(b.bytes)) // nobody is left to be told
		b.leave()
	}, b)
}

// viewed says whether a view was handed out. Goroutines may ask for views at the same time; once the note is there, they
// only read it.
type viewed uint32 // and not an atomic.Bool: a block may be copied

func (v *viewed) noted() bool { return atomic.LoadUint32((*uint32)(v)) != 0 }

func (v *viewed) note() {
	if !v.noted() {
		atomic.StoreUint32((*uint32)(v), 1)
	}
}
