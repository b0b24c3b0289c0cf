//go:build cgo

package cdemo

// #include "demo.h"
import "C"

import (
	"errors"
	"fmt"
)

var errMalformed = errors.New("malformed")

// parseRound parses some texts, of which every fourth is malformed.
func parseRound(fixed bool) func() error {
	run := parse
	if fixed {
		run = parseFixed
	}
	return func() error {
		failed := 0
		for i := range parsesPerRound {
			if err := run(i%4 == 3); errors.Is(err, errMalformed) {
				failed++
			}
		}
		if failed != failuresPerRound {
			return fmt.Errorf("cdemo: %d of %d texts were malformed", failed, parsesPerRound)
		}
		return nil
	}
}

// parse destroys its parser, except where it returns early.
//
//go:noinline
func parse(malformed bool) error {
	p := C.parser_new(parserBufferBytes) // WANT: errorpath
	if malformed {
		return errMalformed
	}
	C.parser_destroy(p)
	return nil
}

//go:noinline
func parseFixed(malformed bool) error {
	p := C.parser_new(parserBufferBytes)
	defer C.parser_destroy(p)
	if malformed {
		return errMalformed
	}
	return nil
}
