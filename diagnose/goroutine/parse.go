package goroutine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrNoDump tells that the input holds no goroutine dump.
var ErrNoDump = errors.New("no goroutine dump in the input: it has no line of the form \"goroutine 1 [running]:\"")

const (
	maxWarnings     = 32
	noStack         = "stack unavailable" // annotation: it ran on another thread
	originatingFrom = "originating from goroutine "
	frameSlab       = 1024 // frames allocated at a time
)

// Parse reads a goroutine dump in the runtime's text form: from a panic, a fatal error, SIGQUIT, runtime.Stack or
// net/http/pprof with debug=2. What stands around the dump (a log, registers, "exit status 2") is skipped, and a prefix
// that a log put before each line is cut off. A dump that is cut short or interleaved with other output gives what
// could be read, and Warnings. The error is ErrNoDump, or the reader's own if nothing was found before it.
func Parse(r io.Reader) (*Dump, error) {
	dump, err := parse(r)
	ended := errors.Is(err, io.EOF)
	switch {
	case len(dump.Goroutines) > 0:
		if !ended {
			dump.warn("reading stopped early: %v", err)
		}
		return dump, nil
	case !ended:
		return nil, fmt.Errorf("goroutine dump: read: %w", err)
	}
	return nil, ErrNoDump
}

// where in a goroutine's text the parser is.
type section int

const (
	outside   section = iota
	inFrames          // after the header
	inCreator         // after "created by"
	inOrigin          // in the stacks of ancestors that GODEBUG=tracebackancestors adds
)

type parser struct {
	dump    *Dump
	names   interner
	places  map[string]*place // by the text of a position line
	section section
	prefix  prefix

	// The goroutine being read. Its arguments are gathered in args and become strings at its end, all in one.
	g       *Goroutine
	first   place   // what the innermost call follows
	frames  []Frame // the free rest of the present slab, behind those of g
	n       int     // frames of g, at the start of frames
	args    []byte
	argEnds []argRange
	call    []byte // the text of a call whose position is still to come; of one that was foreseen, its arguments
	calling bool
	before  *place // of the frame read last
	next    *place // foreseen: where the present call would be, if it follows the last one as it did before
	odd     int    // lines inside goroutines that no rule knew
	twice   int
}

type argRange struct{ frame, lo, hi int }

func newParser() *parser {
	p := &parser{dump: new(Dump), places: make(map[string]*place)}
	p.names.seen = make(map[string]string)
	return p
}

func (d *Dump) warn(format string, args ...any) {
	switch n := len(d.Warnings); {
	case n < maxWarnings:
		d.Warnings = append(d.Warnings, fmt.Sprintf(format, args...))
	case n == maxWarnings:
		d.Warnings = append(d.Warnings, "more warnings of this kind left out")
	}
}

var (
	wordGoroutine = []byte("goroutine ")
	wordCreatedBy = []byte("created by ")
	wordFatal     = []byte("fatal error: ")
)

// line takes one line through the grammar.
func (p *parser) line(line []byte, last bool) {
	line = p.prefix.cut(line)
	if p.section == outside || bytes.HasPrefix(line, wordGoroutine) {
		if p.header(line, last) {
			return
		}
	}
	switch {
	case p.section == outside:
		p.outsideLine(line)
	case p.foreseen(line):
	case len(line) == 0 || line[0] <= ' ' && len(bytes.TrimSpace(line)) == 0:
		p.end()
	case p.calling:
		p.position(line, last)
	case p.section == inOrigin:
		p.origin(line)
	case bytes.HasPrefix(line, wordCreatedBy):
		p.creator(line)
	case line[0] == '\t' || line[0] == ' ':
		p.note(line)
	case line[len(line)-1] == ')' && bytes.IndexByte(line, '(') > 0:
		p.call, p.calling = append(p.call[:0], line...), true
	case line[0] == '.' && p.elided(line):
	case bytes.HasPrefix(line, []byte("["+originatingFrom)):
		p.section = inOrigin
		p.origin(line)
	default:
		p.oddLine(line, last)
	}
}

// outsideLine looks for what the runtime says before the first goroutine.
func (p *parser) outsideLine(line []byte) {
	i := bytes.Index(line, wordFatal)
	if i < 0 {
		return
	}
	switch string(line[i+len(wordFatal):]) {
	case "all goroutines are asleep - deadlock!", "no goroutines (main called runtime.Goexit) - deadlock!":
		p.dump.AllAsleep = true
	}
}

// header starts a goroutine if the line is a header.
func (p *parser) header(line []byte, last bool) bool {
	at := 0
	if !bytes.HasPrefix(line, wordGoroutine) {
		if at = bytes.Index(line, wordGoroutine); at < 0 {
			return false
		}
	}
	g, ok := parseHeader(line[at:], &p.names)
	if !ok {
		if at == 0 && last && isDigit(line, len(wordGoroutine)) {
			p.dump.warn("the dump is cut short inside a header: %q", clip(line))
		}
		return false
	}
	if at > 0 {
		p.prefix.learn(line[:at])
	}
	p.end()
	p.g, p.section, p.before = g, inFrames, &p.first
	return true
}

// position takes the line after a call or after "created by". A nil line says that there is none.
func (p *parser) position(line []byte, last bool) {
	p.calling = false
	at, ok := p.next, true
	if at == nil || !at.is(line) {
		at, ok = p.place(line)
	}
	if p.section == inCreator {
		p.g.CreatedBy.File, p.g.CreatedBy.Line = at.file, at.line
	} else {
		p.addFrame(at)
	}
	switch {
	case ok:
	case last:
		p.cutShort()
	case line[0] != '\t' && line[len(line)-1] == ')' && bytes.IndexByte(line, '(') > 0:
		p.odd++ // the position got lost: here is the next call
		p.call, p.calling = append(p.call[:0], line...), true
	default:
		p.odd++
	}
}

func (p *parser) cutShort() { p.dump.warn("the dump is cut short inside goroutine %d", p.g.ID) }

// foreseen takes a call that follows the last one as it did in a goroutine before: its name need not be looked up.
func (p *parser) foreseen(line []byte) bool {
	if p.section != inFrames || p.calling || p.before == nil || p.before.next == nil {
		return false
	}
	at := p.before.next
	n, end := len(at.name), len(line)-1
	if n == 0 || n >= end || line[n] != '(' || line[end] != ')' || string(line[:n]) != at.name ||
		bytes.IndexByte(line[n+1:end], '(') >= 0 {
		return false
	}
	p.call, p.calling, p.next = append(p.call[:0], line[n+1:end]...), true, at
	return true
}

// addFrame ends the frame whose call was read.
func (p *parser) addFrame(at *place) {
	if p.n == len(p.frames) {
		grown := make([]Frame, max(frameSlab, 2*p.n))
		copy(grown, p.frames[:p.n])
		p.frames = grown
	}
	f := &p.frames[p.n]
	f.File, f.Line = at.file, at.line
	var args []byte
	if p.next != nil {
		f.Func, args = p.next.name, p.call
	} else {
		name := p.call
		if i := bytes.LastIndexByte(name, '('); i > 0 && name[len(name)-1] == ')' {
			name, args = name[:i], name[i+1:len(name)-1]
		}
		f.Func = p.names.intern(name)
	}
	switch {
	case len(args) == 0:
	case string(args) == "...":
		// Only an inlined call has no offset in its position. A function with ten words of arguments or more also
		// ends in "...", but never consists of it.
		f.Args, f.Inlined = "...", !at.offset
	default:
		lo := len(p.args)
		p.args = append(p.args, args...)
		p.argEnds = append(p.argEnds, argRange{p.n, lo, len(p.args)})
	}
	at.name = f.Func
	if p.before != nil {
		p.before.next = at
	}
	p.before, p.next = at, nil
	if f.Func == "panic" {
		f.Func = "runtime.gopanic" // printed under its source name
	}
	p.n++
}

// creator takes "created by main.main in goroutine 1".
func (p *parser) creator(line []byte) {
	p.section, p.calling = inCreator, true
	rest := line[len(wordCreatedBy):]
	if i := bytes.LastIndex(rest, []byte(" in goroutine ")); i >= 0 {
		if id, n := number(rest[i+len(" in goroutine "):]); n > 0 {
			p.g.CreatorID, rest = id, rest[:i]
		}
	}
	p.g.CreatedBy.Func = p.names.intern(rest)
}

// origin takes the lines of GODEBUG=tracebackancestors: only who the ancestors were is kept.
func (p *parser) origin(line []byte) {
	if bytes.HasPrefix(line, []byte("["+originatingFrom)) && len(p.g.Annotations) < maxAnnotations {
		text := bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("[")), []byte("]:"))
		p.g.Annotations = append(p.g.Annotations, p.names.intern(clip(text)))
	}
}

// elided takes "...23 frames elided..." and the older "...additional frames elided...".
func (p *parser) elided(line []byte) bool {
	if !bytes.HasSuffix(line, []byte("frames elided...")) {
		return false
	}
	if n, digits := number(line[3:]); digits > 0 {
		p.g.Elided = int(n)
	} else {
		p.g.Elided = 1 // at least
	}
	return true
}

// note takes an indented line that belongs to no call.
func (p *parser) note(line []byte) {
	if text := bytes.TrimSpace(line); bytes.HasPrefix(text, []byte("goroutine running on other thread")) {
		p.g.Annotations = append(p.g.Annotations, noStack)
		return
	}
	p.oddLine(line, false)
}

// oddLine takes what fits nowhere: a C function's name, a line of another thread's output.
func (p *parser) oddLine(line []byte, last bool) {
	switch {
	case p.section == inCreator, isRegister(line), bytes.HasPrefix(line, []byte("exit status ")):
		p.end() // what follows the last goroutine, without an empty line between
		return
	case bytes.HasPrefix(line, []byte("non-Go function at pc=")):
		p.call = append(p.call[:0], nonGo...)
		p.addFrame(new(place))
	case string(line) == nonGo:
		p.call, p.calling = append(p.call[:0], line...), true
	case p.section == inFrames && !last && !p.calling && line[0] != '\t' && bytes.IndexByte(line, ' ') < 0:
		// A C function, printed by a cgo symbolizer, has no parentheses; its position comes next.
		p.call, p.calling = append(p.call[:0], line...), true
	default:
		p.odd++
	}
	if last {
		p.cutShort()
	}
}

const nonGo = "non-Go function"

// isRegister tells "rip    0x46b7c1", of the register dump that follows a signal.
func isRegister(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte("0x"))
	trimmed := bytes.TrimRight(name, " ")
	return ok && len(trimmed) > 0 && len(trimmed) < len(name) && len(trimmed) < 12 && len(value) <= 16 &&
		bytes.IndexByte(trimmed, ' ') < 0
}

// end closes the goroutine being read.
func (p *parser) end() {
	g := p.g
	if g == nil {
		return
	}
	if p.calling {
		p.position(nil, true)
	} else if p.section == inFrames && p.n == 0 && !slices.Contains(g.Annotations, noStack) {
		p.cutShort()
	}
	all := string(p.args)
	for _, a := range p.argEnds {
		p.frames[a.frame].Args = all[a.lo:a.hi]
	}
	if p.n > 0 {
		g.Frames = p.frames[:p.n:p.n]
		p.frames = p.frames[p.n:]
	}
	g.System = systemFrames(g)
	p.g, p.section, p.n, p.calling, p.before, p.next = nil, outside, 0, false, nil, nil
	p.args, p.argEnds = p.args[:0], p.argEnds[:0]
	p.dump.Goroutines = append(p.dump.Goroutines, g)
}

// finish says what was left out.
func (p *parser) finish() {
	if p.twice > 0 {
		p.dump.warn("%d goroutines stand twice in the input (several dumps in one file?): the longer stack of each is kept",
			p.twice)
	}
	if p.odd > 0 {
		p.dump.warn("lines inside goroutines that were not understood, and left out: %d", p.odd)
	}
}

// clip bounds what is quoted from the input.
func clip(b []byte) []byte { return b[:min(len(b), 120)] }
