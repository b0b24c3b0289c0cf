package goroutine

import (
	"bytes"
	"strings"
)

// place is a position line taken apart.
type place struct {
	file   string
	line   int
	offset bool // "+0x1d" follows: the call has a stack frame of its own

	text string // of the line, without what differs from one stack to another; "" if it was not kept
}

var wordFP = []byte(" fp=0x")

// place reads a position line such as
//
//	\tC:/Users/a b/main.go:42 +0x1d fp=0xc000012345 sp=0xc000012300 pc=0x4712ab
//
// The line number stands after the last colon, so that a path may hold spaces and colons. A stack of many goroutines
// repeats a few hundred such lines; each is taken apart once. The result is never nil.
func (p *parser) place(line []byte) (*place, bool) {
	stable := line
	if i := bytes.Index(line, wordFP); i >= 0 {
		stable = line[:i]
	}
	if at, ok := p.places[string(stable)]; ok {
		return at, true
	}
	text := bytes.TrimLeft(line, " \t") // some log collectors turn the tab into blanks, or drop it
	colon := bytes.LastIndexByte(text, ':')
	if colon < 1 {
		return new(place), bytes.HasPrefix(text, []byte("pc=0x")) // a C function without debug information
	}
	tail := text[colon+1:]
	n, digits := number(tail)
	if digits == 0 || digits > 9 || digits < len(tail) && tail[digits] != ' ' {
		return new(place), false
	}
	at := &place{file: p.names.intern(text[:colon]), line: int(n), offset: bytes.Contains(tail, []byte(" +0x"))}
	if len(p.places) < maxInterned && len(stable) < 1024 {
		at.text = string(stable)
		p.places[at.text] = at
	}
	return at, true
}

const maxInterned = 1 << 16

// interner gives equal bytes the same string, so that the names of a dump are held once.
type interner struct{ seen map[string]string }

func (in *interner) intern(b []byte) string {
	if s, ok := in.seen[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(in.seen) < maxInterned {
		in.seen[s] = s
	}
	return s
}

// systemFrames tells the runtime's own goroutines, as the runtime does: they start in a function of package runtime
// other than the few that run user code. Where the runtime hides its frames it does not print those goroutines either.
func systemFrames(g *Goroutine) bool {
	if g.ID == 0 { // a thread's scheduling stack
		return true
	}
	for i := len(g.Frames) - 1; i >= 0; i-- {
		switch name := g.Frames[i].Func; {
		case name == "runtime.goexit":
		case name == "runtime.main", name == "runtime.corostart", name == "runtime.handleAsyncEvent",
			strings.HasPrefix(name, "runtime.cgocallback"):
			return false
		default:
			return strings.HasPrefix(name, "runtime.")
		}
	}
	return false
}
