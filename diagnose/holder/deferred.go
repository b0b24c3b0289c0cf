package holder

import (
	"encoding/binary"
	"math/bits"

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
func (l *library) openCoded(fr *goroutine.Frame, mem memory, bias uint64) (pending, ran []deferredUnlock) {
	fn, ok := l.exe.FuncAt(fr.PC - bias - 1)
	if !ok {
		return nil, nil
	}
	addr, ok := l.exe.FuncData(fn, executable.FuncDataOpenCodedDeferInfo)
	if !ok {
		return nil, nil
	}
	var info [2 * binary.MaxVarintLen32]byte
	if l.exe.ReadAt(addr, info[:]) != nil {
		return nil, nil
	}
	bitsOff, n := binary.Uvarint(info[:])
	if n <= 0 {
		return nil, nil
	}
	slotsOff, m := binary.Uvarint(info[n:])
	if m <= 0 {
		return nil, nil
	}
	varp := fr.CFA - varpOffset
	var set [1]byte
	if mem(varp-bitsOff, set[:]) != nil {
		return nil, nil
	}
	// Slots that lie behind the last one hold something else. The bits tell the least number of slots; the ones
	// above can only have run if a lower one has, in which case the code's own order of unlocking is what counts.
	for i := range slotCount(slotsOff, bitsOff, set[0]) {
		closure, ok := mem.word(varp - slotsOff + uint64(i)*8)
		if !ok || closure == 0 {
			continue
		}
		unlocks := l.unlocks(closure, mem, bias)
		if set[0]&(1<<i) != 0 {
			pending = append(pending, unlocks...)
		} else {
			ran = append(ran, unlocks...)
		}
	}
	return pending, ran
}

// slotCount bounds the number of slots: they end at the top of the frame at the latest.
func slotCount(slotsOff, bitsOff uint64, set byte) int {
	n := int(min(slotsOff/8, 8))
	return max(n, bits.Len8(set))
}

// unlocks says which locks a function value gives back when it is called.
func (l *library) unlocks(closure uint64, mem memory, bias uint64) []deferredUnlock {
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
				state := f.before(i)
				state.slots = nil // it has no frame yet
				a := &activation{
					Frame: &goroutine.Frame{}, fn: fn, point: &point{i, state, nil}, closure: closure, mem: mem, bias: bias,
				}
				if addr, _, ok := a.eval(op.addr); ok {
					found = append(found, deferredUnlock{addr, op.mode, op.site})
				}
			}
		}
	}
	return found
}
