package leak

import (
	"time"

	"innards/cgo/tracefmt"
	"innards/hashmap/openaddr"
)

// Heap is the C heap of a program as its events tell it: the blocks that are alive, and for each stack the history of what
// it took and gave back. It is for one goroutine.
type Heap struct {
	period uint64
	begin  time.Duration
	width  time.Duration // of a window
	live   *openaddr.Map[uint64, block]
	stacks map[uint32]*history
	starts int
	early  uint64 // an address of the C heap: blocks below it may be older than the tracer; 0: not known

	unreached *Unreached // what the last look has found
	before    int64      // bytes of blocks from before the tracer came, as far as the allocator was asked

	wrappers []uint64      // types of values of handles, and 0 for pinners; their places name stacks
	lookedAt time.Duration // when the last look was
	looks    int
}

type block struct {
	born     time.Duration
	size     uint64
	stack    uint32
	resource tracefmt.Resource
}

// amount is a number of blocks: those recorded, and what they stand for.
type amount struct {
	samples int
	objects float64
	bytes   float64
}

func (a *amount) add(b amount) {
	a.samples += b.samples
	a.objects += b.objects
	a.bytes += b.bytes
}

func (a *amount) sub(b amount) {
	a.samples -= b.samples
	a.objects -= b.objects
	a.bytes -= b.bytes
}

// window is what happened at one stack in one span of time.
type window struct{ allocated, freed amount }

func (w *window) add(v window) {
	w.allocated.add(v.allocated)
	w.freed.add(v.freed)
}

// windows is the number of windows that a history has room for. When time runs past the last one, all become twice as
// wide, so that at least half of them are always in use, however long a program runs.
const windows = 64

const firstWidth = 5 * time.Millisecond

type history struct {
	resource tracefmt.Resource
	windows  [windows]window
}

// NewHeap makes the heap of a program that began at that time on the clock of its events, or may have.
func NewHeap(period uint64, begin time.Duration) *Heap {
	return &Heap{
		period: period, begin: begin, width: firstWidth,
		live: openaddr.New[uint64, block](1 << 10), stacks: make(map[uint32]*history),
	}
}

// Add takes the next event.
func (h *Heap) Add(e tracefmt.Event) {
	switch e.Kind {
	case tracefmt.Start:
		// The program's own beginning: what went before was the loader, or another program in the same process.
		h.starts++
		h.early, h.unreached = e.Addr, nil
		h.begin, h.width = e.Time, firstWidth
		h.live.Clear()
		clear(h.stacks)
	case tracefmt.Alloc:
		// A block that is allocated twice was given back by a way that the tracer does not see.
		resource, _ := tracefmt.Tagged(e.Addr)
		b := block{e.Time, e.Size, e.Stack, resource}
		if old, added := h.live.Set(e.Addr, b); !added {
			h.at(old, e.Time).freed.add(h.weigh(old))
		}
		h.at(b, e.Time).allocated.add(h.weigh(b))
	case tracefmt.Free:
		if old, ok := h.live.Delete(e.Addr); ok {
			h.at(old, e.Time).freed.add(h.weigh(old))
			h.keepRest(e, old)
		}
	case tracefmt.Accounted:
		var recorded float64
		for _, b := range h.live.All() {
			if b.resource == tracefmt.Memory {
				recorded += h.weigh(b).bytes
			}
		}
		h.before = max(0, int64(e.Size)-round(recorded))
	}
}

// Before is what the blocks take that are older than the tracer; 0 where the allocator was not asked.
func (h *Heap) Before() int64 { return h.before }

// keepRest brings back what is left of a mapping of which only the beginning was given back. Parts from its middle or its
// end are not followed: it counts until its beginning goes.
func (h *Heap) keepRest(e tracefmt.Event, old block) {
	if old.resource != tracefmt.Mapping || e.Size == 0 || e.Size >= old.size {
		return
	}
	old.size -= e.Size
	h.live.Set(e.Addr+e.Size, old)
	h.at(old, e.Time).allocated.add(h.weigh(old))
}

// Started says whether the program has come up.
func (h *Heap) Started() bool { return h.starts > 0 }

// Age is how long the program has been observed at a moment.
func (h *Heap) Age(now time.Duration) time.Duration { return max(now-h.begin, 0) }

// Blocks is the number of recorded blocks that are alive.
func (h *Heap) Blocks() int { return h.live.Len() }

// weigh says what a block stands for. All that is not of the C heap was recorded.
func (h *Heap) weigh(b block) amount {
	w := 1.0
	if b.resource == tracefmt.Memory {
		w = tracefmt.Weight(b.size, h.period)
	}
	return amount{1, w, w * float64(b.size)}
}

func (h *Heap) at(b block, t time.Duration) *window {
	h.reach(t)
	hist := h.stacks[b.stack]
	if hist == nil {
		hist = &history{resource: b.resource} // one stack ends in one function, and so takes one resource
		h.stacks[b.stack] = hist
	}
	return &hist.windows[h.index(t)]
}

func (h *Heap) index(t time.Duration) int {
	return int(max(t-h.begin, 0) / h.width)
}

// reach makes the windows so wide that t lies in one.
func (h *Heap) reach(t time.Duration) {
	for t-h.begin >= windows*h.width {
		for _, hist := range h.stacks {
			w := &hist.windows
			for i := range windows / 2 {
				w[i] = w[2*i]
				w[i].add(w[2*i+1])
			}
			clear(w[windows/2:])
		}
		h.width *= 2
	}
}

// rescale gives the history as seen through ten windows of equal width that end at end.
func (h *Heap) rescale(hist *history, end time.Duration) [judged]window {
	h.reach(end)
	var out [judged]window
	for i, w := range hist.windows {
		out[h.tenth(h.begin+time.Duration(i)*h.width+h.width/2, end)].add(w)
	}
	return out
}

// tenth says in which of ten windows t lies.
func (h *Heap) tenth(t, end time.Duration) int {
	return min(judged-1, int(float64(max(t-h.begin, 0))/float64(max(end-h.begin, 1))*judged))
}

// SetUnreached tells the heap what nothing could reach at some moment. What is still alive of it is lost.
func (h *Heap) SetUnreached(u *Unreached) {
	h.unreached = u
	h.noteWrappers(u)
}

// survivors is what is alive of one stack.
type survivors struct {
	births [judged]amount // by the window in which they were born
	looked amount         // those of which it is known whether something reaches them
	lost   amount         // those that nothing does
}

// survivors sorts the living blocks by stack.
//
// Where frees were lost, a block that nothing reaches may be one that was given back.
func (h *Heap) survivors(end time.Duration, lossy bool) map[uint32]*survivors {
	out := make(map[uint32]*survivors)
	for addr, b := range h.live.All() {
		s := out[b.stack]
		if s == nil {
			s = new(survivors)
			out[b.stack] = s
		}
		a := h.weigh(b)
		s.births[h.tenth(b.born, h.seenUntil(b.resource, end))].add(a)
		if lossy || h.unreached == nil || b.born >= h.unreached.At || b.resource > tracefmt.Mapping {
			continue
		}
		s.looked.add(a)
		if h.unreached.blocks[addr] == b { // the same one, not another at its place
			s.lost.add(a)
		}
	}
	return out
}
