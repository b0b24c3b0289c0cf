package holder

import "golang.org/x/arch/x86/x86asm"

// Registers by their number in machine code.
const (
	regAX = iota
	regCX
	regDX
	regBX
	regSP
	regBP
	regSI
	regDI
	regR11 = 11
	regG   = 14
	numReg = 16
)

// baseKind says where a value comes from.
type baseKind uint8

const (
	absolute baseKind = iota // nothing: the offset is the whole value, a constant or a link-time address
	frame                    // the frame's CFA
	argument                 // what a register held when the function was entered
	caller                   // what a stack slot held when the function was entered
	merged                   // what a register or slot holds where two paths meet that disagree about it
	loaded                   // what a load from memory gave
	sum                      // a + scale*b
	opaque                   // the result of an instruction that is not followed further
)

// place is a register or a stack slot.
type place struct {
	slot bool
	n    int64 // register number, or the slot's distance from the CFA
}

// value is a base and an offset from it. Two equal values are the same number at run time: a base stands for one
// execution of what defines it, and the analysis renames it where a loop could make that two.
type value struct {
	base int
	off  int64
}

func (v value) plus(n int64) value { return value{v.base, v.off + n} }

type base struct {
	kind  baseKind
	pc    uint64 // merged: where the block begins; loaded, opaque: of the instruction
	place place  // argument, caller, merged, opaque
	a, b  value  // loaded: the address; sum: the terms
	scale int64
}

// bases numbers the bases of one function. Number 0 is absolute, number 1 the frame.
type bases struct {
	list  []base
	index map[base]int
}

func newBases() *bases {
	t := &bases{index: make(map[base]int)}
	t.number(base{kind: absolute})
	t.number(base{kind: frame})
	return t
}

func (t *bases) number(b base) int {
	n, ok := t.index[b]
	if !ok {
		n = len(t.list)
		t.list = append(t.list, b)
		t.index[b] = n
	}
	return n
}

func constant(n int64) value    { return value{0, n} }
func frameAddr(off int64) value { return value{1, off} }

func (v value) isConst() bool     { return v.base == 0 }
func (v value) isFrameAddr() bool { return v.base == 1 }

func (t *bases) argument(reg int) value {
	return value{t.number(base{kind: argument, place: place{n: int64(reg)}}), 0}
}

func (t *bases) caller(off int64) value {
	return value{t.number(base{kind: caller, place: place{true, off}}), 0}
}

func (t *bases) merged(pc uint64, p place) value {
	return value{t.number(base{kind: merged, pc: pc, place: p}), 0}
}

func (t *bases) opaque(pc uint64, p place) value {
	return value{t.number(base{kind: opaque, pc: pc, place: p}), 0}
}

func (t *bases) loaded(pc uint64, addr value) value {
	return value{t.number(base{kind: loaded, pc: pc, a: addr}), 0}
}

// add gives a + scale*b, with the offsets gathered outside.
func (t *bases) add(a, b value, scale int64) value {
	off := a.off + scale*b.off
	switch {
	case b.isConst():
		return value{a.base, off}
	case a.isConst() && scale == 1:
		return value{b.base, off}
	}
	return value{t.number(base{kind: sum, a: value{base: a.base}, b: value{base: b.base}, scale: scale}), off}
}

// alike tells whether two values are the same expression, when two loads from the same address count as one. The
// memory may have changed between them, so this is good enough to say that an unlock belongs to a lock, and never
// enough to say that a lock is held.
func (t *bases) alike(v, w value) bool {
	if v == w {
		return true
	}
	if v.off != w.off {
		return false
	}
	a, b := &t.list[v.base], &t.list[w.base]
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case loaded:
		return t.alike(a.a, b.a)
	case sum:
		return a.scale == b.scale && t.alike(a.a, b.a) && t.alike(a.b, b.b)
	}
	return false
}

// definedIn tells whether part of the value is defined by an instruction, or at a meeting of paths, in one of these
// ranges of code: going round the loop makes a new one.
func (t *bases) definedIn(v value, inside func(pc uint64) bool) bool {
	b := &t.list[v.base]
	switch b.kind {
	case merged, opaque:
		return inside(b.pc)
	case loaded:
		return inside(b.pc) || t.definedIn(b.a, inside)
	case sum:
		return t.definedIn(b.a, inside) || t.definedIn(b.b, inside)
	}
	return false
}

// generalRegister gives the number of a general register and how many bytes of it are meant.
func generalRegister(r x86asm.Reg) (n, size int, ok bool) {
	switch {
	case r >= x86asm.RAX && r <= x86asm.R15:
		return int(r - x86asm.RAX), 8, true
	case r >= x86asm.EAX && r <= x86asm.R15L:
		return int(r - x86asm.EAX), 4, true
	case r >= x86asm.AX && r <= x86asm.R15W:
		return int(r - x86asm.AX), 2, true
	case r >= x86asm.SPB && r <= x86asm.R15B:
		return int(r-x86asm.SPB) + regSP, 1, true
	case r >= x86asm.AH && r <= x86asm.BH:
		return int(r - x86asm.AH), 1, true
	case r >= x86asm.AL && r <= x86asm.BL:
		return int(r - x86asm.AL), 1, true
	}
	return 0, 0, false
}
