package malloctrace

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"innards/cgo"
	"innards/cgo/tracefmt"
)

// Frame is a call of a stack.
type Frame struct {
	Func string
	File string // "" of C code
	Line int
	User bool // Go code of the main module, or of one that it depends on
}

// generated is the file that cgo makes for a package.
const generated = "_cgo_gotypes.go"

// names gives stacks their names: Go frames by the runtime's own tables, C frames by the symbols of what is loaded.
type names struct {
	modules []string // the program's own, and what it depends on
	tables  map[string]cgo.Symbols
	known   map[uint32][]Frame
}

func newNames() names {
	n := names{tables: make(map[string]cgo.Symbols), known: make(map[uint32][]Frame)}
	if info, ok := debug.ReadBuildInfo(); ok {
		n.modules = append(n.modules, info.Main.Path)
		for _, d := range info.Deps {
			n.modules = append(n.modules, d.Path)
		}
	}
	return n
}

func (n *names) of(s *tracefmt.Stream, stack uint32) (tracefmt.Resource, []Frame) {
	st, ok := s.Stack(stack)
	if !ok {
		return tracefmt.Memory, []Frame{{Func: "unknown: too many different stacks"}}
	}
	frames, ok := n.known[stack]
	if !ok {
		frames = n.frames(st, s.Modules())
		n.known[stack] = frames
	}
	return st.Hook.Resource(), frames
}

func (n *names) frames(st tracefmt.Stack, modules []tracefmt.Module) []Frame {
	out := []Frame{{Func: st.Hook.String()}}
	for _, pc := range st.C {
		if runtime.FuncForPC(uintptr(pc-1)) != nil {
			break // where the runtime calls C; its frame comes again among the Go ones
		}
		out = append(out, n.cFrame(pc, modules))
	}
	pcs := make([]uintptr, 0, len(st.Go))
	for _, pc := range st.Go {
		pcs = append(pcs, uintptr(pc))
	}
	for calls := runtime.CallersFrames(pcs); len(pcs) > 0; {
		f, more := calls.Next()
		if f.Function != "" && f.Function != "runtime.goexit" {
			out = append(out, Frame{f.Function, f.File, f.Line, f.File != generated && n.isUser(f.Function)})
		}
		if !more {
			break
		}
	}
	return out
}

func (n *names) cFrame(pc uint64, modules []tracefmt.Module) Frame {
	for _, m := range modules {
		if pc < m.Start || pc >= m.End {
			continue
		}
		path := m.Path
		if path == "" {
			path = executable
		}
		table, ok := n.tables[path]
		if !ok {
			table = cgo.ReadSymbols(path)
			n.tables[path] = table
		}
		if name, ok := table.At(pc - m.Bias - 1); ok {
			return Frame{Func: name}
		}
		if path == executable {
			path = os.Args[0]
		}
		return Frame{Func: fmt.Sprintf("%s+%#x", filepath.Base(path), pc-m.Bias)}
	}
	return Frame{Func: fmt.Sprintf("%#x", pc)}
}

// isUser tells whether a function is of a package that somebody can mend, which those of the standard library are not.
func (n *names) isUser(function string) bool {
	// A package's path ends at the first dot behind its last slash; the linker writes the dots within that last part as %2e.
	// (Of type arguments, which may hold slashes, the runtime's names have three dots in brackets.)
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	pkg := function[:slash] + name
	if plain, err := url.PathUnescape(pkg); err == nil {
		pkg = plain
	}
	if pkg == "main" {
		return true
	}
	for _, m := range n.modules {
		if m != "" && (pkg == m || strings.HasPrefix(pkg, m+"/")) {
			return true
		}
	}
	return false
}
