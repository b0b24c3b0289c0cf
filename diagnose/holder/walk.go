package holder

import (
	"math/bits"

	"golang.org/x/arch/x86/x86asm"
)

// flags are those of the processor that conditions ask for.
type flags struct {
	zero, sign, carry, overflow bool
	known                       bool
}

// step does one instruction; not ok where it is not understood, or does more than to compute and to keep on its own stack.
func (w *walker) step(in *instruction) bool {
	if in.locked() {
		return false
	}
	dst, src := in.Args[0], in.Args[1]
	switch in.Op {
	case x86asm.NOP, x86asm.PAUSE:
		return true
	case x86asm.XCHG:
		return dst == src
	case x86asm.MOV, x86asm.MOVZX, x86asm.MOVSX, x86asm.MOVSXD:
		return w.copy(in, dst, src)
	case x86asm.LEA:
		mem, ok := src.(x86asm.Mem)
		return ok && w.set(in, dst, w.address(in, mem))
	case x86asm.MOVUPS, x86asm.MOVAPS, x86asm.MOVDQU:
		if mem, ok := dst.(x86asm.Mem); ok {
			at := w.address(in, mem)
			return at.known && w.store(at.v, in.MemBytes, word{})
		}
		_, ok := w.value(in, src, in.MemBytes) // where it is read from must be sound, what it is stays unknown
		return ok
	case x86asm.ADD, x86asm.SUB, x86asm.AND, x86asm.OR, x86asm.XOR, x86asm.CMP, x86asm.TEST:
		return w.arithmetic(in, dst, src)
	case x86asm.INC, x86asm.DEC:
		carry := w.flags
		op := *in
		op.Op = x86asm.ADD
		if in.Op == x86asm.DEC {
			op.Op = x86asm.SUB
		}
		ok := w.arithmetic(&op, dst, x86asm.Imm(1))
		w.flags.carry, w.flags.known = carry.carry, w.flags.known && carry.known
		return ok
	case x86asm.PUSH:
		v, ok := w.value(in, dst, 8)
		return ok && w.push(v)
	case x86asm.POP:
		v, ok := w.pop()
		return ok && w.set(in, dst, v)
	case x86asm.RET:
		to, ok := w.pop()
		w.pc = to.v - w.bias
		return ok && to.known && dst == nil
	case x86asm.JMP:
		rel, ok := dst.(x86asm.Rel)
		w.pc += uint64(int64(rel))
		return ok
	}
	if !isCondJump(in.Op) {
		return false
	}
	taken, ok := w.flags.meets(in.Op)
	if rel, isRel := dst.(x86asm.Rel); taken && isRel {
		w.pc += uint64(int64(rel))
	}
	return ok
}

// address gives the address of an operand.
func (w *walker) address(in *instruction, mem x86asm.Mem) word {
	sum := uint64(mem.Disp)
	for i, reg := range []x86asm.Reg{mem.Base, mem.Index} {
		if reg == 0 {
			continue
		}
		if reg == x86asm.RIP {
			sum += in.end() + w.bias
			continue
		}
		n, size, ok := generalRegister(reg)
		if !ok || size != 8 || !w.regs[n].known {
			return word{}
		}
		scale := uint64(1)
		if i == 1 {
			scale = uint64(mem.Scale)
		}
		sum += w.regs[n].v * scale
	}
	return word{sum, mem.Segment == 0}
}

// value gives an operand's value; not ok where it would be read from an address that is not known.
func (w *walker) value(in *instruction, arg x86asm.Arg, size int) (word, bool) {
	switch arg := arg.(type) {
	case x86asm.Imm:
		return number(uint64(arg) & mask(size)), true
	case x86asm.Mem:
		at := w.address(in, arg)
		if !at.known {
			return word{}, false
		}
		return w.load(at.v, size)
	case x86asm.Reg:
		n, size, ok := generalRegister(arg)
		if !ok || arg >= x86asm.AH && arg <= x86asm.BH {
			return word{}, !ok // of a vector register nothing is known
		}
		return word{w.regs[n].v & mask(size), w.regs[n].known}, true
	}
	return word{}, false
}

// set writes an operand.
func (w *walker) set(in *instruction, arg x86asm.Arg, v word) bool {
	switch arg := arg.(type) {
	case x86asm.Mem:
		at := w.address(in, arg)
		return at.known && w.store(at.v, in.MemBytes, v)
	case x86asm.Reg:
		n, size, ok := generalRegister(arg)
		if !ok || arg >= x86asm.AH && arg <= x86asm.BH {
			return !ok && size == 0 && arg >= x86asm.X0 && arg <= x86asm.X15
		}
		if size < 4 { // the rest of the register stays
			v = word{w.regs[n].v&^mask(size) | v.v&mask(size), v.known && w.regs[n].known}
		} else {
			v.v &= mask(size)
		}
		w.regs[n] = v
		return n != regG && (n != regSP || v.known)
	}
	return false
}

func mask(size int) uint64 {
	if size >= 8 {
		return ^uint64(0)
	}
	return 1<<(8*size) - 1
}

func sizeOf(in *instruction, arg x86asm.Arg) int {
	if reg, ok := arg.(x86asm.Reg); ok {
		if _, size, ok := generalRegister(reg); ok {
			return size
		}
	}
	return in.MemBytes
}

func (w *walker) copy(in *instruction, dst, src x86asm.Arg) bool {
	size := sizeOf(in, src)
	if _, isImm := src.(x86asm.Imm); isImm {
		size = sizeOf(in, dst)
	}
	v, ok := w.value(in, src, size)
	if !ok {
		return false
	}
	if in.Op == x86asm.MOVSX || in.Op == x86asm.MOVSXD {
		shift := 64 - 8*size
		v.v = uint64(int64(v.v<<shift) >> shift)
	}
	return w.set(in, dst, v)
}

// arithmetic does what the operation says, with the flags that follow.
func (w *walker) arithmetic(in *instruction, dst, src x86asm.Arg) bool {
	size := sizeOf(in, dst)
	a, okA := w.value(in, dst, size)
	b, okB := w.value(in, src, size)
	if !okA || !okB {
		return false
	}
	if in.Op == x86asm.XOR && dst == src {
		a, b = number(0), number(0)
	}
	v := word{known: a.known && b.known}
	f := flags{known: v.known}
	top := uint64(1) << (8*size - 1)
	switch in.Op {
	case x86asm.ADD:
		sum, carry := bits.Add64(a.v, b.v, 0)
		v.v = sum & mask(size)
		f.carry = carry != 0 || sum&^mask(size) != 0
		f.overflow = (a.v^v.v)&(b.v^v.v)&top != 0
	case x86asm.SUB, x86asm.CMP:
		v.v = (a.v - b.v) & mask(size)
		f.carry = a.v < b.v
		f.overflow = (a.v^b.v)&(a.v^v.v)&top != 0
	case x86asm.AND, x86asm.TEST:
		v.v = a.v & b.v
	case x86asm.OR:
		v.v = a.v | b.v
	case x86asm.XOR:
		v.v = a.v ^ b.v
	}
	f.zero, f.sign = v.v == 0, v.v&top != 0
	w.flags = f
	if in.Op == x86asm.CMP || in.Op == x86asm.TEST {
		return true
	}
	return w.set(in, dst, v)
}

// meets tells whether a jump is taken; not ok where that is not known.
func (f flags) meets(op x86asm.Op) (taken, ok bool) {
	switch op {
	case x86asm.JE:
		taken = f.zero
	case x86asm.JNE:
		taken = !f.zero
	case x86asm.JB:
		taken = f.carry
	case x86asm.JAE:
		taken = !f.carry
	case x86asm.JBE:
		taken = f.carry || f.zero
	case x86asm.JA:
		taken = !f.carry && !f.zero
	case x86asm.JL:
		taken = f.sign != f.overflow
	case x86asm.JGE:
		taken = f.sign == f.overflow
	case x86asm.JLE:
		taken = f.zero || f.sign != f.overflow
	case x86asm.JG:
		taken = !f.zero && f.sign == f.overflow
	case x86asm.JS:
		taken = f.sign
	case x86asm.JNS:
		taken = !f.sign
	case x86asm.JO:
		taken = f.overflow
	case x86asm.JNO:
		taken = !f.overflow
	default:
		return false, false
	}
	return taken, f.known
}

func (w *walker) push(v word) bool {
	sp := w.regs[regSP].v - 8
	w.regs[regSP] = number(sp)
	return w.store(sp, 8, v)
}

func (w *walker) pop() (word, bool) {
	sp := w.regs[regSP].v
	v, ok := w.load(sp, 8)
	w.regs[regSP] = number(sp + 8)
	return v, ok
}
