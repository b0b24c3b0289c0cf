package hang

import (
	"cmp"
	"slices"
	"strings"

	"innards/diagnose/goroutine"
	"innards/diagnose/waitgraph"
)

// Input is what is known of a process. Only the goroutines are needed; each further field admits more verdicts.
type Input struct {
	Goroutines []*goroutine.Goroutine
	AllAsleep  bool               // the runtime said so, and ended the process
	Holds      []Hold             // who has which lock
	Channels   map[uint64]Channel // by address
	Locks      map[uint64]Lock    // by address: WaitGroups and Conds too
	Stranded   map[int64]bool     // nothing that still runs can wake these; nil: not known
	// BehindLocks: those of the stranded that somebody could wake who waits for a lock himself; nil: not known.
	BehindLocks map[int64]bool
	PID         int
	Outside     map[int64]Outside // what goroutines wait for in the kernel
	Spins       map[int64]Spin    // goroutines that turn in a loop
	Circles     []Circle          // goroutines that hand control to each other, and do nothing else
	Stop        *Stop             // the world should be stopped, and is not
	// FromCall tells, of goroutines that receive from a nil channel, whether the code takes that channel straight from a
	// call, as in <-ctx.Done(), and not from a variable. What is absent is not known.
	FromCall map[int64]bool
	// Leaked holds the locks that are taken, and that no call that is under way will give back; with the lines, as far as
	// they are known, that took them.
	Leaked map[uint64][]Place
	// Source gives the text of a source line, where the sources are at hand; "" where not. It may be nil.
	Source func(file string, line int) string

	_ struct{}
}

// Judge says what hangs, the most serious first, and remarks on what it saw and did not judge. A program that is only
// idle gives nothing.
func Judge(in Input) ([]Verdict, []string) {
	j := &judge{
		Input:   in,
		byID:    make(map[int64]*goroutine.Goroutine, len(in.Goroutines)),
		holdsOf: make(map[int64][]Hold),
		dead:    make(map[int64]bool),
		names:   make(map[uint64]string),
	}
	for _, g := range in.Goroutines {
		if !g.System && g.ID != 0 {
			j.byID[g.ID] = g
		}
	}
	for _, h := range in.Holds {
		j.holdsOf[h.Goroutine] = append(j.holdsOf[h.Goroutine], h)
	}
	j.cMutexes()
	j.graph = waitgraph.New(j.waits(), j.holds())
	j.cycles()
	j.leakedLocks()
	j.nilChannels()
	j.heldOutside()
	j.poolExhausted()
	j.strandedWaits()
	j.outside()
	j.stwStuck()
	j.busyLoops()
	j.livelocks()
	slices.SortStableFunc(j.verdicts, func(a, b Verdict) int {
		return cmp.Or(
			cmp.Compare(a.Class.severity(), b.Class.severity()),
			cmp.Compare(b.Blocked, a.Blocked),
			cmp.Compare(a.Confidence.rank(), b.Confidence.rank()))
	})
	return j.verdicts, j.remarks
}

// severity orders classes: a lock that never comes free stops ever more goroutines, an operation on a channel stops
// its own.
func (c Class) severity() int {
	return slices.Index([]Class{STWStuck, CLock, CCallback, LockCycle, SelfDeadlock, OnceRecursion, RWMutexReentry, LeakedLock,
		LockOverBlock, CCall, NetNoDeadline, InitDeadlock, SemaphoreSelfWait, PoolExhausted, ChildStopped, ChildWait, PipeStuck, Livelock, BusyLoop,
		GoroutineLeak, NilChan, ChanNoPeer, SelectNoPeer, WaitgroupShort,
		CondLostWakeup}, c)
}

type judge struct {
	Input
	byID     map[int64]*goroutine.Goroutine // without the runtime's own
	holdsOf  map[int64][]Hold               // by goroutine
	graph    *waitgraph.Graph
	verdicts []Verdict
	remarks  []string
	dead     map[int64]bool     // at the root of a verdict on locks
	drained  []string           // packages whose pool of connections is judged
	inC      map[uint64][]int64 // mutexes of C, and who waits for them
	names    map[uint64]string  // of locks, as far as they were asked for
	// stuckBelow names, for a goroutine, the groups that hold a descendant of it; nil stands for dead.
	stuckBelow map[int64]map[*group]bool
}

func (j *judge) add(v Verdict) { j.verdicts = append(j.verdicts, v) }

// waits takes from each goroutine the locks that it waits for. Channels have no holders, so they are left out.
func (j *judge) waits() []waitgraph.Wait {
	waits := make([]waitgraph.Wait, 0, len(j.byID))
	for _, g := range j.Goroutines {
		for _, w := range g.Waits {
			if j.byID[g.ID] == g && isLock(w.Kind) && w.Object != 0 {
				waits = append(waits, waitgraph.Wait{
					Goroutine: g.ID,
					Object:    w.Object,
					Mode:      waitgraph.Mode(w.Kind == goroutine.RWMutexRead),
					Any:       w.Select,
				})
			}
		}
	}
	for mutex, waiting := range j.inC {
		for _, id := range waiting {
			waits = append(waits, waitgraph.Wait{Goroutine: id, Object: mutex})
		}
	}
	return waits
}

func isLock(k goroutine.WaitKind) bool {
	return k == goroutine.MutexLock || k == goroutine.RWMutexRead || k == goroutine.RWMutexWrite
}

// holds takes over the holds, save those that their own evidence calls no more than possible: a cycle through a guess
// is a guess, and blames whoever wrote that line.
func (j *judge) holds() []waitgraph.Hold {
	var holds []waitgraph.Hold
	for _, h := range j.Holds {
		if h.Confidence != Possible {
			holds = append(holds, waitgraph.Hold{Goroutine: h.Goroutine, Object: h.Lock, Mode: h.Mode})
		}
	}
	return holds
}

// hold finds the evidence that a goroutine has a lock; the firmest, if there are several.
func (j *judge) hold(id int64, lock uint64) (Hold, bool) {
	var best Hold
	found := false
	for _, h := range j.holdsOf[id] {
		if h.Lock == lock && (!found || h.Confidence.rank() < best.Confidence.rank()) {
			best, found = h, true
		}
	}
	return best, found
}

// userFrame is the innermost frame of the program's own code, which is where a reader of the verdict looks: not in the
// runtime, sync and the internal packages, that every wait ends in.
func userFrame(g *goroutine.Goroutine) goroutine.Frame {
	for _, f := range g.Frames {
		if !isPlumbing(f.Func) {
			return f
		}
	}
	if len(g.Frames) > 0 {
		return g.Frames[0]
	}
	return goroutine.Frame{}
}

// isPlumbing tells the functions that waits end in, and those that call C.
func isPlumbing(function string) bool {
	return goroutine.IsPlumbing(function) || strings.Contains(function, "._Cfunc_")
}
