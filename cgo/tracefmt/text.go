package tracefmt

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// textMagic is the first line of every text.
const textMagic = "innards trace 1"

// SyntaxError is a line of a text that makes no sense.
type SyntaxError struct {
	File string
	Line int
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// ReadText reads a trace in the form that doc.go describes. A line that makes no sense is left out and comes back as a
// *SyntaxError; the rest of the text is read all the same. The error is that of r, or of a text that is no trace at all.
func ReadText(r io.Reader, name string) (*Trace, []error, error) {
	p := &textReader{
		name: name,
		t:    &Trace{Period: 1, Stacks: map[uint32]Stack{}, Frames: map[uint64][]Frame{}},
		next: 1 << 40, // addresses for every lines: far from those that people write
	}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		p.line++
		text, _, _ := strings.Cut(lines.Text(), "#")
		if p.line == 1 {
			if strings.TrimSpace(text) != textMagic {
				return nil, nil, fmt.Errorf("tracefmt: %s: no trace: the first line is not %q", name, textMagic)
			}
			continue
		}
		if words := strings.Fields(text); len(words) > 0 {
			p.directive(words)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("tracefmt: read %s: %w", name, err)
	}
	if p.line == 0 {
		return nil, nil, fmt.Errorf("tracefmt: %s: no trace: it is empty", name)
	}
	slices.SortStableFunc(p.t.Events, func(a, b Event) int { return int(a.Time - b.Time) })
	if n := len(p.t.Events); p.t.End == 0 && n > 0 {
		p.t.End = p.t.Events[n-1].Time
	}
	p.t.Events = slices.DeleteFunc(p.t.Events, func(e Event) bool { return e.Time > p.t.End })
	return p.t, p.errs, nil
}

type textReader struct {
	t     *Trace
	name  string
	line  int
	next  uint64
	words []string // of the line, not yet taken
	bad   string   // the first complaint about the line
	errs  []error
}

func (p *textReader) directive(words []string) {
	p.words, p.bad = words, ""
	word := p.word("directive")
	t := p.t
	switch word {
	case "period":
		if n := p.number(); p.done() {
			t.Period = max(n, 1)
		}
	case "begin":
		if d := p.duration(); p.done() {
			t.Begin = d
		}
	case "end":
		if d := p.duration(); p.done() {
			t.End = d
		}
	case "lost":
		if l := (Lost{Allocs: p.number(), Frees: p.number(), Stacks: p.number()}); p.done() {
			t.Lost = l
		}
	case "module":
		m := Module{Start: p.number(), End: p.number(), Bias: p.number()}
		if len(p.words) > 0 {
			m.Path = strings.Join(p.words, " ")
			p.words = nil
		}
		if p.done() {
			t.Modules = append(t.Modules, m)
		}
	case "stack":
		p.stack()
	case "frame":
		p.frame()
	case "every":
		p.every()
	default:
		p.event(word)
	}
	if p.bad != "" {
		p.errs = append(p.errs, &SyntaxError{File: p.name, Line: p.line, Msg: p.bad})
	}
}

func (p *textReader) stack() {
	name := p.number()
	hook := slices.Index(hookNames[:], p.word("function of the allocator"))
	if hook < 0 {
		p.complain("not a function of the allocator; known: %s", strings.Join(hookNames[:], " "))
	}
	s := Stack{Hook: Hook(max(hook, 0))}
	to := &s.C
	for len(p.words) > 0 && p.bad == "" {
		switch p.words[0] {
		case "c":
			to = &s.C
			p.words = p.words[1:]
		case "go":
			to = &s.Go
			p.words = p.words[1:]
		default:
			*to = append(*to, p.number())
		}
	}
	if p.done() {
		p.t.Stacks[uint32(name)] = s
	}
}

func (p *textReader) frame() {
	addr := p.number()
	f := Frame{}
	switch origin := p.word("c, main, dependency or std"); origin {
	case "c":
	case "main", "dependency", "std":
		f.Go, f.Origin = true, origin
	default:
		p.complain("%q is none of c, main, dependency, std", origin)
	}
	f.Func = p.word("function")
	if len(p.words) > 0 {
		place := p.word("FILE:LINE")
		colon := strings.LastIndexByte(place, ':')
		line, err := strconv.Atoi(place[colon+1:])
		if colon < 0 || err != nil {
			p.complain("%q is no FILE:LINE", place)
		}
		f.File, f.Line = place[:max(colon, 0)], line
	}
	if p.done() {
		p.t.Frames[addr] = append(p.t.Frames[addr], f)
	}
}

// event reads "TIME alloc ADDR SIZE STACK", "TIME free ADDR" and "TIME start".
func (p *textReader) event(time string) {
	p.words = append([]string{time}, p.words...)
	e := Event{Time: p.duration()}
	switch kind := p.word("alloc, free or start"); kind {
	case "alloc":
		e.Kind, e.Addr, e.Size, e.Stack = Alloc, p.number(), p.number(), uint32(p.number())
	case "free":
		e.Kind, e.Addr = Free, p.number()
	case "start":
		e.Kind = Start
	default:
		p.complain("%q is no event; known: alloc free start", kind)
	}
	if p.done() {
		p.t.Events = append(p.t.Events, e)
	}
}

// every reads "every STEP FROM TO alloc SIZE STACK [keep LIFETIME | until TIME]": one block at FROM and after each STEP,
// before TO; each is freed after its LIFETIME, or all at that TIME.
func (p *textReader) every() {
	step, from, to := p.duration(), p.duration(), p.duration()
	if word := p.word("alloc"); word != "alloc" {
		p.complain("%q instead of alloc", word)
	}
	size, stack := p.number(), uint32(p.number())
	var keep, until time.Duration
	if len(p.words) > 0 {
		switch word := p.word("keep or until"); word {
		case "keep":
			keep = p.duration()
		case "until":
			until = p.duration()
		default:
			p.complain("%q instead of keep or until", word)
		}
	}
	if step <= 0 || (to-from)/max(step, 1) > 1e6 {
		p.complain("a step of %v from %v to %v is not between one and a million blocks", step, from, to)
	}
	if !p.done() {
		return
	}
	for at := from; at < to; at += step {
		p.t.Events = append(p.t.Events, Event{Time: at, Kind: Alloc, Addr: p.next, Size: size, Stack: stack})
		if keep > 0 || until > 0 {
			p.t.Events = append(p.t.Events, Event{Time: max(at+keep, until), Kind: Free, Addr: p.next})
		}
		p.next += (max(size, 16) + 15) &^ 15
	}
}

func (p *textReader) complain(format string, args ...any) {
	if p.bad == "" {
		p.bad = fmt.Sprintf(format, args...)
	}
}

// done says whether the line was read to its end without complaint.
func (p *textReader) done() bool {
	if len(p.words) > 0 {
		p.complain("%q is more than the line takes", p.words[0])
	}
	return p.bad == ""
}

func (p *textReader) word(what string) string {
	if len(p.words) == 0 {
		p.complain("the line ends where %s should stand", what)
		return ""
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

func (p *textReader) number() uint64 {
	w := p.word("a number")
	n, err := strconv.ParseUint(w, 0, 64)
	if err != nil {
		p.complain("%q is no number", w)
	}
	return n
}

func (p *textReader) duration() time.Duration {
	w := p.word("a time")
	d, err := time.ParseDuration(w)
	if err != nil || d < 0 {
		p.complain("%q is no time such as 1.5s", w)
	}
	return d
}

// WriteText writes a trace so that ReadText gives the same again.
func WriteText(w io.Writer, t *Trace) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\nperiod %d\nbegin %v\nend %v\nlost %d %d %d\n",
		textMagic, t.Period, t.Begin, t.End, t.Lost.Allocs, t.Lost.Frees, t.Lost.Stacks)
	for _, m := range t.Modules {
		fmt.Fprintf(b, "module %#x %#x %#x %s\n", m.Start, m.End, m.Bias, m.Path)
	}
	for _, addr := range sortedKeys(t.Frames) {
		for _, f := range t.Frames[addr] {
			origin := f.Origin
			if !f.Go {
				origin = "c"
			}
			fmt.Fprintf(b, "frame %#x %s %s", addr, origin, f.Func)
			if f.File != "" {
				fmt.Fprintf(b, " %s:%d", f.File, f.Line)
			}
			fmt.Fprintln(b)
		}
	}
	for _, name := range sortedKeys(t.Stacks) {
		s := t.Stacks[name]
		fmt.Fprintf(b, "stack %d %v", name, s.Hook)
		for _, part := range []struct {
			lang string
			pcs  []uint64
		}{{"c", s.C}, {"go", s.Go}} {
			if len(part.pcs) > 0 {
				fmt.Fprintf(b, " %s", part.lang)
			}
			for _, pc := range part.pcs {
				fmt.Fprintf(b, " %#x", pc)
			}
		}
		fmt.Fprintln(b)
	}
	for _, e := range t.Events {
		switch e.Kind {
		case Alloc:
			fmt.Fprintf(b, "%v alloc %#x %d %d\n", e.Time, e.Addr, e.Size, e.Stack)
		case Free:
			fmt.Fprintf(b, "%v free %#x\n", e.Time, e.Addr)
		case Start:
			fmt.Fprintf(b, "%v start\n", e.Time)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("tracefmt: write text: %w", err)
	}
	return nil
}

func sortedKeys[K uint32 | uint64, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
