package diagnose

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"
)

// maxFunction bounds how much machine code is read to look at one call in it.
const maxFunction = 1 << 20

// nilReceives looks at the code of each goroutine that receives from a nil channel, as hang.Input.FromCall wants it.
func nilReceives(p *inspect.Process, dump *goroutine.Dump) map[int64]bool {
	known := make(map[int64]bool)
	for _, g := range dump.Goroutines {
		if g.State != "chan receive (nil chan)" {
			continue
		}
		for _, f := range g.Frames {
			if strings.HasPrefix(f.Func, "runtime.") || f.PC <= f.Entry || f.PC-f.Entry > maxFunction {
				continue
			}
			code := make([]byte, f.PC-f.Entry)
			if p.Read(f.Entry, code) == nil {
				if from, ok := channelFromCall(code); ok {
					known[g.ID] = from
				}
			}
			break
		}
	}
	return known
}

// channelFromCall tells whether the call at the end of the code, that of runtime.chanrecv1, gets its channel from the
// call before it. The channel is the first argument, in AX, which is also where a call leaves its result; in BX is where
// the value goes, zero for nowhere. A channel that is the constant nil stands for a method Done that was inlined, or for
// the idiom `var forever chan struct{}`, if the value goes nowhere; else it is not known what it stands for, and ok is
// false.
func channelFromCall(code []byte) (from, ok bool) {
	type origin int
	const (
		memory origin = iota
		result
		zero
	)
	var ax, bx, channel, value origin // the registers, and what they were at the last call
	for len(code) > 0 {
		inst, err := x86asm.Decode(code, 64)
		if err != nil {
			return false, false
		}
		code = code[inst.Len:]
		if inst.Op == x86asm.CALL {
			channel, value, ax, bx = ax, bx, result, result
			continue
		}
		written := memory
		switch inst.Op {
		case x86asm.CMP, x86asm.TEST, x86asm.NOP:
			continue
		case x86asm.XOR:
			written = zero
		}
		switch reg, _ := inst.Args[0].(x86asm.Reg); reg {
		case x86asm.RAX, x86asm.EAX:
			ax = written
		case x86asm.RBX, x86asm.EBX:
			bx = written
		}
	}
	return channel == result || channel == zero && value == zero, channel != zero || value == zero
}
