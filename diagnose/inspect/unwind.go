package inspect

import (
	"encoding/binary"
	"slices"
	"strings"

	"innards/diagnose/executable"
	"innards/diagnose/goroutine"
)

const (
	maxFrames   = 1000    // calls of one goroutine that are kept; a runaway recursion has millions
	maxPhysical = 1 << 20 // stack frames that are walked
	stackWindow = 64 << 10
)

// stack is a goroutine's stack from its stack pointer up. The first window of it was read together with those of other
// goroutines; the rest of a deep one is fetched as the walk gets there.
type stack struct {
	p      *Process
	lo, hi uint64
	base   uint64 // address of window[0]
	window []byte
}

func (s *stack) word(addr uint64) (uint64, bool) {
	if addr < s.lo || addr+8 > s.hi || addr%8 != 0 {
		return 0, false
	}
	if addr < s.base || addr+8 > s.base+uint64(len(s.window)) {
		window := make([]byte, min(stackWindow, s.hi-addr))
		if s.p.mem.read(addr, window) != nil {
			return 0, false
		}
		s.base, s.window = addr, window
	}
	return binary.LittleEndian.Uint64(s.window[addr-s.base:]), true
}

// physical is a stack frame: all calls that were inlined into one function share it.
type physical struct {
	place       *executable.Place
	pc, sp, cfa uint64
	trap        bool // it did not call the frame inside it: a signal put that there
}

// walk visits the frames of a stack from pc and sp outwards. complete is false where it ends elsewhere than at the
// goroutine's first function: the stack changed under it, or a frame was met whose size no table tells.
func (p *Process) walk(s *stack, pc, sp uint64, visit func(physical)) (complete bool) {
	trap := false
	for i := range maxPhysical {
		place := p.exe.Place(pc-p.bias, !trap)
		if place == nil || place.SPDelta < 0 {
			return false
		}
		cfa := sp + uint64(place.SPDelta) + 8
		visit(physical{place, pc, sp, cfa, trap})
		name := place.Func.Name
		if place.Func.TopFrame {
			return true
		}
		// Code that sets the stack pointer freely cannot be walked through. Two may be: the innermost frame of a system
		// call noted its position before it did so, and cgocallback keeps its frame valid on both stacks.
		if place.Func.SPWrite && i > 0 && name != "runtime.cgocallback" {
			return false
		}
		trap = name == "runtime.sigpanic" || isInjected(name)
		next, ok := s.word(cfa - 8)
		if !ok {
			return false
		}
		pc, sp = next, cfa
	}
	return false
}

// isInjected tells of the functions that a signal handler makes a goroutine call between any two instructions.
func isInjected(name string) bool {
	return name == "runtime.asyncPreempt" || name == "runtime.debugCallV2"
}

// unwind gives the calls on a stack, innermost first: those that a goroutine dump shows, or all.
func (r *reading) unwind(s *stack, pc, sp uint64, all bool) (_ []goroutine.Frame, elided int, complete bool) {
	p, frames := r.p, r.scratch[:0] // grown once for all goroutines: a third of the time went into that
	var visible filter
	complete = p.walk(s, pc, sp, func(at physical) {
		for _, f := range at.place.Frames {
			if !visible.show(f, len(frames) == 0) && !all {
				continue
			}
			if len(frames) == maxFrames {
				elided++
				continue
			}
			frames = append(frames, goroutine.Frame{
				Func: f.Func, File: f.File, Line: f.Line, Inlined: f.Inlined,
				PC: at.pc, Entry: at.place.Func.Entry + p.bias, SP: at.sp, CFA: at.cfa,
			})
		}
	})
	r.scratch = frames
	return slices.Clone(frames), elided, complete
}

// filter leaves out the calls that a goroutine dump leaves out: the runtime's inner ones and the compiler's wrappers.
type filter struct{ calleePanics bool }

func (v *filter) show(f executable.Frame, first bool) bool {
	calleePanics := v.calleePanics
	v.calleePanics = f.Func == "runtime.gopanic" || f.Func == "runtime.sigpanic" || f.Func == "runtime.panicwrap"
	if f.Wrapper && !calleePanics {
		return false
	}
	switch f.Func {
	case "runtime.runFinalizers", "runtime.runCleanups":
		return true
	case "runtime.gopanic":
		return !first
	}
	name, ok := strings.CutPrefix(f.Func, "runtime.")
	if !ok {
		return strings.Contains(f.Func, ".")
	}
	// Exported functions and methods of exported types.
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		receiver := strings.TrimSuffix(strings.TrimPrefix(name[:i], "(*"), ")")
		return isExported(receiver) && isExported(name[i+1:])
	}
	return isExported(name)
}

func isExported(name string) bool { return name != "" && 'A' <= name[0] && name[0] <= 'Z' }
