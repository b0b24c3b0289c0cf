package inspect

import "innards/diagnose/goroutine"

// Snapshot is one reading of a process.
type Snapshot struct {
	PID       int
	Exe       string // path of the executable
	GoVersion string // "go1.26.8"
	Threads   int

	goroutine.Dump

	Channels map[uint64]Channel // by address: every channel that a goroutine of the reading waits on
	Locks    map[uint64]Lock    // by address: every lock that a goroutine of the reading waits for

	Live map[int64]G // by goroutine ID: what only a living process has

	Missing int // goroutines that a core should have, and has not

	// Stranded holds the goroutines that nothing can wake any more: each waits, and what it waits for can be reached
	// from no goroutine that may still run, nor from a global. nil: not known (the heap was not read, or was too large).
	Stranded map[int64]bool
	// BehindLocks holds those of the stranded that would be within reach if the goroutines that are stranded for a lock could
	// go on: victims of whatever keeps these. nil: not known.
	BehindLocks map[int64]bool

	// Where nothing ran while the snapshot was taken, that moment, and what Strand would else read again.
	still  moment
	rested []rested
}

// rested is a goroutine of a process that stood still.
type rested struct {
	g      gstruct
	queue  queue
	window []byte // its stack, from its stack pointer up; nil: not kept
}

// Channel is the header of a channel.
type Channel struct {
	Len, Cap           int
	Closed             bool
	Senders, Receivers []int64 // goroutines in its queues, in queue order
}

// Lock is the state of a lock as its own words tell it. Go records no owner there.
type Lock struct {
	Locked  bool // a Mutex, or the writer's side of an RWMutex, is taken
	Readers int  // an RWMutex: readers that hold it
	Waiters int  // as the state word counts them
	Count   int  // of a WaitGroup: calls of Done that are still to come; of a bare semaphore: its value
}

// G is what a reading of a process knows of a goroutine besides its dump.
type G struct {
	Addr             uint64 // of its runtime.g
	StackLo, StackHi uint64
	PC, SP           uint64 // where its innermost frame stands; 0 where that is in registers only
	FirstDefer       uint64 // record of its next deferred call; see Process.Defers
	Thread           int    // the kernel's thread ID, while it has a thread or is locked to one
	Runs             uint8  // how often it stopped running, modulo 256: unchanged, and it has not run since
	Cut              bool   // the frames end before the goroutine's first function

	m      uint64 // address of the runtime's record of its thread; 0: it has none
	reason string
	window []byte // its stack, from SP up, as it was found at rest; nil: not kept
}

// Stack gives the memory from lo to hi of a goroutine's stack, if the reading kept that. It must not be changed.
func (g *G) Stack(lo, hi uint64) ([]byte, bool) {
	if lo < g.SP || hi < lo || hi-g.SP > uint64(len(g.window)) {
		return nil, false
	}
	return g.window[lo-g.SP : hi-g.SP], true
}
