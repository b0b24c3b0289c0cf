package holder

import (
	"cmp"
	"slices"
	"strings"

	"innards/diagnose/executable"
	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"

	"golang.org/x/arch/x86/x86asm"
)

// Site is a line that takes a lock.
type Site struct {
	Func, File string
	Line       int
}

// leaked says which of the wanted locks without a candidate are taken and will not be given back by any call that is
// under way. To each it gives the lines that may have taken it: in functions with a way to return that does not unlock.
//
// From where each frame stands its code is followed onwards, and each unlock on the way asked for what it concerns. One
// that comes behind a lock of the same mutex on every way gives back what is not taken yet. If no other is left that
// may concern the lock, no call holds it. It may still be held by an object, as a transaction that is open: then
// there is code for unlocking what another function has locked, and nothing is said. What is not understood speaks
// against a leak too: a goroutine that runs and whose stack cannot be read, or that a core has not, a frame of code that
// cannot be followed, an unlock of a lock that cannot be told.
func (q *inquiry) leaked(s *inspect.Snapshot, candidates map[uint64][]Holding) map[uint64][]Site {
	hidden := func(g *goroutine.Goroutine) bool { return !g.System && (len(g.Frames) == 0 || s.Live[g.ID].Cut) }
	if s.Missing > 0 || slices.ContainsFunc(s.Goroutines, hidden) {
		return nil
	}
	found := make(map[uint64][]Site)
	byMark := make(map[mark]suspicion)
	for addr := range q.wanted {
		k := lockKey{addr, Read}
		if s.Locks[addr].Locked {
			k.mode = Write
		}
		if len(candidates[addr]) > 0 {
			continue
		}
		m, ok := q.markOf(s, k)
		if !ok {
			continue
		}
		sus, known := byMark[m]
		if !known {
			sus = q.library.suspects(m)
			byMark[m] = sus
		}
		if len(sus.sites) > 0 && !sus.handedOn && !slices.ContainsFunc(s.Goroutines, func(g *goroutine.Goroutine) bool {
			return !g.System && q.mayReturn(g, s.Live[g.ID], k)
		}) {
			found[addr] = sus.sites
		}
	}
	return found
}

// isUsers tells a frame of the lock's user from those of the runtime and of the lock itself.
func isUsers(f goroutine.Frame) bool {
	return !isSync(f.Func) && !strings.HasPrefix(f.Func, "runtime.")
}

// mayReturn tells whether a goroutine may still give the lock back, or that it cannot be told.
func (q *inquiry) mayReturn(g *goroutine.Goroutine, live inspect.G, k lockKey) bool {
	physical := physicalFrames(g)
	mem := stackWindow(q.mem, live, g.Frames[physical[0]].SP-8, g.Frames[physical[len(physical)-1]].CFA)
	for _, i := range physical {
		fr := &g.Frames[i]
		fn, ok := q.library.exe.FuncAt(fr.PC - q.bias - 1)
		if !ok {
			return true
		}
		if q.library.exe.Origin(fn.Name) >= executable.StandardLibrary && !strings.HasPrefix(fn.Name, "sync.(*Once)") {
			continue // it gives back its own locks only
		}
		a := q.library.activate(fr, mem, q.bias).resolve()
		if a == nil {
			if _, near := q.library.reach()[fn.Entry]; near {
				return true
			}
			continue
		}
		pending, _ := q.library.openCoded(fr, mem, q.bias)
		releases, ok := a.fn.future(a.point.instr)
		if !ok || !a.alive() ||
			slices.ContainsFunc(pending, func(d deferredUnlock) bool { return d.addr == k.addr && d.mode == k.mode }) {
			return true
		}
		for _, op := range releases {
			if addr, _, ok := a.eval(op.addr); op.mode == k.mode && (!ok || addr == k.addr) {
				return true
			}
		}
	}
	return false
}

// future gives the unlocks that may come once the call at instruction i returns, without a lock of the same mutex before
// them on every way; not ok where that does not settle.
func (fn *function) future(i int) (releases []lockOp, ok bool) {
	f, found := fn.flow, fn.sites
	run := func(at []hold, b, from int, report func(lockOp)) []hold {
		at = slices.Clone(at)
		for n := from; n <= f.code.blocks[b].last; n++ {
			for _, op := range found.after[n] {
				if op.release && report != nil &&
					!slices.ContainsFunc(at, func(h hold) bool { return h.mode == op.mode && f.sameLock(h.addrs, op.addr) }) {
					report(op)
				}
				at = f.applyHold(at, op)
			}
		}
		return at
	}
	start := f.code.blockOf(i)
	first := run(nil, start, i, nil)
	in := make([][]hold, len(f.code.blocks))
	seen := make([]bool, len(f.code.blocks))
	type edge struct {
		from, to int
		first    bool // from where the frame stands, not from the block's beginning
	}
	carry := func(at []hold, e edge) []hold {
		came := slices.Clone(at)
		for _, op := range found.edges[[2]int{e.from, e.to}] {
			came = f.applyHold(came, op)
		}
		rename := f.renaming(e.from, e.to)
		for n, h := range came {
			came[n].addrs = rename(h.addrs)
		}
		return came
	}
	var todo []edge
	for _, to := range f.code.blocks[start].succ {
		todo = append(todo, edge{start, to, true})
	}
	outOf := func(b int) []hold { return run(in[b], b, f.code.blocks[b].first, nil) }
	for steps := 0; len(todo) > 0; steps++ {
		if steps > maxRounds*len(f.code.blocks) {
			return nil, false
		}
		e := todo[0]
		todo = todo[1:]
		var at []hold
		if e.first {
			at = carry(first, e)
		} else {
			at = carry(outOf(e.from), e)
		}
		if seen[e.to] {
			at = common(in[e.to], at)
			if len(at) == len(in[e.to]) {
				continue
			}
		}
		seen[e.to], in[e.to] = true, at
		for _, to := range f.code.blocks[e.to].succ {
			todo = append(todo, edge{e.to, to, false})
		}
	}
	report := func(op lockOp) { releases = append(releases, op) }
	run(nil, start, i, report)
	for b := range seen {
		if seen[b] {
			run(in[b], b, f.code.blocks[b].first, report)
		}
	}
	return releases, true
}

// mark is what tells the code that may concern a lock, where its address is not known: the package that is seen to wait
// for it, since fields like it are hardly ever for others, and the place of the lock in a struct, or of a variable.
type mark struct {
	pkg    string
	off    int64
	global bool
	mode   Mode
}

func newMark(f *flow, v value, mode Mode) mark {
	return mark{goroutine.Package(f.code.fn.Name), v.off, v.isConst(), mode}
}

// markOf gives the mark of a lock, by the code of one that waits for it.
func (q *inquiry) markOf(s *inspect.Snapshot, k lockKey) (mark, bool) {
	for _, g := range s.Goroutines {
		if !slices.ContainsFunc(g.Waits, func(w goroutine.Wait) bool { return w.Object == k.addr }) {
			continue
		}
		i := slices.IndexFunc(g.Frames, isUsers)
		if i < 0 || q.library.exe.Origin(g.Frames[i].Func) >= executable.StandardLibrary {
			return mark{}, false
		}
		if p := q.library.pauseAt(g.Frames[i].PC - q.bias); p.point != nil {
			if op, ok := p.fn.sites.awaits[p.point.instr]; ok {
				return newMark(p.fn.flow, op.addr, k.mode), true
			}
		}
	}
	return mark{}, false
}

// suspicion is what the code says about locks of a mark.
type suspicion struct {
	sites    []Site // that take one, in functions which may return with it
	handedOn bool   // one function unlocks what another has locked
}

func (l *library) suspects(m mark) (sus suspicion) {
	for entry := range l.reach() {
		at, _ := l.exe.FuncAt(entry)
		if goroutine.Package(at.Name) != m.pkg || strings.Contains(at.Name, ".deferwrap") {
			continue
		}
		fn := l.function(entry, depth)
		if fn == nil {
			continue
		}
		unlocks := slices.ContainsFunc(fn.effects, func(e effect) bool {
			return e.release && e.mode == m.mode && (e.flow == nil || e.addr.off == m.off && e.addr.isConst() == m.global)
		})
		if unlocks && !l.isDeferred(at.Name) {
			sus.handedOn = true
			return sus
		}
		sus.sites = append(sus.sites, fn.leavesLocked(m)...)
	}
	slices.SortFunc(sus.sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	sus.sites = slices.Compact(sus.sites)
	return sus
}

// isDeferred takes closures made by a function that defers for what it defers.
func (l *library) isDeferred(name string) bool {
	i := strings.LastIndex(name, ".func")
	if i < 0 {
		return false
	}
	parent, ok := l.exe.FuncNamed(name[:i])
	return ok && parent.DeferReturn != 0
}

// leavesLocked gives the lines that take a lock of this mark which is still held at some return.
func (fn *function) leavesLocked(m mark) (sites []Site) {
	f := fn.flow
	if f.defersOnList() {
		return nil
	}
	for _, b := range f.code.rpo {
		if f.code.instrs[f.code.blocks[b].last].Op != x86asm.RET {
			continue
		}
		for _, e := range f.runBlock(fn.history[b], fn.sites, b, f.code.blocks[b].last+1) {
			if e.release || e.mode != m.mode || !f.code.holds(e.site) ||
				!slices.ContainsFunc(e.addrs, func(v value) bool { return newMark(f, v, m.mode) == m }) {
				continue
			}
			for _, fr := range f.exe.Frames(e.site, false) {
				if !isSync(fr.Func) {
					sites = append(sites, Site{fr.Func, fr.File, fr.Line})
					break
				}
			}
		}
	}
	return sites
}
