package leak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"innards/cgo/tracefmt"
	"innards/diagnose/inspect"
)

// Looker looks into a process that goes on running for C memory that nothing can reach any more. It is for one goroutine.
type Looker struct {
	pid     int
	process *inspect.Process
	regions *inspect.RegionReader
	own     []span // of the tracer's: its tables name every block there is
	stream  string // file of the stream, which does so as well
	buf     []byte // for the next image
	handles uint64 // the table of cgo.Handles; 0: not known
}

// NewLooker gets hold of a process. The parts of its memory that are the tracer's own are left out, and so
// is the file of the stream.
func NewLooker(pid int, own []inspect.Range, stream string) (*Looker, error) {
	p, err := inspect.Open(pid)
	if err != nil {
		return nil, fmt.Errorf("leak: %w", err)
	}
	regions, err := p.RegionReader()
	if err != nil {
		_ = p.Close()
		return nil, fmt.Errorf("leak: %w", err)
	}
	return &Looker{pid: pid, process: p, regions: regions, own: own, stream: stream, handles: handleTable(p)}, nil
}

// Close gives the process back.
func (l *Looker) Close() error { return l.process.Close() }

// Look is a picture of a process at one moment: a copy of its memory, and its C blocks.
type Look struct {
	At    time.Duration // on the clock of the events
	Pause time.Duration // for which the process stood still
	Bytes int64         // of its memory

	image   *image
	maps    []mapping
	regions *inspect.Regions
	threads map[int]thread
	own     []span
	blocks  map[uint64]block
	early   uint64 // where the C heap ended before the tracer saw it; 0: not known
	whole   bool   // every block of the C heap is known
	handles uint64
}

// Look stops the process, copies its memory, and lets it go. It calls drain to bring the heap up to that moment: once before,
// so that little is left to do while the process waits. The copy needs as much memory as the process has.
func (l *Looker) Look(h *Heap, lossless bool, drain func()) (*Look, error) {
	if before, err := readMappings(l.pid); err == nil {
		l.buf = reserve(l.buf, l.estimate(before))
	}
	drain()
	look := &Look{own: l.own, handles: l.handles}
	pause, err := stopped(l.pid, func(s *stop) (err error) {
		look.At = tracefmt.Now()
		drain() // a block of a moment later would not be in the copy, and look lost
		if look.regions, err = l.regions.Read(); err != nil {
			return err
		}
		if look.maps, err = readMappings(l.pid); err != nil {
			return err
		}
		mapped := slices.Clone(look.maps)
		look.image, err = copyImage(l.pid, slices.DeleteFunc(mapped, l.leftOut), l.buf)
		look.threads = maps.Clone(s.threads) // those that are let go are dropped from it
		return err
	})
	if err != nil {
		return nil, err
	}
	look.Pause = pause
	for _, r := range look.image.runs {
		look.Bytes += int64(len(r.data))
	}
	look.blocks, look.early, look.whole = maps.Collect(h.live.All()), h.early, h.period == 1 && lossless && h.early != 0
	return look, nil
}

// estimate guesses how much there will be to copy.
func (l *Looker) estimate(now []mapping) int {
	r, err := ReadResident(l.pid, l.stream)
	if err != nil || len(now) == 0 {
		return 0
	}
	return int(min(r.RSS-r.Mmap+r.RSS/8, maxImage))
}

// leftOut tells of mappings that hold no pointers of the process's own: code, files, devices, the stream.
func (l *Looker) leftOut(m mapping) bool {
	switch {
	case m.name == l.stream, m.name == "[vvar]", m.name == "[vsyscall]":
		return true
	case strings.HasPrefix(m.name, "/dev/") && !strings.HasPrefix(m.name, "/dev/shm/") && !strings.HasPrefix(m.name, "/dev/zero"):
		return true
	case m.name == "" || m.name[0] == '[':
		return !m.readable
	}
	return !m.readable || !m.writable
}

// Mark finds the blocks that nothing reaches. It takes its time and needs the process no more.
func (k *Look) Mark() *Unreached {
	size := make(map[uint64]uint64, len(k.blocks))
	var mappings []span
	for addr, b := range k.blocks {
		switch resource, at := tracefmt.Tagged(addr); resource {
		case tracefmt.Memory:
			size[at] = max(b.size, 1)
		case tracefmt.Mapping:
			size[at] = b.size
			mappings = append(mappings, span{Start: at, End: at + b.size})
		}
	}
	addrs := slices.Sorted(maps.Keys(size))
	blocks := make([]span, 0, len(addrs))
	for _, a := range addrs {
		if n := len(blocks); n > 0 && blocks[n-1].End > a {
			blocks[n-1].End = a // its free was lost
		}
		blocks = append(blocks, span{Start: a, End: a + size[a]})
	}
	m := newMarking(k.image, blocks, k.regions.Spans)
	for _, r := range k.roots(blocks) {
		m.root(r.Start, r.End)
	}
	for _, s := range slices.Concat(k.regions.Stacks, mappings) { // what a mapping holds counts even if nothing leads to it
		m.root(s.Start, s.End)
	}
	for _, t := range k.threads {
		for _, w := range registers(&t.regs) {
			if w-m.lo < m.hi-m.lo {
				m.mark(w)
			}
		}
		sp := stackPointer(&t.regs)
		m.root(sp-redZone, sp+aside)
	}
	m.finalize(k.regions.Finalizers)
	u := &Unreached{At: k.At, blocks: make(map[uint64]block), wrappers: k.held()}
	for i, b := range blocks {
		if m.marked[i] {
			continue
		}
		for _, addr := range []uint64{b.Start, tracefmt.MappingAddr(b.Start)} {
			if lost, ok := k.blocks[addr]; ok {
				u.blocks[addr] = lost
			}
		}
	}
	return u
}

// Unreached are the blocks that nothing could reach at some moment, and so never will.
type Unreached struct {
	At     time.Duration
	blocks map[uint64]block

	wrappers map[uint64]uint64 // handles and pinners, with the type of what a handle stands for
}
