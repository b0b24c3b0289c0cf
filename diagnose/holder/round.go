package holder

import (
	"encoding/binary"
	"maps"
	"strings"

	"innards/diagnose/executable"
	"innards/diagnose/inspect"

	"golang.org/x/arch/x86/x86asm"
)

// Rest is a goroutine that waits in an operation on a channel: where that returns to, and the stack from there up.
type Rest struct {
	G       uint64 // address of its runtime.g
	PC, SP  uint64
	StackLo uint64
	Stack   []byte // from SP to its end
}

// Pass is one time that a goroutine hands control on.
type Pass struct {
	Site
	Channel uint64 // 0: runtime.Gosched
}

// Round is what a goroutine does from one time that it comes by a place to the next, if it does the same for ever.
type Round struct {
	Passes []Pass
	Reads  map[uint64]byte // what it reads outside its stack
}

// The longest round, in passes and in instructions between two of them; and how often it is gone.
const (
	maxPasses = 64
	maxSteps  = 4096
	maxLaps   = 5
)

// RoundFrom runs a goroutine's code, on copies, from the pass that it rests in on, and tells whether it comes round to the
// same place with the same stack having done nothing but pass control on: it sends to channels and receives from them,
// calls runtime.Gosched, reads memory, and writes to its own stack. What it receives is unknown here; a branch or an address
// that depends on it is the end of the proof, and so is any instruction that is not understood, any store elsewhere, any
// other call of the runtime.
//
// The first times round find a state that comes again. (What was to be received while the goroutine was at rest is not in its
// place yet, so the first of them may go wrong.) Where that state leaves open no less than the one at rest did, a round
// from that to that holds for all to come, whatever the order in which the goroutines run: as long as nobody changes what
// it reads or closes its channels.
func RoundFrom(p *inspect.Process, at Rest) (Round, bool) {
	w := &walker{p: p, exe: p.Executable(), bias: p.Bias(), rest: at, pc: at.PC - p.Bias(), own: make(map[uint64]octet),
		reads: make(map[uint64]byte)}
	if !InPass(p, at.PC) {
		return Round{}, false
	}
	w.forget()
	w.regs[regSP], w.regs[regG] = number(at.SP), number(at.G)
	w.regs[regAX] = number(1) // of chanrecv2; any other pass gives nothing
	for lap := range maxLaps {
		var passes []Pass
		w.reads = make(map[uint64]byte)
		from := w.state()
		for {
			pass, ok := w.toPass()
			if !ok || len(passes) == maxPasses {
				return Round{}, false
			}
			passes = append(passes, pass)
			if w.pc == at.PC-w.bias && w.regs[regSP].v == at.SP {
				break
			}
		}
		if lap > 0 && maps.Equal(from, w.state()) {
			return Round{passes, w.reads}, w.covers()
		}
	}
	return Round{}, false
}

// word is a register's content, and octet a byte's.
type word struct {
	v     uint64
	known bool
}

type octet struct {
	v     byte
	known bool
}

func number(v uint64) word { return word{v, true} }

// walker runs machine code on what is known of registers and memory.
type walker struct {
	p     *inspect.Process
	exe   *executable.File
	bias  uint64
	rest  Rest
	pc    uint64 // at link time
	regs  [numReg]word
	own   map[uint64]octet // bytes of its stack that it wrote
	reads map[uint64]byte
	flags flags
}

// forget makes all registers unknown that a call does not keep.
func (w *walker) forget() {
	for n := range w.regs {
		if n != regSP && n != regBP && n != regG {
			w.regs[n] = word{}
		}
	}
	w.flags = flags{}
}

// InPass tells whether a goroutine whose code goes on at a program counter is in a pass: what stands before is the call of it.
func InPass(p *inspect.Process, pc uint64) bool {
	const size = 5
	exe := p.Executable()
	pc -= p.Bias()
	text := make([]byte, size)
	if exe.ReadAt(pc-size, text) != nil {
		return false
	}
	in, err := x86asm.Decode(text, 64)
	rel, ok := in.Args[0].(x86asm.Rel)
	return err == nil && ok && in.Op == x86asm.CALL && in.Len == size && isPass(calleeName(exe, pc+uint64(int64(rel))))
}

func isPass(function string) bool {
	switch function {
	case "runtime.chansend1", "runtime.chanrecv1", "runtime.chanrecv2", "runtime.Gosched":
		return true
	}
	return false
}

// state gives what the stack holds otherwise than at the beginning, without what lies below the stack pointer.
func (w *walker) state() map[uint64]octet {
	now := make(map[uint64]octet, len(w.own))
	for addr, b := range w.own {
		was, known := w.begin(addr)
		if addr >= w.regs[regSP].v && b != (octet{was, known}) {
			now[addr] = b
		}
	}
	return now
}

// covers tells whether the goroutine may have been in this state all along: what is known of its stack is what was there.
func (w *walker) covers() bool {
	for _, b := range w.state() {
		if b.known {
			return false
		}
	}
	return !w.regs[regBP].known
}

// begin gives a byte of the stack as it was.
func (w *walker) begin(addr uint64) (byte, bool) {
	if addr < w.rest.SP || addr-w.rest.SP >= uint64(len(w.rest.Stack)) {
		return 0, false
	}
	return w.rest.Stack[addr-w.rest.SP], true
}

func (w *walker) onStack(addr uint64, size int) bool {
	return addr >= w.rest.StackLo && addr+uint64(size) <= w.rest.SP+uint64(len(w.rest.Stack))
}

// load reads memory; not ok where that cannot be read at all.
func (w *walker) load(addr uint64, size int) (got word, ok bool) {
	var b [8]byte
	if size > len(b) {
		return word{}, w.onStack(addr, size)
	}
	if w.onStack(addr, size) {
		for i := range size {
			o, written := w.own[addr+uint64(i)]
			if !written {
				o.v, o.known = w.begin(addr + uint64(i))
			}
			if !o.known {
				return word{}, true
			}
			b[i] = o.v
		}
		return number(binary.LittleEndian.Uint64(b[:])), true
	}
	if addr == w.rest.G+2*8 { // stackguard0: whether the stack grows changes nothing
		return number(w.rest.StackLo), size == 8
	}
	if addr+uint64(size) > w.rest.G && addr < w.rest.G+1024 || w.p.Read(addr, b[:size]) != nil {
		return word{}, false
	}
	for i := range size {
		if was, read := w.reads[addr+uint64(i)]; read && was != b[i] {
			return word{}, false
		}
		w.reads[addr+uint64(i)] = b[i]
	}
	return number(binary.LittleEndian.Uint64(b[:])), true
}

// store writes to the stack; not ok elsewhere.
func (w *walker) store(addr uint64, size int, v word) bool {
	if !w.onStack(addr, size) || addr < w.regs[regSP].v {
		return false
	}
	for i := range size {
		o := octet{known: v.known && i < 8}
		if o.known {
			o.v = byte(v.v >> (8 * i))
		}
		w.own[addr+uint64(i)] = o
	}
	return true
}

// pass is what a call of the runtime does that hands control on.
func (w *walker) pass(function string) (Pass, bool) {
	pass := Pass{}
	for _, fr := range w.exe.Frames(w.pc, true) {
		if !isSync(fr.Func) {
			pass.Site = Site{fr.Func, fr.File, fr.Line}
			break
		}
	}
	if function != "runtime.Gosched" {
		channel, elem := w.regs[regAX], w.regs[regBX]
		if !channel.known || channel.v == 0 {
			return pass, false
		}
		nature, err := w.p.ChannelAt(channel.v)
		if err != nil || nature.Closed || nature.Timer {
			return pass, false
		}
		pass.Channel = channel.v
		if function != "runtime.chansend1" {
			if !elem.known || elem.v != 0 && nature.ElemSize > 0 && !w.store(elem.v, nature.ElemSize, word{}) {
				return pass, false
			}
		}
		const spilled = 2 * 8 // room for its arguments, which is the callee's
		if !w.store(w.regs[regSP].v, spilled, word{}) {
			return pass, false
		}
	}
	w.forget()
	w.regs[regAX] = number(1) // what chanrecv2 says of an open channel; any other pass gives nothing
	return pass, pass.Func != ""
}

// toPass runs up to the return from the next pass.
func (w *walker) toPass() (Pass, bool) {
	text := make([]byte, 16)
	for range maxSteps {
		if w.exe.ReadAt(w.pc, text) != nil {
			return Pass{}, false
		}
		inst, err := x86asm.Decode(text, 64)
		if err != nil {
			return Pass{}, false
		}
		in := &instruction{Inst: inst, pc: w.pc}
		w.pc = in.end()
		if in.Op == x86asm.CALL {
			rel, ok := in.Args[0].(x86asm.Rel)
			if !ok {
				return Pass{}, false
			}
			target := in.end() + uint64(int64(rel))
			name := calleeName(w.exe, target)
			if isPass(name) {
				return w.pass(name)
			}
			if name == "" || strings.HasPrefix(name, "runtime.") || !w.push(number(w.pc+w.bias)) {
				return Pass{}, false
			}
			w.pc = target
			continue
		}
		if !w.step(in) {
			return Pass{}, false
		}
	}
	return Pass{}, false
}
