package executable

import (
	"debug/elf"
	"encoding/binary"
	"errors"
)

// Module is the linker's record of the image (runtime.moduledata): where code, data and types begin and end.
type Module struct {
	Addr                    uint64 // of the record itself
	Text, TextEnd           uint64
	NoPtrData, NoPtrDataEnd uint64
	Data, DataEnd           uint64 // initialised variables that hold pointers: roots
	BSS, BSSEnd             uint64 // the same for zeroed ones
	NoPtrBSS, NoPtrBSSEnd   uint64
	Types, TypesEnd         uint64
	ROData                  uint64
	FuncData                uint64 // what FUNCDATA offsets count from
}

// Words of the record. They have stood so since Go 1.20.
const (
	modHeader  = 0
	modNames   = 1
	modTable   = 16 // the table of functions, its length in the next word
	modMinPC   = 20
	modText    = 22
	modWords   = 41
	modGoFuncs = 40
)

// findModule looks for the record: in the section that Go 1.26 gave it, at its symbol, and else anywhere in the
// writable data, where it is the one place that holds the address of the function table and, next to it, that of the
// names in it.
func (f *File) findModule() (Module, error) {
	if s := f.elf.Section(".go.module"); s != nil {
		if m, ok := f.module(s.Addr); ok {
			return m, nil
		}
	}
	if addr, _, ok := f.Symbol("runtime.firstmoduledata"); ok {
		if m, ok := f.module(addr); ok {
			return m, nil
		}
	}
	for _, s := range f.elf.Sections {
		if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_WRITE == 0 || s.Flags&elf.SHF_ALLOC == 0 || s.Size > 1<<30 {
			continue
		}
		data := make([]byte, s.Size)
		if f.ReadAt(s.Addr, data) != nil {
			continue
		}
		for off := 0; off+modWords*8 <= len(data); off += 8 {
			if binary.LittleEndian.Uint64(data[off:]) == f.tab.addr {
				if m, ok := f.module(s.Addr + uint64(off)); ok {
					return m, nil
				}
			}
		}
	}
	return Module{}, errors.New("damaged: the linker's record of the image (moduledata) was not found")
}

// module reads the record at addr and checks it against the function table.
func (f *File) module(addr uint64) (Module, bool) {
	var raw [modWords * 8]byte
	if f.ReadAt(addr, raw[:]) != nil {
		return Module{}, false
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(raw[8*i:]) }
	m := Module{
		Addr: addr,
		Text: word(modText), TextEnd: word(modText + 1),
		NoPtrData: word(24), NoPtrDataEnd: word(25),
		Data: word(26), DataEnd: word(27),
		BSS: word(28), BSSEnd: word(29),
		NoPtrBSS: word(30), NoPtrBSSEnd: word(31),
		Types: word(37), TypesEnd: word(38),
		ROData: word(39), FuncData: word(modGoFuncs),
	}
	ok := word(modHeader) == f.tab.addr &&
		word(modNames) == f.tab.addr+f.tab.namesOff &&
		word(modTable+1) == uint64(f.tab.nfunc)+1 &&
		word(modMinPC) == m.Text+uint64(f.tab.entry(0)) &&
		m.Text < m.TextEnd && m.Data <= m.DataEnd && m.BSS <= m.BSSEnd && m.Types <= m.TypesEnd
	return m, ok
}
