package inspect

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"innards/diagnose/executable"
)

// Notes of a core, and entries of the auxiliary vector in one of them, as the kernel numbers them.
const (
	noteStatus  = 1 // one for each thread
	noteProcess = 3
	noteAuxv    = 6
	noteFiles   = 0x46494c45

	auxEntry = 9

	processPID  = 24 // in noteProcess
	maxNotes    = 64 << 20
	maxFileRows = 1 << 16
)

// core is the memory image of a process that has ended. Kernels leave out of it what can be read from files, so what it
// does not have is taken from the executable.
type core struct {
	file  *os.File
	parts []corePart // by address
	exe   *executable.File
	bias  uint64

	threads, pid int
	entry        uint64 // address of the program's first instruction
	files        []coreFile
	missing      uint64 // bytes that the headers promise and the file does not have
}

type corePart struct{ addr, size, offset uint64 }

type coreFile struct {
	start, end uint64
	path       string
}

// OpenCore opens an ELF core of a Go program. exePath names the program; where it is empty, the core tells. The result
// is read like a process that stands still.
func OpenCore(path, exePath string) (*Process, error) {
	p, err := openCore(path, exePath)
	if err != nil {
		return nil, fmt.Errorf("inspect: core %s: %w", path, err)
	}
	return p, nil
}

func openCore(path, exePath string) (_ *Process, err error) {
	c, err := readCore(path)
	if err != nil {
		return nil, err
	}
	p := &Process{mem: &memory{core: c}}
	defer func() {
		if err != nil {
			_ = p.Close()
		}
	}()
	if exePath == "" {
		if exePath = c.program(); exePath == "" {
			return nil, errors.New("it does not tell the program's path: name it with --exe")
		}
	}
	p.exePath = exePath
	if p.exe, err = executable.Open(exePath); err != nil {
		return nil, fmt.Errorf("the program that it is of: %w: name it with --exe", err)
	}
	if p.layout, err = layoutFor(p.exe); err != nil {
		return nil, err
	}
	if p.exe.PIE {
		if c.entry == 0 {
			return nil, errors.New("it does not tell where the program was loaded")
		}
		p.bias = c.entry - p.exe.Entry
	} else if c.entry != 0 && c.entry != p.exe.Entry {
		return nil, fmt.Errorf("it is not of %s, or of another build of it: name the program with --exe", exePath)
	}
	c.exe, c.bias = p.exe, p.bias
	if err := p.checkImage(); err != nil {
		return nil, fmt.Errorf("is it of %s, and of this very build? %w; --exe names another, and a core that is cut short "+
			"(here by %d bytes) may lack what is needed", exePath, err, c.missing)
	}
	if p.allgs, err = p.findAllgs(); err != nil {
		return nil, fmt.Errorf("the list of goroutines is not in it (it is cut short by %d bytes): %w", c.missing, err)
	}
	return p, nil
}

func readCore(path string) (_ *core, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	ef, err := elf.NewFile(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("damaged, or not an ELF file: %w", err)
	case ef.Type != elf.ET_CORE:
		return nil, fmt.Errorf("an ELF file of type %v, not a core", ef.Type)
	case ef.Machine != elf.EM_X86_64:
		return nil, fmt.Errorf("of a process on %v; only amd64 is understood", ef.Machine)
	}
	c := &core{file: file}
	size := uint64(info.Size())
	for _, prog := range ef.Progs {
		switch prog.Type {
		case elf.PT_NOTE:
			if prog.Filesz > maxNotes {
				return nil, errors.New("damaged: its notes are too large")
			}
			notes := make([]byte, prog.Filesz)
			n, err := prog.ReadAt(notes, 0)
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("read its notes: %w", err)
			}
			c.readNotes(notes[:n])
		case elf.PT_LOAD:
			here := prog.Filesz
			if prog.Off >= size {
				here = 0
			} else if here > size-prog.Off {
				here = size - prog.Off
			}
			c.missing += prog.Filesz - here
			if here > 0 {
				c.parts = append(c.parts, corePart{prog.Vaddr, here, prog.Off})
			}
		}
	}
	sort.Slice(c.parts, func(i, j int) bool { return c.parts[i].addr < c.parts[j].addr })
	if len(c.parts) == 0 {
		return nil, errors.New("it holds no memory: cut short")
	}
	return c, nil
}

// readNotes takes the notes apart. What is damaged is left out.
func (c *core) readNotes(notes []byte) {
	const headerSize = 12
	for len(notes) >= headerSize {
		nameSize := (uint64(binary.LittleEndian.Uint32(notes)) + 3) &^ 3
		size := uint64(binary.LittleEndian.Uint32(notes[4:]))
		kind := binary.LittleEndian.Uint32(notes[8:])
		if nameSize+size > uint64(len(notes)-headerSize) {
			return
		}
		data := notes[headerSize+nameSize:][:size]
		switch kind {
		case noteStatus:
			c.threads++
		case noteProcess:
			if size >= processPID+4 {
				c.pid = int(int32(binary.LittleEndian.Uint32(data[processPID:])))
			}
		case noteAuxv:
			for ; len(data) >= 16; data = data[16:] {
				if binary.LittleEndian.Uint64(data) == auxEntry {
					c.entry = binary.LittleEndian.Uint64(data[8:])
				}
			}
		case noteFiles:
			c.readFiles(data)
		}
		notes = notes[min(uint64(len(notes)), headerSize+nameSize+(size+3)&^3):]
	}
}

// readFiles reads the list of mapped files: their number, the size of a page, then start, end and offset of each, then
// their paths.
func (c *core) readFiles(data []byte) {
	if len(data) < 16 {
		return
	}
	n := binary.LittleEndian.Uint64(data)
	if n > maxFileRows || 16+n*24 > uint64(len(data)) {
		return
	}
	rows, names := data[16:16+n*24], string(data[16+n*24:])
	for ; len(rows) > 0; rows = rows[24:] {
		path, rest, ok := strings.Cut(names, "\x00")
		if !ok {
			return
		}
		c.files = append(c.files, coreFile{binary.LittleEndian.Uint64(rows), binary.LittleEndian.Uint64(rows[8:]), path})
		names = rest
	}
}

// program gives the path of the file that holds the first instruction.
func (c *core) program() string {
	for _, f := range c.files {
		if c.entry >= f.start && c.entry < f.end {
			return f.path
		}
	}
	return ""
}

// read fills b. It says false where neither the core nor the executable has all of it.
func (c *core) read(addr uint64, b []byte) bool {
	for len(b) > 0 {
		i := sort.Search(len(c.parts), func(i int) bool { return c.parts[i].addr > addr }) - 1
		if i < 0 || addr-c.parts[i].addr >= c.parts[i].size {
			return c.exe != nil && c.readImage(addr, b)
		}
		part := c.parts[i]
		n := min(uint64(len(b)), part.size-(addr-part.addr))
		if _, err := c.file.ReadAt(b[:n], int64(part.offset+addr-part.addr)); err != nil {
			return false
		}
		addr, b = addr+n, b[n:]
	}
	return true
}

// readImage reads what never changes from the executable. Its variables would have their first values there: wrong ones.
func (c *core) readImage(addr uint64, b []byte) bool {
	for _, s := range c.exe.Segments {
		if at := addr - c.bias; !s.Writable && at >= s.Addr && at-s.Addr < s.FileSize {
			return c.exe.ReadAt(at, b) == nil
		}
	}
	return false
}

// Warnings tell what may be missing in the readings of a core.
func (c *core) warnings() []string {
	if c.missing == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the core is cut short: %d MB of memory are missing, and with them goroutines and locks may be; "+
		"ulimit -c unlimited lets the kernel write all of it", (c.missing+1<<20-1)>>20)}
}

// CorePID is the process that a core was of; 0 for a living process.
func (p *Process) CorePID() int {
	if p.mem.core == nil {
		return 0
	}
	return p.mem.core.pid
}
