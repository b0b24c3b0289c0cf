package holder

import (
	"encoding/binary"
	"slices"
	"strings"

	"innards/diagnose/executable"
	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"
)

// lockKey is one side of a lock.
type lockKey struct {
	addr uint64
	mode Mode
}

// inquiry looks through the stacks of one process for holders of some locks.
type inquiry struct {
	library *library
	mem     *memory
	bias    uint64
	wanted  map[uint64]bool // addresses of the locks
	ways    map[string]way
	key     []byte // room for the key of the next way
}

// holdings says which of the wanted locks a goroutine holds. It goes from the outermost frame inwards, since a callee may
// give back for a while what its caller has taken.
func (q *inquiry) holdings(g *goroutine.Goroutine, live inspect.G, records []inspect.Defer) []Holding {
	w := q.wayOf(g)
	if len(w.loud) == 0 {
		return nil
	}
	held := make(map[lockKey]Holding)
	mem := stackWindow(q.mem, live, g.Frames[w.inner].SP-8, g.Frames[len(g.Frames)-1].CFA)
	for _, i := range w.loud {
		fr := &g.Frames[i]
		if fr.Func == "sync.(*Cond).Wait" {
			q.condWait(g, q.library.activate(fr, mem, q.bias), held)
		} else {
			q.frame(g, i, mem, i > w.unwinding, records, held)
		}
	}
	var all []Holding
	for _, h := range held {
		all = append(all, h)
	}
	return all
}

// way is what the calls on a stack tell of it, whatever their frames hold. Thousands of goroutines share one.
type way struct {
	inner     int   // the innermost of the physical frames
	loud      []int // frames that may have to do with locks, outermost first
	unwinding int   // see unwindingFrom
}

// wayOf looks the calls of a goroutine up by their program counters.
func (q *inquiry) wayOf(g *goroutine.Goroutine) way {
	key := q.key[:0]
	for i := range g.Frames {
		key = binary.LittleEndian.AppendUint64(key, g.Frames[i].PC)
	}
	q.key = key
	w, ok := q.ways[string(key)]
	if ok {
		return w
	}
	physical := physicalFrames(g)
	w = way{inner: physical[0], unwinding: unwindingFrom(g)}
	for _, i := range slices.Backward(physical) {
		fr := &g.Frames[i]
		if fr.Func == "sync.(*Cond).Wait" || !q.library.isQuiet(fr.PC-q.bias) {
			w.loud = append(w.loud, i)
		}
	}
	q.ways[string(key)] = w
	return w
}

// physicalFrames gives, for each stack frame, the index of the outermost of the calls that share it. That may be an
// inlined call: what it was inlined into may be a wrapper, which a dump leaves out.
func physicalFrames(g *goroutine.Goroutine) []int {
	var at []int
	for i := range g.Frames {
		if i+1 == len(g.Frames) || g.Frames[i+1].CFA != g.Frames[i].CFA {
			at = append(at, i)
		}
	}
	return at
}

// unwindingFrom gives the index of the outermost frame in which a panic or Goexit runs the deferred calls of the frames
// outside it; the number of frames if there is none.
func unwindingFrom(g *goroutine.Goroutine) int {
	for i := len(g.Frames) - 1; i >= 0; i-- {
		if f := g.Frames[i].Func; f == "runtime.gopanic" || f == "runtime.Goexit" {
			return i
		}
	}
	return len(g.Frames)
}

// condWait knows what sync.Cond.Wait does, which goes through an interface: it has given back the lock of its Cond, and
// has not got it again before it returns.
func (q *inquiry) condWait(g *goroutine.Goroutine, a *activation, held map[lockKey]Holding) {
	cond := uint64(0)
	if a != nil {
		cond, _, _ = a.eval(a.fn.flow.bases.argument(regAX))
	}
	if cond == 0 && len(g.Waits) == 1 && g.Waits[0].Kind == goroutine.CondWait {
		cond = g.Waits[0].Object
	}
	const lockerData = 8 // Cond.L is an interface: its type, then the pointer to the lock
	lock, ok := q.mem.word(cond + lockerData)
	for k := range held {
		if !ok || k.addr == lock {
			delete(held, k)
		}
	}
}

// frame weighs what one frame tells, and changes held accordingly.
func (q *inquiry) frame(g *goroutine.Goroutine, i int, mem *memory, unwinding bool,
	records []inspect.Defer, held map[lockKey]Holding) {
	fr := &g.Frames[i]
	pending, ran := q.library.openCoded(fr, mem, q.bias)
	for _, r := range records {
		if r.SP == fr.SP {
			pending = append(pending, q.library.unlocks(r.Fn, mem, q.bias)...)
		}
	}
	if at := q.library.pauseAt(fr.PC - q.bias); len(pending)+len(ran) == 0 && !at.speaks() {
		return
	}
	a := q.library.activate(fr, mem, q.bias).resolve() // nil where its code is not understood
	if len(pending)+len(ran) == 0 && (a == nil || len(a.point.events) == 0) {
		return
	}
	w := q.weigh(g, i, a)
	for _, d := range ran {
		delete(w.taken, lockKey{d.addr, d.mode})
		w.givenBack[lockKey{d.addr, d.mode}] = true
	}
	if w.lostForeign {
		clear(held)
	}
	for k, foreign := range w.givenBack {
		if foreign {
			delete(held, k)
		}
	}
	deferredAt := make(map[lockKey]deferredUnlock)
	for _, d := range pending {
		deferredAt[lockKey{d.addr, d.mode}] = d
	}
	awaited := q.awaited(a)
	for k, h := range w.taken {
		d, deferred := deferredAt[k]
		_, released := w.givenBack[k]
		switch {
		case released: // on one path it is held, on another it is not
			continue
		case (unwinding || a.isReturning()) && a.fn.flow.defersOnList() && !deferred:
			continue // its deferred unlock may have run already
		case h.Confidence == 0 && !deferred && k != awaited:
			continue // held on one path to here, and never taken on another
		}
		// Backed by a pending defer. Or else it waits for this very lock: code that can come back to wait for what it
		// holds is wrong on that path, and here someone does wait.
		h.Confidence = max(h.Confidence, Likely)
		if deferred {
			h.Evidence, h.UnlockLine = BothKinds, q.userPlace(g, i, d.site).Line
		}
		put(held, k, h, g.ID)
	}
	for k, d := range deferredAt {
		_, known := w.taken[k]
		_, released := w.givenBack[k]
		// A deferred unlock stands for a lock that was taken, unless it is for the one that this frame waits for now,
		// or the lock was given back in between.
		if known || released || w.lost || a == nil || awaited == k || !q.wanted[k.addr] {
			continue
		}
		at := q.userPlace(g, i, d.site)
		put(held, k, Holding{
			Func: g.Frames[i].Func, File: at.File, UnlockLine: at.Line, Evidence: PendingDefer, Confidence: Likely,
		}, g.ID)
	}
}

// put records a holding. Where an outer frame shows it as well, that one stands: there it was taken first.
func put(held map[lockKey]Holding, k lockKey, h Holding, goroutine int64) {
	if old, ok := held[k]; ok && strength(old) >= strength(h) {
		return
	}
	h.Goroutine, h.Lock, h.Mode = goroutine, k.addr, k.mode
	held[k] = h
}

// weights are the events of one frame, by lock.
type weights struct {
	taken       map[lockKey]Holding // wanted locks that are held
	givenBack   map[lockKey]bool    // locks that were given back; true: the function had not taken it itself
	lost        bool                // it gave back some lock whose address is lost,
	lostForeign bool                // and which is not its own, so it may be any that its callers have taken
}

// weigh sorts the events of a frame.
func (q *inquiry) weigh(g *goroutine.Goroutine, i int, a *activation) weights {
	w := weights{taken: make(map[lockKey]Holding), givenBack: make(map[lockKey]bool)}
	if a == nil || len(a.point.events) == 0 || !a.alive() {
		return w
	}
	found := make(map[key]location)
	for k, e := range a.point.events {
		if addr, firm, ok := a.lockOf(e); ok {
			found[k] = location{addr, firm}
		}
	}
	acquired := make(map[lockKey][]key)
	for k, e := range a.point.events {
		at, ok := found[k]
		lock := lockKey{at.addr, e.mode}
		switch {
		case e.release && !ok:
			w.lost, w.lostForeign = true, w.lostForeign || !e.paired
		case e.release:
			w.givenBack[lock] = w.givenBack[lock] || !e.paired
		case ok && q.wanted[at.addr] && !e.doubtful(at, found):
			acquired[lock] = append(acquired[lock], k)
		}
	}
	for lock, keys := range acquired {
		w.taken[lock] = q.acquisition(g, i, a, keys, found)
	}
	return w
}

// location is where a lock lies; firm as in eval.
type location struct {
	addr uint64
	firm bool
}

// doubtful tells whether a release behind an acquisition may have been of the same lock.
func (e event) doubtful(at location, found map[key]location) bool {
	return slices.ContainsFunc(e.doubts, func(release key) bool {
		r, known := found[release]
		return !known || r.addr == at.addr
	})
}

// acquisition puts the acquisitions of one lock in one frame together. If it is certain that one of them happened, that
// one counts, the first in the source if there are more: a reader may hold a lock twice. Else they lie on different
// paths, and all one can know is whether each path has one; if not, the confidence is 0.
func (q *inquiry) acquisition(g *goroutine.Goroutine, i int, a *activation, keys []key, found map[key]location) Holding {
	h := Holding{Evidence: LockSite}
	var lines []int
	firm := true
	for _, k := range keys {
		e := a.point.events[k]
		place := q.userPlace(g, i, e.site)
		if e.certain && (h.Line == 0 || place.Line < h.Line) {
			h.Func, h.File, h.Line = place.Func, place.File, place.Line
		}
		if h.Line == 0 {
			h.Func, h.File = place.Func, place.File
		}
		lines = append(lines, place.Line)
		firm = firm && found[k].firm
	}
	if h.Line == 0 {
		slices.Sort(lines)
		if lines = slices.Compact(lines); len(lines) == 1 {
			h.Line = lines[0]
		} else {
			h.Maybe = lines
		}
		addr, mode := found[keys[0]].addr, a.point.events[keys[0]].mode
		if !slices.ContainsFunc(a.fn.covered(a.point.instr), func(c hold) bool {
			n, _, ok := a.lockOf(event{addrs: c.addrs})
			return ok && n == addr && c.mode == mode
		}) {
			return h
		}
	}
	if h.Confidence = Likely; firm {
		h.Confidence = Certain
	}
	return h
}

// lockOf gives the address of the lock that an event concerns. Its names must agree on that.
func (a *activation) lockOf(e event) (addr uint64, firm, ok bool) {
	for _, v := range e.addrs {
		n, f, evaluated := a.eval(v)
		switch {
		case !evaluated:
		case ok && n != addr:
			return 0, false, false
		default:
			addr, firm, ok = n, firm || f, true
		}
	}
	return addr, firm, ok
}

// awaited gives the lock that the current call of a is taking, if it is such a call.
func (q *inquiry) awaited(a *activation) lockKey {
	if a == nil {
		return lockKey{}
	}
	op, ok := a.fn.sites.awaits[a.point.instr]
	if !ok {
		return lockKey{}
	}
	addr, _, _ := a.eval(op.addr)
	return lockKey{addr, op.mode}
}

// isReturning tells whether the current call is the one that runs the deferred calls on the way out.
func (a *activation) isReturning() bool {
	in := &a.fn.flow.code.instrs[a.point.instr]
	return calleeName(a.fn.flow.exe, in.target) == "runtime.deferreturn"
}

// userPlace gives the source line of a site, as the lock's user sees it: not inside package sync. A site in a function of
// sync itself, such as Once, belongs to the frame outside of it that called sync.
func (q *inquiry) userPlace(g *goroutine.Goroutine, i int, site uint64) executable.Frame {
	for _, fr := range q.library.exe.Frames(site, false) {
		if !isSync(fr.Func) && !isOnceFunc(fr.File) {
			return fr
		}
	}
	for _, fr := range g.Frames[i:] {
		if !isSync(fr.Func) && !isOnceFunc(fr.File) {
			return executable.Frame{Func: fr.Func, File: fr.File, Line: fr.Line}
		}
	}
	return executable.Frame{}
}

// isOnceFunc tells of the closures of sync.OnceFunc and its like, which bear the name of the function that made them.
func isOnceFunc(file string) bool { return strings.HasSuffix(file, "sync/oncefunc.go") }

// strength orders evidence.
func strength(h Holding) int {
	n := 0
	if h.Confidence == Certain {
		n += 2
	}
	if strings.Contains(h.Evidence, LockSite) {
		n += 4
	}
	if strings.Contains(h.Evidence, PendingDefer) {
		n++
	}
	return n
}
