package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"innards/diagnose/goroutine"
)

const (
	chunkSize = 512 // goroutines that are read together: few, so that little changes meanwhile
	rounds    = 4   // attempts at a goroutine that moves on while it is read
)

// moving marks a goroutine that was never found twice at the same place.
const moving = "moving"

// reading is a snapshot in the making.
type reading struct {
	p       *Process
	snap    *Snapshot
	now     int64            // the monotonic clock, as the runtime reads it
	found   []found          // all of them
	chunk   []found          // those of the chunk at hand
	sudogs  map[uint64]sudog // in the queues of channels
	labels  map[uint64]map[string]string
	steps   [2]ways[step]     // as a dump shows them, and with all calls
	frames  []goroutine.Frame // room for those of the next goroutines
	dumps   []goroutine.Goroutine
	raw     []byte // room for copies of the target's memory
	rawSize int    // of the piece that raw is the rest of
	still   bool   // nothing runs, as it seems: one look at each goroutine will do
	kept    int    // bytes of stacks that the snapshot holds on to
	cut     int    // stacks that could not be walked to their end
	changed int    // goroutines that never held still
	lost    int    // goroutines that a core has not
}

// found is a goroutine that was read.
type found struct {
	dump   *goroutine.Goroutine
	live   G
	g      gstruct
	queue  queue
	stable bool
}

// Snapshot reads all goroutines. The process is not stopped: each goroutine is looked at twice with its stack in between,
// and again if it moved, so what is reported of a goroutine was true of it at one moment; of two goroutines, only if
// they are parked.
func (p *Process) Snapshot(ctx context.Context) (*Snapshot, error) {
	return p.snapshot(ctx, p.goroutines)
}

// Look reads some goroutines of a snapshot again. Those that have ended since are missing in what it gives; so are, of
// every channel, the waiting goroutines that were not asked for.
func (p *Process) Look(ctx context.Context, snap *Snapshot, ids []int64) (*Snapshot, error) {
	again, err := p.snapshot(ctx, func() ([]uint64, error) {
		var addrs []uint64
		for _, id := range ids {
			if live, ok := snap.Live[id]; ok {
				addrs = append(addrs, live.Addr)
			}
		}
		return addrs, nil
	})
	if again != nil {
		again.rested = nil // some are no ground for a marking
	}
	return again, err
}

func (p *Process) snapshot(ctx context.Context, which func() ([]uint64, error)) (*Snapshot, error) {
	r := newReading(p)
	if err := r.run(ctx, which); err != nil {
		return nil, fmt.Errorf("inspect: pid %d: read goroutines: %w", p.pid, explain(err))
	}
	return r.snap, nil
}

func newReading(p *Process) *reading {
	return &reading{
		p: p,
		snap: &Snapshot{
			PID: p.pid, Exe: p.exePath, GoVersion: p.exe.GoVersion,
			Channels: make(map[uint64]Channel), Locks: make(map[uint64]Lock),
		},
		sudogs: make(map[uint64]sudog),
		labels: make(map[uint64]map[string]string),
	}
}

func (r *reading) run(ctx context.Context, which func() ([]uint64, error)) error {
	if c := r.p.mem.core; c != nil {
		r.snap.Threads = c.threads
		r.snap.Warnings = append(r.snap.Warnings, c.warnings()...)
	} else {
		tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", r.p.pid))
		if err != nil {
			return unix.ESRCH
		}
		r.snap.Threads = len(tasks)
		var ts unix.Timespec
		if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) == nil {
			r.now = ts.Nano()
		}
	}
	begin := r.p.moment()
	r.still = r.p.stillSince(r.p.opened)
	err := r.collect(ctx, which)
	if r.still && !r.p.stillSince(begin) {
		snap, now := r.snap, r.now
		*r = *newReading(r.p)
		r.now, r.snap.Threads, r.snap.Warnings = now, snap.Threads, snap.Warnings
		err = r.collect(ctx, which)
	}
	if err != nil {
		return err
	}
	if r.still {
		r.snap.still, r.snap.rested = begin, make([]rested, len(r.found))
		for i, f := range r.found {
			r.snap.rested[i] = rested{f.g, f.queue, f.live.window}
		}
	}
	if r.changed > 0 {
		r.warn("%d goroutines kept moving while they were read; their stacks are not shown", r.changed)
	}
	if r.snap.Missing = r.lost; r.lost > 0 {
		r.warn("%d goroutines are missing in the core", r.lost)
	}
	if r.cut > 0 {
		r.warn("%d stacks could not be walked to their end", r.cut)
	}
	return nil
}

func (r *reading) collect(ctx context.Context, which func() ([]uint64, error)) error {
	pending, err := which()
	if err != nil {
		return err
	}
	if err := r.readAll(ctx, pending); err != nil {
		return err
	}
	if err := r.resolve(); err != nil {
		return err
	}
	// The scheduler hands out IDs in batches, so they are nearly in order. What is moved to sort them is kept small.
	type place struct {
		id int64
		at int
	}
	order := make([]place, len(r.found))
	r.snap.Live = make(map[int64]G, len(r.found))
	for i, f := range r.found {
		order[i] = place{f.dump.ID, i}
		r.snap.Live[f.dump.ID] = f.live
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Compare(a.id, b.id) })
	r.snap.Goroutines = make([]*goroutine.Goroutine, len(order))
	for i, o := range order {
		r.snap.Goroutines[i] = r.found[o.at].dump
	}
	return nil
}

// readAll reads goroutines, chunk after chunk, until each has been found at rest or was tried often enough. Two workers
// share the chunks: more than half of the time goes into the kernel's copying, and the rest into walking.
func (r *reading) readAll(ctx context.Context, pending []uint64) error {
	for round := 1; len(pending) > 0; round++ {
		chunks := slices.Collect(slices.Chunk(pending, chunkSize))
		workers := []*reading{r}
		for len(workers) < min(maxWorkers, runtime.GOMAXPROCS(0), len(chunks)) {
			w := newReading(r.p)
			w.now, w.still = r.now, r.still
			workers = append(workers, w)
		}
		var next atomic.Int64
		again, errs := make([][]uint64, len(chunks)), make([]error, len(workers))
		room := make([]found, len(pending)) // a part for each chunk
		read := make([][]found, len(chunks))
		var wg sync.WaitGroup
		for i, w := range workers {
			wg.Go(func() {
				for {
					n := int(next.Add(1)) - 1
					if n >= len(chunks) {
						return
					}
					if errs[i] = ctx.Err(); errs[i] != nil {
						return
					}
					w.chunk = room[n*chunkSize : n*chunkSize : n*chunkSize+len(chunks[n])]
					if again[n], errs[i] = w.readChunk(chunks[n], round == rounds); errs[i] != nil {
						return
					}
					read[n] = w.chunk
				}
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
		for _, w := range workers[1:] {
			r.cut += w.cut
			r.changed += w.changed
			r.lost += w.lost
		}
		all := room[:0]
		for _, chunk := range read { // each lies at or behind its place
			all = append(all, chunk...)
		}
		if r.found == nil {
			r.found = all
		} else {
			r.found = append(r.found, all...)
		}
		pending = slices.Concat(again...)
	}
	return nil
}

const maxWorkers = 2

func (r *reading) warn(format string, args ...any) {
	r.snap.Warnings = append(r.snap.Warnings, fmt.Sprintf(format, args...))
}

// goroutines gives the addresses of all g's, dead ones too. The list may move while it is read; a move shows in its
// header.
func (p *Process) goroutines() ([]uint64, error) {
	var err error
	for range rounds {
		var before, after uint64
		if before, err = p.ReadUint64(p.allgs); err != nil {
			return nil, err
		}
		var list []uint64
		if list, err = p.readSlice(p.allgs, -1); err != nil {
			continue
		}
		if after, err = p.ReadUint64(p.allgs); err == nil && before == after {
			return list, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("the list of goroutines kept moving")
	}
	return nil, err
}

// readChunk reads some goroutines and gives back those that moved meanwhile. In the last round those are listed with
// what can be told.
func (r *reading) readChunk(addrs []uint64, last bool) (unstable []uint64, err error) {
	first, err := r.readG(addrs)
	if err != nil {
		return nil, err
	}
	first = slices.DeleteFunc(first, func(g gstruct) bool { return !g.alive() })
	stacks, err := r.readStacks(first)
	if err != nil {
		return nil, err
	}
	queues, err := r.readQueues(first, stacks)
	if err != nil {
		return nil, err
	}
	alive := make([]uint64, len(first))
	for i, g := range first {
		alive[i] = g.addr
	}
	second := first
	if !r.still {
		if second, err = r.readG(alive); err != nil {
			return nil, err
		}
	}
	for i, g := range first {
		if i >= len(second) || !second[i].alive() || second[i].id() != g.id() {
			if !last {
				unstable = append(unstable, g.addr) // it ended; the g may serve another goroutine by now
			}
			continue
		}
		stable := g.same(second[i]) && queues[i].intact
		if !stable && !last && second[i].status() != statusRunning {
			unstable = append(unstable, g.addr)
			continue
		}
		if !r.add(second[i], stacks[i], queues[i], stable, last) {
			unstable = append(unstable, g.addr)
		}
	}
	return unstable, nil
}

// What a snapshot keeps of stacks at most: each, and all that one worker reads.
const (
	maxKept    = 16 << 10
	maxKeptAll = 64 << 20
)

// keep lets the snapshot hold on to a stack, if that stands still and there is room.
func (r *reading) keep(window []byte) []byte {
	if !r.still || len(window) > maxKept || r.kept+len(window) > maxKeptAll {
		return nil
	}
	r.kept += len(window)
	return window
}

// maxRun bounds what is read at once of g's that lie behind each other, as those do that were made together. Each range
// costs the kernel a look at the page tables, whatever its size, and this makes them one for thirty.
const maxRun = 16 << 10

const (
	minRaw = 256 << 10
	maxRaw = 16 << 20
)

// room gives memory to copy the target's to. It is taken in pieces that grow with what was needed so far.
func (r *reading) room(n int) []byte {
	if n > len(r.raw) {
		r.rawSize = min(max(2*r.rawSize, minRaw), maxRaw)
		r.raw = make([]byte, max(r.rawSize, n))
	}
	out := r.raw[:n:n]
	r.raw = r.raw[n:]
	return out
}

func (r *reading) readG(addrs []uint64) ([]gstruct, error) {
	size := r.p.layout.gSize
	gs := make([]gstruct, len(addrs))
	var reqs []request
	for from := 0; from < len(addrs); {
		to := from + 1
		for to < len(addrs) && addrs[to] > addrs[to-1] && addrs[to]+size-addrs[from] <= maxRun {
			to++
		}
		base := addrs[from]
		raw := r.room(int(addrs[to-1] + size - base))
		reqs = append(reqs, request{addr: base, buf: raw})
		for ; from < to; from++ {
			at := addrs[from] - base
			gs[from] = gstruct{addr: addrs[from], raw: raw[at : at+size : at+size], layout: r.p.layout}
		}
	}
	if err := r.p.mem.readAll(reqs); err != nil {
		return gs, err
	}
	// A run with a hole in it is read again, each g alone; one that fails then is all zeroes: not alive.
	var alone []request
	for i, j := 0, 0; i < len(reqs); i++ {
		for ; j < len(gs) && gs[j].addr >= reqs[i].addr && gs[j].addr < reqs[i].addr+uint64(len(reqs[i].buf)); j++ {
			if !reqs[i].ok {
				alone = append(alone, request{addr: gs[j].addr, buf: gs[j].raw})
			}
		}
	}
	err := r.p.mem.readAll(alone)
	if r.p.mem.core != nil {
		for _, req := range alone {
			if !req.ok {
				r.lost++
			}
		}
	}
	return gs, err
}

func (r *reading) readStacks(gs []gstruct) ([]stack, error) {
	stacks := make([]stack, len(gs))
	reqs := make([]request, 0, len(gs))
	total := uint64(0)
	for i, g := range gs {
		stacks[i] = stack{p: r.p, lo: g.stackLo(), hi: g.stackHi()}
		if _, sp, ok := g.position(); ok {
			stacks[i].base = sp
			if n := g.stackHi() - sp; n <= maxKept {
				total += n
			}
		}
	}
	block := r.room(int(total))
	var owner []int
	for i := range stacks {
		s := &stacks[i]
		if s.base == 0 {
			continue
		}
		owner = append(owner, i)
		if n := s.hi - s.base; n > maxKept {
			reqs = append(reqs, request{addr: s.base, buf: make([]byte, min(stackWindow, n))})
		} else {
			reqs = append(reqs, request{addr: s.base, buf: block[:n:n]})
			block = block[n:]
		}
	}
	err := r.p.mem.readAll(reqs)
	for i, req := range reqs {
		if req.ok {
			stacks[owner[i]].window = req.buf
		}
	}
	return stacks, err
}

// add puts a goroutine into the snapshot. It says false where its stack could not be walked and another try may help.
func (r *reading) add(g gstruct, s stack, queue queue, stable, last bool) bool {
	p := r.p
	if len(r.dumps) == 0 {
		r.dumps = make([]goroutine.Goroutine, 64)
	}
	out := &r.dumps[0]
	out.ID, out.State, out.LockedToThread = g.id(), g.state(), g.word(p.layout.gLockedM) != 0
	start, _ := p.exe.FuncAt(g.word(p.layout.gStartPC) - p.bias)
	out.System = g.isSystem(start.Name)
	live := G{Addr: g.addr, StackLo: g.stackLo(), StackHi: g.stackHi(), FirstDefer: g.word(p.layout.gDefer),
		Runs: g.runs()}
	pc, sp, ok := g.position()
	switch {
	case !stable && g.status() != statusRunning:
		out.Annotations = append(out.Annotations, moving)
		r.changed++
	case ok && stable:
		live.PC, live.SP, live.window = pc, sp, r.keep(s.window)
		var complete bool
		out.Frames, out.Elided, complete = r.unwind(&s, pc, sp, out.System)
		if len(out.Frames) == 0 && complete {
			s.window = nil
			out.Frames, out.Elided, complete = r.unwind(&s, pc, sp, true)
		}
		if !complete {
			if !last {
				*out = goroutine.Goroutine{}
				return false
			}
			r.cut++
			live.Cut = true
		}
	}
	if since := int64(g.word(p.layout.gWaitSince)); since > 0 && r.now > since &&
		(g.parked() || g.status() == statusSyscall) {
		out.Waiting = time.Duration(r.now - since)
	}
	if g.rawStatus()&statusScan != 0 {
		out.Annotations = append(out.Annotations, "scan")
	}
	if gopc := g.word(p.layout.gGoPC); gopc != 0 && out.ID != 1 {
		if frames := p.exe.Frames(gopc-p.bias, true); len(frames) > 0 {
			f := frames[0]
			out.CreatedBy = goroutine.Frame{Func: f.Func, File: f.File, Line: f.Line, Inlined: f.Inlined, PC: gopc}
			out.CreatorID = int64(g.word(p.layout.gParentID))
		}
	}
	out.Labels = r.readLabels(g.word(p.layout.gLabels))
	if live.m = g.word(p.layout.gM); live.m == 0 {
		live.m = g.word(p.layout.gLockedM) // it waits, and so does its thread
	}
	if stable && g.parked() {
		live.reason = g.reason()
		if strings.HasSuffix(live.reason, "(nil chan)") {
			out.Waits = []goroutine.Wait{{Kind: goroutine.WaitKind(strings.TrimSuffix(live.reason, " (nil chan)"))}}
		}
	}
	r.dumps = r.dumps[1:]
	r.chunk = append(r.chunk, found{out, live, g, queue, stable})
	return true
}
