package inspect

import (
	"encoding/binary"
	"errors"
)

// maxHeap bounds what is read of a heap: the spans that may hold pointers, in bytes.
const maxHeap = 512 << 20

const spanInUse = 1 // mspan.state: garbage-collected objects

// What is true of every span. A core may be damaged, and show others: nothing is divided by those, nor looked up.
const (
	wordSize       = 8
	maxSpanObjects = 1 << 16 // a thousand of the smallest are the most that the runtime has in one
	maxArenas      = 1 << 13 // 512 GB; the page tables of so much take 256 MB
)

// span is a run of pages that holds objects of one size.
type span struct {
	start, end uint64
	elemSize   uint64
	class      byte     // size class, and in the lowest bit whether its objects hold no pointers
	typ        uint64   // of a large object: its type
	memory     []byte   // read when the first of its objects is marked
	marked     []uint64 // a bit for each object
}

// heap is the target's heap as its own list of spans describes it.
type heap struct {
	p         *Process
	spans     []span
	pages     map[uint64][]int32 // page tables of 64 MB each: index into spans, plus one
	specials  []special
	scannable uint64 // bytes of spans that may hold pointers
	spanned   uint64 // of all

	lost bool // something could not be read that a core should have

	// The table that was asked for last: most pointers lead where the one before did.
	lastKey   uint64
	lastTable []int32
}

// special is a note that the runtime keeps on an object.
type special struct {
	kind   byte
	object uint64
	roots  [2]uint64 // a finalizer's or a cleanup's function and argument
	handle uint64    // of a weak pointer: the small object that all copies of it point to
}

const arenaPages = 64 << 20 / pageSize

var (
	errHeapTooLarge = errors.New("the heap is too large to be read")
	errLost         = errors.New("memory that they may reach is missing in the core")
)

// readHeap reads the list of spans and the specials on their objects.
func (p *Process) readHeap(addr uint64) (*heap, error) {
	l := p.layout
	list, err := p.readSlice(addr+l.heapSpans, -1)
	if err != nil {
		return nil, err
	}
	h := &heap{p: p, pages: make(map[uint64][]int32)}
	raw := make([]byte, uint64(len(list))*l.spanSize)
	reqs := make([]request, len(list))
	for i, addr := range list {
		reqs[i] = request{addr: addr, buf: raw[uint64(i)*l.spanSize : uint64(i+1)*l.spanSize]}
	}
	if err := p.mem.readAll(reqs); err != nil {
		return nil, err
	}
	var noted []struct{ first, start uint64 }
	for _, req := range reqs {
		if !req.ok && p.mem.core != nil {
			return nil, errLost
		}
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(req.buf[off:]) }
		s := span{start: word(l.spanStart), elemSize: word(l.spanElemSize), class: req.buf[l.spanClass],
			typ: word(l.spanLarge)}
		npages := word(l.spanPages)
		s.end = s.start + npages*pageSize
		if !req.ok || req.buf[l.spanState] != spanInUse || npages > 1<<24 || !s.possible() {
			continue
		}
		if !s.noscan() {
			if h.scannable += s.end - s.start; h.scannable > maxHeap {
				return nil, errHeapTooLarge
			}
		}
		if first := word(l.spanSpecials); first != 0 {
			noted = append(noted, struct{ first, start uint64 }{first, s.start})
		}
		h.spans = append(h.spans, s)
		if err := h.index(len(h.spans)); err != nil {
			return nil, err
		}
	}
	for _, n := range noted {
		if err := h.readSpecials(n.first, n.start); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (s *span) noscan() bool { return s.class&1 != 0 }

func (s *span) possible() bool {
	return s.end > s.start && s.start%pageSize == 0 && s.elemSize >= wordSize && s.elemSize%wordSize == 0 &&
		(s.end-s.start)/s.elemSize <= maxSpanObjects
}

// index enters the span with the number n, counted from 1, into the page tables.
func (h *heap) index(n int) error {
	s := h.spans[n-1]
	if h.spanned += s.end - s.start; h.spanned/pageSize > maxArenas*arenaPages {
		return errHeapTooLarge
	}
	for page := s.start / pageSize; page < s.end/pageSize; page++ {
		table := h.pages[page/arenaPages]
		if table == nil {
			if len(h.pages) == maxArenas {
				return errHeapTooLarge
			}
			table = make([]int32, arenaPages)
			h.pages[page/arenaPages] = table
		}
		table[page%arenaPages] = int32(n)
	}
	return nil
}

// readSpecials follows a span's list of specials.
func (h *heap) readSpecials(at, start uint64) error {
	l := h.p.layout
	raw := make([]byte, l.specialSize)
	for range 1 << 20 {
		if at == 0 {
			return nil
		}
		if err := h.p.mem.read(at, raw); err != nil {
			return err
		}
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(raw[off:]) }
		s := special{kind: raw[l.specialKind], object: start + word(l.specialOffset)}
		switch s.kind { // none is 0
		case l.kindFinalizer:
			s.roots[0] = word(l.specialFn)
			h.specials = append(h.specials, s)
		case l.kindCleanup:
			s.roots[0] = word(l.cleanupFn)
			if l.cleanupArg != absent {
				s.roots[1] = word(l.cleanupArg)
			}
			h.specials = append(h.specials, s)
		case l.kindWeakHandle:
			s.handle = word(l.weakHandle)
			h.specials = append(h.specials, s)
		}
		at = word(l.specialNext)
	}
	return errors.New("a list of specials does not end")
}

// find gives the object that holds addr: its span, and its number in it. ok is false outside of the heap.
func (h *heap) find(addr uint64) (s *span, object uint64, ok bool) {
	page := addr / pageSize
	if key := page / arenaPages; h.lastTable == nil || key != h.lastKey {
		table := h.pages[key]
		if table == nil {
			return nil, 0, false
		}
		h.lastKey, h.lastTable = key, table
	}
	n := h.lastTable[page%arenaPages]
	if n == 0 {
		return nil, 0, false
	}
	s = &h.spans[n-1]
	return s, (addr - s.start) / s.elemSize, true
}

// isMarked tells whether the object that holds addr was reached. What lies outside of the heap is a variable of the
// program, or on a stack: always within reach.
func (h *heap) isMarked(addr uint64) bool {
	s, object, ok := h.find(addr)
	return !ok || s.isMarked(object)
}

func (s *span) isMarked(object uint64) bool {
	return s.marked != nil && s.marked[object/64]&(1<<(object%64)) != 0
}

// mark notes an object as reached. It says false where that was known.
func (s *span) mark(object uint64) bool {
	if s.marked == nil {
		s.marked = make([]uint64, (s.end-s.start)/s.elemSize/64+1)
	}
	if s.isMarked(object) {
		return false
	}
	s.marked[object/64] |= 1 << (object % 64)
	return true
}

// contents gives the memory of an object, as it was when the first one of its span was reached.
func (h *heap) contents(s *span, object uint64) []byte {
	if s.memory == nil {
		s.memory = make([]byte, s.end-s.start)
		if h.p.mem.read(s.start, s.memory) != nil { // freed meanwhile: nothing in it
			clear(s.memory)
			h.lost = h.p.mem.core != nil // or it should be here
		}
	}
	from := object * s.elemSize
	if from >= uint64(len(s.memory)) {
		return nil
	}
	return s.memory[from:min(from+s.elemSize, uint64(len(s.memory)))]
}
