package inspect

import (
	"encoding/binary"
	"math/bits"
	"strings"

	"innards/diagnose/goroutine"
)

// sudog is a copy of one runtime.sudog: a goroutine's place in one wait queue. A goroutine in a select has one for each
// case, all others have one.
type sudog struct {
	addr, g  uint64
	next     uint64 // in the queue
	elem     uint64 // semaphore, or list of a Cond
	channel  uint64
	waitLink uint64 // the same goroutine's next place
}

// queue is all places of one goroutine.
type queue struct {
	sudogs []sudog
	intact bool // each one names this goroutine
}

const (
	maxCases  = 1 << 16 // of a select, which the language bounds likewise
	maxQueued = 1 << 20 // goroutines in one channel's queue
)

// readQueues follows each goroutine's chain of sudogs, all goroutines a step at a time. The stacks are those of the
// goroutines, if they were read already.
func (r *reading) readQueues(gs []gstruct, stacks []stack) ([]queue, error) {
	queues := make([]queue, len(gs))
	next := make([]uint64, len(gs))
	for i, g := range gs {
		queues[i].intact = true
		if g.parked() {
			next[i] = g.waiting()
		}
	}
	size := r.p.layout.sudogSize
	for range maxCases {
		var owner []int
		for i, addr := range next {
			if addr != 0 {
				owner = append(owner, i)
			}
		}
		if len(owner) == 0 {
			break
		}
		raw, reqs, places := r.room(len(owner)*int(size)), make([]request, len(owner)), make([]sudog, len(owner))
		for k, i := range owner {
			reqs[k] = request{addr: next[i], buf: raw[uint64(k)*size : uint64(k+1)*size]}
		}
		if err := r.p.mem.readAll(reqs); err != nil {
			return nil, err
		}
		for k, req := range reqs {
			i := owner[k]
			sg := r.p.sudog(req.addr, req.buf)
			if !req.ok || sg.g != gs[i].addr {
				queues[i].intact = false
				next[i] = 0
				continue
			}
			if runsInCircles(queues[i].sudogs, sg.addr) {
				queues[i].intact = false
				next[i] = 0
				continue
			}
			if queues[i].sudogs == nil { // the only one, save in a select
				queues[i].sudogs = places[k : k : k+1]
			}
			queues[i].sudogs = append(queues[i].sudogs, sg)
			next[i] = sg.waitLink
			if sg.channel == 0 { // a semaphore links other waiters here
				next[i] = 0
			}
		}
	}
	if r.p.layout.waitsNoted {
		return queues, nil
	}
	if stacks == nil {
		var err error
		if stacks, err = r.readStacks(gs); err != nil {
			return nil, err
		}
	}
	return queues, r.findPlaces(gs, stacks, queues)
}

// runsInCircles tells whether a damaged chain has come back to where it was. One place is compared, and moves on whenever the
// chain is twice as long: a circle is noticed before it has been gone round three times (Brent).
func runsInCircles(chain []sudog, addr uint64) bool {
	n := bits.Len(uint(len(chain)))
	return n > 0 && chain[1<<(n-1)-1].addr == addr
}

func (p *Process) sudog(addr uint64, raw []byte) sudog {
	word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(raw[off:]) }
	l := p.layout
	return sudog{
		addr: addr, g: word(l.sudogG), next: word(l.sudogNext), elem: word(l.sudogElem),
		channel: word(l.sudogChan), waitLink: word(l.sudogWaitLink),
	}
}

// resolve turns queue places into waits, once all goroutines are known, and reads what they wait for.
func (r *reading) resolve() error {
	byG := make(map[uint64]int64) // IDs, by address of the g, of the goroutines that a channel's queue may lead to
	channels := make(map[uint64]bool)
	for i := range r.found {
		f := &r.found[i]
		if !f.stable {
			byG[f.live.Addr] = f.dump.ID
			f.queue.sudogs = nil
		}
		for _, sg := range f.queue.sudogs {
			if sg.channel != 0 {
				byG[f.live.Addr] = f.dump.ID
				channels[sg.channel] = true
				r.sudogs[sg.addr] = sg
			}
		}
	}
	senders, err := r.readChannels(channels, byG)
	if err != nil {
		return err
	}
	locks := make(map[uint64]goroutine.WaitKind)
	for _, f := range r.found {
		g := f.dump
		reason := strings.TrimSuffix(f.live.reason, " (durable)")
		for _, sg := range f.queue.sudogs {
			wait, ok := waitOf(g, reason, sg, senders)
			if !ok {
				continue
			}
			g.Waits = append(g.Waits, wait)
			if sg.channel == 0 {
				locks[wait.Object] = wait.Kind
			}
		}
	}
	if err := r.readLocks(locks); err != nil {
		return err
	}
	return r.readThreads()
}

// waitOf tells what the user calls the thing that a sudog stands in a queue of. The semaphores lie inside the locks, at
// offsets that the sizes of their fields fix; see package sync.
func waitOf(g *goroutine.Goroutine, reason string, sg sudog, senders map[uint64]bool) (goroutine.Wait, bool) {
	switch reason {
	case "chan send", "chan receive":
		return goroutine.Wait{Kind: goroutine.WaitKind(reason), Object: sg.channel}, sg.channel != 0
	case "select":
		kind := goroutine.ChanReceive
		if senders[sg.addr] {
			kind = goroutine.ChanSend
		}
		return goroutine.Wait{Kind: kind, Object: sg.channel, Select: true}, sg.channel != 0
	case "sync.Mutex.Lock":
		// A writer first takes the mutex inside the RWMutex, which is its first field.
		for _, f := range g.Frames {
			if f.Func == "sync.(*RWMutex).Lock" {
				return goroutine.Wait{Kind: goroutine.RWMutexWrite, Object: sg.elem - mutexSema}, true
			}
		}
		return goroutine.Wait{Kind: goroutine.MutexLock, Object: sg.elem - mutexSema}, true
	case "sync.RWMutex.RLock":
		return goroutine.Wait{Kind: goroutine.RWMutexRead, Object: sg.elem - rwReaderSema}, true
	case "sync.RWMutex.Lock":
		return goroutine.Wait{Kind: goroutine.RWMutexWrite, Object: sg.elem - rwWriterSema}, true
	case "sync.WaitGroup.Wait":
		return goroutine.Wait{Kind: goroutine.WaitGroup, Object: sg.elem - waitGroupSema}, true
	case "sync.Cond.Wait":
		return goroutine.Wait{Kind: goroutine.CondWait, Object: sg.elem - condNotify}, true
	case "semacquire":
		// Until Go 1.23 a WaitGroup had no wait reason of its own.
		for _, f := range g.Frames {
			if f.Func == "sync.(*WaitGroup).Wait" {
				return goroutine.Wait{Kind: goroutine.WaitGroup, Object: sg.elem - waitGroupSema}, true
			}
		}
		return goroutine.Wait{Kind: goroutine.Semaphore, Object: sg.elem}, true
	}
	return goroutine.Wait{}, false
}

// readChannels reads the headers and queues of channels. It gives the sudogs that stand in a queue of senders.
func (r *reading) readChannels(channels map[uint64]bool, byG map[uint64]int64) (senders map[uint64]bool, err error) {
	l := r.p.layout
	reqs := make([]request, 0, len(channels))
	for addr := range channels {
		reqs = append(reqs, request{addr: addr, buf: make([]byte, l.chanSize)})
	}
	if err := r.p.mem.readAll(reqs); err != nil {
		return nil, err
	}
	senders = make(map[uint64]bool)
	for _, req := range reqs {
		if !req.ok {
			continue
		}
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(req.buf[off:]) }
		c := Channel{
			Len: int(word(l.chanLen)), Cap: int(word(l.chanCap)),
			Closed: binary.LittleEndian.Uint32(req.buf[l.chanClosed:]) != 0,
		}
		for _, sg := range r.readQueue(word(l.chanRecvQ), req.addr) {
			if id, ok := byG[sg.g]; ok {
				c.Receivers = append(c.Receivers, id)
			}
		}
		for _, sg := range r.readQueue(word(l.chanSendQ), req.addr) {
			senders[sg.addr] = true
			if id, ok := byG[sg.g]; ok {
				c.Senders = append(c.Senders, id)
			}
		}
		r.snap.Channels[req.addr] = c
	}
	return senders, nil
}

// readQueue follows a channel's queue. Nearly all of it was read already, with the goroutines.
func (r *reading) readQueue(at, channel uint64) []sudog {
	var found []sudog
	seen := make(map[uint64]bool)
	for at != 0 && !seen[at] && len(found) < maxQueued {
		seen[at] = true
		sg, ok := r.sudogs[at]
		if !ok {
			raw := make([]byte, r.p.layout.sudogSize)
			if r.p.mem.read(at, raw) != nil {
				break
			}
			sg = r.p.sudog(at, raw)
		}
		if sg.channel != channel { // the queue moved on
			break
		}
		found = append(found, sg)
		at = sg.next
	}
	return found
}

// readThreads notes the thread of goroutines that have one.
func (r *reading) readThreads() error {
	var reqs []request
	var of []int
	for i, f := range r.found {
		if f.live.m != 0 {
			reqs = append(reqs, request{addr: f.live.m + r.p.layout.mProcID, buf: make([]byte, 8)})
			of = append(of, i)
		}
	}
	if err := r.p.mem.readAll(reqs); err != nil {
		return err
	}
	for k, req := range reqs {
		if req.ok {
			r.found[of[k]].live.Thread = int(binary.LittleEndian.Uint64(req.buf))
		}
	}
	return nil
}

// ChannelNature is what a channel's header tells for good, save for whether it is closed.
type ChannelNature struct {
	ElemSize int
	Closed   bool
	Timer    bool // the runtime sends to it; up to Go 1.22, where no header tells, every channel counts as such
}

// ChannelAt reads the nature of a channel. The runtime's structure has the size of an element right behind the pointer to
// its buffer, which follows the capacity, and the timer right behind the flag that says closed (up to Go 1.22, the type of
// an element, which is never nil).
func (p *Process) ChannelAt(addr uint64) (ChannelNature, error) {
	l := p.layout
	raw := make([]byte, l.chanSize)
	if err := p.Read(addr, raw); err != nil {
		return ChannelNature{}, err
	}
	return ChannelNature{
		ElemSize: int(binary.LittleEndian.Uint16(raw[l.chanCap+16:])),
		Closed:   binary.LittleEndian.Uint32(raw[l.chanClosed:]) != 0,
		Timer:    binary.LittleEndian.Uint64(raw[l.chanClosed+4:]) != 0,
	}, nil
}
