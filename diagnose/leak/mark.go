package leak

import (
	"encoding/binary"
	"sort"

	"innards/diagnose/inspect"
)

// marking finds out what of an image can be reached. Every aligned word counts as a pointer, to any place inside of what it
// points to: C has no maps of its pointers, and of Go's a uintptr may hold the address of a C block as well.
type marking struct {
	image    *image
	blocks   []span         // the C blocks, by address
	spans    []inspect.Span // the Go heap
	marked   []bool         // of each block
	objects  [][]uint64     // of each span: a bit for each object
	pages    map[uint64]*[regionPages]int32
	lo, hi   uint64 // all of the above
	todo     []span
	lastAt   uint64 // a region of pages, and its table: words that stand together often point near each other
	lastPage *[regionPages]int32
}

// span is a piece of memory from its first address to the one behind it.
type span = inspect.Range

const (
	regionBits  = 26
	regionPages = 1 << regionBits / pageSize
)

// newMarking makes one for blocks that are sorted by address.
func newMarking(im *image, blocks []span, spans []inspect.Span) *marking {
	m := &marking{
		image: im, blocks: blocks, spans: spans, marked: make([]bool, len(blocks)), objects: make([][]uint64, len(spans)),
		pages: make(map[uint64]*[regionPages]int32), lo: ^uint64(0),
	}
	// A page of the Go heap leads to its span, counted from 1; one with C blocks to the first of them, counted down from -1.
	for i, s := range spans {
		if !s.Objects {
			continue
		}
		m.objects[i] = make([]uint64, (s.End-s.Start)/s.ElemSize/64+1)
		for page := s.Start &^ (pageSize - 1); page < s.End; page += pageSize {
			*m.page(page) = int32(i + 1)
		}
	}
	for i, b := range blocks {
		for page := b.Start &^ (pageSize - 1); page < b.End; page += pageSize {
			if p := m.page(page); *p == 0 {
				*p = int32(-i - 1)
			}
		}
	}
	return m
}

func (m *marking) page(addr uint64) *int32 {
	m.lo, m.hi = min(m.lo, addr), max(m.hi, addr+pageSize)
	table := m.pages[addr>>regionBits]
	if table == nil {
		table = new([regionPages]int32)
		m.pages[addr>>regionBits] = table
	}
	return &table[addr%(1<<regionBits)/pageSize]
}

// root marks what the memory between two addresses points to.
func (m *marking) root(start, end uint64) {
	m.image.each((start+7)&^7, end, m.scan)
	for len(m.todo) > 0 {
		next := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		m.image.each((next.Start+7)&^7, next.End, m.scan)
	}
}

func (m *marking) scan(data []byte) {
	for ; len(data) >= 8; data = data[8:] {
		if word := binary.LittleEndian.Uint64(data); word-m.lo < m.hi-m.lo {
			m.mark(word)
		}
	}
}

// mark notes what holds addr as reached, to be looked through if it was not yet.
func (m *marking) mark(addr uint64) {
	at := addr >> regionBits
	if at != m.lastAt || m.lastPage == nil {
		table := m.pages[at]
		if table == nil {
			return
		}
		m.lastAt, m.lastPage = at, table
	}
	switch entry := m.lastPage[addr%(1<<regionBits)/pageSize]; {
	case entry > 0:
		s := &m.spans[entry-1]
		if addr < s.Start {
			return
		}
		object := (addr - s.Start) / s.ElemSize
		bits := &m.objects[entry-1][object/64]
		if *bits&(1<<(object%64)) == 0 {
			*bits |= 1 << (object % 64)
			start := s.Start + object*s.ElemSize
			m.todo = append(m.todo, span{Start: start, End: min(start+s.ElemSize, s.End)})
		}
	case entry < 0:
		if i := m.blockAt(addr, int(-entry-1)); i >= 0 && !m.marked[i] {
			m.marked[i] = true
			m.todo = append(m.todo, m.blocks[i])
		}
	}
}

// blockAt gives the number of the block that holds addr, which is first or one a little behind it; -1: none does.
func (m *marking) blockAt(addr uint64, first int) int {
	rest := m.blocks[first:]
	rest = rest[:min(len(rest), pageSize/16+2)] // no more of them begin on one page
	i := first + sort.Search(len(rest), func(i int) bool { return rest[i].Start > addr }) - 1
	if i < first || addr >= m.blocks[i].End {
		return -1
	}
	return i
}

// object gives the span of the Go heap that holds addr, counted from 0, and the object's number in it.
func (m *marking) object(addr uint64) (span int, number uint64, ok bool) {
	table := m.pages[addr>>regionBits]
	if table == nil {
		return 0, 0, false
	}
	entry := table[addr%(1<<regionBits)/pageSize]
	if entry <= 0 || addr < m.spans[entry-1].Start {
		return 0, 0, false
	}
	return int(entry - 1), (addr - m.spans[entry-1].Start) / m.spans[entry-1].ElemSize, true
}

func (m *marking) reached(span int, number uint64) bool {
	return m.objects[span][number/64]&(1<<(number%64)) != 0
}

// maxWalk bounds what is looked at to find out whether one object leads to itself.
const maxWalk = 1 << 14

// finalize marks what finalizers will find when they are called, for what they free is not lost: those of objects that
// nothing reaches. The collector never calls that of an object that leads back to itself through another one; what such a
// one holds stays unreached.
func (m *marking) finalize(objects []uint64) {
	var waiting []uint64
	for _, addr := range objects {
		if s, n, ok := m.object(addr); ok && !m.reached(s, n) && !m.leadsToItself(s, n) {
			waiting = append(waiting, addr)
		}
	}
	for _, addr := range waiting {
		m.mark(addr)
	}
	m.root(0, 0)
}

// leadsToItself walks as the collector does: not through C memory, nor where it knows of no pointers. What is reached
// already does not lead to what is not.
func (m *marking) leadsToItself(s int, number uint64) bool {
	type object struct {
		span   int
		number uint64
	}
	target := object{s, number}
	seen := map[object]bool{target: true}
	todo := []object{target}
	found := false
	for len(todo) > 0 && len(seen) < maxWalk && !found {
		from := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		of := m.spans[from.span]
		if !of.Pointers {
			continue
		}
		start := of.Start + from.number*of.ElemSize
		m.image.each(start, min(start+of.ElemSize, of.End), func(data []byte) {
			for ; len(data) >= 8; data = data[8:] {
				s, n, ok := m.object(binary.LittleEndian.Uint64(data))
				to := object{s, n}
				switch {
				case !ok || to == from:
				case to == target:
					found = true
				case !seen[to] && !m.reached(s, n):
					seen[to] = true
					todo = append(todo, to)
				}
			}
		})
	}
	return found
}
