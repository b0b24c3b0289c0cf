package inspect

import (
	"encoding/binary"
	"fmt"
)

// Span is a run of pages of the Go heap, as somebody needs it who marks memory from outside.
type Span struct {
	Start, End uint64
	ElemSize   uint64
	Objects    bool // garbage-collected objects; else a stack or the like
	Pointers   bool // the collector looks for pointers in them
}

// Range is a piece of memory.
type Range struct{ Start, End uint64 }

// Regions are the parts of a process's memory that Go's runtime looks after.
type Regions struct {
	Spans  []Span  // all of the heap; what of it no span has is free
	Stacks []Range // of all goroutines, as far as they are in use: those that run count whole
	// SystemStacks says, for each thread that runs Go code, by its kernel ID, from where up its system stack is in use.
	SystemStacks map[int]uint64
	Finalizers   []uint64 // objects that have a finalizer, which will be called once nothing else reaches them
}

// RegionReader reads them, as often as one likes.
type RegionReader struct {
	p    *Process
	heap uint64 // address of runtime.mheap_
}

// RegionReader looks for what the reading of regions begins with, which in a stripped executable takes some time.
func (p *Process) RegionReader() (*RegionReader, error) {
	addr, ok := p.findHeap()
	if !ok {
		return nil, fmt.Errorf("inspect: pid %d: the heap's list of spans was not found: it may be just starting; try again", p.pid)
	}
	return &RegionReader{p, addr}, nil
}

// Read gives the regions. What it says holds for one moment only where the process stands still meanwhile.
func (rr *RegionReader) Read() (*Regions, error) {
	r, err := rr.p.regions(rr.heap)
	if err != nil {
		return nil, fmt.Errorf("inspect: pid %d: read the heap: %w", rr.p.pid, explain(err))
	}
	return r, nil
}

func (p *Process) regions(heapAddr uint64) (*Regions, error) {
	l := p.layout
	list, err := p.readSlice(heapAddr+l.heapSpans, -1)
	if err != nil {
		return nil, err
	}
	raw := make([]byte, uint64(len(list))*l.spanSize)
	reqs := make([]request, len(list))
	for i, addr := range list {
		reqs[i] = request{addr: addr, buf: raw[uint64(i)*l.spanSize : uint64(i+1)*l.spanSize]}
	}
	if err := p.mem.readAll(reqs); err != nil {
		return nil, err
	}
	r := &Regions{SystemStacks: make(map[int]uint64)}
	noted := heap{p: p}
	for _, req := range reqs {
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(req.buf[off:]) }
		s := Span{Start: word(l.spanStart), ElemSize: word(l.spanElemSize), Objects: req.buf[l.spanState] == spanInUse,
			Pointers: req.buf[l.spanClass]&1 == 0}
		npages := word(l.spanPages)
		if !req.ok || req.buf[l.spanState] == 0 || npages == 0 || npages > 1<<24 || s.Objects && s.ElemSize == 0 {
			continue
		}
		s.End = s.Start + npages*pageSize
		r.Spans = append(r.Spans, s)
		if first := word(l.spanSpecials); s.Objects && first != 0 {
			if err := noted.readSpecials(first, s.Start); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range noted.specials {
		if s.kind == l.kindFinalizer {
			r.Finalizers = append(r.Finalizers, s.object)
		}
	}
	gs, err := p.liveGs()
	if err != nil {
		return nil, err
	}
	for _, g := range gs {
		lo, hi := g.stackLo(), g.stackHi()
		if _, sp, ok := g.position(); ok && g.status() != statusRunning {
			lo = sp
		}
		if lo < hi {
			r.Stacks = append(r.Stacks, Range{lo, hi})
		}
		if m := g.word(l.gM); g.status() == statusRunning && m != 0 {
			// The first field of runtime.m is its g0, the goroutine of the system stack.
			g0, err1 := p.ReadUint64(m)
			tid, err2 := p.ReadUint64(m + l.mProcID)
			sp, err3 := p.ReadUint64(g0 + l.gSchedSP)
			if err1 == nil && err2 == nil && err3 == nil {
				r.SystemStacks[int(tid)] = sp
			}
		}
	}
	return r, nil
}
