//go:build cgo

package cdemo

// #include <stdlib.h>
// #include "demo.h"
import "C"

import (
	"errors"
	"unsafe"
)

// sessionRound keeps a bounded set of sessions, of which some end and some begin in each round.
func sessionRound(fixed bool) func() error {
	var sessions [sessionsAtOnce]unsafe.Pointer
	next := 0
	return func() error {
		for range sessionsPerRound {
			if fixed && sessions[next] != nil {
				C.touch(sessions[next], sessionBytes) // used once more instead of being replaced
			} else {
				C.free(sessions[next])
				sessions[next] = openSession()
			}
			next = (next + 1) % sessionsAtOnce
		}
		return nil
	}
}

//go:noinline
func openSession() unsafe.Pointer {
	return C.row_new(sessionBytes) // WANT: pool
}

// cacheRound compiles a pattern when it is asked for first, and keeps it. There are so many and no more.
func cacheRound(fixed bool) func() error {
	var patterns [patternsInUse]unsafe.Pointer
	return func() error {
		for i := range patterns {
			if fixed {
				C.free(compilePattern())
			} else if patterns[i] == nil {
				patterns[i] = compilePattern()
			}
		}
		return nil
	}
}

//go:noinline
func compilePattern() unsafe.Pointer {
	return C.row_new(patternBytes) // WANT: warmup
}

// burstRound takes much memory in the first round and gives it back, but for a little at its end. What lies below that stays
// with the allocator, which gives back only what ends its heap.
func burstRound(fixed bool) func() error {
	done := false
	return func() error {
		if !done {
			burst()
			if fixed {
				C.trim()
			}
		}
		done = true
		return nil
	}
}

//go:noinline
func burst() {
	C.burst(burstBlocks, burstBlockBytes) // WANT: retention
}

func objectRound(fixed bool) func() error {
	round, loaded := pick(fixed, makeObject, makeObjectFixed), false
	return func() error {
		if !loaded && C.plugin_load() == 0 {
			return errors.New("cdemo: the C++ library, libstdc++.so.6, is not on this machine")
		}
		loaded = true
		return round()
	}
}

// makeObject drops what operator new made, in a library that the program has loaded by itself.
//
//go:noinline
func makeObject() {
	C.object_new(objectBytes) // WANT: cxxnew
}

//go:noinline
func makeObjectFixed() {
	C.object_delete(C.object_new(objectBytes))
}
