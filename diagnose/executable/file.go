package executable

import (
	"debug/buildinfo"
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// File is a Go executable. All addresses that it takes and gives are link-time addresses: for a process whose executable
// is position-independent, subtract the load bias first. It is safe for several goroutines.
type File struct {
	Path            string
	GoVersion       string // "go1.26.8"
	MainModule      string // path of the main module; "" where the build recorded none
	MainPackagePath string // import path of package main
	PIE             bool
	Entry           uint64 // address of the first instruction
	BuildID         string // Go's own, of .note.go.buildid; "" where there is none

	Module Module // what the linker told the runtime about the image

	Segments []Segment // those that are loaded, in file order

	file    *os.File
	elf     *elf.File
	info    *debug.BuildInfo
	tab     pclntab
	wrapper uint8 // the function ID of compiler-made wrappers; 0: none in this executable

	origins originTable

	relocs  func() []relocation
	symbols func() *symbolTable
	byName  func() map[string]uint32

	mu     sync.RWMutex
	places map[placeKey]*Place
}

// Segment is a part of the file that is mapped when the program starts.
type Segment struct {
	Addr, Size       uint64 // in memory
	Offset, FileSize uint64 // in the file
	Executable       bool
	Writable         bool
}

// Open reads the tables of the executable at path. The file stays open until Close, so that an executable that is
// replaced on disk meanwhile does no harm; open /proc/PID/exe to have the file that a process really runs.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("executable: %w", err)
	}
	f, err := read(file)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("executable: %s: %w", path, err)
	}
	f.Path = path
	return f, nil
}

func read(file *os.File) (*File, error) {
	ef, err := elf.NewFile(file)
	if err != nil {
		var format *elf.FormatError
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errors.New("not an ELF file, or cut short")
		case errors.As(err, &format) && !hasMagic(file):
			return nil, errors.New("not an ELF file")
		}
		return nil, fmt.Errorf("damaged: %w", err)
	}
	if ef.Machine != elf.EM_X86_64 || ef.Data != elf.ELFDATA2LSB {
		return nil, fmt.Errorf("built for %v; only amd64 is understood", ef.Machine)
	}
	if ef.Type != elf.ET_EXEC && ef.Type != elf.ET_DYN {
		return nil, fmt.Errorf("an ELF file of type %v, not an executable", ef.Type)
	}
	info, err := buildinfo.Read(file)
	if err != nil {
		return nil, errors.New("not a Go program: it carries no Go build information")
	}
	f := &File{
		GoVersion:       info.GoVersion,
		MainModule:      info.Main.Path,
		MainPackagePath: info.Path,
		PIE:             ef.Type == elf.ET_DYN,
		Entry:           ef.Entry,
		file:            file,
		elf:             ef,
		info:            info,
		origins:         newOriginTable(info),
		places:          make(map[placeKey]*Place),
	}
	f.relocs = sync.OnceValue(f.readRelocations)
	f.symbols = sync.OnceValue(f.readSymbols)
	f.byName = sync.OnceValue(f.indexNames)
	for _, p := range ef.Progs {
		if p.Type == elf.PT_LOAD {
			f.Segments = append(f.Segments, Segment{
				Addr: p.Vaddr, Size: p.Memsz, Offset: p.Off, FileSize: p.Filesz,
				Executable: p.Flags&elf.PF_X != 0, Writable: p.Flags&elf.PF_W != 0,
			})
		}
	}
	f.BuildID = f.readBuildID()
	if err := f.readTables(); err != nil {
		return nil, err
	}
	return f, nil
}

func hasMagic(r io.ReaderAt) bool {
	var magic [4]byte
	_, err := r.ReadAt(magic[:], 0)
	return err == nil && string(magic[:]) == elf.ELFMAG
}

// readTables finds the function table and the linker's record of the image, and checks one against the other.
func (f *File) readTables() error {
	section := f.elf.Section(".gopclntab")
	if section == nil {
		section = f.elf.Section(".data.rel.ro.gopclntab")
	}
	if section == nil {
		return errors.New("no function table (section .gopclntab): it was removed, or this is no Go program")
	}
	data, err := section.Data()
	if err != nil {
		return fmt.Errorf("damaged: read the function table: %w", err)
	}
	f.tab, err = newPclntab(data, section.Addr)
	if err != nil {
		return err
	}
	if f.Module, err = f.findModule(); err != nil {
		return err
	}
	f.tab.text = f.Module.Text
	f.wrapper = f.findWrapperID()
	return nil
}

// Close gives the file back. Places already handed out stay valid.
func (f *File) Close() error { return f.file.Close() }

// DWARF gives the debug information. Reading all of it takes a fifth of a second for a small program.
func (f *File) DWARF() (*dwarf.Data, error) {
	if f.elf.Section(".debug_info") == nil && f.elf.Section(".zdebug_info") == nil {
		return nil, errors.New("no debug information")
	}
	data, err := f.elf.DWARF()
	if err != nil {
		return nil, fmt.Errorf("executable: %s: read the debug information: %w", f.Path, err)
	}
	return data, nil
}

// ReadAt fills b from the image at addr as it is right after loading at bias 0: initialised data hold their first
// values, pointers are relocated, and what has no bytes in the file (.bss) is not readable.
func (f *File) ReadAt(addr uint64, b []byte) error {
	for _, s := range f.Segments {
		if addr < s.Addr || addr-s.Addr >= s.FileSize || uint64(len(b)) > s.FileSize-(addr-s.Addr) {
			continue
		}
		if _, err := f.file.ReadAt(b, int64(s.Offset+addr-s.Addr)); err != nil {
			return fmt.Errorf("executable: %s: read %d bytes at %#x: %w", f.Path, len(b), addr, err)
		}
		if f.PIE && s.Writable {
			f.relocate(addr, b)
		}
		return nil
	}
	return fmt.Errorf("executable: %s: no %d bytes of the file are loaded at %#x", f.Path, len(b), addr)
}

func (f *File) readBuildID() string {
	section := f.elf.Section(".note.go.buildid")
	if section == nil {
		return ""
	}
	note, err := section.Data()
	if err != nil || len(note) < 16 {
		return ""
	}
	nameSize, size := binary.LittleEndian.Uint32(note), binary.LittleEndian.Uint32(note[4:])
	start := 12 + (uint64(nameSize)+3)&^3
	if start+uint64(size) > uint64(len(note)) {
		return ""
	}
	return string(note[start : start+uint64(size)])
}
