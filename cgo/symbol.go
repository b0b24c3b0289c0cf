package cgo

import (
	"debug/elf"
	"slices"
	"sort"
)

// Symbols are the functions of a file with C code in it, by address.
type Symbols []elf.Symbol

// ReadSymbols reads them, those that strip leaves among them. A file that is gone has none.
func ReadSymbols(path string) Symbols {
	f, err := elf.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // opened for reading
	static, _ := f.Symbols()
	dynamic, _ := f.DynamicSymbols()
	all := slices.DeleteFunc(append(static, dynamic...), func(s elf.Symbol) bool {
		return s.Section == elf.SHN_UNDEF || elf.ST_TYPE(s.Info) != elf.STT_FUNC
	})
	slices.SortStableFunc(all, func(a, b elf.Symbol) int {
		switch {
		case a.Value < b.Value:
			return -1
		case a.Value > b.Value:
			return 1
		}
		return len(b.Name) - len(a.Name) // of several names, the shortest is found
	})
	return all
}

// At names the function at an address of the file.
func (s Symbols) At(addr uint64) (string, bool) {
	i := sort.Search(len(s), func(i int) bool { return s[i].Value > addr }) - 1
	if i < 0 || s[i].Size != 0 && addr-s[i].Value >= s[i].Size {
		return "", false
	}
	return s[i].Name, true
}
