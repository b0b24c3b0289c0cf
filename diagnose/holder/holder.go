package holder

// Mode is how a lock is held.
type Mode int

// The modes. A sync.Mutex knows Write only.
const (
	Write Mode = iota + 1
	Read
)

func (m Mode) String() string {
	switch m {
	case Write:
		return "write"
	case Read:
		return "read"
	}
	return "unknown"
}

// Confidence is how far a holding can be relied on.
type Confidence int

// The degrees of confidence. Nothing below likely is ever named.
const (
	Likely  Confidence = iota + 1 // there is evidence, and nothing against it
	Certain                       // on every path to where the goroutine stands now, it took this lock and kept it
)

func (c Confidence) String() string {
	switch c {
	case Likely:
		return "likely"
	case Certain:
		return "certain"
	}
	return "unknown"
}

// The kinds of evidence.
const (
	LockSite     = "lock site on a live frame"
	PendingDefer = "pending defer"
	BothKinds    = LockSite + ", " + PendingDefer
)

// Holding is one goroutine's hold on one lock.
type Holding struct {
	Goroutine int64
	Lock      uint64 // address of the sync.Mutex or sync.RWMutex
	Mode      Mode

	// Where it was locked: the line that calls Lock, in the code of the lock's user. Line is 0 where several lines may
	// have taken it, each on a path of its own (they are in Maybe then), and where only a pending defer is known: Func is
	// the function that deferred.
	Func, File string
	Line       int
	Maybe      []int
	UnlockLine int // of the unlock that a pending defer will do (the defer statement, if that is all it does); else 0

	Evidence   string // LockSite, PendingDefer or BothKinds
	Confidence Confidence
}
