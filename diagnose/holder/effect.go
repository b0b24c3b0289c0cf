package holder

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"innards/diagnose/executable"

	"golang.org/x/arch/x86/x86asm"
)

// effect is what a function has done to a lock by the time that it returns, said in terms of what it was called with.
type effect struct {
	lockOp
	flow *flow // whose values the address is made of; nil: nobody knows which lock it is
}

// function is all that the code of one function tells.
type function struct {
	flow    *flow
	sites   *sites
	history []events
	effects []effect
	points  map[int]*point // by instruction, as asked for so far
	always  [][]hold       // by block; see covered

	variants map[string]*function // the same with calls through interfaces resolved, by what they lead to
}

// depth is how many calls deep effects are looked for: a method that calls one that calls one that unlocks.
const depth = 4

type functionKey struct {
	entry uint64
	depth int
}

// library analyses functions, each once.
type library struct {
	exe     *executable.File
	methods map[uint64]bool // entries of the methods of locks
	reach   func() reach

	flows  map[uint64]*flow // by entry; nil: not understood
	done   map[functionKey]*function
	pauses map[uint64]pause     // by PC
	quiet  map[uint64]bool      // by PC
	defers map[uint64]deferInfo // by entry
}

func newLibrary(exe *executable.File) *library {
	methods := methodEntries(exe)
	return &library{
		exe: exe, methods: methods,
		reach: sync.OnceValue(func() reach { return newReach(exe, methods, depth) }),
		flows: make(map[uint64]*flow), done: make(map[functionKey]*function),
		pauses: make(map[uint64]pause), quiet: make(map[uint64]bool), defers: make(map[uint64]deferInfo),
	}
}

// function analyses the one that holds the link-time address pc; nil where that is not possible.
func (l *library) function(pc uint64, depth int) *function {
	fn, ok := l.exe.FuncAt(pc)
	if !ok || isSync(fn.Name) && lockMethods[fn.Name] != (lockMethod{}) || l.exe.Origin(fn.Name) == executable.Runtime {
		return nil
	}
	k := functionKey{fn.Entry, depth}
	if done, ok := l.done[k]; ok {
		return done
	}
	l.done[k] = nil // a function that calls itself adds nothing on the way
	flow, ok := l.flows[fn.Entry]
	if !ok {
		flow, _ = newFlow(l.exe, fn) // an error means: not understood
		l.flows[fn.Entry] = flow
	}
	if flow == nil {
		return nil
	}
	done := l.analyse(flow, depth, nil)
	l.done[k] = done
	return done
}

// analyse finds the sites of a function and the events on the way to each point of it; nil if that does not settle.
func (l *library) analyse(f *flow, depth int, resolved map[int]uint64) *function {
	fn := &function{flow: f, points: make(map[int]*point), variants: make(map[string]*function)}
	fn.sites = f.findSites(func(entry uint64) []effect { return l.effects(entry, depth-1) }, resolved)
	if fn.history = f.history(fn.sites); fn.history == nil {
		return nil
	}
	fn.effects = fn.summarise()
	if l.defersUnlock(f, depth-1) {
		fn.effects = append(fn.effects, effect{lockOp: lockOp{site: f.code.fn.Entry, release: true, mode: Write}},
			effect{lockOp: lockOp{site: f.code.fn.Entry + 1, release: true, mode: Read}})
	}
	return fn
}

// defersUnlock tells whether a function keeps deferred calls on the goroutine's list and makes a closure that unlocks:
// that may be one of them, and which lock it gives back is not followed. The body of a range-over-func loop defers for
// the function around it (by deferprocat) and does not count.
func (l *library) defersUnlock(f *flow, depth int) bool {
	defers, unlocks := false, false
	for i := range f.code.instrs {
		in := &f.code.instrs[i]
		switch mem, ok := in.Args[1].(x86asm.Mem); {
		case in.Op == x86asm.CALL:
			name := calleeName(l.exe, in.target)
			defers = defers || name == "runtime.deferproc" || name == "runtime.deferprocStack"
		case in.Op == x86asm.LEA && ok && mem.Base == x86asm.RIP:
			made := l.effects(in.end()+uint64(mem.Disp), depth)
			unlocks = unlocks || slices.ContainsFunc(made, func(e effect) bool { return e.release })
		}
	}
	return defers && unlocks
}

// resolve looks into a live frame for where its calls through interfaces and function values lead. Only functions that
// lock or unlock make a difference: then it gives the function as it is with these calls known.
//
// The method table of an interface is never freed. A function value may be: after its last use, its memory may serve
// another by now. So of these only what speaks against a holding is taken up, unlocks.
func (l *library) resolve(a *activation) *function {
	resolved := make(map[int]uint64)
	matters := a.fn.borrows()
	var id []byte
	for _, i := range slices.Sorted(maps.Keys(a.fn.sites.dynamic)) {
		addr, _, ok := a.eval(a.fn.sites.dynamic[i])
		entry := addr - a.bias
		name := calleeName(l.exe, entry)
		if !ok || name == "" {
			continue
		}
		does := l.effects(entry, depth-1)
		takes := slices.ContainsFunc(does, func(e effect) bool { return !e.release })
		if a.fn.sites.values[i] && (takes || len(does) == 0) {
			continue
		}
		resolved[i] = entry
		if lockMethods[name].mode != 0 || len(does) > 0 {
			matters = true
			id = fmt.Appendf(id, "%d:%x ", i, entry)
		} else {
			id = fmt.Appendf(id, "%d ", i)
		}
	}
	if !matters || len(resolved) == 0 {
		return a.fn
	}
	variant, ok := a.fn.variants[string(id)]
	if !ok {
		variant = l.analyse(a.fn.flow, depth, resolved)
		a.fn.variants[string(id)] = variant
	}
	return variant
}

// borrows tells whether the function lets another take locks for it.
func (fn *function) borrows() bool {
	for _, ops := range fn.sites.after {
		for _, op := range ops {
			if !op.release && !fn.flow.code.holds(op.site) {
				return true
			}
		}
	}
	return false
}

// effects gives what a call of the function at entry does to locks. Library code is left out: it gives back what it
// takes, and looking through it would cost more than all the rest.
func (l *library) effects(entry uint64, depth int) []effect {
	away, ok := l.reach()[entry]
	if !ok || away > depth {
		return nil
	}
	if fn := l.function(entry, depth); fn != nil {
		return fn.effects
	}
	return nil
}

// summarise gathers what stands at the exits. Deferred calls that are kept in the frame are part of the code; those on
// the goroutine's list are not, so of a function that has some it is not known what it still holds.
func (fn *function) summarise() []effect {
	f := fn.flow
	var exit events
	for _, b := range f.code.rpo {
		last := &f.code.instrs[f.code.blocks[b].last]
		if last.Op != x86asm.RET && (last.Op != x86asm.JMP || f.code.holds(last.target)) {
			continue
		}
		at := f.runBlock(fn.history[b], fn.sites, b, f.code.blocks[b].last+1)
		if exit == nil {
			exit = at
		} else {
			exit = join(exit, at)
		}
	}
	var effects []effect
	for _, e := range exit {
		if e.paired || !e.release && (!e.certain || len(e.doubts) > 0 || f.defersOnList()) {
			continue
		}
		for _, v := range e.addrs {
			if f.outlives(v) {
				effects = append(effects, effect{lockOp{e.site, e.release, e.mode, v}, f})
				break
			}
		}
	}
	slices.SortFunc(effects, func(a, b effect) int { return cmp.Compare(a.site, b.site) })
	return effects
}

// defersOnList tells whether the function defers calls that are kept on the goroutine's list, not in the frame.
func (f *flow) defersOnList() bool {
	_, open := f.exe.FuncData(f.code.fn, executable.FuncDataOpenCodedDeferInfo)
	return f.code.fn.DeferReturn != 0 && !open
}

// outlives tells whether a value can be said in terms of what the function was called with.
func (f *flow) outlives(v value) bool {
	b := &f.bases.list[v.base]
	switch b.kind {
	case absolute, argument, caller:
		return true
	case loaded:
		return f.outlives(b.a)
	case sum:
		return f.outlives(b.a) && f.outlives(b.b)
	}
	return false
}

// substitute says an effect's address in terms of the function that makes the call, whose state s is.
func (f *flow) substitute(s *state, in *instruction, e effect) (value, bool) {
	if e.flow == nil {
		return f.bases.opaque(in.pc, place{n: -1}), true
	}
	var translate func(v value) (value, bool)
	translate = func(v value) (value, bool) {
		b := &e.flow.bases.list[v.base]
		switch b.kind {
		case absolute:
			return v, true
		case argument:
			return s.regs[b.place.n].plus(v.off), b.place.n != regSP
		case caller:
			// The callee's CFA is this function's stack pointer at the call.
			sp := s.regs[regSP]
			known := in.Op == x86asm.CALL && sp.isFrameAddr() && b.place.n >= 0
			return f.slot(s, in.pc, sp.off+b.place.n).plus(v.off), known
		case loaded:
			addr, ok := translate(b.a)
			if ok && addr.isFrameAddr() {
				return f.slot(s, in.pc, addr.off).plus(v.off), addr.off%8 == 0
			}
			return f.bases.loaded(in.pc, addr).plus(v.off), ok
		case sum:
			x, okX := translate(b.a)
			y, okY := translate(b.b)
			return f.bases.add(x, y, b.scale).plus(v.off), okX && okY
		}
		return value{}, false
	}
	return translate(e.addr)
}
