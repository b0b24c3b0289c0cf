package tracefmt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Config says who is to be traced, and how.
type Config struct {
	Period    uint64 // mean bytes between two samples; 1: every allocation
	Slots     uint64 // events that the ring holds; rounded up to a power of two
	Stacks    uint64 // bytes for stacks
	TargetDev uint64 // the executable, as stat names it
	TargetIno uint64
	Go        GoRuntime
}

// Stream is the file that the tracer writes, seen from the reader. It is for one goroutine.
type Stream struct {
	Path string
	m    mapping
	h    *header

	last       time.Duration // of the latest event that tells the time
	stuckAt    uint64        // the place that Drain waits at, and since when
	stuckSince time.Time
}

// patience is how long a claimed place may stay unwritten before it counts as torn: its writer is dead, or has left a
// signal handler by longjmp. A realloc holds its place while it copies, so a moment is not enough.
const patience = 2 * time.Second

// Create makes the stream's file. Its room is taken at once: a file system that fills up later would otherwise kill the
// traced process with SIGBUS.
func Create(path string, c Config) (*Stream, error) {
	slots := uint64(1) << bits.Len64(max(c.Slots, 16)-1)
	stacksAt := uint64(headerBytes + modulesCap*binary.Size(moduleRecord{}))
	slotBytes := uint64(binary.Size(slot{}))
	slotsAt := (stacksAt + c.Stacks + 4095) &^ 4095
	size := slotsAt + slots*slotBytes

	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("tracefmt: create stream: %w", err)
	}
	defer f.Close() //nolint:errcheck // the mapping stays
	if err := unix.Fallocate(int(f.Fd()), 0, 0, int64(size)); err != nil {
		_ = os.Remove(path)
		return nil, fmt.Errorf("tracefmt: take %d MiB for the stream %s: %w", size>>20, path, err)
	}
	m, err := mapFile(f, int64(size))
	if err != nil {
		_ = os.Remove(path)
		return nil, fmt.Errorf("tracefmt: %w", err)
	}
	if c.Period <= 1 {
		// Who touches a page first clears it: better we now than the program in the middle of its work. Without it all goes as well.
		_ = unix.Madvise(m.mem[slotsAt:], unix.MADV_POPULATE_WRITE)
	}
	s := &Stream{Path: path, m: m, h: m.header()}
	*s.h = header{
		Version: version, SlotBytes: uint32(slotBytes), FileBytes: size,
		ModulesAt: headerBytes, ModulesCap: modulesCap,
		StacksAt: stacksAt, StacksBytes: slotsAt - stacksAt, StacksUsed: 8, // no stack has the name 0
		SlotsAt: slotsAt, Slots: slots,
		Period: max(c.Period, 1), TargetDev: c.TargetDev, TargetIno: c.TargetIno, Go: c.Go,
	}
	copy(s.h.Magic[:], magic)
	return s, nil
}

// Open maps a stream that is there already, whether or not its process lives.
func Open(path string) (*Stream, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("tracefmt: open stream: %w", err)
	}
	defer f.Close() //nolint:errcheck // the mapping stays
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("tracefmt: open stream: %w", err)
	}
	if st.Size() < headerBytes {
		return nil, fmt.Errorf("tracefmt: %s is no stream: %d bytes are less than its header", path, st.Size())
	}
	m, err := mapFile(f, st.Size())
	if err != nil {
		return nil, fmt.Errorf("tracefmt: %w", err)
	}
	s := &Stream{Path: path, m: m, h: m.header()}
	if err := s.check(); err != nil {
		_ = m.unmap()
		return nil, fmt.Errorf("tracefmt: %s: %w", path, err)
	}
	return s, nil
}

// check holds the header against the file, so that nothing after it can reach beyond the mapping.
func (s *Stream) check() error {
	h, size := s.h, uint64(len(s.m.mem))
	slotBytes := uint64(binary.Size(slot{}))
	switch {
	case string(h.Magic[:]) != magic:
		return errors.New("no stream: it does not begin with the magic word")
	case h.Version != version || uint64(h.SlotBytes) != slotBytes:
		return fmt.Errorf("a stream of version %d; this program reads version %d", h.Version, version)
	case h.FileBytes != size:
		return fmt.Errorf("cut short: %d of %d bytes", size, h.FileBytes)
	case h.Slots == 0 || bits.OnesCount64(h.Slots) != 1 || h.SlotsAt%8 != 0 || h.SlotsAt > size || h.Slots > (size-h.SlotsAt)/slotBytes,
		h.StacksAt%8 != 0 || h.StacksAt > size || h.StacksBytes > size-h.StacksAt,
		h.ModulesAt%8 != 0 || h.ModulesAt > size || h.ModulesCap > (size-h.ModulesAt)/uint64(binary.Size(moduleRecord{})):
		return errors.New("damaged: its header names places outside the file")
	}
	return nil
}

// Now is the time on the clock of a stream's events.
func Now() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // this clock is always there
	return time.Duration(t.Nano())
}

// Close unmaps the stream. The file stays.
func (s *Stream) Close() error {
	if err := s.m.unmap(); err != nil {
		return fmt.Errorf("tracefmt: close stream: %w", err)
	}
	return nil
}

// PID is the traced process; 0 until it has come up.
func (s *Stream) PID() int { return int(atomic.LoadUint32(&s.h.PID)) }

// Period is the mean number of bytes between two samples; 1 where every allocation is recorded.
func (s *Stream) Period() uint64 { return s.h.Period }

// Lost counts what found no room so far.
func (s *Stream) Lost() Lost {
	return Lost{
		Allocs: atomic.LoadUint64(&s.h.LostAllocs),
		Frees:  atomic.LoadUint64(&s.h.LostFrees),
		Stacks: atomic.LoadUint64(&s.h.LostStacks),
	}
}

// Request is something that an attached tracer does when its function is called on a thread of the process.
type Request uint32

// The requests; the numbers are those of enum stream_request.
const (
	Rebind  Request = 1 // look through the libraries that are loaded, for new ones
	Account Request = 2 // ask the allocator what it has handed out; an event has the answer
	Detach  Request = 3 // leave the process as it was, but for the library
)

// RequestFunc is the tracer's function for requests, by its name in the library.
const RequestFunc = "innards_call"

// Answers counts the requests that were served.
func (s *Stream) Answers() uint32 { return atomic.LoadUint32(&s.h.Answers) }

// Hooked is the number of words of an attached process that lead to the tracer; 0 until it has come up.
func (s *Stream) Hooked() int { return int(atomic.LoadUint32(&s.h.Hooked)) }

// Drain yields the events that are there, in their order, gives their places back to the tracer, and says how many
// places that were.
func (s *Stream) Drain(yield func(Event)) int {
	n := s.drain(yield)
	if tail := s.h.Tail; tail == atomic.LoadUint64(&s.h.Head) {
		s.stuckSince = time.Time{}
	} else if s.stuckSince.IsZero() || s.stuckAt != tail {
		s.stuckAt, s.stuckSince = tail, time.Now()
	} else if time.Since(s.stuckSince) > patience {
		atomic.StoreUint64(&s.h.Tail, tail+1)
		n += 1 + s.drain(yield)
	}
	return n
}

// Finish yields what is left once the process is gone. A place that its writer did not live to write is left out.
func (s *Stream) Finish(yield func(Event)) {
	head := min(atomic.LoadUint64(&s.h.Head), s.h.Tail+s.h.Slots)
	for s.drain(yield); s.h.Tail < head; s.drain(yield) {
		atomic.StoreUint64(&s.h.Tail, s.h.Tail+1)
	}
}

func (s *Stream) drain(yield func(Event)) int {
	tail := s.h.Tail
	for n := 0; ; n++ {
		e := view[slot](s.m.mem, s.h.SlotsAt, tail&(s.h.Slots-1), uint64(s.h.SlotBytes))
		if e == nil || atomic.LoadUint32(&e.Seq) != uint32(tail+1) {
			atomic.StoreUint64(&s.h.Tail, tail)
			return n
		}
		if e.Time != 0 {
			s.last = time.Duration(e.Time)
		}
		ev := Event{Time: s.last, Kind: Kind(e.SizeKind & 0xff), Addr: e.Addr, Size: e.SizeKind >> 8, Stack: e.Stack}
		tail++
		if tail%1024 == 0 {
			atomic.StoreUint64(&s.h.Tail, tail) // room for the tracer while we are at it
		}
		if ev.Kind != None {
			yield(ev)
		}
	}
}

// Stack gives the stack of that name.
func (s *Stream) Stack(name uint32) (Stack, bool) {
	if name == 0 || uint64(name) >= s.h.StacksBytes/8 {
		return Stack{}, false
	}
	at := s.h.StacksAt + uint64(name)*8
	r := view[stackRecord](s.m.mem, at, 0, 8)
	if r == nil {
		return Stack{}, false
	}
	n := uint64(r.CFrames) + uint64(r.GoFrames)
	if uint64(name)+1+n > s.h.StacksBytes/8 {
		return Stack{}, false
	}
	pcs := make([]uint64, n)
	for i := range pcs {
		pcs[i] = binary.NativeEndian.Uint64(s.m.mem[at+8+uint64(i)*8:])
	}
	return Stack{Hook: Hook(r.Hook), C: pcs[:r.CFrames:r.CFrames], Go: pcs[r.CFrames:]}, true
}

// Modules gives the files that were mapped, as far as the tracer has seen them.
func (s *Stream) Modules() []Module {
	n := min(uint64(atomic.LoadUint32(&s.h.ModulesUsed)), s.h.ModulesCap)
	mods := make([]Module, 0, n)
	for i := range n {
		r := view[moduleRecord](s.m.mem, s.h.ModulesAt, i, uint64(binary.Size(moduleRecord{})))
		path, _, _ := bytes.Cut(r.Path[:], []byte{0})
		mods = append(mods, Module{Start: r.Start, End: r.End, Bias: r.Bias, Path: string(path)})
	}
	return mods
}
