package cgo

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Why a program cannot be traced. Each says what to do instead.
var (
	ErrNotGo   = errors.New("not a Go program")
	ErrNoCgo   = errors.New("a Go program without cgo: there is no C memory to trace (a Go heap profile shows the rest)")
	ErrStatic  = errors.New("statically linked: there is no dynamic C library to stand before; link it without -extldflags=-static")
	ErrMusl    = errors.New("linked against musl: its dynamic linker and allocator are not known here; build it for glibc")
	ErrNotHere = errors.New("not a linux/amd64 program")
)

// Target is an executable that can be traced.
type Target struct {
	Path      string // absolute
	GoVersion string // "go1.26.8"
	Dev, Ino  uint64 // what the tracer knows it by
}

// Examine says whether the executable at path can be traced, before anything is started.
func Examine(path string) (*Target, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("cgo: %w", err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("cgo: %w", err)
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok || !st.Mode().IsRegular() {
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrNotGo)
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrNotGo)
	}
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrNotHere)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	if f.Machine != elf.EM_X86_64 {
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrNotHere)
	}
	if libs, err := f.ImportedLibraries(); err != nil || len(libs) == 0 {
		if holdsC(f) {
			return nil, fmt.Errorf("cgo: %s: %w", path, ErrStatic)
		}
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrNoCgo)
	}
	if isMusl(f) {
		return nil, fmt.Errorf("cgo: %s: %w", path, ErrMusl)
	}
	return &Target{Path: path, GoVersion: info.GoVersion, Dev: sys.Dev, Ino: sys.Ino}, nil
}

// holdsC says whether C code was linked into a static executable. glibc leaves this section in all of them, and strip
// does not take it, for it is needed at run time; other C libraries are known by the runtime's bridge to C.
func holdsC(f *elf.File) bool {
	if f.Section("__libc_freeres_fn") != nil || f.Section("__libc_atexit") != nil || f.Section("__libc_IO_vtables") != nil {
		return true
	}
	s := f.Section(".gopclntab")
	if s == nil {
		return false
	}
	names, err := s.Data()
	return err == nil && (bytes.Contains(names, []byte("\x00_cgoexp_")) || bytes.Contains(names, []byte("\x00runtime/cgo.")))
}
