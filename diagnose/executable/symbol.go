package executable

import (
	"cmp"
	"debug/elf"
	"slices"
	"sort"
)

// Symbol is an entry of the ELF symbol table: the only thing that names C functions and Go variables.
type Symbol struct {
	Name       string
	Addr, Size uint64
}

type symbolTable struct {
	byName map[string]Symbol
	funcs  []Symbol // by address
}

// readSymbols reads the static table and the dynamic one, which survives stripping.
func (f *File) readSymbols() *symbolTable {
	t := &symbolTable{byName: make(map[string]Symbol)}
	static, _ := f.elf.Symbols() // an error means that there is none
	dynamic, _ := f.elf.DynamicSymbols()
	for _, s := range append(static, dynamic...) {
		if s.Section == elf.SHN_UNDEF || s.Value == 0 || elf.ST_TYPE(s.Info) == elf.STT_TLS {
			continue
		}
		symbol := Symbol{s.Name, s.Value, s.Size}
		if _, taken := t.byName[s.Name]; !taken {
			t.byName[s.Name] = symbol
		}
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC {
			t.funcs = append(t.funcs, symbol)
		}
	}
	slices.SortFunc(t.funcs, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(b.Size, a.Size), cmp.Compare(a.Name, b.Name))
	})
	return t
}

// Symbol looks a name up in the ELF symbol table. A stripped file has next to none.
func (f *File) Symbol(name string) (addr, size uint64, ok bool) {
	s, ok := f.symbols().byName[name]
	return s.Addr, s.Size, ok
}

// SymbolAt gives the function symbol that covers addr. Symbols of no size, as assembly makes them, cover all up to the
// next one.
func (f *File) SymbolAt(addr uint64) (Symbol, bool) {
	funcs := f.symbols().funcs
	i := sort.Search(len(funcs), func(i int) bool { return funcs[i].Addr > addr }) - 1
	if i < 0 {
		return Symbol{}, false
	}
	for i > 0 && funcs[i-1].Addr == funcs[i].Addr { // the largest of those that start together
		i--
	}
	s := funcs[i]
	return s, s.Size == 0 || addr-s.Addr < s.Size
}
