package inspect

import (
	"encoding/binary"
	"strings"
)

// Statuses of a g. They have not changed since Go 1.14, save for those at the end.
const (
	statusRunnable  = 1
	statusRunning   = 2
	statusSyscall   = 3
	statusWaiting   = 4
	statusDead      = 6
	statusPreempted = 9
	statusLeaked    = 10
	statusDeadExtra = 11
	statusLast      = 11
	statusScan      = 0x1000 // the collector scans its stack right now
)

// addressEnd is behind all that a process can have mapped, save for one that asks for more.
const addressEnd = 1 << 47

// pageSize is the runtime's, not the machine's.
const pageSize = 8192

// gstruct is a copy of one runtime.g.
type gstruct struct {
	addr   uint64
	raw    []byte
	layout *layout
}

func (g gstruct) word(off uint64) uint64 { return binary.LittleEndian.Uint64(g.raw[off:]) }

func (g gstruct) id() int64       { return int64(g.word(g.layout.gID)) }
func (g gstruct) stackLo() uint64 { return g.word(g.layout.gStackLo) }
func (g gstruct) stackHi() uint64 { return g.word(g.layout.gStackHi) }
func (g gstruct) waiting() uint64 { return g.word(g.layout.gWaiting) }
func (g gstruct) status() uint32  { return g.rawStatus() &^ statusScan }
func (g gstruct) rawStatus() uint32 {
	return binary.LittleEndian.Uint32(g.raw[g.layout.gStatus:])
}

// alive tells whether this is a goroutine at all; a dead g waits to be used again.
func (g gstruct) alive() bool {
	s := g.status()
	return s >= statusRunnable && s != statusDead && s != statusDeadExtra && g.id() > 0
}

// parked tells whether it waits for something.
func (g gstruct) parked() bool { return g.status() == statusWaiting || g.status() == statusLeaked }

// position gives where its stack can be walked from. A goroutine that runs keeps that in registers; one that is in a
// system call or in C noted it before it went there.
func (g gstruct) position() (pc, sp uint64, ok bool) {
	l := g.layout
	switch s := g.status(); {
	case s == statusSyscall || s == statusRunning && g.word(l.gSyscallSP) != 0:
		pc, sp = g.word(l.gSyscallPC), g.word(l.gSyscallSP)
	case s == statusRunnable, s == statusPreempted, g.parked():
		// One that was made runnable while still in a system call keeps the position of that.
		if pc, sp = g.word(l.gSyscallPC), g.word(l.gSyscallSP); sp == 0 {
			pc, sp = g.word(l.gSchedPC), g.word(l.gSchedSP)
		}
	}
	return pc, sp, sp >= g.stackLo() && sp < g.stackHi() && g.stackHi() <= addressEnd && sp%8 == 0
}

// reason is the runtime's word for what a parked goroutine waits for.
func (g gstruct) reason() string {
	if i := int(g.raw[g.layout.gWaitReason]); i < len(g.layout.waitReasons) {
		return g.layout.waitReasons[i]
	}
	return ""
}

// state is what the runtime's own dump prints in brackets.
func (g gstruct) state() string {
	if reason := g.reason(); g.parked() && reason != "" {
		return reason
	}
	names := [...]string{"idle", "runnable", "running", "syscall", "waiting", "", "dead", "", "copystack", "preempted",
		"leaked", "dead extra"}
	return names[min(int(g.status()), len(names)-1)]
}

// runs counts, modulo 256, how often the goroutine has stopped running. The scheduler keeps the count to measure some of
// its own delays; here it tells one that stood still from one that came back to the same place.
func (g gstruct) runs() uint8 { return g.raw[g.layout.gTrackingSeq] }

// same tells whether two copies show the goroutine at the same place and it did not run in between, so that what was read
// between them belongs to it.
func (g gstruct) same(h gstruct) bool {
	l := g.layout
	for _, off := range [...]uint64{l.gStackLo, l.gStackHi, l.gSchedSP, l.gSchedPC, l.gSyscallSP, l.gSyscallPC, l.gID,
		l.gWaiting} {
		if g.word(off) != h.word(off) {
			return false
		}
	}
	return g.status() == h.status() && g.runs() == h.runs() && g.raw[l.gWaitReason] == h.raw[l.gWaitReason]
}

// isSystem decides as the runtime does which goroutines are its own, by the function that each was started with.
func (g gstruct) isSystem(start string) bool {
	switch start {
	case "runtime.main", "runtime.corostart", "runtime.handleAsyncEvent":
		return false
	case "runtime.runFinalizers", "runtime.runfinq": // while a finalizer runs, it is the program's
		return g.parked() && g.reason() == "finalizer wait"
	case "runtime.runCleanups":
		return g.layout.gRunningCleanups == absent || g.raw[g.layout.gRunningCleanups] == 0
	}
	return strings.HasPrefix(start, "runtime.")
}
