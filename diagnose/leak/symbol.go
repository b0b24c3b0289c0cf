package leak

import (
	"fmt"
	"path/filepath"

	"innards/cgo"
	"innards/cgo/tracefmt"
	"innards/diagnose/executable"
)

// StreamNames names the stacks of a traced process: Go frames by the tables of its executable, C frames by the symbol
// tables of the executable and of the libraries that were mapped.
type StreamNames struct {
	stream  *tracefmt.Stream
	exe     *executable.File
	modules []tracefmt.Module
	bias    uint64                 // of the executable
	tables  map[string]cgo.Symbols // of the libraries
	c       map[uint64]Frame
}

// NewStreamNames makes the names for a stream whose process runs that executable.
func NewStreamNames(s *tracefmt.Stream, exe *executable.File) *StreamNames {
	n := &StreamNames{
		stream: s, exe: exe, modules: s.Modules(),
		tables: make(map[string]cgo.Symbols), c: make(map[uint64]Frame),
	}
	for _, m := range n.modules {
		if m.Path == "" {
			n.bias = m.Bias
		}
	}
	return n
}

// Modules gives the files that the process had mapped.
func (n *StreamNames) Modules() []tracefmt.Module { return n.modules }

// Bias is the difference between the executable's addresses in the process and in the file.
func (n *StreamNames) Bias() uint64 { return n.bias }

// Frames implements Names.
func (n *StreamNames) Frames(stack uint32) []Frame {
	s, ok := n.stream.Stack(stack)
	if !ok {
		return unknownStack()
	}
	frames := []Frame{{Func: s.Hook.String(), Lang: "c"}}
	for _, pc := range s.C {
		if _, isGo := n.exe.FuncAt(pc - n.bias - 1); isGo {
			break // where the runtime calls C; its frame comes again among the Go ones
		}
		frames = append(frames, n.cFrame(pc))
	}
	for _, pc := range s.Go {
		for _, f := range n.exe.Frames(pc-n.bias, true) {
			if f.Wrapper || f.Func == "runtime.goexit" {
				continue
			}
			frames = append(frames, Frame{f.Func, f.File, f.Line, "go", origin(n.exe.Origin(f.Func))})
		}
	}
	return frames
}

func origin(o executable.Origin) string {
	switch o {
	case executable.MainModule:
		return "main"
	case executable.Dependency:
		return "dependency"
	}
	return "std"
}

// cFrame names a return address in C code. Where no symbol covers it, the module and the offset in its file still tell it
// from others, and addr2line takes it further.
func (n *StreamNames) cFrame(pc uint64) Frame {
	if f, ok := n.c[pc]; ok {
		return f
	}
	f := Frame{Func: fmt.Sprintf("%#x", pc), Lang: "c"}
	for _, m := range n.modules {
		if pc < m.Start || pc >= m.End {
			continue
		}
		addr := pc - m.Bias
		path := m.Path
		if path == "" {
			path = n.exe.Path
			if s, ok := n.exe.SymbolAt(addr - 1); ok {
				f.Func = s.Name
				break
			}
		} else if name, ok := n.symbol(path, addr-1); ok {
			f.Func = name
			break
		}
		f.Func = fmt.Sprintf("%s+%#x", filepath.Base(path), addr)
		break
	}
	n.c[pc] = f
	return f
}

// symbol names the function of a library at an address of its file.
func (n *StreamNames) symbol(path string, addr uint64) (string, bool) {
	table, ok := n.tables[path]
	if !ok {
		table = cgo.ReadSymbols(path)
		n.tables[path] = table
	}
	return table.At(addr)
}
