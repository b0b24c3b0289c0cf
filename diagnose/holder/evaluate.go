package holder

import (
	"encoding/binary"

	"innards/diagnose/goroutine"

	"golang.org/x/arch/x86/x86asm"
)

// memory reads the process.
type memory func(addr uint64, b []byte) error

func (m memory) word(addr uint64) (uint64, bool) {
	var b [8]byte
	if addr == 0 || m(addr, b[:]) != nil {
		return 0, false
	}
	return binary.LittleEndian.Uint64(b[:]), true
}

// activation is a call that is going on: a function, how far it is, and its frame.
type activation struct {
	*goroutine.Frame // the physical one
	fn               *function
	point            *point
	interrupted      bool
	outer            *activation // nil where the caller is not understood
	closure          uint64      // address of the closure that it runs, where that is known
	mem              memory
	bias             uint64
	reads            map[int64]uint64 // slots read so far
	checked, live    bool
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

// activate joins a live frame with the analysis of its function; nil where nothing can be said. Interrupted means that
// PC is no return address: the frame was stopped between two instructions.
func (l *library) activate(fr *goroutine.Frame, interrupted bool, mem memory, bias uint64) *activation {
	pc := fr.PC - bias
	if !interrupted {
		pc--
	}
	fn := l.function(pc, depth)
	if fn == nil {
		return nil
	}
	i, ok := fn.flow.code.at(pc)
	if !ok || !interrupted && fn.flow.code.instrs[i].end() != pc+1 {
		return nil
	}
	p := fn.at(i)
	if p == nil {
		return nil
	}
	return &activation{Frame: fr, fn: fn, point: p, interrupted: interrupted, mem: mem, bias: bias}
}

// alive makes sure that the frame is still there: the process may run on while it is read, and a frame that is gone
// leaves another return address behind.
func (a *activation) alive() bool {
	if !a.checked {
		back, ok := a.mem.word(a.SP - 8)
		a.checked, a.live = true, a.interrupted || ok && back == a.PC
	}
	return a.live
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
		if o := a.outer; o != nil {
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
		n, ok := a.mem.word(addr)
		return n + uint64(v.off), firm && a.isCaptured(b.a), ok
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
// count: the call that is going on may have changed them.
func (a *activation) find(v value) (off int64, held value, found bool) {
	for k, w := range a.point.state.slots {
		if w.base == v.base && (!found || k < off) && !a.fn.flow.inObject(k) {
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
