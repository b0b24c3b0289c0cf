package executable

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"slices"
)

// relocation is one word of a position-independent image that the loader sets to bias+value. Some linkers leave the
// value in the word as well, some leave zero: only the relocation itself can be relied on.
type relocation struct{ addr, value uint64 }

// readRelocations collects the relative relocations, by address. All others concern symbols of shared libraries.
func (f *File) readRelocations() []relocation {
	const entrySize = 24
	var all []relocation
	for _, s := range f.elf.Sections {
		if s.Type != elf.SHT_RELA {
			continue
		}
		data, err := s.Data()
		if err != nil {
			continue
		}
		for ; len(data) >= entrySize; data = data[entrySize:] {
			if elf.R_X86_64(uint32(binary.LittleEndian.Uint64(data[8:]))) == elf.R_X86_64_RELATIVE {
				all = append(all, relocation{binary.LittleEndian.Uint64(data), binary.LittleEndian.Uint64(data[16:])})
			}
		}
	}
	slices.SortFunc(all, func(a, b relocation) int { return cmp.Compare(a.addr, b.addr) })
	return all
}

// relocate applies to b, read from addr, every relocation that lies wholly in it.
func (f *File) relocate(addr uint64, b []byte) {
	relocs := f.relocs()
	i, _ := slices.BinarySearchFunc(relocs, addr, func(r relocation, addr uint64) int { return cmp.Compare(r.addr, addr) })
	for ; i < len(relocs) && relocs[i].addr+8 <= addr+uint64(len(b)); i++ {
		binary.LittleEndian.PutUint64(b[relocs[i].addr-addr:], relocs[i].value)
	}
}
