package tracefmt

import "time"

// Trace is a whole run, with its addresses named or not. It is what a text holds.
type Trace struct {
	Period  uint64
	Begin   time.Duration // of the observation, on the clock of the events
	End     time.Duration
	Lost    Lost
	Modules []Module
	Stacks  map[uint32]Stack
	Frames  map[uint64][]Frame // what a return address means, innermost first: calls may be inlined
	Events  []Event            // by time
}

// Frame is one call of a stack.
type Frame struct {
	Func   string
	File   string
	Line   int
	Go     bool   // Go code, else C
	Origin string // Go code: whose it is: main, dependency, std
}
