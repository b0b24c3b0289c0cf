package inspect

import (
	"encoding/binary"
	"fmt"
)

// Defer is a deferred call that the runtime keeps a record of: one in a loop, in a range-over-func body or in a function
// with too many. Open-coded ones live in the frame alone; see [executable.FuncDataOpenCodedDeferInfo].
type Defer struct {
	Fn uint64 // address of the closure; its first word is the code
	SP uint64 // stack pointer of the frame that deferred it
	PC uint64 // where it did so: the address after the call
}

// maxDefers bounds the records that are read for one goroutine. A damaged chain may have a cycle, and a list of a loop may
// hold itself.
const maxDefers = 1 << 16

// Defers reads the pending calls that the runtime has records of, the next to run first.
func (p *Process) Defers(g G) ([]Defer, error) {
	left := maxDefers
	return p.defers(g.FirstDefer, nil, &left)
}

func (p *Process) defers(at uint64, found []Defer, left *int) ([]Defer, error) {
	l := p.layout
	raw := make([]byte, l.deferSize)
	for at != 0 && *left > 0 {
		*left--
		if err := p.Read(at, raw); err != nil {
			return found, fmt.Errorf("defer record: %w", err)
		}
		word := func(off uint64) uint64 { return binary.LittleEndian.Uint64(raw[off:]) }
		next := word(l.deferLink)
		switch {
		case raw[l.deferRange] != 0:
			// The body of a range-over-func loop defers into a list of its own.
			head, err := p.ReadUint64(word(l.deferHead))
			if err != nil {
				return found, fmt.Errorf("defer record of a loop: %w", err)
			}
			from := len(found)
			if found, err = p.defers(head, found, left); err != nil {
				return found, err
			}
			for i := from; i < len(found); i++ { // the runtime fills these in when it takes the list over
				found[i].SP, found[i].PC = word(l.deferSP), word(l.deferPC)
			}
		case word(l.deferFn) != 0:
			found = append(found, Defer{Fn: word(l.deferFn), SP: word(l.deferSP), PC: word(l.deferPC)})
		}
		at = next
	}
	return found, nil
}
