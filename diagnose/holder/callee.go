package holder

import (
	"strings"

	"innards/diagnose/executable"
)

// calleeName names the function whose code begins at the link-time address entry; "" where none begins there.
func calleeName(exe *executable.File, entry uint64) string {
	if entry == 0 {
		return ""
	}
	fn, ok := exe.FuncAt(entry)
	if !ok || fn.Entry != entry && !strings.HasPrefix(fn.Name, "runtime.duff") { // those two are entered in the middle
		return ""
	}
	return fn.Name
}

// neverReturns tells of the calls after which the compiler places no code of the same path. What follows them in memory
// belongs to someone else, and an edge there would mix unrelated states. The stack check's call to morestack returns to
// the entry with the registers as they were, so it adds nothing either.
func neverReturns(exe *executable.File, entry uint64) bool {
	name, ok := strings.CutPrefix(calleeName(exe, entry), "runtime.")
	if !ok {
		return false
	}
	switch name {
	case "throw", "fatal", "gopanic", "goPanicIndex", "block", "goexit1", "panicmem":
		return true
	}
	return strings.HasPrefix(name, "morestack") || strings.HasPrefix(name, "panic") || strings.HasPrefix(name, "goPanic")
}

// kept says which registers a call leaves alone. Go's calling convention preserves none but the stack pointer, the frame
// pointer and the g; a few calls that the compiler inserts in the middle of expressions spare almost all.
func kept(name string) func(reg int) bool {
	switch {
	case strings.HasPrefix(name, "runtime.gcWriteBarrier"):
		return func(reg int) bool { return reg != regR11 }
	case strings.HasPrefix(name, "runtime.duff"):
		return func(reg int) bool { return reg != regSI && reg != regDI }
	}
	return func(reg int) bool { return reg == regSP || reg == regBP || reg == regG }
}
