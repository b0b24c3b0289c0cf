package inspect

import (
	"encoding/binary"
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
		if place.Func.TopFrame {
			return true
		}
		if isDeadEnd(place, i == 0) {
			return false
		}
		trap = isTrap(place)
		next, ok := s.word(cfa - 8)
		if !ok {
			return false
		}
		pc, sp = next, cfa
	}
	return false
}

// isDeadEnd tells of code that sets the stack pointer freely: it cannot be walked through. Two may be: the innermost
// frame of a system call noted its position before it did so, and cgocallback keeps its frame valid on both stacks.
func isDeadEnd(at *executable.Place, innermost bool) bool {
	return at.Func.SPWrite && !innermost && at.Func.Name != "runtime.cgocallback"
}

// isTrap tells of functions that what they return to did not call.
func isTrap(at *executable.Place) bool {
	return at.Func.Name == "runtime.sigpanic" || isInjected(at.Func.Name)
}

// isInjected tells of the functions that a signal handler makes a goroutine call between any two instructions.
func isInjected(name string) bool {
	return name == "runtime.asyncPreempt" || name == "runtime.debugCallV2"
}

// step is what the tables tell of a frame on its way, and which of its calls a dump shows.
type step struct {
	known    bool // the tables tell its size
	size     uint64
	ends     bool
	complete bool              // it ends at the goroutine's first function
	trap     bool              // what it returns to did not call it
	shown    []goroutine.Frame // to be completed with the addresses on the stack
	visible  filter            // as the frames so far leave it
	calls    bool              // some are shown so far
}

// newStep looks up the frame at pc; all shows calls that a dump leaves out.
func (r *reading) newStep(from *way[step], pc uint64, all bool) step {
	at := step{trap: from.at.trap, visible: from.at.visible, calls: from.at.calls}
	place := r.p.exe.Place(pc-r.p.bias, !at.trap)
	if place == nil || place.SPDelta < 0 {
		return at
	}
	at.known, at.size = true, uint64(place.SPDelta)+8
	for _, f := range place.Frames {
		if !at.visible.show(f, !at.calls) && !all {
			continue
		}
		at.calls = true
		at.shown = append(at.shown, goroutine.Frame{
			Func: f.Func, File: f.File, Line: f.Line, Inlined: f.Inlined, PC: pc, Entry: place.Func.Entry + r.p.bias,
		})
	}
	at.complete = place.Func.TopFrame
	at.ends = at.complete || isDeadEnd(place, from.depth == 0)
	at.trap = isTrap(place)
	return at
}

// unwind gives the calls on a stack, innermost first: those that a goroutine dump shows, or all.
func (r *reading) unwind(s *stack, pc, sp uint64, all bool) (_ []goroutine.Frame, elided int, complete bool) {
	const slab, usual = 4096, 64
	kind := &r.steps[0]
	if all {
		kind = &r.steps[1]
	}
	learn := func(from *way[step], pc uint64) step { return r.newStep(from, pc, all) }
	if cap(r.frames)-len(r.frames) < usual {
		r.frames = make([]goroutine.Frame, 0, slab)
	}
	used := len(r.frames)
	frames := r.frames[used:]
	to := &kind.start
	for range maxPhysical {
		to = kind.step(to, pc, learn)
		at := &to.at
		if !at.known {
			break
		}
		cfa := sp + at.size
		for i := range at.shown {
			if len(frames) == maxFrames {
				elided++
				continue
			}
			frames = append(frames, at.shown[i])
			f := &frames[len(frames)-1]
			f.SP, f.CFA = sp, cfa
		}
		if at.ends {
			complete = at.complete
			break
		}
		next, ok := s.word(cfa - 8)
		if !ok {
			break
		}
		pc, sp = next, cfa
	}
	if len(frames) <= cap(r.frames)-used { // else they have moved to an array of their own
		r.frames = r.frames[:used+len(frames)]
	}
	return frames[:len(frames):len(frames)], elided, complete
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
