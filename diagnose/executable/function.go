package executable

// Func is a function as the linker laid it out: a range of machine code with a name. A function that the compiler
// inlined everywhere has none.
type Func struct {
	Name        string
	Entry, End  uint64
	StartLine   int    // of the func keyword
	Args        int32  // size of its arguments and results on the stack, or a negative number where not known
	DeferReturn uint32 // offset from Entry of the call that runs its defers when it panics; 0: it defers nothing
	Wrapper     bool   // made by the compiler (method wrappers, `go` and `defer` thunks): dumps leave it out
	TopFrame    bool   // the outermost frame of a stack: goexit, mstart, rt0_go
	SPWrite     bool   // it sets the stack pointer freely; no table tells its frame size

	rec uint64 // offset of its record; 0: not a function of this file
}

// FuncAt gives the function whose code holds pc.
func (f *File) FuncAt(pc uint64) (Func, bool) {
	i, ok := f.tab.find(pc - f.tab.text)
	if !ok {
		return Func{}, false
	}
	return f.function(i)
}

// FuncNamed gives the function of that name, as the linker writes it: "sync.(*Mutex).Lock".
func (f *File) FuncNamed(name string) (Func, bool) {
	i, ok := f.byName()[name]
	if !ok {
		return Func{}, false
	}
	return f.function(int(i))
}

// Funcs calls yield for every function, by address.
func (f *File) Funcs(yield func(Func) bool) {
	for i := range f.tab.nfunc {
		if fn, ok := f.function(i); ok && !yield(fn) {
			return
		}
	}
}

func (f *File) indexNames() map[string]uint32 {
	index := make(map[string]uint32, f.tab.nfunc)
	for i := range f.tab.nfunc {
		rec, _ := f.tab.funcs.u32(uint64(i)*8 + 4)
		nameOff, ok := f.tab.funcs.u32(uint64(rec) + recName)
		if name := f.tab.name(nameOff); ok && name != "" {
			if _, taken := index[name]; !taken { // generic instances share a name: the first stands for all
				index[name] = uint32(i)
			}
		}
	}
	return index
}

func (f *File) function(i int) (Func, bool) {
	t := &f.tab
	rec32, _ := t.funcs.u32(uint64(i)*8 + 4)
	rec := uint64(rec32)
	if rec == 0 || rec+recordSize > uint64(len(t.funcs)) {
		return Func{}, false
	}
	field := func(off uint64) uint32 { v, _ := t.funcs.u32(rec + off); return v }
	flags, id := t.funcs.u8(rec+recFlags), t.funcs.u8(rec+recID)
	return Func{
		Name:        t.name(field(recName)),
		Entry:       t.text + uint64(t.entry(i)),
		End:         t.text + uint64(t.entry(i+1)),
		StartLine:   int(int32(field(recStartLine))),
		Args:        int32(field(recArgs)),
		DeferReturn: field(recDefer),
		Wrapper:     f.wrapper != 0 && id == f.wrapper,
		TopFrame:    flags&flagTopFrame != 0,
		SPWrite:     flags&flagSPWrite != 0,
		rec:         rec,
	}, true
}

// findWrapperID learns the function ID that marks wrappers, since it changes from release to release: the linker gives
// it to runtime.deferreturn as well, which every program has, near the beginning.
func (f *File) findWrapperID() uint8 {
	for fn := range f.Funcs {
		if fn.Name == "runtime.deferreturn" {
			return f.tab.funcs.u8(fn.rec + recID)
		}
	}
	return 0
}

// SPDelta gives how far the stack pointer lies below the frame's return address when fn is at pc.
func (f *File) SPDelta(fn Func, pc uint64) (int32, bool) {
	if fn.rec == 0 {
		return 0, false
	}
	off, _ := f.tab.funcs.u32(fn.rec + recPCSP)
	delta := f.tab.value(off, fn.Entry, pc)
	return delta, delta >= 0
}

// PCData gives the value of one of a function's PCDATA tables at pc; -1 where there is none.
func (f *File) PCData(fn Func, index int, pc uint64) int32 {
	n, _ := f.tab.funcs.u32(fn.rec + recNPCData)
	if fn.rec == 0 || uint32(index) >= n {
		return -1
	}
	off, _ := f.tab.funcs.u32(fn.rec + recordSize + uint64(index)*4)
	return f.tab.value(off, fn.Entry, pc)
}

// FuncData gives the address of one of a function's FUNCDATA tables; read it with ReadAt.
func (f *File) FuncData(fn Func, index int) (addr uint64, ok bool) {
	if fn.rec == 0 || index < 0 || index >= int(f.tab.funcs.u8(fn.rec+recNFuncData)) {
		return 0, false
	}
	npcdata, _ := f.tab.funcs.u32(fn.rec + recNPCData)
	off, ok := f.tab.funcs.u32(fn.rec + recordSize + uint64(npcdata)*4 + uint64(index)*4)
	if !ok || off == ^uint32(0) {
		return 0, false
	}
	return f.Module.FuncData + uint64(off), true
}
