package leak

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The part of Caller that knows the processor: its registers, and the frame that the kernel lays for a signal handler.

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
	s := &stop{pid: c.pid, threads: make(map[int]thread), began: time.Now()}
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

func stackPointer(regs *unix.PtraceRegs) uint64 { return regs.Rsp }

// registers are all that may hold a pointer.
func registers(regs *unix.PtraceRegs) []uint64 {
	return []uint64{
		regs.Rax, regs.Rbx, regs.Rcx, regs.Rdx, regs.Rsi, regs.Rdi, regs.Rbp, regs.Rsp, regs.R8, regs.R9, regs.R10, regs.R11,
		regs.R12, regs.R13, regs.R14, regs.R15, regs.Rip, regs.Orig_rax, regs.Fs_base, regs.Gs_base,
	}
}
