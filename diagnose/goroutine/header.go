package goroutine

import (
	"bytes"
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

// parseHeader reads a header. ok is false where the line is none.
func parseHeader(line []byte, names *interner) (g *Goroutine, ok bool) {
	rest := line[len(wordGoroutine):]
	id, n := number(rest)
	if n == 0 || n == len(rest) {
		return nil, false
	}
	rest = rest[n:]
	open := bytes.IndexByte(rest, '[')
	if open < 1 || !bytes.HasSuffix(rest, []byte("]:")) {
		return nil, false
	}
	g = &Goroutine{ID: id}
	for _, word := range bytes.Fields(rest[:open]) { // gp=0x… m=0 mp=0x…
		if bytes.IndexByte(word, '=') < 0 {
			return nil, false
		}
		g.annotate(word, names)
	}
	body := rest[open+1 : len(rest)-2]
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
	return g, true
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
