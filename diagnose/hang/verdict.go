package hang

import "innards/diagnose/waitgraph"

// Class names a kind of hang.
type Class string

// The classes that Judge knows today.
const (
	LockCycle      Class = "lock-cycle"
	SelfDeadlock   Class = "self-deadlock"
	OnceRecursion  Class = "once-recursion"
	RWMutexReentry Class = "rwmutex-reentry"
	LeakedLock     Class = "leaked-lock"
	LockOverBlock  Class = "lock-over-block"
	NilChan        Class = "nil-chan"
	ChanNoPeer     Class = "chan-no-peer"
	SelectNoPeer   Class = "select-no-peer"
	WaitgroupShort Class = "waitgroup-short"
	CondLostWakeup Class = "cond-lost-wakeup"
	InitDeadlock   Class = "init-deadlock"
	GoroutineLeak  Class = "goroutine-leak"
	PipeStuck      Class = "pipe-stuck"
	ChildWait      Class = "child-wait"
	ChildStopped   Class = "child-stopped"
	PoolExhausted  Class = "pool-exhausted"

	BusyLoop Class = "busy-loop"
	Livelock Class = "livelock"

	CLock     Class = "c-lock"
	CCallback Class = "c-callback"
	CCall     Class = "c-call"

	NetNoDeadline Class = "net-no-deadline"
	STWStuck      Class = "stw-stuck"

	SemaphoreSelfWait Class = "semaphore-self-wait"
)

// Confidence says how far a verdict, or a piece of evidence, can be trusted.
type Confidence string

// Certain is proved by what was read; likely rests on an inference that is nearly always right; possible is worth a
// look.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

// rank orders confidences, the firmest first.
func (c Confidence) rank() int {
	switch c {
	case Certain:
		return 0
	case Likely:
		return 1
	}
	return 2
}

func weaker(a, b Confidence) Confidence {
	if a.rank() >= b.rank() {
		return a
	}
	return b
}

// Role says what a piece of evidence shows of its goroutine.
type Role string

// Holds: here it took the object. Waits: here it waits for it. Created: here is the go statement that started it.
// Missing: here something was begun that nobody has ended, as a lock that was taken by a function which has returned.
// Runs: here it turns.
const (
	Holds   Role = "holds"
	Waits   Role = "waits"
	Created Role = "created"
	Missing Role = "missing"
	Runs    Role = "runs"
)

// Verdict is one hang.
type Verdict struct {
	Class      Class      `json:"class"`
	Confidence Confidence `json:"confidence"`
	Summary    string     `json:"summary"`    // one line
	Goroutines []int64    `json:"goroutines"` // at the root
	Blocked    int        `json:"blocked"`    // all that wait because of it, the root included
	Evidence   []Evidence `json:"evidence"`
}

// Evidence is one place in the program that a verdict rests on.
type Evidence struct {
	Goroutine int64  `json:"goroutine"`
	Role      Role   `json:"role"`
	Object    string `json:"object"` // "sync.Mutex 0xc000012340"; empty where there is none
	Func      string `json:"func"`
	File      string `json:"file"` // as the binary records it
	Line      int    `json:"line"`
	Detail    string `json:"detail,omitempty"` // how it is known, or what else was read of the object
}

// Hold says that a goroutine has a lock, and how that is known.
type Hold struct {
	Goroutine  int64
	Lock       uint64
	Mode       waitgraph.Mode
	Func, File string // where it took the lock
	Line       int
	Evidence   string // "a deferred Unlock is pending"
	Confidence Confidence
}

// Channel is what was read of a channel's header.
type Channel struct {
	Len, Cap int
	Closed   bool
}

// Lock is what was read of a lock's own words, or of a WaitGroup's or a Cond's.
type Lock struct {
	Locked  bool // a Mutex, or the writer's side of an RWMutex, is taken
	Readers int  // that hold an RWMutex
	Waiters int
	Count   int // of a WaitGroup: calls of Done that are still to come
}

// Place is a line of the program.
type Place struct {
	Func, File string
	Line       int
}
