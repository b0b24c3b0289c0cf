package goroutine

import "time"

// Goroutine is one goroutine as a dump or a live reading shows it. A text dump fills the first half; only a reading of
// a process or a core fills Waits and the addresses in the frames.
type Goroutine struct {
	ID int64
	// State is the runtime's own word: a wait reason ("sync.Mutex.Lock", "chan receive (nil chan)", "select",
	// "IO wait") where the goroutine waits, else its status ("running", "runnable", "syscall").
	State string
	// Waiting is how long it has been in State; 0 means unknown. The runtime notes it at a collection only and a text
	// dump prints whole minutes, so it is a lower bound.
	Waiting time.Duration
	// LockedToThread tells of runtime.LockOSThread or a callback from C.
	LockedToThread bool
	// Annotations keeps every other part of a dump's header as it was printed ("scan", "synctest bubble 1"), so that a
	// Go release with a new one loses nothing.
	Annotations []string
	Labels      map[string]string
	Frames      []Frame // innermost first; calls that the compiler inlined stand as frames of their own
	Elided      int     // frames that the runtime left out of the dump
	CreatedBy   Frame   // the go statement; its zero value for the main goroutine
	CreatorID   int64   // the goroutine that ran the go statement; 0 where the dump does not say
	System      bool    // the runtime's own: collector workers, finalizers, the scavenger
	Waits       []Wait  // what it waits for: one entry, or one for each case of a select
}

// Frame is one call.
type Frame struct {
	Func    string // as the linker knows it: "main.(*Server).run.func1"
	File    string // as the binary records it
	Line    int    // of the call, or of the statement that runs
	Args    string // as a text dump prints them, without the parentheses
	Inlined bool   // it has no stack frame of its own and shares that of the next frame that is not inlined

	// From here on: live readings and cores only.

	PC    uint64 // address in the process; for callers the return address
	Entry uint64 // entry of the function whose machine code holds PC (the outermost of an inlined group)
	SP    uint64 // stack pointer while the frame's callee runs (for the innermost: as saved when it was parked)
	CFA   uint64 // the stack pointer just above this frame's return address, so [SP, CFA) is the physical frame
}

// WaitKind tells what sort of thing a goroutine waits for.
type WaitKind string

// The kinds of wait. Object addresses are those that the program's own code uses: of the sync.Mutex, not of the
// semaphore inside it; of the channel's header (what %p prints for a channel).
const (
	ChanSend     WaitKind = "chan send"
	ChanReceive  WaitKind = "chan receive"
	MutexLock    WaitKind = "mutex"
	RWMutexRead  WaitKind = "rwmutex read"
	RWMutexWrite WaitKind = "rwmutex write"
	WaitGroup    WaitKind = "waitgroup"
	CondWait     WaitKind = "cond"
	Semaphore    WaitKind = "semaphore" // a semaphore inside none of the above
)

// Wait is one thing that a goroutine waits for.
type Wait struct {
	Kind   WaitKind
	Object uint64 // 0: a nil channel
	Select bool   // one case of several; any of them may end the wait
}

// Dump is all goroutines of one process at one moment.
type Dump struct {
	Goroutines []*Goroutine
	// AllAsleep: the runtime itself said that no goroutine can ever run again, and ended the process.
	AllAsleep bool
	Warnings  []string
}
