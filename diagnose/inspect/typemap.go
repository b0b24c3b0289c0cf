package inspect

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// bitmap has a bit for each word of some memory: set where it is a pointer.
type bitmap []byte

func (b bitmap) get(i uint64) bool { return i/8 < uint64(len(b)) && b[i/8]&(1<<(i%8)) != 0 }

// typeMask tells the pointers of a type. An object may hold several values of it, one after the other.
type typeMask struct {
	size  uint64 // of one value
	words uint64 // at its beginning, that may be pointers
	bits  bitmap
}

const (
	maxInlineBits  = 512     // bytes: larger objects begin with the address of their type, or their span has it
	maxMask        = 1 << 20 // words of one type
	headerSize     = 8
	minInlineMarks = 16 // bytes: smaller objects have no marks in their span
)

// scanMasked marks what the pointers of a piece of memory point to.
func (m *marking) scanMasked(data []byte, bits bitmap) {
	for i := uint64(0); i < uint64(len(data))/8; i++ {
		if bits.get(i) {
			m.mark(binary.LittleEndian.Uint64(data[i*8:]))
		}
	}
}

// scanObject marks what an object points to. The runtime's own structures make the distinction of pointers worth its
// while: they are full of the bounds of stacks and pages, which look like pointers to whatever lies behind those.
func (m *marking) scanObject(o object) {
	data := m.heap.contents(o.span, o.number)
	switch {
	case len(data) == 0:
	case o.span.elemSize <= maxInlineBits:
		m.scanSmall(o, data)
	case o.span.class>>1 != 0:
		m.scanTyped(data[headerSize:], binary.LittleEndian.Uint64(data))
	default:
		m.scanTyped(data, o.span.typ)
	}
}

// scanSmall goes by the bits at the end of the object's span.
func (m *marking) scanSmall(o object, data []byte) {
	// The collector that is the default since Go 1.26 keeps marks in the span, behind the bits. It can be chosen.
	if strings.Contains(m.p.exe.GoVersion, "greenteagc") {
		m.scan(data)
		return
	}
	size := uint64(len(o.span.memory))
	end := size
	if o.span.elemSize >= minInlineMarks && m.p.layout.inlineMarks != absent {
		end -= m.p.layout.inlineMarks
	}
	bits := bitmap(o.span.memory[end-size/64 : end])
	first := o.number * o.span.elemSize / 8
	for i := uint64(0); i < uint64(len(data))/8; i++ {
		if bits.get(first + i) {
			m.mark(binary.LittleEndian.Uint64(data[i*8:]))
		}
	}
}

// scanTyped goes by the type at addr.
func (m *marking) scanTyped(data []byte, addr uint64) {
	mask, ok := m.types[addr]
	if !ok {
		mask = m.p.readType(addr)
		m.types[addr] = mask
	}
	if mask == nil {
		m.scan(data)
		return
	}
	for uint64(len(data)) >= mask.words*8 && len(data) > 0 {
		m.scanMasked(data[:mask.words*8], mask.bits)
		data = data[min(mask.size, uint64(len(data))):]
	}
}

// readType reads the pointer mask of a type. nil: it has none that could be read.
func (p *Process) readType(addr uint64) *typeMask {
	l := p.layout
	raw := make([]byte, l.typeTotal)
	if addr == 0 || p.mem.read(addr, raw) != nil {
		return nil
	}
	word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(raw[off:]) }
	t := &typeMask{size: word(l.typeSize), words: word(l.typePtrs) / 8}
	bits := word(l.typeMask)
	if raw[l.typeKind]&l.maskProgram != 0 {
		return nil
	}
	if raw[l.typeFlags]&l.maskOnDemand != 0 { // reached through one more pointer
		var pointer [8]byte
		if p.mem.read(bits, pointer[:]) != nil {
			return nil
		}
		bits = binary.LittleEndian.Uint64(pointer[:])
	}
	if t.size == 0 || t.words == 0 || t.words > maxMask || t.words*8 > t.size || bits == 0 {
		return nil
	}
	t.bits = make(bitmap, (t.words+7)/8)
	if p.mem.read(bits, t.bits) != nil {
		return nil
	}
	return t
}

// variableMask reads the bitmap whose header stands at addr: the runtime unpacks one for the variables at its start.
func (m *marking) variableMask(addr, words uint64) (bitmap, error) {
	var header [16]byte
	if err := m.p.mem.read(addr, header[:]); err != nil {
		return nil, err
	}
	n := uint64(binary.LittleEndian.Uint32(header[:]))
	if n != words {
		return nil, fmt.Errorf("the pointer map of the variables has %d bits for %d words", n, words)
	}
	bits := make(bitmap, (n+7)/8)
	return bits, m.p.mem.read(binary.LittleEndian.Uint64(header[8:]), bits)
}
