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
// may concern the lock, nobody holds it. What is not understood speaks against a leak: a goroutine that runs and whose
// stack cannot be read, a frame of code that cannot be followed, an unlock of a lock that cannot be told, a call that may
// lead to an unlock through an interface, and closures that unlock and may be in anybody's hands. Of these the packages
// are searched that are seen to wait for the lock, since fields like it are hardly ever for others.
func (q *inquiry) leaked(s *inspect.Snapshot, candidates map[uint64][]Holding) map[uint64][]Site {
	hidden := func(g *goroutine.Goroutine) bool { return !g.System && (len(g.Frames) == 0 || s.Live[g.ID].Cut) }
	if slices.ContainsFunc(s.Goroutines, hidden) {
		return nil
	}
	found := make(map[uint64][]Site)
	for addr := range q.wanted {
		k := lockKey{addr, Read}
		if s.Locks[addr].Locked {
			k.mode = Write
		}
		if len(candidates[addr]) == 0 && q.nobodyReturns(s, k) {
			found[addr] = q.suspects(s, k)
		}
	}
	return found
}

// nobodyReturns tells whether no goroutine may still give a lock back, as far as that can be known.
func (q *inquiry) nobodyReturns(s *inspect.Snapshot, k lockKey) bool {
	users := make(map[string]bool) // packages that are known to lock it
	for _, g := range s.Goroutines {
		if slices.ContainsFunc(g.Waits, func(w goroutine.Wait) bool { return w.Object == k.addr }) {
			at := slices.IndexFunc(g.Frames, isUsers)
			if at < 0 || q.library.exe.Origin(g.Frames[at].Func) >= executable.StandardLibrary {
				return false
			}
			users[packageOf(g.Frames[at].Func)] = true
		}
	}
	handed, methods := q.library.releasers(users, k.mode)
	if handed {
		return false
	}
	return !slices.ContainsFunc(s.Goroutines, func(g *goroutine.Goroutine) bool {
		return !g.System && q.mayReturn(g, methods, k)
	})
}

// isUsers tells a frame of the lock's user from those of the runtime and of the lock itself.
func isUsers(f goroutine.Frame) bool {
	return !isSync(f.Func) && !strings.HasPrefix(f.Func, "runtime.")
}

// mayReturn tells whether a goroutine may still give the lock back, or that it cannot be told.
func (q *inquiry) mayReturn(g *goroutine.Goroutine, methods bool, k lockKey) bool {
	physical := physicalFrames(g)
	mem := stackWindow(q.mem, g.Frames[physical[0]].SP-8, g.Frames[physical[len(physical)-1]].CFA)
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
		releases, dynamic := a.fn.future(a.point.instr)
		if dynamic && methods || !a.alive() ||
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
// them on every way; and whether a call through an interface may come.
func (fn *function) future(i int) (releases []lockOp, dynamic bool) {
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
			return nil, true
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
	look := func(from, to int) {
		for n := from; n <= to; n++ {
			if _, unknown := found.dynamic[n]; unknown && !found.values[n] && n != i {
				dynamic = true
			}
		}
	}
	look(i, f.code.blocks[start].last)
	for b := range seen {
		if seen[b] {
			run(in[b], b, f.code.blocks[b].first, report)
			look(f.code.blocks[b].first, f.code.blocks[b].last)
		}
	}
	return releases, dynamic
}

// releasers tells whether these packages have closures that unlock what another has locked and that may be in anybody's
// hands; and whether they have methods that do, which an interface may lead to. Closures made by a function that defers
// are taken for what it defers.
func (l *library) releasers(packages map[string]bool, mode Mode) (handed, methods bool) {
	for entry := range l.reach() {
		fn, ok := l.exe.FuncAt(entry)
		if !ok || !packages[packageOf(fn.Name)] || strings.Contains(fn.Name, ".deferwrap") {
			continue
		}
		if !slices.ContainsFunc(l.effects(entry, depth), func(e effect) bool { return e.release && e.mode == mode }) {
			continue
		}
		if i := strings.LastIndex(fn.Name, ".func"); i >= 0 {
			parent, ok := l.exe.FuncNamed(fn.Name[:i])
			handed = handed || !ok || parent.DeferReturn == 0
			continue
		}
		handed = handed || strings.HasSuffix(fn.Name, "-fm")
		methods = methods || strings.Contains(fn.Name, ").")
	}
	return handed, methods
}

// suspects gives the lines that take a lock in a function which has a way to return with it. The lock is known there by
// its place in a struct only; those that have it elsewhere than the waiters do, and those in other packages, are left
// out.
func (q *inquiry) suspects(s *inspect.Snapshot, k lockKey) []Site {
	l := q.library
	type mark struct {
		pkg    string
		off    int64
		global bool
	}
	wanted := make(map[mark]bool)
	markOf := func(f *flow, v value) mark {
		return mark{pkg: packageOf(f.code.fn.Name), off: v.off, global: v.isConst()}
	}
	for _, g := range s.Goroutines {
		if !slices.ContainsFunc(g.Waits, func(w goroutine.Wait) bool { return w.Object == k.addr }) {
			continue
		}
		for _, fr := range g.Frames {
			if !isUsers(fr) {
				continue
			}
			if p := l.pauseAt(fr.PC - q.bias); p.point != nil {
				if op, ok := p.fn.sites.awaits[p.point.instr]; ok {
					wanted[markOf(p.fn.flow, op.addr)] = true
				}
			}
			break
		}
	}
	users := make(map[string]bool)
	for m := range wanted {
		users[m.pkg] = true
	}
	var found []Site
	for entry, away := range l.reach() {
		at, _ := l.exe.FuncAt(entry)
		if away > 0 || !users[packageOf(at.Name)] {
			continue
		}
		fn := l.function(entry, depth)
		if fn == nil || fn.flow.defersOnList() {
			continue
		}
		f := fn.flow
		for _, b := range f.code.rpo {
			if f.code.instrs[f.code.blocks[b].last].Op != x86asm.RET {
				continue
			}
			for _, e := range f.runBlock(fn.history[b], fn.sites, b, f.code.blocks[b].last+1) {
				if e.release || e.mode != k.mode || !f.code.holds(e.site) ||
					!slices.ContainsFunc(e.addrs, func(v value) bool { return wanted[markOf(f, v)] }) {
					continue
				}
				for _, fr := range l.exe.Frames(e.site, false) {
					if !isSync(fr.Func) {
						found = append(found, Site{fr.Func, fr.File, fr.Line})
						break
					}
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(found)
}

// packageOf cuts a linker symbol down to the import path.
func packageOf(name string) string {
	slash := strings.LastIndexByte(name, '/') + 1
	if i := strings.IndexByte(name[slash:], '.'); i >= 0 {
		return name[:slash+i]
	}
	return name
}
