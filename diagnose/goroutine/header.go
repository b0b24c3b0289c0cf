package goroutine

import (
	"bytes"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"
)

// A header is, with everything that Go 1.26 may put into it,
//
//	goroutine 7 gp=0xc000002380 m=nil [chan receive (leaked) (scan) (durable), 5 minutes, locked to thread,
//	                                   synctest bubble 2 labels:{"k": "v"}]:      (on one line)
//
// A wait reason may itself hold parentheses, as in "select (no cases)" and "chan receive (nil chan)".

const (
	maxAnnotations = 16
	maxLabels      = 64
)

// parseHeader reads a header. It gives nil where the line is none.
func (p *parser) parseHeader(line []byte) *Goroutine {
	rest := line[len(wordGoroutine):]
	id, n := number(rest)
	if n == 0 || n == len(rest) {
		return nil
	}
	rest = rest[n:]
	open := bytes.IndexByte(rest, '[')
	if open < 1 || !bytes.HasSuffix(rest, []byte("]:")) {
		return nil
	}
	body := rest[open+1 : len(rest)-2]
	head, ok := p.heads[string(body)]
	if !ok {
		head = p.parseBody(body)
		if len(p.heads) < maxHeads && len(body) <= maxHead {
			p.heads[string(body)] = head
		}
	}
	annotations, ok := p.annotations(rest[:open], head.Annotations)
	if !ok {
		return nil
	}
	if len(p.gs) == 0 {
		p.gs = make([]Goroutine, headSlab)
	}
	g := &p.gs[0]
	p.gs = p.gs[1:]
	g.ID, g.State, g.Waiting, g.LockedToThread = id, head.State, head.Waiting, head.LockedToThread
	g.Labels, g.Annotations = maps.Clone(head.Labels), annotations
	return g
}

// Headers differ little: most of what they say in brackets was there before. What is remembered is bounded.
const (
	maxHeads = 1 << 10
	maxHead  = 256
)

// annotations takes what stands before the brackets, gp=0x… m=0 mp=0x…, and adds what was found inside.
func (p *parser) annotations(text []byte, inside []string) (all []string, ok bool) {
	n := 0
	for word := range bytes.FieldsSeq(text) {
		if bytes.IndexByte(word, '=') < 0 {
			return nil, false
		}
		n++
	}
	if n = min(n, maxAnnotations); n+len(inside) == 0 {
		return nil, true
	}
	inside = inside[:min(len(inside), maxAnnotations-n)]
	if len(p.words) < n+len(inside) {
		p.words = make([]string, wordSlab)
	}
	all, p.words = p.words[:n+len(inside):n+len(inside)], p.words[n+len(inside):]
	i := 0
	for word := range bytes.FieldsSeq(text) {
		if i == n {
			break
		}
		p.gather(&all[i], clip(word))
		i++
	}
	copy(all[n:], inside)
	return all, true
}

// parseBody reads what stands in the brackets.
func (p *parser) parseBody(body []byte) *Goroutine {
	g, names := new(Goroutine), &p.names
	if i := bytes.Index(body, []byte(" labels:{")); i >= 0 && body[len(body)-1] == '}' {
		g.Labels = parseLabels(string(body[i+len(" labels:{") : len(body)-1]))
		body = body[:i]
	}
	first := true
	for part := range bytes.SplitSeq(body, []byte(", ")) {
		minutes, digits := number(part)
		switch {
		case first:
			g.State = names.intern(g.cutMarks(part, names))
		case digits > 0 && bytes.HasPrefix(part[digits:], []byte(" minute")):
			g.Waiting = time.Duration(min(minutes, math.MaxInt64/int64(time.Minute))) * time.Minute
		case string(part) == "locked to thread":
			g.LockedToThread = true
		default:
			g.annotate(part, names)
		}
		first = false
	}
	return g
}

// cutMarks takes the marks off the end of a status: they tell about the moment, not what it waits for.
func (g *Goroutine) cutMarks(status []byte, names *interner) []byte {
	for len(status) > 0 && status[len(status)-1] == ')' {
		i := bytes.LastIndex(status, []byte(" ("))
		if i < 0 {
			break
		}
		mark := status[i+2 : len(status)-1]
		switch string(mark) {
		case "leaked", "scan", "durable":
		default:
			return status // "(nil chan)", "(no cases)", "(idle)"
		}
		g.annotate(mark, names)
		status = status[:i]
	}
	return status
}

func (g *Goroutine) annotate(part []byte, names *interner) {
	if len(g.Annotations) < maxAnnotations {
		g.Annotations = append(g.Annotations, names.intern(clip(part)))
	}
}

// parseLabels reads `"k": "v", "k2": "v2"`. The runtime escapes as strconv.Quote does, except that it prints runes
// above ASCII as \u escapes. It stops at the first thing it does not know.
func parseLabels(s string) map[string]string {
	labels := make(map[string]string)
	for s != "" && len(labels) < maxLabels {
		key, err := strconv.QuotedPrefix(s)
		if err != nil {
			break
		}
		s = strings.TrimPrefix(strings.TrimPrefix(s[len(key):], ":"), " ") // a profile of debug=1 prints no blank
		value, err := strconv.QuotedPrefix(s)
		if err != nil {
			break
		}
		s = strings.TrimPrefix(s[len(value):], ", ")
		k, err := strconv.Unquote(key)
		if err != nil {
			break
		}
		v, err := strconv.Unquote(value)
		if err != nil {
			break
		}
		labels[k] = v
	}
	return labels
}

// number reads the decimal digits at the start of b; n of them. One that does not fit counts as none.
func number(b []byte) (v int64, n int) {
	for n < len(b) && b[n]-'0' <= 9 {
		if n == 18 {
			return 0, 0
		}
		v = v*10 + int64(b[n]-'0')
		n++
	}
	return v, n
}

func isDigit(b []byte, i int) bool { return i < len(b) && b[i]-'0' <= 9 }
