package inspect

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"innards/diagnose/goroutine"
)

// KernelWait is what a goroutine waits for outside of its process: in a system call, or in the runtime's poller.
type KernelWait struct {
	Call string // "read", "write", "wait" or "lock"; "signal": nothing else ends it; "": another

	InC    bool          // C has made the call
	Asleep time.Duration // of one in C: its thread has not run for so long; 0: not known

	FD   int    // of a read or write
	File string // what the descriptor leads to, as the kernel names it: "pipe:[4711]"
	Pipe bool   // it is a pipe; one with a name goes by that
	Ends []End  // of a pipe: who has its other end open, this process too

	Socket   bool // it is a socket, waited for in the poller
	Deadline bool // and a deadline is set that ends the wait

	Child Task // of a wait

	Mutex uint64 // of a lock: the address of a mutex of the C library
	Owner int64  // of a lock: the goroutine whose thread has that; 0: not known
}

// End is one process that has an end of a pipe open.
type End struct {
	Task
	FD int
}

// Task is a process as the kernel lists it.
type Task struct {
	PID   int
	Name  string
	State byte // 'R' runs, 'S' sleeps, 'T' is stopped, 'Z' has ended; 0: not known
	// Reads is the pipe that the process's only thread is blocked reading from; "" where it does something else.
	Reads string
}

// The system calls that are told apart, by their numbers on amd64.
const (
	sysRead   = 0
	sysWrite  = 1
	sysWait4  = 61
	sysWaitid = 247

	idPID   = 1 // P_PID and P_PIDFD, of waitid
	idPIDFD = 3
)

// Where a pollDesc keeps its descriptor and the goroutines that wait for it. The same since Go 1.20; one that is read shows
// itself by naming the goroutine. Since Go 1.23 flags tell which timers run.
const (
	pollFD   = 8
	pollRead = 32
	pollArms = 57 // two flags: the timers of its deadlines are set
	pollSize = 64
)

// KernelWaits tells what goroutines wait for in the kernel, as far as pipes and children go. It is read from /proc, and
// costs some milliseconds where a pipe is among it: who has its other end is known to no one, so all processes are asked.
func (p *Process) KernelWaits(s *Snapshot) map[int64]KernelWait {
	waits := make(map[int64]KernelWait)
	for _, g := range s.Goroutines {
		var w KernelWait
		ok := false
		switch live := s.Live[g.ID]; {
		case g.System:
		case g.State == "syscall" && live.Thread != 0:
			w, ok = p.systemCall(s, g, live.Thread)
		case g.State == "IO wait" && live.SP != 0:
			w, ok = p.polled(live)
		}
		if ok {
			waits[g.ID] = w
		}
	}
	pipes := make(map[string][]End)
	for _, w := range waits {
		if w.Pipe {
			pipes[w.File] = nil
		}
	}
	if len(pipes) == 0 {
		return waits
	}
	findEnds(pipes)
	for id, w := range waits {
		for _, e := range pipes[w.File] {
			if mode := accessMode(e.PID, e.FD); w.Call == "read" && mode != os.O_RDONLY || w.Call == "write" && mode != os.O_WRONLY {
				w.Ends = append(w.Ends, e)
			}
		}
		waits[id] = w
	}
	return waits
}

// systemCall looks at the call that a thread is blocked in.
func (p *Process) systemCall(s *Snapshot, g *goroutine.Goroutine, tid int) (KernelWait, bool) {
	nr, args, ok := callOf(p.pid, tid)
	if !ok {
		return KernelWait{}, false
	}
	w, ok := p.blockedIn(s, g, nr, args)
	if frames(g.Frames).inC() {
		w.InC, w.Asleep = true, asleep(p.pid, tid)
	}
	return w, ok || w.InC
}

func (p *Process) blockedIn(s *Snapshot, g *goroutine.Goroutine, nr uint64, args []uint64) (KernelWait, bool) {
	switch {
	case nr == sysRead || nr == sysWrite:
		return p.descriptorWait(map[uint64]string{sysRead: "read", sysWrite: "write"}[nr], int(args[0]))
	case nr == sysFutex:
		mutex, owner, ok := p.cMutex(g.Frames, args)
		if !ok {
			return KernelWait{}, false
		}
		return KernelWait{Call: "lock", Mutex: mutex, Owner: ownerOf(s, owner)}, true
	case nr == sysPause || nr == sysSigsuspend:
		return KernelWait{Call: "signal"}, true
	case nr == sysWait4 && int32(args[0]) > 0:
		return KernelWait{Call: "wait", Child: taskOf(int(args[0]))}, true
	case nr == sysWaitid && args[0] == idPID:
		return KernelWait{Call: "wait", Child: taskOf(int(args[1]))}, true
	case nr == sysWaitid && args[0] == idPIDFD:
		child := fdInfo(p.pid, int(args[1]), "Pid:", 10)
		return KernelWait{Call: "wait", Child: taskOf(child)}, child > 0
	}
	return KernelWait{}, false
}

// callOf reads which system call a thread is blocked in.
func callOf(pid, tid int) (nr uint64, args []uint64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/syscall", pid, tid))
	f := strings.Fields(string(text))
	if err != nil || len(f) < 8 {
		return 0, nil, false // "running"
	}
	if nr, err = strconv.ParseUint(f[0], 10, 64); err != nil {
		return 0, nil, false
	}
	for _, word := range f[1:7] {
		n, err := strconv.ParseUint(word, 0, 64)
		if err != nil {
			return 0, nil, false
		}
		args = append(args, n)
	}
	return nr, args, true
}

func (p *Process) descriptorWait(call string, fd int) (KernelWait, bool) {
	link := fmt.Sprintf("/proc/%d/fd/%d", p.pid, fd)
	file, err := os.Readlink(link)
	info, statErr := os.Stat(link)
	pipe := statErr == nil && info.Mode()&os.ModeNamedPipe != 0
	return KernelWait{Call: call, FD: fd, File: file, Pipe: pipe}, err == nil
}

// polled finds the descriptor that a goroutine waits for in the poller. The pollDesc is an argument of the innermost
// calls, so it is in their frames; it is known by the goroutine that it names.
func (p *Process) polled(live G) (KernelWait, bool) {
	const near = 512
	stack := make([]byte, min(near, live.StackHi-live.SP))
	if p.mem.read(live.SP, stack) != nil {
		return KernelWait{}, false
	}
	asked := make(map[uint64]bool)
	for ; len(stack) >= 8; stack = stack[8:] {
		addr := binary.LittleEndian.Uint64(stack)
		if addr < 1<<16 || addr%8 != 0 || addr >= live.StackLo && addr < live.StackHi || asked[addr] {
			continue
		}
		asked[addr] = true
		var desc [pollSize]byte
		if p.mem.read(addr, desc[:]) != nil {
			continue
		}
		fd := binary.LittleEndian.Uint64(desc[pollFD:])
		for i, call := range []string{"read", "write"} {
			if binary.LittleEndian.Uint64(desc[pollRead+8*i:]) == live.Addr && fd < 1<<31 {
				w, ok := p.descriptorWait(call, int(fd))
				w.Socket = strings.HasPrefix(w.File, "socket:")
				w.Deadline = deadlineSet(desc, minorOf(p.exe.GoVersion))
				return w, ok
			}
		}
	}
	return KernelWait{}, false
}

// deadlineSet tells whether a deadline may end a wait. Where the release has no flags for it, one may.
func deadlineSet(desc [pollSize]byte, minor int) bool {
	const firstWithFlags = 23
	return desc[pollArms] != 0 || desc[pollArms+1] != 0 || minor > 0 && minor < firstWithFlags
}

// findEnds looks for all descriptors that lead to these pipes, in all processes that may be looked into.
func findEnds(pipes map[string][]End) {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, dir := range processes {
		pid, err := strconv.Atoi(dir.Name())
		if err != nil {
			continue
		}
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			continue
		}
		for _, entry := range fds {
			file, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, entry.Name()))
			if err != nil {
				continue
			}
			if ends, wanted := pipes[file]; wanted {
				fd, _ := strconv.Atoi(entry.Name())
				pipes[file] = append(ends, End{taskOf(pid), fd})
			}
		}
	}
}

// accessMode gives O_RDONLY, O_WRONLY or O_RDWR of a descriptor.
func accessMode(pid, fd int) int { return fdInfo(pid, fd, "flags:", 8) & 3 }

// fdInfo reads one number that the kernel tells of a descriptor.
func fdInfo(pid, fd int, field string, base int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", pid, fd))
	if err != nil {
		return -1
	}
	f := strings.Fields(string(text))
	if i := slices.Index(f, field); i >= 0 && i+1 < len(f) {
		if n, err := strconv.ParseInt(f[i+1], base, 64); err == nil {
			return int(n)
		}
	}
	return -1
}

// taskOf reads what /proc says of a process. The name stands in parentheses and may hold any character.
func taskOf(pid int) Task {
	t := Task{PID: pid}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	end := strings.LastIndex(string(text), ") ")
	begin := strings.IndexByte(string(text), '(')
	if err != nil || begin < 0 || end+2 >= len(text) {
		return t
	}
	t.Name, t.State = string(text[begin+1:end]), text[end+2]
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil || len(threads) != 1 {
		return t
	}
	if nr, args, ok := callOf(pid, pid); ok && nr == sysRead {
		if file, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, args[0])); err == nil && strings.HasPrefix(file, "pipe:") {
			t.Reads = file
		}
	}
	return t
}
