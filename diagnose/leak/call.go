package leak

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
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
		if !errors.Is(err, errBusy) || time.Since(began) > callPatience {
			return fmt.Errorf("leak: have pid %d call a function of C: %w", c.pid, err)
		}
	}
}

func (c *Caller) try(function uint64, text string, first, second uint64) error {
	maps, err := readMappings(c.pid)
	if err != nil {
		return explainRead(err)
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", c.pid))
	if err != nil {
		return explainRead(err)
	}
	for _, task := range tasks {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/syscall", c.pid, task.Name()))
		if errors.Is(err, os.ErrPermission) {
			return explainPtrace(unix.EPERM)
		}
		var nr int
		var sp, pc uint64
		fields := strings.Fields(string(state)) // NUMBER six arguments SP PC
		if len(fields) != 9 {
			continue
		}
		if _, err := fmt.Sscanf(fields[0]+" "+fields[7]+" "+fields[8], "%d 0x%x 0x%x", &nr, &sp, &pc); err != nil || !c.rests(maps, nr, sp, pc) {
			continue
		}
		var tid int
		if _, err := fmt.Sscan(task.Name(), &tid); err != nil {
			continue
		}
		if err := c.divert(tid, maps, function, text, first, second); !errors.Is(err, errBusy) {
			return err
		}
	}
	return errBusy
}

// roomToCall is how much of a stack must be free. Loading a library takes some tens of kilobytes of it.
const roomToCall = 96 << 10

// rests tells of a thread that sleeps in one of the system calls in which Go's idle threads do, on a stack of C's.
func (c *Caller) rests(maps []mapping, nr int, sp, pc uint64) bool {
	switch nr {
	case unix.SYS_FUTEX, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_WAIT, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP:
	default:
		return false
	}
	if _, isGo := c.exe.FuncAt(pc - c.bias); !isGo {
		return false
	}
	i := slices.IndexFunc(maps, func(m mapping) bool { return m.start <= sp && sp < m.end })
	if i < 0 || sp-maps[i].start < roomToCall {
		return false
	}
	// Goroutines' stacks, and those of Go's signal handlers, lie in Go's heap.
	return maps[i].name == "[stack]" || maps[i].name == "" && maps[i].start >= kernelsChoice
}

// divert has one thread make the call.
func (c *Caller) divert(tid int, maps []mapping, function uint64, text string, first, second uint64) error {
	s := &stop{threads: make(map[int]thread), began: time.Now()}
	if err := unix.PtraceSeize(tid); errors.Is(err, unix.ESRCH) {
		return errBusy
	} else if err != nil {
		return explainPtrace(err)
	}
	s.threads[tid] = thread{}
	defer s.release()
	_ = unix.PtraceInterrupt(tid) // one that is gone shows below
	if err := s.await(tid); err != nil {
		return err
	}
	t, there := s.threads[tid]
	regs := t.regs
	if !there || t.signal != 0 || !c.rests(maps, int(int64(regs.Orig_rax)), regs.Rsp, regs.Rip) {
		return errBusy
	}
	afterSyscall(&regs)
	mask, err := signalMask(tid)
	if err != nil {
		return explainPtrace(err)
	}
	at := (regs.Rsp - redZone - uint64(len(text)) - 1) &^ 15
	if text != "" {
		first = at
	}
	frame := signalFrame(c.sigreturn, &regs, mask)
	start := (at-uint64(len(frame)))&^15 - 8 // a called function finds its stack 8 bytes off
	memory := append(frame, make([]byte, at-start-uint64(len(frame)))...)
	memory = append(append(memory, text...), 0)
	local := unix.Iovec{Base: &memory[0]}
	local.SetLen(len(memory))
	remote := []unix.RemoteIovec{{Base: uintptr(start), Len: len(memory)}}
	if n, err := unix.ProcessVMWritev(c.pid, []unix.Iovec{local}, remote, 0); err != nil || n != len(memory) {
		return fmt.Errorf("write to the stack of thread %d: %w", tid, errors.Join(err, errBusy))
	}
	regs.Rip, regs.Rsp, regs.Rdi, regs.Rsi = function, start, first, second
	regs.Rax, regs.Orig_rax = 0, ^uint64(0) // no system call any more that could be begun anew
	regs.Eflags &^= directionFlag
	if err := unix.PtraceSetRegs(tid, &regs); err != nil {
		return explainPtrace(err)
	}
	_ = setSignalMask(tid, ^uint64(0)) // Go's handler would be at a loss; but it comes to no harm
	return nil
}

const directionFlag = 1 << 10

// What the kernel leaves in a register when a system call was interrupted, and what it makes of it when a handler is called.
const (
	restartSys, restartNoIntr, restartNoHandler, restartBlock = -512, -513, -514, -516
	syscallBytes                                              = 2
)

// afterSyscall makes registers of such as go on when a signal handler returns.
func afterSyscall(regs *unix.PtraceRegs) {
	if int64(regs.Orig_rax) < 0 {
		return
	}
	switch int64(regs.Rax) {
	case restartNoHandler, restartBlock:
		regs.Rax = ^uint64(unix.EINTR) + 1
	case restartSys, restartNoIntr:
		regs.Rax = regs.Orig_rax
		regs.Rip -= syscallBytes
	}
}

// signalFrame is what sigreturn expects: its own address, then a struct ucontext. It restores no vector registers: the thread
// was in a system call that Go code made as a call that keeps none. The alternate stack is one that the kernel refuses, and
// so leaves the thread the one it has.
func signalFrame(sigreturn uint64, regs *unix.PtraceRegs, mask uint64) []byte {
	const strictSS, noSuchStack = 2 | 4, 0x7f
	words := []uint64{
		sigreturn,
		strictSS, 0, 0, noSuchStack, 0,
		regs.R8, regs.R9, regs.R10, regs.R11, regs.R12, regs.R13, regs.R14, regs.R15,
		regs.Rdi, regs.Rsi, regs.Rbp, regs.Rbx, regs.Rdx, regs.Rax, regs.Rcx, regs.Rsp, regs.Rip, regs.Eflags,
		regs.Cs | regs.Ss<<48,
		0, 0, 0, 0, 0, // error, trap, old mask, cr2, vector registers
		0, 0, 0, 0, 0, 0, 0, 0,
		mask,
	}
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
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
