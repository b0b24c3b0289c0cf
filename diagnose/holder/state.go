package holder

import (
	"encoding/binary"
	"maps"
	"slices"

	"innards/diagnose/executable"

	"golang.org/x/arch/x86/x86asm"
)

// state says which value each register and each stack slot holds at one point of a function.
type state struct {
	regs  [numReg]value
	slots map[int64]value // by distance from the CFA; what is absent is as the caller left it, or not known in an object
}

func (s *state) clone() *state {
	return &state{s.regs, maps.Clone(s.slots)}
}

// extent is a piece of the frame, by distance from the CFA.
type extent struct{ lo, hi int64 }

// machine runs instructions on values instead of numbers.
type machine struct {
	exe     *executable.File
	bases   *bases
	objects []extent // variables in the frame whose address is taken: others may write to them
}

// funcDataStackObjects is the index of the table of variables in the frame that have their address taken.
const funcDataStackObjects = 2

// varpOffset is how far the top of a frame's variables lies below its CFA: the return address and the saved frame
// pointer are between.
const varpOffset = 16

// stackObjects reads which parts of the frame may be written through a pointer. Only variables that hold pointers are
// listed, and only those can hold one that matters here.
func stackObjects(exe *executable.File, fn executable.Func) []extent {
	addr, ok := exe.FuncData(fn, funcDataStackObjects)
	if !ok {
		return nil
	}
	var word [8]byte
	if exe.ReadAt(addr, word[:]) != nil {
		return nil
	}
	const recordSize, most = 16, 10_000
	n := binary.LittleEndian.Uint64(word[:])
	if n > most {
		return nil
	}
	records := make([]byte, n*recordSize)
	if exe.ReadAt(addr+8, records) != nil {
		return nil
	}
	var objects []extent
	for ; len(records) > 0; records = records[recordSize:] {
		off := int64(int32(binary.LittleEndian.Uint32(records)))
		size := int64(int32(binary.LittleEndian.Uint32(records[4:])))
		if off < 0 {
			off -= varpOffset
		}
		objects = append(objects, extent{off, off + size})
	}
	return objects
}

func (m *machine) inObject(off int64) bool {
	for _, o := range m.objects {
		if off >= o.lo && off < o.hi {
			return true
		}
	}
	return false
}

// entry is the state in which a function begins: the return address lies at the stack pointer.
func (m *machine) entry() *state {
	s := &state{slots: make(map[int64]value)}
	for reg := range s.regs {
		s.regs[reg] = m.bases.argument(reg)
	}
	s.regs[regSP] = frameAddr(-8)
	return s
}

func (m *machine) slot(s *state, pc uint64, off int64) value {
	if v, ok := s.slots[off]; ok {
		return v
	}
	if m.inObject(off) {
		return m.bases.loaded(pc, frameAddr(off))
	}
	return m.bases.caller(off)
}

// address gives the address that a memory operand means.
func (m *machine) address(s *state, in *instruction, mem x86asm.Mem) (value, bool) {
	if mem.Segment == x86asm.FS || mem.Segment == x86asm.GS {
		return value{}, false
	}
	addr := constant(mem.Disp)
	if mem.Base == x86asm.RIP {
		return addr.plus(int64(in.end())), true
	}
	if mem.Index != 0 {
		n, size, ok := generalRegister(mem.Index)
		if !ok || size != 8 {
			return value{}, false
		}
		addr = m.bases.add(addr, s.regs[n], int64(mem.Scale))
	}
	if mem.Base != 0 {
		n, size, ok := generalRegister(mem.Base)
		if !ok || size != 8 {
			return value{}, false
		}
		addr = m.bases.add(s.regs[n], addr, 1)
	}
	return addr, true
}

func (m *machine) load(s *state, in *instruction, mem x86asm.Mem) (value, bool) {
	addr, ok := m.address(s, in, mem)
	if !ok {
		return value{}, false
	}
	if addr.isFrameAddr() {
		if addr.off%8 != 0 {
			return value{}, false
		}
		return m.slot(s, in.pc, addr.off), true
	}
	return m.bases.loaded(in.pc, addr), true
}

// store writes size bytes; v is what they hold if they are one word, nil if that is not known.
func (m *machine) store(s *state, in *instruction, mem x86asm.Mem, size int, v *value) {
	addr, ok := m.address(s, in, mem)
	if ok && !addr.isFrameAddr() {
		b := &m.bases.list[addr.base]
		if b.kind == sum && m.reachesFrame(addr) {
			m.forgetAbove(s, in.pc, addr.off) // an element of an array in the frame, nobody knows which
			return
		}
	}
	if !ok || !addr.isFrameAddr() {
		m.forgetObjects(s)
		return
	}
	m.setSlots(s, in.pc, addr.off, size, v)
}

func (m *machine) setSlots(s *state, pc uint64, off int64, size int, v *value) {
	if v != nil && size == 8 && off%8 == 0 {
		s.slots[off] = *v
		return
	}
	for k := off &^ 7; k < off+int64(size); k += 8 {
		s.slots[k] = m.bases.opaque(pc, place{true, k})
	}
}

func (m *machine) reachesFrame(v value) bool {
	if v.isFrameAddr() {
		return true
	}
	b := &m.bases.list[v.base]
	return b.kind == sum && (m.reachesFrame(b.a) || m.reachesFrame(b.b))
}

// forgetAbove drops all that is known of the slots from off up to the return address.
func (m *machine) forgetAbove(s *state, pc uint64, off int64) {
	for k := range s.slots {
		if k >= off && k < 0 {
			s.slots[k] = m.bases.opaque(pc, place{true, k})
		}
	}
}

// forgetObjects drops what a function called, or a store through a pointer, may have changed. A closure is never changed
// once it is made, and the calls of those that were deferred must be understood: they unlock.
func (m *machine) forgetObjects(s *state) {
	for _, o := range m.objects {
		if m.isClosure(s, o) {
			continue
		}
		for k := o.lo &^ 7; k < o.hi; k += 8 {
			delete(s.slots, k)
		}
	}
}

// isClosure tells a variable in the frame that begins with the address of a function.
func (m *machine) isClosure(s *state, o extent) bool {
	code, ok := s.slots[o.lo]
	return ok && code.isConst() && calleeName(m.exe, uint64(code.off)) != ""
}

func (m *machine) inClosure(s *state, off int64) bool {
	return slices.ContainsFunc(m.objects, func(o extent) bool { return off >= o.lo && off < o.hi && m.isClosure(s, o) })
}
