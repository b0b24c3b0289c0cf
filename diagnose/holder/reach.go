package holder

import (
	"encoding/binary"

	"innards/diagnose/executable"
)

// reach tells how many calls each of the user's functions is away from a lock. Looking through all that is called from
// all stacks would be slow; nearly none of it ever touches a lock that it does not give back itself.
type reach map[uint64]int // by entry; 0: it locks or unlocks itself

// newReach finds the calls of all functions of the user and of dependencies, up to so many calls away from a lock. A
// function that makes a closure counts as calling it.
func newReach(exe *executable.File, methods map[uint64]bool, most int) reach {
	r := make(reach)
	callers := make(map[uint64][]uint64)
	var near []uint64
	for fn := range exe.Funcs {
		if exe.Origin(fn.Name) > executable.Dependency {
			continue
		}
		touches := scan(exe, fn, methods, func(to uint64) { callers[to] = append(callers[to], fn.Entry) })
		if touches {
			r[fn.Entry] = 0
			near = append(near, fn.Entry)
		}
	}
	for away := 1; away <= most; away++ {
		var next []uint64
		for _, entry := range near {
			for _, from := range callers[entry] {
				if _, ok := r[from]; !ok {
					r[from] = away
					next = append(next, from)
				}
			}
		}
		near = next
	}
	return r
}

func methodEntries(exe *executable.File) map[uint64]bool {
	methods := make(map[uint64]bool)
	for name, m := range lockMethods {
		if fn, ok := exe.FuncNamed(name); ok && m.mode != 0 {
			methods[fn.Entry] = true
		}
	}
	return methods
}

// touchesLock tells whether a function may lock or unlock by itself.
func (l *library) touchesLock(fn executable.Func) bool {
	return scan(l.exe, fn, l.methods, func(uint64) {})
}

// scan tells whether a function has an atomic instruction or calls one of these methods, and reports all else that it
// calls or makes a closure of. Nothing is disassembled: a call is a byte E8 and a distance, and bytes that only look like
// one do no harm but make work.
func scan(exe *executable.File, fn executable.Func, methods map[uint64]bool, calls func(to uint64)) (touches bool) {
	if fn.End <= fn.Entry || fn.End-fn.Entry > maxCode {
		return false
	}
	text := make([]byte, fn.End-fn.Entry)
	if exe.ReadAt(fn.Entry, text) != nil {
		return false
	}
	for i, b := range text {
		switch {
		case b == 0xf0: // LOCK
			touches = true
		case i+4 >= len(text):
		case b == 0xe8, b == 0xe9, b&0xc7 == 0x05 && i > 0 && text[i-1] == 0x8d: // CALL, JMP, LEAQ of a function
			to := fn.Entry + uint64(i) + 5 + uint64(int64(int32(binary.LittleEndian.Uint32(text[i+1:]))))
			if methods[to] {
				touches = true
			} else if to < fn.Entry || to >= fn.End {
				calls(to)
			}
		}
	}
	return touches
}
