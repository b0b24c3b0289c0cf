package executable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
	"strings"
)

// magic120 starts the function table of every release since Go 1.20.
const magic120 = 0xfffffff1

// Indices of the tables that hang on a function. They have been the same since Go 1.20.
const (
	PCDataStackMapIndex = 1 // PCData: which of the pointer maps holds
	PCDataInlTreeIndex  = 2 // PCData: index into the tree of inlined calls, -1 in the function itself

	FuncDataArgsPointerMaps    = 0 // FuncData: which words of the arguments are live pointers
	FuncDataLocalsPointerMaps  = 1 // FuncData: the same for local variables
	FuncDataStackObjects       = 2 // FuncData: variables on the stack whose address is taken
	FuncDataInlTree            = 3 // FuncData: the tree of inlined calls
	FuncDataOpenCodedDeferInfo = 4 // FuncData: where a frame keeps its open-coded defers
)

// Bits of a function's flags.
const (
	flagTopFrame = 1 << iota
	flagSPWrite
)

// Sizes of the fixed part of a function's record, and where its fields lie.
const (
	recordSize   = 44
	recName      = 4
	recArgs      = 8
	recDefer     = 12
	recPCSP      = 16
	recPCFile    = 20
	recPCLine    = 24
	recNPCData   = 28
	recUnit      = 32
	recStartLine = 36
	recID        = 40
	recFlags     = 41
	recNFuncData = 43
)

// table is a piece of the function table. A read outside of it gives false and no panic: the file may be damaged.
type table []byte

func (t table) u32(off uint64) (uint32, bool) {
	if off+4 > uint64(len(t)) || off+4 < off {
		return 0, false
	}
	return binary.LittleEndian.Uint32(t[off:]), true
}

func (t table) u8(off uint64) uint8 {
	if off >= uint64(len(t)) {
		return 0
	}
	return t[off]
}

// pclntab is the runtime's function table: for each function its extent, and tables that map its program counters to
// files, lines, stack depths and inlined calls.
type pclntab struct {
	addr     uint64 // of the section
	namesOff uint64 // where in it the names begin
	text     uint64 // address that all offsets of code count from
	nfunc    int

	names string // NUL-terminated names; a string, so that a name is a slice of it and costs nothing
	units table  // per compilation unit: offsets into files
	files string // NUL-terminated paths
	pcs   table  // the delta-encoded tables
	funcs table  // entry and record offset of each function, then the records
}

func newPclntab(data table, addr uint64) (pclntab, error) {
	const headerSize = 72
	if len(data) < headerSize {
		return pclntab{}, errors.New("damaged: the function table is too short")
	}
	if magic, _ := data.u32(0); magic != magic120 {
		return pclntab{}, fmt.Errorf("function table of an unknown kind (%#x); Go 1.20 and later are understood", magic)
	}
	if data[6] != 1 || data[7] != 8 {
		return pclntab{}, errors.New("damaged: the function table is not one for amd64")
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(data[8+8*i:]) }
	nfunc := word(0)
	// The parts stand in this order and end where the next begins.
	names, units, files, pcs, funcs := word(3), word(4), word(5), word(6), word(7)
	size := uint64(len(data))
	if names > units || units > files || files > pcs || pcs > funcs || funcs > size || nfunc == 0 ||
		nfunc > (size-funcs)/8 {
		return pclntab{}, errors.New("damaged: the parts of the function table do not fit into it")
	}
	return pclntab{
		addr: addr, namesOff: names, nfunc: int(nfunc),
		names: string(data[names:units]), units: data[units:files], files: string(data[files:pcs]),
		pcs: data[pcs:funcs], funcs: data[funcs:],
	}, nil
}

// entry gives the offset into the text of function i; entry(nfunc) is the end of the last one.
func (t *pclntab) entry(i int) uint32 {
	off, _ := t.funcs.u32(uint64(i) * 8)
	return off
}

// find gives the index of the function at an offset into the text.
func (t *pclntab) find(off uint64) (int, bool) {
	if off >= uint64(t.entry(t.nfunc)) || off < uint64(t.entry(0)) {
		return 0, false
	}
	return sort.Search(t.nfunc, func(i int) bool { return uint64(t.entry(i+1)) > off }), true
}

func (t *pclntab) name(off uint32) string { return cstring(t.names, uint64(off)) }

func cstring(s string, off uint64) string {
	if off >= uint64(len(s)) {
		return ""
	}
	s = s[off:]
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return ""
}

// value looks pc up in the delta-encoded table at offset off of the function that begins at entry. Where there is no
// table, or it does not reach that far, the answer is -1, as in the runtime.
func (t *pclntab) value(off uint32, entry, pc uint64) int32 {
	if off == 0 || uint64(off) >= uint64(len(t.pcs)) {
		return -1
	}
	p, at, val := t.pcs[off:], entry, int32(-1)
	for first := true; ; first = false {
		delta, n := uvarint(p)
		if n == 0 || delta == 0 && !first {
			return -1
		}
		p = p[n:]
		val += int32(-(delta & 1) ^ delta>>1) // zig-zag
		delta, n = uvarint(p)
		if n == 0 {
			return -1
		}
		p = p[n:]
		at += uint64(delta)
		if pc < at {
			return val
		}
	}
}

func uvarint(p []byte) (v uint32, n int) {
	for shift := 0; n < len(p) && shift < 35; shift += 7 {
		b := p[n]
		n++
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v, n
		}
	}
	return 0, 0
}
