package holder

import (
	"encoding/binary"

	"innards/diagnose/executable"
	"innards/diagnose/goroutine"
)

// deferredUnlock is an unlock that a deferred call will do, or has done.
type deferredUnlock struct {
	addr uint64
	mode Mode
	site uint64 // link-time address of the unlock in the deferred function
}

// openCoded reads the defers that the compiler keeps in the frame itself: a byte with a bit for each defer statement
// that was passed and has not run, and a slot with the function value of each. A slot outlives its bit, so the unlocks
// that have run on the way out are known as well.
//
//	CFA ── return address ── saved BP ──┬ varp
//	                                    │ … slots[0] slots[1] … slots[n-1]   n ≤ 8
//	                                    │ … bits
func (l *library) openCoded(fr *goroutine.Frame, mem *memory, bias uint64) (pending, ran []deferredUnlock) {
	info, ok := l.defers[fr.Entry-bias]
	if !ok {
		info = readDeferInfo(l.exe, fr.Entry-bias)
		l.defers[fr.Entry-bias] = info
	}
	if info.slots == 0 {
		return nil, nil
	}
	varp := fr.CFA - varpOffset
	set, ok := mem.byte(varp - info.bits)
	if !ok {
		return nil, nil
	}
	// Nothing says how many slots there are. What lies behind the last one is rarely a function value that unlocks, and
	// if it is, that only makes for one answer less.
	for i := range min(info.slots/8, 8) {
		closure, ok := mem.word(varp - info.slots + i*8)
		if !ok || closure == 0 {
			continue
		}
		unlocks := l.unlocks(closure, mem, bias)
		if set&(1<<i) != 0 {
			pending = append(pending, unlocks...)
		} else {
			ran = append(ran, unlocks...)
		}
	}
	return pending, ran
}

// deferInfo says where a frame keeps its open-coded defers, as distances below varp; zero where it has none.
type deferInfo struct{ bits, slots uint64 }

func readDeferInfo(exe *executable.File, entry uint64) deferInfo {
	fn, ok := exe.FuncAt(entry)
	if !ok {
		return deferInfo{}
	}
	addr, ok := exe.FuncData(fn, executable.FuncDataOpenCodedDeferInfo)
	if !ok {
		return deferInfo{}
	}
	var raw [2 * binary.MaxVarintLen32]byte
	if exe.ReadAt(addr, raw[:]) != nil {
		return deferInfo{}
	}
	bits, n := binary.Uvarint(raw[:])
	if n <= 0 {
		return deferInfo{}
	}
	slots, n := binary.Uvarint(raw[n:])
	if n <= 0 {
		return deferInfo{}
	}
	return deferInfo{bits, slots}
}

// unlocks says which locks a function value gives back when it is called.
func (l *library) unlocks(closure uint64, mem *memory, bias uint64) []deferredUnlock {
	entry, ok := mem.word(closure)
	if !ok {
		return nil
	}
	at, ok := l.exe.FuncAt(entry - bias)
	if !ok || at.Entry != entry-bias {
		return nil
	}
	fn := l.function(at.Entry, depth)
	if fn == nil {
		return nil
	}
	if len(fn.sites.dynamic) > 0 {
		if fn = l.resolve(l.callOf(fn, 0, closure, mem, bias)); fn == nil {
			return nil
		}
	}
	f := fn.flow
	var found []deferredUnlock
	seen := make(map[uint64]bool)
	for _, b := range f.code.rpo {
		for i := f.code.blocks[b].first; i <= f.code.blocks[b].last; i++ {
			for _, op := range fn.sites.after[i] {
				if !op.release || seen[op.site] {
					continue
				}
				seen[op.site] = true
				// What it has locked itself before says nothing about its caller.
				after := f.runBlock(fn.history[b], fn.sites, b, i+1)
				if after[f.key(i, op)].paired {
					continue
				}
				if addr, _, ok := l.callOf(fn, i, closure, mem, bias).eval(op.addr); ok {
					found = append(found, deferredUnlock{addr, op.mode, op.site})
				}
			}
		}
	}
	return found
}

// callOf is a call of a closure that has not begun: it has no frame yet, only what it has captured.
func (l *library) callOf(fn *function, instr int, closure uint64, mem *memory, bias uint64) *activation {
	return &activation{
		Frame: &goroutine.Frame{}, fn: fn, point: &point{instr, &state{}, nil}, library: l, closure: closure,
		mem: mem, bias: bias,
	}
}
