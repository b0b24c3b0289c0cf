package subject

import (
	"debug/elf"
	"debug/gosym"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/arch/x86/x86asm"
)

// image is the program's own machine code with the table that maps it to functions and lines.
type image struct {
	text  []byte
	start uint64
	table *gosym.Table
}

func self(t *testing.T) image {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("reads an ELF executable")
	}
	path, err := os.Executable()
	require.NoError(t, err)
	file, err := elf.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	text, lines := file.Section(".text"), file.Section(".gopclntab")
	if lines == nil {
		t.Skip("no .gopclntab: a position-independent executable")
	}
	code, err := text.Data()
	require.NoError(t, err)
	pclntab, err := lines.Data()
	require.NoError(t, err)
	table, err := gosym.NewTable(nil, gosym.NewLineTable(pclntab, text.Addr))
	require.NoError(t, err)
	// A C linker puts start-up code before Go's: then everything lies that much higher.
	known := runtime.FuncForPC(reflect.ValueOf(throughInterface).Pointer())
	supposed := table.LookupFunc(known.Name())
	require.NotNil(t, supposed)
	if ahead := uint64(known.Entry()) - supposed.Entry; ahead != 0 {
		table, err = gosym.NewTable(nil, gosym.NewLineTable(pclntab, text.Addr+ahead))
		require.NoError(t, err)
	}
	return image{code, text.Addr, table}
}

// indirect returns the source positions in this package of the function's calls through a register or through memory.
// What a map inlined into the loop calls is its own affair, and is attributed to its own file.
func (i image) indirect(t *testing.T, function gosym.Func) (positions []string) {
	t.Helper()
	for pc := function.Entry; pc < function.End; {
		instruction, err := x86asm.Decode(i.text[pc-i.start:function.End-i.start], 64)
		if err != nil {
			pc++ // an instruction newer than the decoder; it finds its feet again within a few bytes
			continue
		}
		if instruction.Op == x86asm.CALL {
			if _, direct := instruction.Args[0].(x86asm.Rel); !direct {
				if file, line, _ := i.table.PCToLine(pc); filepath.Base(filepath.Dir(file)) == "subject" {
					positions = append(positions, fmt.Sprintf("%s:%d", filepath.Base(file), line))
				}
			}
		}
		pc += uint64(instruction.Len)
	}
	return positions
}

// throughInterface is what the adapters must not be: the check below has to see that it calls indirectly.
//
//go:noinline
func throughInterface(m interface{ Get(uint64) (uint64, bool) }, keys []uint64) (sum uint64) {
	for _, key := range keys {
		value, _ := m.Get(key)
		sum += value
	}
	return sum
}

type always struct{}

func (always) Get(key uint64) (uint64, bool) { return key, true }

func TestNoDispatchInsideABatch(t *testing.T) {
	require.Equal(t, uint64(3), throughInterface(always{}, []uint64{1, 2}))
	code := self(t) // TestAnswers links every adapter in
	batches := make(map[string]int)
	for _, function := range code.table.Funcs {
		name := function.Name
		if strings.HasSuffix(name, "subject.throughInterface") {
			positions := code.indirect(t, function)
			require.NotEmpty(t, positions, "the check does not see an interface call")
			batches["control"]++
		}
		if !strings.Contains(name, "bench/subject.(*") {
			continue
		}
		for _, batch := range []string{
			".Set", ".Get", ".Churn", ".Iterate", ".GetMany", ".Delete", ".PopFront", ".MoveToBack", ".Append", ".At", ".SetAt", ".Insert",
		} {
			if strings.Contains(name, "])"+batch) {
				positions := code.indirect(t, function)
				if batch == ".Iterate" && strings.Contains(name, "linkedOrder") && len(positions) == 1 {
					positions = nil // the loop itself, called once a batch: Linked.All signs out by a defer, and so is not inlined
				}
				require.Empty(t, positions, "%s dispatches", name)
				batches[batch]++
			}
		}
	}
	require.Len(t, batches, 13, "found %v", batches)
	for _, batch := range []string{".Set", ".Get", ".Churn", ".Iterate"} {
		require.GreaterOrEqual(t, batches[batch], 3*len(Maps().Names())-9, "%s: three kinds of key for each map, the four probings being one", batch)
	}
}
