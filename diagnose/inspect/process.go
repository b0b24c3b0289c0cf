package inspect

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"innards/diagnose/executable"
)

// Process is a running Go program that is read from outside. It is not stopped and does not notice.
type Process struct {
	pid     int
	exePath string
	exe     *executable.File
	bias    uint64 // runtime address = link-time address + bias
	mem     *memory
	layout  *layout

	allgs uint64 // address of runtime.allgs, a []*g

	opened moment
}

// Open gets hold of the process. It fails with one line that says why and what to try: no such process, no permission,
// not a Go program, a Go release whose structures are not known.
func Open(pid int) (*Process, error) {
	p, err := open(pid)
	if err != nil {
		return nil, fmt.Errorf("inspect: pid %d: %w", pid, err)
	}
	return p, nil
}

func open(pid int) (_ *Process, err error) {
	if pid <= 0 {
		return nil, errors.New("not a process ID")
	}
	link := fmt.Sprintf("/proc/%d/exe", pid)
	path, err := os.Readlink(link)
	if err != nil {
		return nil, explainNoExecutable(pid, err)
	}
	p := &Process{pid: pid, exePath: path}
	// The link leads to the very file that runs, even where the path names another one by now, or none.
	if p.exe, err = executable.Open(link); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = p.Close()
		}
	}()
	p.exe.Path = path
	if p.layout, err = layoutFor(p.exe); err != nil {
		return nil, err
	}
	if p.bias, err = p.findBias(); err != nil {
		return nil, err
	}
	module := p.exe.Module.Addr + p.bias
	if p.mem, err = openMemory(pid, module); err != nil {
		return nil, explain(err)
	}
	if err := p.checkImage(); err != nil {
		return nil, err
	}
	p.opened = p.moment()
	if p.allgs, err = p.findAllgs(); err != nil {
		return nil, err
	}
	return p, nil
}

// checkImage proves the bias, and that the executable is the one that runs: the first word of the linker's record of the
// image is the address of the function table.
func (p *Process) checkImage() error {
	var live, file [8]byte
	if err := p.mem.read(p.exe.Module.Addr+p.bias, live[:]); err != nil {
		return explain(err)
	}
	if err := p.exe.ReadAt(p.exe.Module.Addr, file[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint64(live[:]) != binary.LittleEndian.Uint64(file[:])+p.bias {
		return errors.New("its memory does not match its executable: it may be just starting, or unpacked itself")
	}
	return nil
}

// explainNoExecutable says why /proc/PID/exe cannot be read.
func explainNoExecutable(pid int, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return explain(unix.EPERM)
	}
	stat, statErr := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if statErr != nil {
		return explain(unix.ESRCH)
	}
	// pid (name) state …; the name may hold anything, parentheses too.
	if i := strings.LastIndexByte(string(stat), ')'); i >= 0 && strings.HasPrefix(string(stat[i+1:]), " Z") {
		return errors.New("it has ended and waits for its parent to collect it (a zombie)")
	}
	return errors.New("it has no executable: a thread of the kernel, or a process that just ends")
}

// explain turns what the kernel says of a process into what to do about it.
func explain(err error) error {
	switch {
	case errors.Is(err, unix.ESRCH):
		return errors.New("no such process")
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES), errors.Is(err, fs.ErrPermission):
		why := "run as its user or as root, or with CAP_SYS_PTRACE"
		if scope, readErr := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope"); readErr == nil &&
			strings.TrimSpace(string(scope)) != "0" {
			why += fmt.Sprintf("; kernel.yama.ptrace_scope is %s, and 0 would let every process of one user read another",
				strings.TrimSpace(string(scope)))
		}
		return fmt.Errorf("not permitted to read its memory (%s)", why)
	}
	return err
}

// findBias compares where the executable is mapped with where it was linked to.
func (p *Process) findBias() (uint64, error) {
	if !p.exe.PIE {
		return 0, nil
	}
	file, err := os.Open(fmt.Sprintf("/proc/%d/maps", p.pid))
	if err != nil {
		return 0, explain(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		// start-end perms offset dev inode path; the path ends the line and may hold blanks.
		var start, end, offset uint64
		var perms, dev string
		var inode uint64
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s %x %s %d", &start, &end, &perms, &offset, &dev, &inode); n != 6 ||
			!strings.HasSuffix(lines.Text(), " "+p.exePath) {
			continue
		}
		for _, s := range p.exe.Segments {
			const page = 0xfff
			if offset == s.Offset&^page {
				return start - s.Addr&^page, nil
			}
		}
	}
	return 0, fmt.Errorf("%s is mapped nowhere in it", p.exePath)
}

// Close gives the process back.
func (p *Process) Close() error {
	var err error
	if p.exe != nil {
		err = p.exe.Close()
	}
	if p.mem != nil {
		err = errors.Join(err, p.mem.close())
	}
	return err
}

// Executable is the file that the process runs. Its addresses are the process's less Bias.
func (p *Process) Executable() *executable.File { return p.exe }

// Bias is what the loader added to every address of the executable.
func (p *Process) Bias() uint64 { return p.bias }

// Read fills b from the process's memory.
func (p *Process) Read(addr uint64, b []byte) error {
	if err := p.mem.read(addr, b); err != nil {
		return fmt.Errorf("inspect: pid %d: read memory: %w", p.pid, explain(err))
	}
	return nil
}

// ReadUint64 reads one word.
func (p *Process) ReadUint64(addr uint64) (uint64, error) {
	var b [8]byte
	err := p.Read(addr, b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}
