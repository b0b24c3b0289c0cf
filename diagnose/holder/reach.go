package holder

import (
	"encoding/binary"

	"innards/diagnose/executable"
)

// reach tells how many calls each of the user's functions is away from a lock. Looking through all that is called from
// all stacks would be slow; nearly none of it ever touches a lock that it does not give back itself.
type reach map[uint64]int // by entry; 0: it locks or unlocks itself

// newReach finds the calls of all functions of the user and of dependencies, up to so many calls away from a lock. A
// function that makes a closure counts as calling it. Nothing is disassembled: a call is a byte E8 and a distance, and
// bytes that only look like one do no harm but make work.
func newReach(exe *executable.File, most int) reach {
	methods := make(map[uint64]bool)
	for name, m := range lockMethods {
		if fn, ok := exe.FuncNamed(name); ok && m.mode != 0 {
			methods[fn.Entry] = true
		}
	}
	r := make(reach)
	callers := make(map[uint64][]uint64)
	var near []uint64
	exe.Funcs(func(fn executable.Func) bool {
		if fn.End <= fn.Entry || fn.End-fn.Entry > maxCode || exe.Origin(fn.Name) > executable.Dependency {
			return true
		}
		text := make([]byte, fn.End-fn.Entry)
		if exe.ReadAt(fn.Entry, text) != nil {
			return true
		}
		for i, b := range text {
			switch {
			case i+4 >= len(text):
			case b == 0xe8, b == 0xe9, b&0xc7 == 0x05 && i > 0 && text[i-1] == 0x8d: // CALL, JMP, LEAQ of a function
				to := fn.Entry + uint64(i) + 5 + uint64(int64(int32(binary.LittleEndian.Uint32(text[i+1:]))))
				if methods[to] {
					r[fn.Entry] = 0
				} else if to < fn.Entry || to >= fn.End {
					callers[to] = append(callers[to], fn.Entry)
				}
			case b == 0xf0: // LOCK
				r[fn.Entry] = 0
			}
		}
		if _, ok := r[fn.Entry]; ok {
			near = append(near, fn.Entry)
		}
		return true
	})
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
