package inspect

import (
	"encoding/binary"

	"innards/diagnose/executable"
)

// frameMap says what a stack frame holds when its function is at a certain place, as offsets from its CFA.
type frameMap struct {
	all     bool    // not known: every word may be a pointer
	words   []int64 // live pointers among local variables and arguments
	objects []stackObject
}

// stackObject is a variable whose address is taken: alive while something live points to it.
type stackObject struct{ offset, size int64 }

type mapKey struct {
	pc      uint64
	precise bool
}

// extent is a piece of a stack.
type extent struct{ from, to uint64 }

// markStep is what the tables tell of a frame on its way.
type markStep struct {
	known    bool // of its size, and of what it holds
	size     uint64
	ends     bool
	complete bool
	trap     bool // what it returns to did not call it
	injected bool // a signal handler made the goroutine call it
	fm       *frameMap
}

func (m *marking) newStep(from *way[markStep], pc uint64) markStep {
	at := markStep{trap: from.at.trap}
	place := m.p.exe.Place(pc-m.p.bias, !at.trap)
	if place == nil || place.SPDelta < 0 {
		return at
	}
	// The stubs of package reflect have their maps elsewhere.
	name := place.Func.Name
	at.known = name != "reflect.makeFuncStub" && name != "reflect.methodValueCall"
	at.size = uint64(place.SPDelta) + 8
	at.complete = place.Func.TopFrame
	at.ends = at.complete || isDeadEnd(place, from.depth == 0)
	at.injected = isInjected(name)
	if at.known {
		// Between two instructions anything may be a pointer.
		exact := !from.at.trap && !at.injected && !from.at.injected
		at.fm = m.frameMap(place, pc, at.size, exact)
	}
	at.trap = isTrap(place)
	return at
}

// markFrames marks what the live variables of a goroutine's frames point to, by the maps that the compiler made for the
// collector. data is its whole stack, from sp up. It says false where that cannot be walked to its end; then any word of
// it may matter.
func (m *marking) markFrames(g gstruct, data []byte, pc, sp uint64) bool {
	lo, hi := sp, sp+uint64(len(data))
	objects, inner := m.objects[:0], m.inner[:0] // not reached so far; pointers into the stack itself
	defer func() { m.objects, m.inner = objects, inner }()
	word := func(addr uint64) {
		if addr < lo || addr+8 > hi || addr%8 != 0 {
			return
		}
		if w := binary.LittleEndian.Uint64(data[addr-lo:]); w >= lo && w < hi {
			inner = append(inner, w)
		} else if w != 0 {
			m.mark(w)
		}
	}
	area := func(from, to uint64) {
		for addr := from; addr < to; addr += 8 {
			word(addr)
		}
	}
	to := &m.ways.start
	for n := 0; ; n++ {
		to = m.ways.step(to, pc, m.newStep)
		at := &to.at
		if !at.known || n == maxPhysical {
			return false
		}
		cfa := sp + at.size
		if at.fm.all {
			area(sp, cfa)
		}
		for _, off := range at.fm.words {
			word(cfa + uint64(off))
		}
		for _, o := range at.fm.objects {
			if from := cfa + uint64(o.offset); from >= sp {
				objects = append(objects, extent{from, from + uint64(o.size)})
			}
		}
		if at.ends {
			if !at.complete {
				return false
			}
			break
		}
		if cfa-8 < lo || cfa > hi || cfa%8 != 0 {
			return false
		}
		pc, sp = binary.LittleEndian.Uint64(data[cfa-8-lo:]), cfa
	}
	inner = m.markDefers(g, inner)
	for len(inner) > 0 {
		w := inner[len(inner)-1]
		inner = inner[:len(inner)-1]
		for i, o := range objects {
			if w >= o.from && w < o.to {
				objects[i] = objects[len(objects)-1]
				objects = objects[:len(objects)-1]
				area(o.from&^7, o.to)
				break
			}
		}
	}
	return true
}

// markDefers marks the closures of pending calls, and adds what points into the stack. Their records may lie on the stack or
// in the heap.
func (m *marking) markDefers(g gstruct, inner []uint64) []uint64 {
	l := m.p.layout
	inner = append(inner, g.word(l.gPanic))
	at := g.word(l.gDefer)
	if at == 0 {
		return inner
	}
	raw := make([]byte, l.deferSize)
	for range maxDefers {
		if at == 0 {
			break
		}
		if m.p.mem.read(at, raw) != nil {
			m.heap.lost = m.heap.lost || m.p.mem.core != nil
			break
		}
		m.mark(at)
		for _, off := range [...]uint64{l.deferFn, l.deferLink, l.deferHead} {
			w := binary.LittleEndian.Uint64(raw[off:])
			m.mark(w)
			inner = append(inner, w)
		}
		at = binary.LittleEndian.Uint64(raw[l.deferLink:])
	}
	return inner
}

// frameMap decodes the maps for a place, once. size is that of the frame, return address included.
func (m *marking) frameMap(place *executable.Place, pc, size uint64, exact bool) *frameMap {
	key := mapKey{pc, exact}
	fm, ok := m.maps[key]
	if !ok {
		if fm = m.decodeMaps(place.Func, pc-m.p.bias, size); !exact || fm == nil {
			fm = &frameMap{all: true}
		}
		m.maps[key] = fm
	}
	return fm
}

// decodeMaps gives nil where the maps do not fit the place.
func (m *marking) decodeMaps(fn executable.Func, pc, size uint64) *frameMap {
	exe := m.p.exe
	index := int32(-1)
	if pc != fn.Entry {
		index = exe.PCData(fn, executable.PCDataStackMapIndex, pc-1)
	}
	index = max(index, 0) // in the prologue there is no index yet; the first map is that of the entry
	fm := new(frameMap)
	// Local variables end below the saved frame pointer, if there is a frame, which itself lies below the return address.
	varp := int64(-8)
	if size > 8 {
		varp -= 8
	}
	if size+uint64(varp) > 0 {
		bits, ok := m.pointerMap(fn, executable.FuncDataLocalsPointerMaps, index)
		if !ok {
			return nil
		}
		for i, live := range bits {
			if live {
				fm.words = append(fm.words, varp-int64(len(bits)-i)*8)
			}
		}
	}
	if fn.Args > 0 {
		bits, ok := m.pointerMap(fn, executable.FuncDataArgsPointerMaps, index)
		if !ok {
			return nil
		}
		for i, live := range bits {
			if live {
				fm.words = append(fm.words, int64(i)*8)
			}
		}
	}
	addr, ok := exe.FuncData(fn, executable.FuncDataStackObjects)
	if !ok {
		return fm
	}
	var count [8]byte
	if exe.ReadAt(addr, count[:]) != nil {
		return nil
	}
	const recordSize, maxObjects = 16, 1 << 16
	n := binary.LittleEndian.Uint64(count[:])
	if n > maxObjects {
		return nil
	}
	records := make([]byte, n*recordSize)
	if exe.ReadAt(addr+8, records) != nil {
		return nil
	}
	for ; len(records) > 0; records = records[recordSize:] {
		o := stackObject{int64(int32(binary.LittleEndian.Uint32(records))), int64(int32(binary.LittleEndian.Uint32(records[4:])))}
		if o.offset < 0 {
			o.offset += varp // a local variable; the others are arguments
		}
		fm.objects = append(fm.objects, o)
	}
	return fm
}

// pointerMap reads one of a function's pointer maps: a bit for each word.
func (m *marking) pointerMap(fn executable.Func, table int, index int32) ([]bool, bool) {
	addr, ok := m.p.exe.FuncData(fn, table)
	if !ok {
		return nil, false
	}
	var header [8]byte
	if m.p.exe.ReadAt(addr, header[:]) != nil {
		return nil, false
	}
	n, bits := int32(binary.LittleEndian.Uint32(header[:])), int32(binary.LittleEndian.Uint32(header[4:]))
	const maxBits = 1 << 24
	if n <= 0 || bits < 0 || bits > maxBits {
		return nil, false
	}
	if bits == 0 {
		return nil, true
	}
	if index >= n {
		return nil, false
	}
	size := (uint64(bits) + 7) / 8
	raw := make([]byte, size)
	if m.p.exe.ReadAt(addr+8+uint64(index)*size, raw) != nil {
		return nil, false
	}
	live := make([]bool, bits)
	for i := range live {
		live[i] = raw[i/8]&(1<<(i%8)) != 0
	}
	return live, true
}
