package leak

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"innards/diagnose/executable"
)

// Caller has a process call functions of C, as if a signal had come whose handler they are. For that it takes a thread that
// sleeps in a system call of Go's runtime, on the stack of a thread of C: such a thread holds no lock of C's, and whatever
// locks the others hold they give back, for all of them run on. On its stack is laid what the kernel would lay there:
//
//	sp ─► ┌ what sleeps ┐
//	      │ red zone    │
//	      │ text        │ ◄── first argument
//	      │ ucontext    │     all registers as they are now, the mask of signals
//	      └ sigreturn   ┘ ◄── sp of the call; it returns to there, and the kernel puts the registers back
//
// Nothing of the thread changes before its registers do, all at once; after that it needs us no more. So it makes no
// difference to the process at which moment we are killed.
type Caller struct {
	pid             int
	exe             *executable.File
	bias            uint64 // of the executable
	libc            uint64 // its bias
	open, sigreturn uint64 // addresses of functions of the C library
}

// NewCaller looks for what is needed in the process, whose executable is exe.
func NewCaller(pid int, exe *executable.File) (*Caller, error) {
	maps, err := readMappings(pid)
	if err != nil {
		return nil, fmt.Errorf("leak: pid %d: %w", pid, explainRead(err))
	}
	self, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return nil, fmt.Errorf("leak: pid %d: %w", pid, explainRead(err))
	}
	c := &Caller{pid: pid, exe: exe}
	if c.bias, err = loadBias(maps, self, fmt.Sprintf("/proc/%d/exe", pid)); err != nil {
		return nil, fmt.Errorf("leak: pid %d: %w", pid, err)
	}
	for _, m := range maps {
		base := filepath.Base(m.name)
		if isLibc := base == "libc.so.6" || strings.HasPrefix(base, "libc-2.") && strings.HasSuffix(base, ".so"); !isLibc {
			continue
		}
		file := fmt.Sprintf("/proc/%d/root%s", pid, m.name)
		if c.libc, err = loadBias(maps, m.name, file); err == nil {
			err = c.searchLibc(file)
		}
		if err != nil {
			return nil, fmt.Errorf("leak: pid %d: %s: %w", pid, m.name, err)
		}
		return c, nil
	}
	return nil, fmt.Errorf("leak: pid %d: it has no glibc loaded: there is nothing to attach to", pid)
}

// loadBias is the difference between a file's addresses in the process and in the file.
func loadBias(maps []mapping, name, file string) (uint64, error) {
	i := slices.IndexFunc(maps, func(m mapping) bool { return m.name == name })
	f, err := elf.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && i >= 0 {
			return maps[i].start - p.Vaddr&^(pageSize-1), nil
		}
	}
	return 0, errors.New("where it is loaded is not understood")
}

// sigreturnCode is the function that signal handlers return to: mov $15, %rax; syscall. It has no name in glibc.
var sigreturnCode = []byte{0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05}

func (c *Caller) searchLibc(file string) error {
	f, err := elf.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return err
	}
	for _, want := range []string{"dlopen", "__libc_dlopen_mode"} { // before glibc 2.34 only the second is there
		for _, s := range symbols {
			if s.Name == want && s.Section != elf.SHN_UNDEF && c.open == 0 {
				c.open = c.libc + s.Value
			}
		}
	}
	text := f.Section(".text")
	if c.open == 0 || text == nil {
		return errors.New("it has no dlopen")
	}
	code, err := text.Data()
	if err != nil {
		return err
	}
	at := bytes.Index(code, sigreturnCode)
	if at < 0 {
		return errors.New("its return from signal handlers is not found")
	}
	c.sigreturn = c.libc + text.Addr + uint64(at)
	return nil
}

// Times of a call.
const (
	callPatience = 5 * time.Second // until a thread is found that can take it
	callRetry    = 5 * time.Millisecond
)

// Load has the process load a library. Whether it did shows elsewhere.
func (c *Caller) Load(library string) error {
	return c.call(c.open, library, 0, rtldNow)
}

// Call has the process call a function with one number.
func (c *Caller) Call(function uint64, argument uint32) error {
	return c.call(function, "", uint64(argument), 0)
}

const rtldNow = 2 // of dlopen: bind all symbols at once

// errBusy says that a thread is not at rest.
var errBusy = errors.New("all its threads are busy in C or stopped: try again")

func (c *Caller) call(function uint64, text string, first, second uint64) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for began := time.Now(); ; time.Sleep(callRetry) {
		err := c.try(function, text, first, second)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errBusy) && !errors.Is(err, errMoving) || time.Since(began) > callPatience {
			return fmt.Errorf("leak: have pid %d call a function of C: %w", c.pid, err)
		}
	}
}

func explainRead(err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, unix.ESRCH):
		return errors.New("it has ended")
	case errors.Is(err, os.ErrPermission):
		return explainPtrace(unix.EPERM)
	}
	return err
}
