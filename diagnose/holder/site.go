package holder

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// lockOp is what one place in a function does to one lock.
type lockOp struct {
	site    uint64 // link-time address that tells the source line of the Lock or Unlock
	release bool
	mode    Mode
	addr    value // of the lock
}

// sites are the places in a function that take or give back locks.
type sites struct {
	after  map[int][]lockOp    // by instruction, once it is through
	edges  map[[2]int][]lockOp // by the edge between two blocks
	awaits map[int]lockOp      // by call instruction: what is being taken, but not yet held, while the call runs

	dynamic map[int]value // by call instruction: the address that is called, where only a live frame can tell it
	values  map[int]bool  // by call instruction: it calls a function value that was not made here
	written []value       // addresses outside the frame that a word is stored to
}

// Offsets inside a sync.RWMutex.
const (
	rwReaderSem   = 12
	rwReaderCount = 16
)

// lockMethod says what a call of a method of package sync, or the inlined body of one, does.
type lockMethod struct {
	release bool
	mode    Mode
	slow    bool // the part that waits, behind an inlined fast path
	offset  int64
}

// lockMethods lists by name what is followed. TryLock and its like are left out on purpose: whether they took the lock
// is known only to the branch behind them. In Go 1.24 the body of Mutex moved to package internal/sync.
var lockMethods = map[string]lockMethod{
	"sync.(*Mutex).Lock":                {mode: Write},
	"sync.(*Mutex).Unlock":              {mode: Write, release: true},
	"sync.(*Mutex).lockSlow":            {mode: Write, slow: true},
	"internal/sync.(*Mutex).Lock":       {mode: Write},
	"internal/sync.(*Mutex).Unlock":     {mode: Write, release: true},
	"internal/sync.(*Mutex).lockSlow":   {mode: Write, slow: true},
	"sync.(*RWMutex).Lock":              {mode: Write},
	"sync.(*RWMutex).Unlock":            {mode: Write, release: true},
	"sync.(*RWMutex).RLock":             {mode: Read, offset: rwReaderCount},
	"sync.(*RWMutex).RUnlock":           {mode: Read, release: true, offset: rwReaderCount},
	"sync.(*rlocker).Lock":              {mode: Read},
	"sync.(*rlocker).Unlock":            {mode: Read, release: true},
	"sync.runtime_SemacquireRWMutexR":   {mode: Read, slow: true, offset: rwReaderSem},
	"sync.runtime_SemacquireRWMutex":    {}, // inside RWMutex.Lock, which is followed as a whole
	"sync.(*RWMutex).rUnlockSlow":       {}, // the counter is down already
	"internal/sync.(*Mutex).unlockSlow": {},
	"sync.(*Mutex).unlockSlow":          {},
}

// findSites goes over the code once more, now that the value of everything is known. resolved gives the entries of
// functions that are called through interfaces, as far as they are known.
func (f *flow) findSites(callee func(entry uint64) []effect, resolved map[int]uint64) *sites {
	found := &sites{
		after: make(map[int][]lockOp), edges: make(map[[2]int][]lockOp), awaits: make(map[int]lockOp),
		dynamic: make(map[int]value), values: make(map[int]bool),
	}
	fast := make(map[int]lockOp) // by the slow call that goes with it
	for _, b := range f.code.rpo {
		s := f.in[b].clone()
		for i := f.code.blocks[b].first; i <= f.code.blocks[b].last; i++ {
			in := &f.code.instrs[i]
			switch {
			case in.Op == x86asm.CALL, in.Op == x86asm.JMP && in.target != 0 && !f.code.holds(in.target):
				f.callSite(found, fast, s, i, callee, resolved[i])
			case in.locked():
				f.atomicSite(found, fast, s, b, i)
			case in.Op == x86asm.MOV && in.MemBytes == 8:
				if mem, ok := in.Args[0].(x86asm.Mem); ok {
					if addr, ok := f.address(s, in, mem); ok && !addr.isFrameAddr() {
						found.written = append(found.written, addr)
					}
				}
			}
			f.step(s, in)
		}
	}
	return found
}

// callSite looks at a call.
func (f *flow) callSite(found *sites, fast map[int]lockOp, s *state, i int, callee func(uint64) []effect, entry uint64) {
	in := &f.code.instrs[i]
	if known := f.target(s, in); known != 0 {
		entry = known
	} else {
		v, _ := f.operand(s, in, in.Args[0])
		found.values[i] = !f.isMethodSlot(v)
		if entry == 0 {
			found.dynamic[i] = v
			return
		}
	}
	method, ok := lockMethods[calleeName(f.exe, entry)]
	switch {
	case !ok:
		for _, e := range callee(entry) {
			if addr, ok := f.substitute(s, in, e); ok {
				found.after[i] = append(found.after[i], lockOp{e.site, e.release, e.mode, addr})
			}
		}
		return
	case method.mode == 0:
		return
	}
	op := lockOp{site: in.pc, release: method.release, mode: method.mode, addr: s.regs[regAX]}
	if method.slow {
		op.addr = op.addr.plus(-method.offset)
		if first, ok := fast[i]; ok {
			op.site, op.addr = first.site, first.addr
		}
	}
	found.after[i] = append(found.after[i], op)
	if !op.release {
		found.awaits[i] = op
	}
}

// isMethodSlot tells whether a value was loaded from where an interface's table has the addresses of its methods.
func (f *flow) isMethodSlot(v value) bool {
	const firstMethod = 24
	b := &f.bases.list[v.base]
	return b.kind == loaded && v.off == 0 && b.a.base > 1 && b.a.off >= firstMethod
}

// atomicSite looks at an atomic instruction: the fast path of a method that was inlined here.
func (f *flow) atomicSite(found *sites, fast map[int]lockOp, s *state, b, i int) {
	in := &f.code.instrs[i]
	if in.Op != x86asm.CMPXCHG && in.Op != x86asm.XADD {
		return
	}
	mem, ok := in.Args[0].(x86asm.Mem)
	if !ok {
		return
	}
	method, ok := f.inlinedMethod(in.pc)
	if !ok || (in.Op == x86asm.CMPXCHG) != (method.mode == Write && !method.release) {
		return
	}
	addr, ok := f.address(s, in, mem)
	if !ok {
		return
	}
	op := lockOp{in.pc, method.release, method.mode, addr.plus(-method.offset)}
	if op.release {
		found.after[i] = append(found.after[i], op)
		return
	}
	// Taken at once on one branch, taken when the slow call returns on the other.
	succ := f.code.blocks[b].succ
	if len(succ) != 2 {
		return
	}
	for n, slow := range succ {
		if call, ok := f.slowCall(slow); ok {
			fast[call] = op
			edge := [2]int{b, succ[1-n]}
			found.edges[edge] = append(found.edges[edge], op)
			return
		}
	}
}

// inlinedMethod says which method of package sync an instruction was inlined from.
func (f *flow) inlinedMethod(pc uint64) (lockMethod, bool) {
	for _, frame := range f.exe.Frames(pc, false) {
		if m, ok := lockMethods[frame.Func]; ok && frame.Inlined && m.mode != 0 {
			return m, true
		}
		if !isSync(frame.Func) {
			break
		}
	}
	return lockMethod{}, false
}

// isSync tells whether a function belongs to the implementation of locks rather than to their user.
func isSync(name string) bool {
	for _, pkg := range [...]string{"sync.", "internal/sync.", "sync/atomic.", "internal/runtime/atomic."} {
		if strings.HasPrefix(name, pkg) {
			return true
		}
	}
	return false
}

// slowCall finds the call on which a failed fast path waits: in this block or in the next, nothing but moves before it.
func (f *flow) slowCall(b int) (instr int, ok bool) {
	for range 3 {
		for i := f.code.blocks[b].first; i <= f.code.blocks[b].last; i++ {
			in := &f.code.instrs[i]
			if in.locked() {
				return 0, false
			}
			if in.Op == x86asm.CALL {
				return i, lockMethods[calleeName(f.exe, in.target)].slow
			}
		}
		if len(f.code.blocks[b].succ) != 1 {
			break
		}
		b = f.code.blocks[b].succ[0]
	}
	return 0, false
}
