package inspect

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	strandTime   = 10 * time.Second // bounds the whole of Strand
	strandPasses = 3                // independent markings of a process that moves
)

// Strand finds the goroutines of a snapshot that nothing can wake any more and sets the snapshot's Stranded. It is the
// marking phase of a collector, from outside: all that variables, finalizers and the stacks of goroutines that may still
// run can reach. A blocked goroutine's stack counts only once what it waits for has been reached. Those whose turn
// never comes are stranded.
//
// Pointers are told from other words as the collector does it, by the maps of the compiler; where there is none, every
// word counts. So it may miss a stranded goroutine, never the other way round in a process that stands still. In one
// that moves, a pointer may slip from a place not yet read to one already read; so the marking is done twice, and three
// times where anything moved, and a goroutine must be found stranded each time, and must not have run
// since the snapshot. Where the process has not run at all since the snapshot began, once is enough. A core that lacks
// a piece of what is to be marked proves nothing. Where the answer cannot be had, Stranded stays nil and a warning says why.
func (p *Process) Strand(ctx context.Context, snap *Snapshot) error {
	ctx, cancel := context.WithTimeout(ctx, strandTime)
	defer cancel()
	unknown := func(why string) error {
		snap.Warnings = append(snap.Warnings, "what the goroutines can still reach is not known: "+why)
		return nil
	}
	heapAddr, ok := p.findHeap()
	if !ok {
		return unknown("the heap's list of spans was not found")
	}
	if why := unsure(snap); why != "" {
		return unknown(why)
	}
	if snap.Missing > 0 {
		return unknown("the core does not have all of them")
	}
	failed := func(err error) error {
		switch {
		case errors.Is(err, errLost):
			return unknown(err.Error())
		case errors.Is(err, errHeapTooLarge):
			return unknown(fmt.Sprintf("%v (more than %d MB)", err, maxHeap>>20))
		case errors.Is(err, context.DeadlineExceeded):
			return unknown("the heap could not be read in time")
		}
		return fmt.Errorf("inspect: pid %d: mark: %w", p.pid, explain(err))
	}
	if snap.rested != nil && p.stillSince(snap.still) {
		found, err := newMarking(p, snap.rested, true).run(ctx, heapAddr)
		if p.stillSince(snap.still) {
			if err != nil {
				return failed(err)
			}
			snap.Stranded, snap.BehindLocks = idsOf(found.stranded), idsOf(found.behindLocks)
			return nil
		}
	}
	var stranded map[int64]bool
	behindLocks := make(map[int64]bool) // in any of the markings
	for pass := range strandPasses {
		gs, err := p.liveGs()
		if err != nil {
			return failed(err)
		}
		all, err := p.withQueues(gs)
		if err != nil {
			return failed(err)
		}
		found, err := newMarking(p, all, false).run(ctx, heapAddr)
		if err != nil {
			return failed(err)
		}
		after, err := p.liveGs()
		if err != nil {
			return failed(err)
		}
		still := stillThere(gs, after)
		next := make(map[int64]bool)
		maps.Copy(behindLocks, idsOf(found.behindLocks))
		for _, w := range found.stranded {
			id := w.g.id()
			live, known := snap.Live[id]
			if known && live.Runs == w.g.runs() && still[id] && (pass == 0 || stranded[id]) {
				next[id] = true
			}
		}
		stranded = next
		if len(stranded) == 0 || pass > 0 && quiet(gs, after) {
			break
		}
	}
	snap.Stranded, snap.BehindLocks = stranded, behindLocks
	return nil
}

func idsOf(waiters []waiter) map[int64]bool {
	ids := make(map[int64]bool, len(waiters))
	for _, w := range waiters {
		ids[w.g.id()] = true
	}
	return ids
}

// unsure tells why a marking would prove nothing: objects whose finalizer is under way are held by queues that are not
// read.
func unsure(snap *Snapshot) string {
	for _, g := range snap.Goroutines {
		if n := len(g.Frames); !g.System && n > 0 {
			if f := g.Frames[n-1].Func; f == "runtime.runFinalizers" || f == "runtime.runCleanups" { // it began with that
				return "a finalizer or a cleanup is running"
			}
		}
	}
	return ""
}

// liveGs reads the g's of all goroutines.
func (p *Process) liveGs() ([]gstruct, error) {
	addrs, err := p.goroutines()
	if err != nil {
		return nil, err
	}
	r := reading{p: p}
	gs, err := r.readG(addrs)
	return slices.DeleteFunc(gs, func(g gstruct) bool { return !g.alive() }), err
}

// stillThere tells which goroutines are in the second list just as in the first.
func stillThere(first, second []gstruct) map[int64]bool {
	before := make(map[int64]gstruct, len(first))
	for _, g := range first {
		before[g.id()] = g
	}
	still := make(map[int64]bool, len(second))
	for _, g := range second {
		if b, ok := before[g.id()]; ok && g.same(b) {
			still[g.id()] = true
		}
	}
	return still
}

// quiet tells whether nothing ran between two lists: all goroutines are the same, and none was ready to run. The
// marking between was that of one moment.
func quiet(first, second []gstruct) bool {
	if len(first) != len(second) {
		return false
	}
	still := stillThere(first, second)
	for _, g := range second {
		if s := g.status(); !still[g.id()] || s == statusRunnable || s == statusRunning {
			return false
		}
	}
	return true
}

// marking is one pass.
type marking struct {
	p     *Process
	gs    []rested
	still bool // they have not moved since they were read, nor will they
	heap  *heap
	skip  []uint64 // g's and sudogs: through them everything reaches everything
	todo  []object
	ways  ways[markStep]
	maps  map[mapKey]*frameMap
	types map[uint64]*typeMask

	frozen map[uint64]bool // by address: goroutines taken for such as never run again, whatever they wait for
	roots  []byte          // words of elsewhere that may be pointers

	// Room for what is found on one stack: see markFrames.
	objects []extent
	inner   []uint64
}

type object struct {
	span   *span
	number uint64
}

// waiter is a goroutine that runs again only if another one, or a timer, does something to one of its objects.
type waiter struct {
	*rested
	channels bool // its objects are channels; else they are semaphores
}

// reached tells whether something else may come to what it waits for.
func (w waiter) reached(h *heap) bool {
	for _, sg := range w.queue.sudogs {
		object := sg.elem
		if w.channels {
			object = sg.channel
		}
		if h.isMarked(object) {
			return true
		}
	}
	return false
}

func newMarking(p *Process, gs []rested, still bool) *marking {
	return &marking{p: p, gs: gs, still: still, maps: make(map[mapKey]*frameMap), types: make(map[uint64]*typeMask)}
}

// unreached is what a marking has found.
type unreached struct{ stranded, behindLocks []waiter }

// run gives the goroutines that were not reached.
func (m *marking) run(ctx context.Context, heapAddr uint64) (unreached, error) {
	waiters, err := m.reach(ctx, heapAddr)
	if err != nil {
		return unreached{}, err
	}
	// Those that are meant to wait for ever are left out.
	waiters = slices.DeleteFunc(waiters, waiter.idle)
	behind, err := m.behindLocks(ctx, waiters)
	return unreached{waiters, behind}, err
}

// behindLocks goes on as if those that wait for locks could run, and gives the waiters that are within reach then.
func (m *marking) behindLocks(ctx context.Context, waiters []waiter) ([]waiter, error) {
	var forLocks []*rested
	var others []waiter
	for _, w := range waiters {
		if reason := w.g.reason(); strings.HasPrefix(reason, "sync.Mutex.") || strings.HasPrefix(reason, "sync.RWMutex.") {
			forLocks = append(forLocks, w.rested)
		} else {
			others = append(others, w)
		}
	}
	if len(forLocks) == 0 || len(others) == 0 {
		return nil, nil
	}
	if err := m.markStacks(forLocks); err != nil {
		return nil, err
	}
	left, err := m.settle(ctx, slices.Clone(others))
	if err != nil {
		return nil, err
	}
	alone := idsOf(left)
	return slices.DeleteFunc(others, func(w waiter) bool { return alone[w.g.id()] }), nil
}

// reach marks all that is within reach, and gives the waiters that are not.
func (m *marking) reach(ctx context.Context, heapAddr uint64) ([]waiter, error) {
	waiters := m.waiters()
	var err error
	if m.heap, err = m.p.readHeap(heapAddr); err != nil {
		return nil, err
	}
	// Marked and never scanned.
	for _, addr := range m.skip {
		if s, number, ok := m.heap.find(addr); ok {
			s.mark(number)
		}
	}
	if err := m.markGlobals(); err != nil {
		return nil, err
	}
	for _, s := range m.heap.specials {
		if s.kind == m.p.layout.kindFinalizer {
			m.mark(s.object) // which is handed to the finalizer
		}
		m.mark(s.roots[0])
		m.mark(s.roots[1])
	}
	m.scan(m.roots)
	blocked := maps.Clone(m.frozen)
	if blocked == nil {
		blocked = make(map[uint64]bool, len(waiters))
	}
	for _, w := range waiters {
		blocked[w.g.addr] = true
	}
	var runnable []*rested
	for i := range m.gs {
		if of := &m.gs[i]; !blocked[of.g.addr] {
			runnable = append(runnable, of)
		}
	}
	if err := m.markStacks(runnable); err != nil {
		return nil, err
	}
	if waiters, err = m.settle(ctx, waiters); err != nil {
		return nil, err
	}
	if m.still {
		return waiters, nil
	}
	// What ran meanwhile may have taken a pointer from a place not read yet and put it on a stack already read. So those
	// stacks count once more, whole, and with them those of goroutines that were not there before.
	now, err := m.p.liveGs()
	if err != nil {
		return nil, err
	}
	before := make([]gstruct, len(m.gs))
	for i, of := range m.gs {
		before[i] = of.g
	}
	still := stillThere(before, now)
	for _, g := range now {
		if !still[g.id()] || !g.parked() && g.status() != statusSyscall {
			if err := m.markWhole(g); err != nil {
				return nil, err
			}
		}
	}
	return m.settle(ctx, waiters)
}

// settle marks until nothing changes and gives the waiters that were not reached.
func (m *marking) settle(ctx context.Context, waiters []waiter) ([]waiter, error) {
	for {
		if err := m.drain(ctx); err != nil {
			return nil, err
		}
		progress := m.markWeak()
		rest := waiters[:0] // the list is this function's own
		var reached []*rested
		for _, w := range waiters {
			if !w.reached(m.heap) {
				rest = append(rest, w)
				continue
			}
			reached = append(reached, w.rested)
		}
		waiters = rest
		if err := m.markStacks(reached); err != nil {
			return nil, err
		}
		if !progress && len(reached) == 0 {
			return waiters, nil
		}
	}
}

// idle tells of `select {}`: nothing will ever wake it, and nothing should.
func (w waiter) idle() bool { return w.g.reason() == "select (no cases)" }

// waiters picks the goroutines that wait for something in memory, and notes the g's and sudogs not to be walked through.
func (m *marking) waiters() []waiter {
	waiters := make([]waiter, 0, len(m.gs))
	for i := range m.gs {
		of := &m.gs[i]
		g, queue := of.g, of.queue
		m.skip = append(m.skip, g.addr)
		for _, sg := range queue.sudogs {
			m.skip = append(m.skip, sg.addr)
		}
		if !g.parked() || !queue.intact || m.frozen[g.addr] {
			continue
		}
		w := waiter{rested: of}
		never := false
		switch reason := strings.TrimSuffix(g.reason(), " (durable)"); reason {
		case "chan send (nil chan)", "chan receive (nil chan)", "select (no cases)":
			never = true
		case "chan send", "chan receive", "select":
			w.channels = true
		case "sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait", "sync.Cond.Wait",
			"semacquire":
		default:
			continue
		}
		if len(queue.sudogs) == 0 && !never {
			continue // on its way into the queue or out of it: let it count as one that may run
		}
		waiters = append(waiters, w)
	}
	return waiters
}

// withQueues reads what the goroutines wait in.
func (p *Process) withQueues(gs []gstruct) ([]rested, error) {
	r := reading{p: p}
	queues, err := r.readQueues(gs, nil)
	if err != nil {
		return nil, err
	}
	all := make([]rested, len(gs))
	for i, g := range gs {
		all[i] = rested{g: g, queue: queues[i]}
	}
	return all, nil
}

// markGlobals marks what the program's variables point to.
func (m *marking) markGlobals() error {
	module, l := m.p.exe.Module, m.p.layout
	for _, r := range [...]struct{ from, to, mask uint64 }{
		{module.Data, module.DataEnd, l.moduleDataMask},
		{module.BSS, module.BSSEnd, l.moduleBSSMask},
	} {
		data := make([]byte, r.to-r.from)
		if err := m.p.mem.read(r.from+m.p.bias, data); err != nil {
			return err
		}
		bits, err := m.variableMask(module.Addr+m.p.bias+r.mask, uint64(len(data))/8)
		if err != nil {
			return err
		}
		m.scanMasked(data, bits)
	}
	return nil
}

// markStacks marks what goroutines' stacks and their g's point to: the live variables of their frames, or all of a stack
// if it runs, or ran while it was read.
func (m *marking) markStacks(gs []*rested) error {
	reqs := make([]request, 0, 2*min(chunkSize, len(gs)))
	for chunk := range slices.Chunk(gs, chunkSize) {
		reqs = reqs[:0]
		for _, of := range chunk {
			g := of.g
			_, sp, ok := g.position()
			if n := g.stackHi() - sp; m.still && ok && g.status() != statusRunning && uint64(len(of.window)) == n {
				reqs = append(reqs, request{buf: of.window, ok: true}, request{buf: g.raw, ok: true})
				continue
			}
			if !ok || g.status() == statusRunning || g.stackHi()-sp > maxBatched {
				reqs = append(reqs, request{}, request{})
				continue
			}
			reqs = append(reqs, request{addr: sp, buf: make([]byte, g.stackHi()-sp)},
				request{addr: g.addr, buf: make([]byte, len(g.raw))})
		}
		if err := m.p.mem.readMissing(reqs); err != nil {
			return err
		}
		for i, of := range chunk {
			g := of.g
			data, again := reqs[2*i], reqs[2*i+1]
			pc, sp, _ := g.position()
			now := gstruct{addr: g.addr, raw: again.buf, layout: g.layout}
			if len(data.buf) == 0 || !data.ok || !again.ok || !now.same(g) || !m.markFrames(g, data.buf, pc, sp) {
				if err := m.markWhole(g); err != nil {
					return err
				}
				continue
			}
			m.markRecord(g)
		}
	}
	return nil
}

// maxBatched bounds the stacks that are read together with others; what is deeper is taken whole.
const maxBatched = 1 << 20

// markWhole takes every word of a goroutine's stack for a pointer, below the stack pointer too: that is not known. The
// stack may move while it is read.
func (m *marking) markWhole(g gstruct) error {
	now := gstruct{addr: g.addr, raw: make([]byte, len(g.raw)), layout: g.layout}
	for range rounds {
		reqs := []request{{addr: g.addr, buf: now.raw}}
		if err := m.p.mem.readAll(reqs); err != nil {
			return err
		}
		lo, hi := now.stackLo(), now.stackHi()
		if !reqs[0].ok || !now.alive() || hi <= lo || hi-lo > maxHeap {
			return nil // it ended
		}
		data, after := make([]byte, hi-lo), make([]byte, 8)
		reqs = []request{{addr: lo, buf: data}, {addr: g.addr + g.layout.gStackLo, buf: after}}
		if err := m.p.mem.readAll(reqs); err != nil {
			return err
		}
		if !reqs[0].ok && m.p.mem.core != nil {
			return errLost
		}
		m.markRecord(now)
		m.scan(data)
		if binary.LittleEndian.Uint64(after) == lo {
			return nil
		}
	}
	return nil
}

// markRecord marks what the scheduler keeps for a goroutine besides its stack.
func (m *marking) markRecord(g gstruct) {
	l := m.p.layout
	for _, off := range [...]uint64{l.gSchedCtxt, l.gCoro, l.gBubble, l.gDefer, l.gPanic} {
		if off != absent {
			m.mark(g.word(off))
		}
	}
}

// markWeak marks the objects of weak pointers that are themselves within reach: such a pointer can be made a strong one.
func (m *marking) markWeak() (progress bool) {
	for _, s := range m.heap.specials {
		if s.handle != 0 && m.heap.isMarked(s.handle) && !m.heap.isMarked(s.object) {
			m.mark(s.object)
			progress = true
		}
	}
	return progress
}

// scan marks the objects that the words of a piece of memory point to.
func (m *marking) scan(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		if word := binary.LittleEndian.Uint64(data); word != 0 {
			m.mark(word)
		}
	}
}

func (m *marking) mark(addr uint64) {
	s, number, ok := m.heap.find(addr)
	if !ok || !s.mark(number) || s.noscan() {
		return
	}
	m.todo = append(m.todo, object{s, number})
}

// drain marks all that the marked objects lead to.
func (m *marking) drain(ctx context.Context) error {
	for steps := 0; len(m.todo) > 0; steps++ {
		if steps%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		next := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		m.scanObject(next)
	}
	if m.heap.lost {
		return errLost
	}
	return nil
}
