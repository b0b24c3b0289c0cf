package executable

import (
	"encoding/binary"
	"strings"
)

// Frame is one call as the source has it.
type Frame struct {
	Func    string // as a goroutine dump has it: "[...]" stands for type arguments
	File    string
	Line    int
	Inlined bool // it shares the stack frame of the next one that is not inlined
	Wrapper bool // made by the compiler; a goroutine dump does not show it
}

// Place is all that the tables tell about a program counter.
type Place struct {
	Func    Func
	Frames  []Frame // innermost first; the last one is Func itself
	SPDelta int32   // see File.SPDelta; -1 where not known
}

type placeKey struct {
	pc            uint64
	returnAddress bool
}

// Place looks pc up, once: the stacks of a process share few program counters. A return address belongs to the call
// before it. The result is shared and must not be changed. It is nil where pc is not in a Go function.
func (f *File) Place(pc uint64, returnAddress bool) *Place {
	key := placeKey{pc, returnAddress}
	f.mu.RLock()
	place, ok := f.places[key]
	f.mu.RUnlock()
	if ok {
		return place
	}
	if fn, found := f.FuncAt(pc); found {
		place = &Place{Func: fn, SPDelta: -1}
		if delta, ok := f.SPDelta(fn, pc); ok {
			place.SPDelta = delta
		}
		at := pc
		if returnAddress && pc > fn.Entry {
			at--
		}
		place.Frames = f.expand(fn, at)
	}
	f.mu.Lock()
	f.places[key] = place
	f.mu.Unlock()
	return place
}

// Frames gives the calls at pc, innermost first, with those that were inlined; nil where pc is not in a Go function.
func (f *File) Frames(pc uint64, returnAddress bool) []Frame {
	if place := f.Place(pc, returnAddress); place != nil {
		return place.Frames
	}
	return nil
}

// inlineEntrySize is the size of a node in a tree of inlined calls: function ID, name, the offset from the entry of an
// instruction that stands at the call, first line.
const inlineEntrySize = 16

// expand walks the tree of inlined calls from pc outwards.
func (f *File) expand(fn Func, pc uint64) []Frame {
	tree, hasTree := f.FuncData(fn, FuncDataInlTree)
	var frames []Frame
	const maxDepth = 1000 // a damaged tree may have a cycle
	for range maxDepth {
		index := int32(-1)
		if hasTree {
			index = f.PCData(fn, PCDataInlTreeIndex, pc)
		}
		frame := f.position(fn, pc)
		var node [inlineEntrySize]byte
		if index < 0 || f.ReadAt(tree+uint64(index)*inlineEntrySize, node[:]) != nil {
			frame.Func, frame.Wrapper = printed(fn.Name), fn.Wrapper
			return append(frames, frame)
		}
		frame.Func = printed(f.tab.name(binary.LittleEndian.Uint32(node[4:])))
		frame.Inlined = true
		frame.Wrapper = f.wrapper != 0 && node[0] == f.wrapper
		frames = append(frames, frame)
		pc = fn.Entry + uint64(int32(binary.LittleEndian.Uint32(node[8:])))
	}
	return frames
}

// position gives the file and the line at pc.
func (f *File) position(fn Func, pc uint64) Frame {
	t := &f.tab
	field := func(off uint64) uint32 { v, _ := t.funcs.u32(fn.rec + off); return v }
	file, line := t.value(field(recPCFile), fn.Entry, pc), t.value(field(recPCLine), fn.Entry, pc)
	if file < 0 || line < 0 {
		return Frame{File: "?"}
	}
	off, ok := t.units.u32((uint64(field(recUnit)) + uint64(file)) * 4)
	if !ok || off == ^uint32(0) {
		return Frame{File: "?", Line: int(line)}
	}
	return Frame{File: cstring(t.files, uint64(off)), Line: int(line)}
}

// printed shortens the type arguments of a generic function as the runtime does when it prints a name.
func printed(name string) string {
	open, end := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if open < 0 || end <= open {
		return name
	}
	return name[:open] + "[...]" + name[end+1:]
}
