package holder

import "golang.org/x/arch/x86/x86asm"

// step carries a state over one instruction. What is not understood makes its results opaque, never wrong.
func (m *machine) step(s *state, in *instruction) {
	dst, src := in.Args[0], in.Args[1]
	switch in.Op {
	case x86asm.MOV, x86asm.MOVQ:
		m.move(s, in, dst, src)
	case x86asm.LEA:
		if n, size, ok := register(dst); ok {
			mem, isMem := src.(x86asm.Mem)
			if addr, known := m.address(s, in, mem); isMem && known && size == 8 {
				s.regs[n] = addr
			} else {
				m.clobber(s, in, n)
			}
		}
	case x86asm.ADD, x86asm.SUB, x86asm.INC, x86asm.DEC:
		m.addTo(s, in, dst, src)
	case x86asm.XOR:
		a, _, okA := register(dst)
		b, _, okB := register(src)
		if okA && okB && a == b {
			s.regs[a] = constant(0)
			return
		}
		m.write(s, in, dst)
	case x86asm.PUSH:
		v, ok := m.operand(s, in, dst)
		s.regs[regSP] = s.regs[regSP].plus(-8)
		m.push(s, in, v, ok)
	case x86asm.POP:
		if n, _, ok := register(dst); ok {
			v := m.bases.opaque(in.pc, place{n: int64(n)})
			if sp := s.regs[regSP]; sp.isFrameAddr() {
				v = m.slot(s, in.pc, sp.off)
			}
			s.regs[n] = v
		} else {
			m.write(s, in, dst)
		}
		s.regs[regSP] = s.regs[regSP].plus(8)
	case x86asm.LEAVE:
		s.regs[regSP] = s.regs[regBP].plus(8)
		m.clobber(s, in, regBP)
	case x86asm.CALL:
		m.call(s, in)
	case x86asm.XCHG, x86asm.XADD:
		m.write(s, in, dst)
		m.write(s, in, src)
	case x86asm.CMPXCHG:
		m.write(s, in, dst)
		m.clobber(s, in, regAX)
	case x86asm.CMPXCHG8B, x86asm.CMPXCHG16B:
		m.write(s, in, dst)
		m.clobber(s, in, regAX, regDX)
	case x86asm.MUL, x86asm.DIV, x86asm.IDIV:
		m.clobber(s, in, regAX, regDX)
	case x86asm.IMUL:
		if src == nil {
			m.clobber(s, in, regAX, regDX)
			return
		}
		m.write(s, in, dst)
	case x86asm.CWD, x86asm.CDQ, x86asm.CQO, x86asm.CBW, x86asm.CWDE, x86asm.CDQE, x86asm.RDTSC, x86asm.RDTSCP,
		x86asm.CPUID, x86asm.XGETBV, x86asm.SYSCALL, x86asm.LAHF:
		m.clobber(s, in, regAX, regBX, regCX, regDX, regR11)
	case x86asm.MOVSB, x86asm.MOVSW, x86asm.MOVSQ, x86asm.STOSB, x86asm.STOSW, x86asm.STOSD, x86asm.STOSQ,
		x86asm.LODSB, x86asm.LODSW, x86asm.LODSD, x86asm.LODSQ, x86asm.SCASB, x86asm.SCASW, x86asm.SCASD,
		x86asm.SCASQ, x86asm.CMPSB, x86asm.CMPSW, x86asm.CMPSQ:
		m.stringStore(s, in)
	case x86asm.MOVSD_XMM, x86asm.CMPSD_XMM: // SSE, in spite of the name
		m.write(s, in, dst)
	default:
		if writesFirst(in.Op) {
			m.write(s, in, dst)
		}
	}
}

// writesFirst tells whether an instruction changes its first operand.
func writesFirst(op x86asm.Op) bool {
	switch op {
	case x86asm.CMP, x86asm.TEST, x86asm.BT, x86asm.PUSH, x86asm.NOP, x86asm.JMP, x86asm.RET, x86asm.UCOMISD,
		x86asm.UCOMISS, x86asm.COMISD, x86asm.COMISS, x86asm.PTEST, x86asm.PREFETCHNTA, x86asm.PREFETCHT0,
		x86asm.PREFETCHT1, x86asm.PREFETCHT2, x86asm.PREFETCHW, x86asm.UD2, x86asm.INT, x86asm.PAUSE:
		return false
	}
	return !isCondJump(op)
}

func register(arg x86asm.Arg) (n, size int, ok bool) {
	if r, isReg := arg.(x86asm.Reg); isReg {
		return generalRegister(r)
	}
	return 0, 0, false
}

func (m *machine) clobber(s *state, in *instruction, regs ...int) {
	for _, n := range regs {
		s.regs[n] = m.bases.opaque(in.pc, place{n: int64(n)})
	}
}

// write makes an operand's content unknown.
func (m *machine) write(s *state, in *instruction, arg x86asm.Arg) {
	if n, _, ok := register(arg); ok {
		m.clobber(s, in, n)
	} else if mem, ok := arg.(x86asm.Mem); ok {
		m.store(s, in, mem, max(in.MemBytes, 1), nil)
	}
}

// operand gives the 64-bit value of a source operand.
func (m *machine) operand(s *state, in *instruction, arg x86asm.Arg) (value, bool) {
	switch arg := arg.(type) {
	case x86asm.Reg:
		if n, size, ok := generalRegister(arg); ok && size == 8 {
			return s.regs[n], true
		}
	case x86asm.Imm:
		return constant(int64(arg)), true
	case x86asm.Mem:
		if in.MemBytes == 8 {
			return m.load(s, in, arg)
		}
	}
	return value{}, false
}

func (m *machine) move(s *state, in *instruction, dst, src x86asm.Arg) {
	v, known := m.operand(s, in, src)
	if n, size, ok := register(dst); ok {
		// A constant may be moved as 32 bits; the upper half is then cleared.
		if known && size == 4 && v.isConst() {
			v, size = constant(int64(uint32(v.off))), 8
		}
		if known && size == 8 {
			s.regs[n] = v
		} else {
			m.clobber(s, in, n)
		}
		return
	}
	mem, ok := dst.(x86asm.Mem)
	if !ok {
		return // a vector register
	}
	if known && in.MemBytes == 8 {
		m.store(s, in, mem, 8, &v)
	} else {
		m.store(s, in, mem, max(in.MemBytes, 1), nil)
	}
}

func (m *machine) addTo(s *state, in *instruction, dst, src x86asm.Arg) {
	n, size, ok := register(dst)
	if !ok || size != 8 {
		m.write(s, in, dst)
		return
	}
	term, known := constant(1), true
	if in.Op == x86asm.ADD || in.Op == x86asm.SUB {
		term, known = m.operand(s, in, src)
	}
	switch {
	case !known:
		m.clobber(s, in, n)
	case in.Op == x86asm.ADD || in.Op == x86asm.INC:
		s.regs[n] = m.bases.add(s.regs[n], term, 1)
	case term.isConst():
		s.regs[n] = s.regs[n].plus(-term.off)
	default:
		m.clobber(s, in, n)
	}
}

func (m *machine) push(s *state, in *instruction, v value, known bool) {
	sp := s.regs[regSP]
	if !sp.isFrameAddr() {
		return
	}
	if known {
		m.setSlots(s, in.pc, sp.off, 8, &v)
	} else {
		m.setSlots(s, in.pc, sp.off, 8, nil)
	}
}

// target gives the link-time address that a call goes to, where the code alone tells: a direct call, or one through a
// function value made in this very function.
func (m *machine) target(s *state, in *instruction) uint64 {
	if in.target != 0 {
		return in.target
	}
	if v, ok := m.operand(s, in, in.Args[0]); ok && v.isConst() {
		return uint64(v.off)
	}
	return 0
}

func (m *machine) call(s *state, in *instruction) {
	name := calleeName(m.exe, in.target)
	if name == "runtime.duffzero" || name == "runtime.duffcopy" {
		m.stringStore(s, in)
		return
	}
	keep := kept(name)
	for n := range s.regs {
		if !keep(n) {
			m.clobber(s, in, n)
		}
	}
	m.forgetObjects(s)
}

// stringStore is a run of stores through DI.
func (m *machine) stringStore(s *state, in *instruction) {
	if di := s.regs[regDI]; di.isFrameAddr() {
		m.forgetAbove(s, in.pc, di.off)
	} else if m.reachesFrame(di) {
		m.forgetAbove(s, in.pc, -1<<40)
	}
	m.forgetObjects(s)
	m.clobber(s, in, regSI, regDI)
	if in.Op != x86asm.CALL {
		m.clobber(s, in, regAX, regCX)
	}
}
