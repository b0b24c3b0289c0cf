package leak

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/arch/x86/x86asm"

	"innards/cgo/tracefmt"
	"innards/diagnose/executable"
	"innards/diagnose/inspect"
)

// What Go hands to C it wraps: a cgo.Handle keeps a value alive by a table in package runtime/cgo, a runtime.Pinner keeps
// objects in their place. One that is never given back is a leak that no allocator sees. Both are found in the picture of
// a look: the table by its symbol, a Pinner by its finalizer, which every one has, and its form.
//
//	runtime/cgo.handles  sync.Map ─► node ─► node ─► entry: handle, value        (a trie; 16 children a node)
//	finalizer ─► pinner: references of which the first few lie in the pinner itself
//
// Neither says where it was made. But the code does: the calls of NewHandle are few, and each has the type of its value as a
// constant before it, which the table has as well.

// Layout of the trie, since Go 1.24, and of a pinner. What does not look like it is left out.
const (
	trieRoot      = 16 // in sync.Map
	nodeChildren  = 24
	childrenCount = 16
	entryOverflow = 8
	entryKey      = 16 // an interface: type and pointer
	entryValue    = 32
	maxTrieDepth  = 64 / 4
	maxHandles    = 1 << 20

	pinnerStore   = 24 // behind the slice
	mostPinnerCap = 64
)

// wrapperStack begins the names of stacks that the tracer does not give.
const wrapperStack = 1 << 31

// handles reads the table of handles: the number of each, or where its entry is, and the type of its value.
func handles(im *image, table uint64) map[uint64]uint64 {
	found := make(map[uint64]uint64)
	var walk func(node uint64, depth int)
	walk = func(node uint64, depth int) {
		for i := uint64(0); i < childrenCount; i++ {
			child := im.word(node + nodeChildren + i*8)
			switch {
			case child == 0 || len(found) >= maxHandles:
			case im.word(child)&0xff == 0:
				if depth < maxTrieDepth {
					walk(child, depth+1)
				}
			default:
				for e := child; e != 0 && len(found) < maxHandles; e = im.word(e + entryOverflow) {
					number := im.word(im.word(e + entryKey + 8))
					if number == 0 { // those below 256 stand in a table of the runtime's, which no picture has
						number = e
					}
					found[number] = im.word(e + entryValue)
				}
			}
		}
	}
	if root := im.word(table + trieRoot); root != 0 {
		walk(root, 1)
	}
	return found
}

// pinners are those objects with finalizers that hold something pinned.
func pinners(im *image, finalizers []uint64) (found []uint64) {
	for _, p := range finalizers {
		length, room := im.word(p+8), im.word(p+16)
		if im.word(p) == p+pinnerStore && length > 0 && length <= room && room <= mostPinnerCap {
			found = append(found, p)
		}
	}
	return found
}

// noteWrappers makes events of what a look has found: what was not there at the one before was taken since then, evenly.
func (h *Heap) noteWrappers(u *Unreached) {
	if u.wrappers == nil {
		return
	}
	var gone []uint64
	for addr, b := range h.live.All() {
		if _, still := u.wrappers[addr]; b.resource >= tracefmt.Handle && !still {
			gone = append(gone, addr)
		}
	}
	for _, addr := range gone {
		h.Add(tracefmt.Event{Kind: tracefmt.Free, Addr: addr, Time: u.At})
	}
	var fresh []uint64
	for addr := range u.wrappers {
		if !h.live.Contains(addr) {
			fresh = append(fresh, addr)
		}
	}
	slices.Sort(fresh) // the numbers of handles tell their order
	since := h.lookedAt
	if h.looks == 0 {
		since = u.At // of what the first one finds nobody knows more than that it was there
	}
	for i, addr := range fresh {
		at := since + time.Duration(float64(u.At-since)*float64(i+1)/float64(len(fresh)))
		h.Add(tracefmt.Event{Kind: tracefmt.Alloc, Addr: addr, Size: 1, Time: at, Stack: h.wrapperOf(u.wrappers[addr])})
	}
	h.lookedAt = u.At
	h.looks++
}

// seenUntil is the end of the observation of a resource: handles and pinners are seen at looks only.
func (h *Heap) seenUntil(r tracefmt.Resource, end time.Duration) time.Duration {
	if r >= tracefmt.Handle {
		return h.lookedAt
	}
	return end
}

// wrapperLooks is the least number of looks that tells growth: what is there at the first may have been made at the start,
// and what comes between two of them may have come at once.
const wrapperLooks = 3

// wrapperOf names the stack of a handle for a value of that type; 0: of a pinner.
func (h *Heap) wrapperOf(typ uint64) uint32 {
	i := slices.Index(h.wrappers, typ)
	if i < 0 {
		i = len(h.wrappers)
		h.wrappers = append(h.wrappers, typ)
	}
	return wrapperStack + uint32(i)
}

// WrapperNames names stacks as the names that it is made of do, and those of handles and pinners besides.
type WrapperNames struct {
	Names
	heap  *Heap
	exe   *executable.File
	bias  uint64
	calls map[string][]wrapping
}

// wrapping is a call that makes a handle or a pinner.
type wrapping struct {
	pc  uint64 // behind the call
	typ uint64 // of the value, as a link-time address; 0: not a constant
}

// NewWrapperNames makes the names for a heap whose process runs exe, loaded with that bias.
func NewWrapperNames(n Names, h *Heap, exe *executable.File, bias uint64) *WrapperNames {
	return &WrapperNames{Names: n, heap: h, exe: exe, bias: bias, calls: make(map[string][]wrapping)}
}

// Frames implements Names.
func (n *WrapperNames) Frames(stack uint32) []Frame {
	if stack < wrapperStack || int(stack-wrapperStack) >= len(n.heap.wrappers) {
		return n.Names.Frames(stack)
	}
	maker, typ := "runtime.(*Pinner).Pin", n.heap.wrappers[stack-wrapperStack]
	if typ != 0 {
		maker = "runtime/cgo.NewHandle"
	}
	frames := []Frame{{Func: maker, Lang: "go", origin: "std"}}
	var fit []wrapping
	for _, c := range n.callsOf(maker) {
		if typ == 0 || c.typ == 0 || c.typ == typ-n.bias {
			fit = append(fit, c)
		}
	}
	if len(fit) != 1 {
		return frames // which of them it was is not known
	}
	for _, f := range n.exe.Frames(fit[0].pc, true) {
		frames = append(frames, Frame{f.Func, f.File, f.Line, "go", origin(n.exe.Origin(f.Func))})
	}
	return frames
}

// callsOf finds the calls of a function in code that is not the standard library's.
func (n *WrapperNames) callsOf(name string) []wrapping {
	if calls, ok := n.calls[name]; ok {
		return calls
	}
	var calls []wrapping
	if callee, ok := n.exe.FuncNamed(name); ok {
		n.exe.Funcs(func(fn executable.Func) bool {
			if n.exe.Origin(fn.Name) <= executable.Dependency {
				calls = append(calls, n.callsIn(fn, callee.Entry)...)
			}
			return true
		})
	}
	slices.SortFunc(calls, func(a, b wrapping) int { return cmp.Compare(a.pc, b.pc) })
	n.calls[name] = calls
	return calls
}

func (n *WrapperNames) callsIn(fn executable.Func, callee uint64) (calls []wrapping) {
	code := make([]byte, fn.End-fn.Entry)
	if n.exe.ReadAt(fn.Entry, code) != nil {
		return nil
	}
	typ := uint64(0)
	for pc := fn.Entry; len(code) > 0; {
		inst, err := x86asm.Decode(code, 64)
		if err != nil || inst.Len == 0 {
			return calls
		}
		code, pc = code[inst.Len:], pc+uint64(inst.Len)
		target, relative := inst.Args[0].(x86asm.Rel)
		mem, addressed := inst.Args[1].(x86asm.Mem)
		switch {
		case inst.Op == x86asm.CALL:
			if relative && pc+uint64(int64(target)) == callee {
				calls = append(calls, wrapping{pc, typ})
			}
			typ = 0
		case inst.Op == x86asm.LEA && addressed && mem.Base == x86asm.RIP && inst.Args[0] == x86asm.RAX:
			typ = pc + uint64(mem.Disp)
		case inst.Args[0] == x86asm.RAX && inst.Op != x86asm.CMP && inst.Op != x86asm.TEST:
			typ = 0
		}
	}
	return calls
}

// handleTable is where the process keeps its handles; 0 where it has none, or where no symbol says it.
func handleTable(p *inspect.Process) uint64 {
	if addr, _, ok := p.Executable().Symbol("runtime/cgo.handles"); ok {
		return addr + p.Bias()
	}
	return 0
}

// held gives all handles and pinners of a picture, by what an event would call them.
func (k *Look) held() map[uint64]uint64 {
	out := make(map[uint64]uint64)
	if k.handles != 0 {
		for number, typ := range handles(k.image, k.handles) {
			out[tracefmt.HandleAddr(number)] = typ
		}
	}
	for _, p := range pinners(k.image, k.regions.Finalizers) {
		out[tracefmt.PinnerAddr(p)] = 0
	}
	return out
}
