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
	headSlab        = 128  // goroutines
	wordSlab        = 1024
	maxGathered     = 64 << 10
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
	places  map[string]*place     // by the text of a position line
	heads   map[string]*Goroutine // what headers say in brackets, by its text
	steps   map[stepKey]*step
	start   step // before the innermost call
	section section
	prefix  prefix

	// Arguments, and other words that differ from one goroutine to the next, become strings many at a time: they are
	// gathered in text, and strings says where each belongs.
	text    []byte
	strings []gathered

	// The goroutine being read, and the free rests of slabs.
	g       *Goroutine
	gs      []Goroutine
	words   []string
	frames  []Frame // those of g, then the free ones
	n       int     // frames of g
	call    []byte  // the text of a call whose position is still to come
	calling bool
	at      *step // the frame read last, if the way to it is known
	odd     int   // lines inside goroutines that no rule knew
	twice   int
}

type gathered struct {
	to     *string
	lo, hi int
}

func newParser() *parser {
	p := &parser{dump: new(Dump), places: make(map[string]*place), heads: make(map[string]*Goroutine),
		steps: make(map[stepKey]*step)}
	p.names.seen = make(map[string]string)
	return p
}

// gather makes a string of what stands in the input, at the latest when the parser has finished.
func (p *parser) gather(to *string, text []byte) {
	lo := len(p.text)
	p.text = append(p.text, text...)
	p.strings = append(p.strings, gathered{to, lo, len(p.text)})
	if len(p.text) > maxGathered {
		p.flush()
	}
}

func (p *parser) flush() {
	all := string(p.text)
	for _, s := range p.strings {
		*s.to = all[s.lo:s.hi]
	}
	p.text, p.strings = p.text[:0], p.strings[:0]
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
	wordGoroutine   = []byte("goroutine ")
	wordCreatedBy   = []byte("created by ")
	wordInGoroutine = []byte(" in goroutine ")
	wordFatal       = []byte("fatal error: ")
)

// block takes whole lines of the input through the grammar; all of them, if the input ends with it.
func (p *parser) block(data []byte) {
	for len(data) > 0 {
		if p.section == inFrames && !p.calling && p.prefix.text == nil {
			if data = p.known(data); len(data) == 0 {
				return
			}
		}
		var line []byte
		var last bool
		line, data, last = cutLine(data)
		p.line(line, last)
	}
}

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
	g := p.parseHeader(line[at:])
	if g == nil {
		if at == 0 && last && isDigit(line, len(wordGoroutine)) {
			p.dump.warn("the dump is cut short inside a header: %q", clip(line))
		}
		return false
	}
	if at > 0 {
		p.prefix.learn(line[:at])
	}
	p.end()
	p.g, p.section, p.at = g, inFrames, &p.start
	return true
}

// position takes the line after a call or after "created by". A nil line says that there is none.
func (p *parser) position(line []byte, last bool) {
	p.calling = false
	at, ok := p.place(line)
	if p.section == inCreator {
		p.g.CreatedBy.File, p.g.CreatedBy.Line = at.file, at.line
		p.follow(at, string(wordCreatedBy)+p.g.CreatedBy.Func, p.g.CreatedBy.Func, true)
	} else {
		p.endCall(at)
	}
	switch {
	case ok:
		return
	case last:
		p.cutShort()
	case line[0] != '\t' && line[len(line)-1] == ')' && bytes.IndexByte(line, '(') > 0:
		p.odd++ // the position got lost: here is the next call
		p.call, p.calling = append(p.call[:0], line...), true
	default:
		p.odd++
	}
	p.at = nil
}

func (p *parser) cutShort() { p.dump.warn("the dump is cut short inside goroutine %d", p.g.ID) }

// endCall ends the frame whose call was read.
func (p *parser) endCall(at *place) {
	name, args := p.call, []byte(nil)
	if i := bytes.LastIndexByte(name, '('); i > 0 && name[len(name)-1] == ')' {
		name, args = name[:i], name[i+1:len(name)-1]
	} else {
		p.at = nil
	}
	printed := p.names.intern(name)
	fn := printed
	if fn == "panic" {
		fn = "runtime.gopanic" // printed under its source name
	}
	p.addFrame(fn, at, args)
	p.follow(at, printed, fn, false)
}

func (p *parser) addFrame(fn string, at *place, args []byte) {
	if p.n == len(p.frames) {
		p.flush() // the frames move
		grown := make([]Frame, max(frameSlab, 2*p.n))
		copy(grown, p.frames[:p.n])
		p.frames = grown
	}
	f := &p.frames[p.n]
	p.n++
	f.Func, f.File, f.Line = fn, at.file, at.line
	switch {
	case len(args) == 0:
	case string(args) == "...":
		// Only an inlined call has no offset in its position. A function with ten words of arguments or more also
		// ends in "...", but never consists of it.
		f.Args, f.Inlined = "...", !at.offset
	default:
		p.gather(&f.Args, args)
	}
}

// creator takes "created by main.main in goroutine 1".
func (p *parser) creator(line []byte) {
	p.section, p.calling = inCreator, true
	rest := line[len(wordCreatedBy):]
	if i := bytes.LastIndex(rest, wordInGoroutine); i >= 0 {
		if id, n := number(rest[i+len(wordInGoroutine):]); n > 0 {
			p.g.CreatorID, rest = id, rest[:i]
		}
	}
	p.g.CreatedBy.Func = p.names.intern(rest)
}

// origin takes the lines of GODEBUG=tracebackancestors: only who the ancestors were is kept.
func (p *parser) origin(line []byte) {
	if bytes.HasPrefix(line, []byte("["+originatingFrom)) {
		p.annotate(bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("[")), []byte("]:")))
	}
}

// annotate adds an annotation that does not stand in the header.
func (p *parser) annotate(text []byte) {
	p.flush() // those of the header move
	p.g.annotate(text, &p.names)
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
		p.annotate([]byte(noStack))
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
		p.endCall(new(place))
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
	if p.n > 0 {
		g.Frames = p.frames[:p.n:p.n]
		p.frames = p.frames[p.n:]
	}
	g.System = systemFrames(g)
	p.g, p.section, p.n, p.calling, p.at = nil, outside, 0, false, nil
	p.dump.Goroutines = append(p.dump.Goroutines, g)
}

// close ends the input.
func (p *parser) close() {
	p.end()
	p.flush()
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
