package main

// #include "calls.h"
import "C"

// calls has C allocate on both sides of callbacks, which make calls of C of their own or none; from two callers, whose frames
// lie at the same places.
func calls() {
	for i := range 100 {
		if i%2 == 0 {
			callFromEven()
		} else {
			callFromOdd()
		}
	}
}

//go:noinline
func callFromEven() { C.around(610, 2) }

//go:noinline
func callFromOdd() { C.around(620, 2) }

//go:noinline
func callFromWithin() { C.around(630, 1) }

//export victimBack
func victimBack(depth C.int) {
	if depth > 1 {
		callFromWithin()
	}
}
