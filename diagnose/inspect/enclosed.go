package inspect

import (
	"context"
	"encoding/binary"
	"fmt"
)

// Enclosed tells whether some goroutines have objects of the heap to themselves: from nothing else that may ever run can
// any of the addresses be reached, be it from a variable, from another goroutine, from a timer or a finalizer. Whoever
// waits for what only these goroutines can reach is no way to it, and is given besides. The process stands still, so one
// marking proves it; the registers of the other goroutines that run count as their stacks do. An address outside the
// heap is nobody's own.
func (h *Halt) Enclosed(ctx context.Context, snap *Snapshot, ids map[int64]bool, addrs []uint64) (alone bool, behind []int64, err error) {
	p := h.p
	heapAddr, ok := p.findHeap()
	if !ok || unsure(snap) != "" {
		return false, nil, nil
	}
	gs, err := p.liveGs()
	if err != nil {
		return false, nil, fmt.Errorf("inspect: pid %d: mark: %w", p.pid, explain(err))
	}
	all, err := p.withQueues(gs)
	if err != nil {
		return false, nil, fmt.Errorf("inspect: pid %d: mark: %w", p.pid, explain(err))
	}
	m := newMarking(p, all, true)
	m.frozen = make(map[uint64]bool, len(ids))
	for id := range ids {
		m.frozen[snap.Live[id].Addr] = true
	}
	m.roots = h.registers(snap, ids)
	waiters, err := m.reach(ctx, heapAddr)
	if err != nil {
		return false, nil, fmt.Errorf("inspect: pid %d: mark: %w", p.pid, explain(err))
	}
	for _, addr := range addrs {
		if _, _, inHeap := m.heap.find(addr); !inHeap || m.heap.isMarked(addr) {
			return false, nil, nil
		}
	}
	for _, w := range waiters {
		if !w.idle() && !snap.Stranded[w.g.id()] {
			behind = append(behind, w.g.id())
		}
	}
	return true, behind, nil
}

// registers gives those of the threads that run other goroutines than some.
func (h *Halt) registers(snap *Snapshot, but map[int64]bool) []byte {
	var words []byte
	for _, g := range snap.Goroutines {
		t, ok := h.threads[snap.Live[g.ID].Thread]
		if ok && !but[g.ID] && (g.State == "running" || g.State == "syscall") {
			words, _ = binary.Append(words, binary.LittleEndian, t.regs) // it has a fixed size
		}
	}
	return words
}
