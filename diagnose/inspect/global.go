package inspect

import (
	"encoding/binary"
	"errors"
	"slices"

	"golang.org/x/arch/x86/x86asm"
)

// Variables of the runtime are found by their ELF symbols. A stripped executable has none; there the code of a function
// that is known to use the variable is searched for addresses, and each is tried for what should stand there.

// findAllgs gives the address of runtime.allgs, the slice of all goroutines.
func (p *Process) findAllgs() (uint64, error) {
	addr, ok := p.global("runtime.allgs", "runtime.allgadd", p.isAllgs)
	if !ok {
		return 0, errors.New("the runtime's list of goroutines was not found: it may be just starting; try again")
	}
	return addr, nil
}

// findHeap gives the address of runtime.mheap_.
func (p *Process) findHeap() (uint64, bool) {
	return p.global("runtime.mheap_", "runtime.mallocinit", p.isHeap)
}

// global gives the address of a variable: that of its symbol, or the one that valid accepts among those that fn's code
// refers to.
func (p *Process) global(name, fn string, valid func(addr uint64) bool) (uint64, bool) {
	if addr, _, ok := p.exe.Symbol(name); ok {
		return addr + p.bias, valid(addr + p.bias)
	}
	for _, addr := range p.references(fn) {
		if valid(addr + p.bias) {
			return addr + p.bias, true
		}
	}
	return 0, false
}

// references gives the variables that a function's code addresses relative to the instruction pointer, in order.
func (p *Process) references(name string) []uint64 {
	fn, ok := p.exe.FuncNamed(name)
	if !ok {
		return nil
	}
	code := make([]byte, fn.End-fn.Entry)
	if p.exe.ReadAt(fn.Entry, code) != nil {
		return nil
	}
	var found []uint64
	for pc := fn.Entry; len(code) > 0; {
		inst, err := x86asm.Decode(code, 64)
		if err != nil {
			break
		}
		pc += uint64(inst.Len)
		code = code[inst.Len:]
		for _, arg := range inst.Args {
			mem, ok := arg.(x86asm.Mem)
			if !ok || mem.Base != x86asm.RIP {
				continue
			}
			if addr := pc + uint64(mem.Disp); p.isVariable(addr) && !slices.Contains(found, addr) {
				found = append(found, addr)
			}
		}
	}
	return found
}

// isVariable tells whether a link-time address lies among the program's variables.
func (p *Process) isVariable(addr uint64) bool {
	for _, s := range p.exe.Segments {
		if s.Writable && addr >= s.Addr && addr-s.Addr < s.Size {
			return true
		}
	}
	return false
}

// isAllgs tells whether a slice of goroutines stands at addr.
func (p *Process) isAllgs(addr uint64) bool {
	pointers, err := p.readSlice(addr, 16)
	if err != nil || len(pointers) == 0 {
		return false
	}
	g := make([]byte, p.layout.gSize)
	for _, addr := range pointers {
		if p.mem.read(addr, g) != nil {
			return false
		}
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(g[off:]) }
		lo, hi := word(p.layout.gStackLo), word(p.layout.gStackHi)
		status := binary.LittleEndian.Uint32(g[p.layout.gStatus:]) &^ statusScan
		if lo > hi || hi-lo > 1<<31 || status > statusLast || word(p.layout.gID) > 1<<48 {
			return false
		}
	}
	return true
}

// isHeap tells whether the runtime's heap stands at addr.
func (p *Process) isHeap(addr uint64) bool {
	spans, err := p.readSlice(addr+p.layout.heapSpans, 16)
	if err != nil || len(spans) == 0 {
		return false
	}
	raw := make([]byte, p.layout.spanSize)
	for _, addr := range spans {
		if p.mem.read(addr, raw) != nil {
			return false
		}
		if start := binary.LittleEndian.Uint64(raw[p.layout.spanStart:]); start%pageSize != 0 ||
			raw[p.layout.spanState] > 2 {
			return false
		}
	}
	return true
}

// readSlice reads the slice of words whose header stands at addr: all of it, or its first most words where most is not
// negative.
func (p *Process) readSlice(addr uint64, most int) ([]uint64, error) {
	var header [24]byte
	if err := p.mem.read(addr, header[:]); err != nil {
		return nil, err
	}
	base, n, capacity := binary.LittleEndian.Uint64(header[:]), binary.LittleEndian.Uint64(header[8:]),
		binary.LittleEndian.Uint64(header[16:])
	if n > capacity || capacity > 1<<28 || base%8 != 0 {
		return nil, errors.New("no slice of pointers stands there")
	}
	if most >= 0 {
		n = min(n, uint64(most))
	}
	raw := make([]byte, n*8)
	if err := p.mem.read(base, raw); err != nil {
		return nil, err
	}
	words := make([]uint64, n)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(raw[i*8:])
	}
	return words, nil
}
