package malloctrace

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"innards/cgo/tracefmt"
)

// executable is the program that runs, whatever has become of the path that it was started by.
const executable = "/proc/self/exe"

// ErrAbsent says that this build has no tracer.
var ErrAbsent = errors.New("malloctrace: C memory is traced in programs for linux/amd64 with cgo only")

// The ring is emptied this often: sampled, and with everything recorded. By a timer, for a goroutine that waits would be there
// for whoever counts goroutines.
const (
	drainSampled    = 200 * time.Millisecond
	drainEverything = 5 * time.Millisecond
)

// heap is what the tracer has told of the process.
type heap struct {
	mu     sync.Mutex
	stream *tracefmt.Stream
	err    error // why there is none
	timer  *time.Timer
	every  time.Duration

	taken  uint64 // events of things taken so far; the last one's number
	live   map[uint64]block
	stacks map[uint32]*Amount // all that each ever took
	names  names
}

type block struct {
	size, number uint64
	stack        uint32
}

// process is the one heap that there is: the allocator is the whole process's, and so is who stands before it.
var process heap

func init() { process.start() }

func (h *heap) start() {
	h.mu.Lock() // the timer's goroutine wants to see the timer
	defer h.mu.Unlock()
	h.live, h.stacks = make(map[uint64]block), make(map[uint32]*Amount)
	if h.stream, h.err = begin(); h.err != nil {
		return
	}
	h.names = newNames()
	h.every = drainSampled
	h.timer = time.AfterFunc(h.every, h.tick)
}

func (h *heap) tick() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stream.Drain(h.add)
	h.timer.Reset(h.every)
}

func (h *heap) add(e tracefmt.Event) {
	switch e.Kind {
	case tracefmt.Alloc:
		h.taken++
		b := block{e.Size, h.taken, e.Stack}
		h.live[e.Addr] = b
		of := h.stacks[e.Stack]
		if of == nil {
			of = new(Amount)
			h.stacks[e.Stack] = of
		}
		of.add(h.weigh(e.Addr, b))
	case tracefmt.Free:
		old, ok := h.live[e.Addr]
		delete(h.live, e.Addr)
		// Of a mapping the beginning may be given back alone.
		if resource, _ := tracefmt.Tagged(e.Addr); ok && resource == tracefmt.Mapping && 0 < e.Size && e.Size < old.size {
			old.size -= e.Size
			h.live[e.Addr+e.Size] = old
		}
	}
}

// weigh says what a recorded block stands for.
func (h *heap) weigh(addr uint64, b block) Amount {
	w := 1.0
	if resource, _ := tracefmt.Tagged(addr); resource == tracefmt.Memory {
		w = tracefmt.Weight(b.size, h.stream.Period())
	}
	return Amount{w, w * float64(b.size)}
}

// Amount is a number of things and their bytes. From samples it is an estimate.
type Amount struct{ Objects, Bytes float64 }

func (a *Amount) add(b Amount) {
	a.Objects += b.Objects
	a.Bytes += b.Bytes
}

// Holding is what one stack has taken and not given back.
type Holding struct {
	Resource string  // malloc, mmap, fd or thread
	Stack    []Frame // innermost call first, from the function of the C library on
	Alive    Amount
	Taken    Amount // since the process began, what was given back included
}

// Mark is a moment in the life of the process; the zero value is its beginning.
type Mark struct{ taken uint64 }

// Now is the moment of the call.
func Now() Mark {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.err == nil {
		process.stream.Drain(process.add)
	}
	return Mark{process.taken}
}

// Since gives what was taken since that moment and is alive, by stack, largest first. Taken is that of the process's whole life.
func Since(m Mark) ([]Holding, error) {
	h := &process
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return nil, h.err
	}
	h.stream.Drain(h.add)
	of := make(map[uint32]*Holding)
	hold := func(stack uint32) *Holding {
		if of[stack] == nil {
			resource, frames := h.names.of(h.stream, stack)
			of[stack] = &Holding{Resource: resource.String(), Stack: frames}
		}
		return of[stack]
	}
	for addr, b := range h.live {
		if b.number > m.taken {
			hold(b.stack).Alive.add(h.weigh(addr, b))
		}
	}
	for stack, taken := range h.stacks {
		if m == (Mark{}) || of[stack] != nil {
			hold(stack).Taken = *taken
		}
	}
	all := make([]Holding, 0, len(of))
	for _, held := range of {
		all = append(all, *held)
	}
	slices.SortFunc(all, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(b.Alive.Bytes, a.Alive.Bytes), cmp.Compare(b.Alive.Objects, a.Alive.Objects))
	})
	return all, nil
}

// Everything has every allocation recorded from now on, for as long as the process lives, instead of one in 512 KiB.
func Everything() {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.err == nil {
		process.every = drainEverything
		process.timer.Reset(process.every)
		recordEverything()
	}
}

// Lost counts what was missed because the program allocated faster than it was followed: things taken, and things given back,
// which then look as if they were alive.
func Lost() (taken, given uint64) {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.err != nil {
		return 0, 0
	}
	lost := process.stream.Lost()
	return lost.Allocs, lost.Frees
}
