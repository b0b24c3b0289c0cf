package executable_test

import (
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/executable"
)

// build compiles testdata/prog and gives the path of the executable.
func build(t testing.TB, prog string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), prog)
	args = append(append([]string{"build", "-o", out}, args...), "./testdata/"+prog)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	text, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "go %v: %s", args, text)
	return out
}

func open(t testing.TB, path string) *executable.File {
	t.Helper()
	f, err := executable.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}

type stack struct {
	PCs    []uint64
	Frames []struct {
		Func, File string
		Line       int
		Entry      uint64
	}
}

// variants are the ways to link that move tables about or leave some out. All with pie have trimmed paths too, here and in the
// tests that look at running programs: either has the compiler go over the standard library once more, together they do so once.
var variants = []struct {
	name, prog string
	args       []string
	stripped   bool
}{
	{"default", "frames", nil, false},
	{"stripped", "frames", []string{"-ldflags=-s -w"}, true},
	{"unoptimised", "frames", []string{"-gcflags=-N -l"}, false},
	{"pie trimpath", "frames", []string{"-buildmode=pie", "-trimpath"}, false},
	{"pie trimpath stripped", "frames", []string{"-buildmode=pie", "-trimpath", "-ldflags=-s -w"}, true},
	{"external", "cframes", []string{"-ldflags=-linkmode=external"}, false},
	{"external pie trimpath stripped", "cframes", []string{"-buildmode=pie", "-trimpath", "-ldflags=-linkmode=external -s -w"}, true},
}

// TestAgreesWithRuntime compares what the file says about program counters with what the program's own runtime said.
func TestAgreesWithRuntime(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			path := build(t, v.prog, v.args...)
			output, err := exec.CommandContext(t.Context(), path).Output()
			require.NoError(t, err)
			var stacks []stack
			require.NoError(t, json.Unmarshal(output, &stacks))
			require.NotEmpty(t, stacks)

			f := open(t, path)
			mainFunc, ok := f.FuncNamed("main.main")
			require.True(t, ok)
			bias := entryOf(t, stacks, "main.main") - mainFunc.Entry
			if !f.PIE {
				require.Zero(t, bias)
			}
			frames := 0
			for _, s := range stacks {
				require.Len(t, s.Frames, len(s.PCs), "the runtime gives one program counter for each call")
				for i := 0; i < len(s.PCs); {
					pc := s.PCs[i] - bias
					fn, ok := f.FuncAt(pc)
					require.True(t, ok)
					assert.Equal(t, s.Frames[i].Entry-bias, fn.Entry)
					// The innermost call of a stack frame leads to all the others that were inlined into it.
					before := i
					for _, got := range f.Frames(pc, true) {
						require.Less(t, i, len(s.Frames))
						want := s.Frames[i]
						if got.Wrapper && got.Func != want.Func {
							continue // the runtime leaves them out, save one that panics itself
						}
						assert.Equal(t, []any{want.Func, want.File, want.Line}, []any{got.Func, got.File, got.Line})
						i++
						frames++
					}
					require.Greater(t, i, before)
				}
			}
			t.Logf("%d frames in %d stacks agree", frames, len(stacks))

			offset, err := f.TLSGOffset()
			require.NoError(t, err)
			assert.Negative(t, offset)
			assert.Zero(t, offset%8)
			if want, ok := offsetBySymbol(t, path); ok {
				assert.Equal(t, want, offset)
			}

			_, _, ok = f.Symbol("runtime.allgs")
			assert.Equal(t, !v.stripped, ok)
			if v.prog == "cframes" && !v.stripped {
				addr, _, ok := f.Symbol("_cgo_topofstack")
				require.True(t, ok)
				symbol, ok := f.SymbolAt(addr)
				assert.True(t, ok)
				assert.Equal(t, "_cgo_topofstack", symbol.Name)
			}
			assert.Equal(t, executable.MainModule, f.Origin("main.main"))
			assert.NotEmpty(t, f.BuildID)
		})
	}
}

// offsetBySymbol works out where g lies in a thread's block from the symbol that the C linker leaves: the block ends at
// the thread pointer.
func offsetBySymbol(t *testing.T, path string) (int32, bool) {
	t.Helper()
	f, err := elf.Open(path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	symbols, _ := f.Symbols()
	for _, s := range symbols {
		if s.Name != "runtime.tlsg" {
			continue
		}
		for _, p := range f.Progs {
			if p.Type == elf.PT_TLS {
				return int32(s.Value) - int32((p.Memsz+p.Align-1)&^(p.Align-1)), true
			}
		}
	}
	return 0, false
}

func entryOf(t *testing.T, stacks []stack, name string) uint64 {
	t.Helper()
	for _, s := range stacks {
		for _, frame := range s.Frames {
			if frame.Func == name {
				return frame.Entry
			}
		}
	}
	require.Fail(t, "no frame of "+name)
	return 0
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o700))
		return path
	}
	good, err := os.ReadFile(build(t, "frames"))
	require.NoError(t, err)
	libc, err := filepath.EvalSymlinks("/bin/sh")
	require.NoError(t, err)
	for _, tt := range []struct{ name, path, message string }{
		{"missing", filepath.Join(dir, "none"), "no such file"},
		{"text", write("text", []byte("#!/bin/sh\n# no program, but long enough for a header: "+strings.Repeat("x", 64))),
			"not an ELF file"},
		{"empty", write("empty", nil), "not an ELF file"},
		{"header only", write("header", good[:64]), "executable: "},
		{"half", write("half", good[:len(good)/2]), "executable: "},
		{"not Go", libc, "not a Go program"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := executable.Open(tt.path)
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.message)
			assert.Contains(t, err.Error(), tt.path)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// TestDamaged spoils the function table byte by byte at many places: an error or wrong names are fine, a panic is not.
func TestDamaged(t *testing.T) {
	path := build(t, "frames")
	f := open(t, path)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	mainFunc, ok := f.FuncNamed("main.main")
	require.True(t, ok)
	table := offsetOf(t, f, f.TableAddr())
	for i := range 60 {
		bad := append([]byte(nil), good...)
		// The header's words first, then places spread over all of the table.
		at := table + uint64(i)
		if i >= 40 {
			at = table + uint64(i)*7919
		}
		for j := range uint64(8) {
			bad[at+j] ^= byte(0xff - i)
		}
		name := filepath.Join(t.TempDir(), "damaged")
		require.NoError(t, os.WriteFile(name, bad, 0o600))
		damaged, err := executable.Open(name)
		if err != nil {
			continue
		}
		for fn := range damaged.Funcs {
			if fn.Entry > mainFunc.Entry {
				break
			}
			damaged.Frames(fn.Entry+1, true)
		}
		require.NoError(t, damaged.Close())
	}
}

func offsetOf(t *testing.T, f *executable.File, addr uint64) uint64 {
	t.Helper()
	for _, s := range f.Segments {
		if addr >= s.Addr && addr < s.Addr+s.FileSize {
			return addr - s.Addr + s.Offset
		}
	}
	require.Fail(t, "address in no segment")
	return 0
}

func BenchmarkOpen(b *testing.B) {
	path := build(b, "frames")
	for b.Loop() {
		f, err := executable.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if f.Frames(f.Module.Text+100, false) == nil {
			b.Fatal("no function")
		}
		_ = f.Close()
	}
}
