package holder

import (
	"encoding/binary"

	"innards/diagnose/executable"
	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"

	"golang.org/x/arch/x86/x86asm"
)

// memory reads the process.
type memory struct {
	read   func(addr uint64, b []byte) error
	lo, hi uint64 // of the window, which is read at once when it is first asked for
	window []byte
}

func (m *memory) word(addr uint64) (uint64, bool) {
	if w := m.within(addr, 8); w != nil {
		return binary.LittleEndian.Uint64(w), true
	}
	var b [8]byte
	if addr == 0 || m.read(addr, b[:]) != nil {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b[:]), true
}

func (m *memory) byte(addr uint64) (byte, bool) {
	if w := m.within(addr, 1); w != nil {
		return w[0], true
	}
	var b [1]byte
	err := m.read(addr, b[:])
	return b[0], err == nil
}

// within gives n bytes of the window; nil where they are not in it. A torn reading may give any addr.
func (m *memory) within(addr, n uint64) []byte {
	if addr < m.lo || addr >= m.hi || n > m.hi-addr {
		return nil
	}
	if m.window == nil {
		m.window = make([]byte, m.hi-m.lo)
		if m.read(m.lo, m.window) != nil {
			m.hi = m.lo // one by one, then
			return nil
		}
	}
	return m.window[addr-m.lo:][:n]
}

// stackWindow gives the memory of the process with the piece from lo to hi of a goroutine's stack as its window: as the
// reading has kept it, if it has.
func stackWindow(mem *memory, live inspect.G, lo, hi uint64) *memory {
	const most = 64 << 10
	if hi < lo || hi-lo > most {
		return mem
	}
	window, _ := live.Stack(lo, hi)
	return &memory{mem.read, lo, hi, window}
}

// activation is a call that is going on: a function, how far it is, and its frame.
type activation struct {
	*goroutine.Frame // the physical one
	fn               *function
	point            *point
	library          *library
	outer            *activation // see caller
	closure          uint64      // address of the closure that it runs, where that is known
	mem              *memory
	bias             uint64
	reads            map[int64]uint64 // slots read so far
	checked, live    bool
	asked            bool // for the caller
}

// point is a place where a function can be found: at a call that has not returned, or where it was interrupted.
type point struct {
	instr  int
	state  *state // right before the instruction
	events events
}

// at gives the point at instruction i; nil if no path from the entry leads there, as after a recovered panic.
func (fn *function) at(i int) *point {
	p, ok := fn.points[i]
	if !ok {
		b := fn.flow.code.blockOf(i)
		if fn.history[b] != nil && fn.flow.in[b] != nil {
			p = &point{i, fn.flow.before(i), fn.flow.runBlock(fn.history[b], fn.sites, b, i)}
		}
		fn.points[i] = p
	}
	return p
}

// pause is what is known of all frames with one PC.
type pause struct {
	fn    *function
	point *point // nil where nothing can be said
}

// speaks tells whether anything may have happened to a lock by then, as far as the code goes.
func (p pause) speaks() bool {
	return p.point != nil && (len(p.point.events) > 0 || len(p.fn.sites.dynamic) > 0)
}

// pauseAt looks a program counter of a frame up, once: many goroutines stand at the same few places.
func (l *library) pauseAt(pc uint64) pause {
	p, ok := l.pauses[pc]
	if ok {
		return p
	}
	if fn := l.function(pc-1, depth); fn != nil {
		code := fn.flow.code
		i, ok := code.at(pc - 1)
		if ok && code.instrs[i].Op != x86asm.CALL { // not called away from, but interrupted by a signal
			i, ok = code.at(pc)
		}
		if ok {
			p.fn, p.point = fn, fn.at(i)
		}
	}
	l.pauses[pc] = p
	return p
}

// isQuiet tells whether frames with this program counter say nothing about locks.
func (l *library) isQuiet(pc uint64) bool {
	quiet, ok := l.quiet[pc]
	if ok {
		return quiet
	}
	if fn, ok := l.exe.FuncAt(pc - 1); ok && fn.DeferReturn == 0 {
		if l.exe.Origin(fn.Name) == executable.StandardLibrary && !l.touchesLock(fn) {
			quiet = true // the most common case, and the cheapest
		} else {
			quiet = !l.pauseAt(pc).speaks()
		}
	}
	l.quiet[pc] = quiet
	return quiet
}

// activate joins a live frame with the analysis of its function; nil where nothing can be said.
func (l *library) activate(fr *goroutine.Frame, mem *memory, bias uint64) *activation {
	p := l.pauseAt(fr.PC - bias)
	if p.point == nil {
		return nil
	}
	return &activation{Frame: fr, fn: p.fn, point: p.point, library: l, mem: mem, bias: bias}
}

// alive makes sure that the frame is still there: the process may run on while it is read, and a frame that is gone
// leaves another return address behind.
func (a *activation) alive() bool {
	if !a.checked {
		back, ok := a.mem.word(a.SP - 8)
		a.checked, a.live = true, ok && back == a.PC
	}
	return a.live
}

// resolve takes into account where calls through interfaces lead; nil where that makes the function unclear.
func (a *activation) resolve() *activation {
	if a == nil || len(a.fn.sites.dynamic) == 0 || !a.alive() {
		return a
	}
	fn := a.library.resolve(a)
	if fn == a.fn {
		return a
	}
	if fn == nil {
		return nil
	}
	resolved := *a
	resolved.fn, resolved.point = fn, fn.at(a.point.instr)
	return &resolved
}

// caller finds the activation that called this one; nil where that is not understood. It follows the stack itself: a dump
// leaves out the wrappers around a go statement's function, and these know its arguments.
func (a *activation) caller() *activation {
	if a.asked || a.CFA == 0 {
		return a.outer
	}
	a.asked = true
	pc, ok := a.mem.word(a.CFA - 8)
	if !ok {
		return nil
	}
	place := a.library.exe.Place(pc-a.bias, true)
	if place == nil || place.SPDelta < 0 {
		return nil
	}
	fr := &goroutine.Frame{PC: pc, Entry: place.Func.Entry + a.bias, SP: a.CFA, CFA: a.CFA + uint64(place.SPDelta) + 8}
	if outer := a.library.activate(fr, a.mem, a.bias); outer != nil && outer.calls(a.Entry) {
		a.outer = outer
	}
	return a.outer
}

// calls tells whether the call that a waits for is a call of the function at the process address entry. A wrapper made
// by the compiler may stand between two frames and change the arguments without leaving a trace on the stack.
func (a *activation) calls(entry uint64) bool {
	in := &a.fn.flow.code.instrs[a.point.instr]
	if in.Op != x86asm.CALL {
		return false
	}
	if in.target != 0 {
		return in.target+a.bias == entry
	}
	v, ok := a.fn.flow.operand(a.point.state, in, in.Args[0])
	if !ok {
		return false
	}
	if v.isConst() {
		return uint64(v.off)+a.bias == entry
	}
	addr, _, ok := a.eval(v)
	return ok && addr == entry
}

// slot reads a word of the frame.
func (a *activation) slot(off int64) (uint64, bool) {
	if n, ok := a.reads[off]; ok {
		return n, true
	}
	if !a.alive() {
		return 0, false
	}
	n, ok := a.mem.word(a.CFA + uint64(off))
	if ok {
		if a.reads == nil {
			a.reads = make(map[int64]uint64)
		}
		a.reads[off] = n
	}
	return n, ok
}

// eval computes a value from the frame as it lies in memory. It is firm unless it took a load from memory that the
// program may have written since: then it is where the lock is now, most likely the same as then.
func (a *activation) eval(v value) (n uint64, firm, ok bool) {
	return a.evalDeep(v, 0)
}

func (a *activation) evalDeep(v value, deep int) (n uint64, firm, ok bool) {
	const deepest = 12
	if deep > deepest {
		return 0, false, false
	}
	f := a.fn.flow
	b := &f.bases.list[v.base]
	switch b.kind {
	case absolute:
		return uint64(v.off) + a.bias, true, true
	case frame:
		return a.CFA + uint64(v.off), true, true
	}
	if off, held, found := a.find(v); found {
		if n, ok := a.slot(off); ok {
			return n - uint64(held.off) + uint64(v.off), true, true
		}
	}
	switch b.kind {
	case argument:
		if b.place.n == regDX && a.closure != 0 {
			return a.closure + uint64(v.off), true, true
		}
		if o := a.caller(); o != nil {
			n, firm, ok := o.evalDeep(o.point.state.regs[b.place.n], deep+1)
			return n + uint64(v.off), firm, ok
		}
	case caller:
		if _, changed := a.point.state.slots[b.place.n]; !changed && !a.fn.flow.inObject(b.place.n) {
			n, ok := a.slot(b.place.n)
			return n + uint64(v.off), true, ok
		}
	case loaded:
		addr, firm, ok := a.evalDeep(b.a, deep+1)
		if !ok {
			return 0, false, false
		}
		firm = firm && a.isCaptured(b.a)
		for _, w := range a.fn.sites.written {
			if !firm && f.bases.alike(w, b.a) {
				return 0, false, false // the function itself writes there
			}
		}
		n, ok := a.mem.word(addr)
		return n + uint64(v.off), firm, ok
	case sum:
		x, firmX, okX := a.evalDeep(b.a, deep+1)
		y, firmY, okY := a.evalDeep(b.b, deep+1)
		if b.a.isConst() { // a number here, not an address
			x -= a.bias
		}
		return x + uint64(b.scale)*y + uint64(v.off), firmX && firmY, okX && okY
	}
	return 0, false, false
}

// find looks for a slot of the frame that still holds a value of the same base. Variables whose address is taken do not
// count: the call that is going on may have changed them. But what a closure in the frame has captured does, as that of a
// deferred Unlock, which is often the last place that has the lock's address.
func (a *activation) find(v value) (off int64, held value, found bool) {
	for k, w := range a.point.state.slots {
		if w.base == v.base && (!found || k < off) && (!a.fn.flow.inObject(k) || a.fn.flow.inClosure(a.point.state, k)) {
			off, held, found = k, w, true
		}
	}
	return off, held, found
}

// isCaptured tells whether an address lies in the closure that runs: what a closure has captured never changes.
func (a *activation) isCaptured(addr value) bool {
	b := &a.fn.flow.bases.list[addr.base]
	return b.kind == argument && b.place.n == regDX && a.closure != 0
}
