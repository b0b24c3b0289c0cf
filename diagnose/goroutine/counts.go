package goroutine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseCounts reads a goroutine profile in the text form of debug=1:
//
//	goroutine profile: total 7
//	5 @ 0x43e5ce 0x44f0a5 0x499fb9 0x46b7c1
//	# labels: {"k":"v"}
//	#	0x499fb8	main.worker+0x38	/src/main.go:12
//
// It holds less than ParseProfile's: no ids, no wait reasons, no ages, and no frames of the runtime at the top of a stack,
// so most states are not known.
func ParseCounts(r io.Reader) (*Dump, error) {
	d := &Dump{Warnings: []string{"a profile has no goroutine ids, wait reasons or ages: states are inferred from frames"}}
	var g *Goroutine
	count, odd, seen := int64(0), 0, false
	end := func() {
		if g == nil {
			return
		}
		g.State = stateOf(g.Frames)
		g.System = len(g.Frames) > 0 && systemProfiled(g)
		if room := int64(maxProfiled - len(d.Goroutines)); count > room {
			d.Warnings = append(d.Warnings, fmt.Sprintf("a stack counts %d goroutines; only %d are kept", count, room))
			count = room
		}
		for range count {
			d.Goroutines = append(d.Goroutines, g)
		}
		g = nil
	}
	err := allLines(r, func(line []byte, _ bool) {
		switch n, digits := number(line); {
		case bytes.HasPrefix(line, []byte("goroutine profile: total ")):
			seen = true
		case digits > 0 && bytes.HasPrefix(line[digits:], []byte(" @")):
			end()
			g, count = new(Goroutine), n
		case len(line) == 0:
			end()
		case g != nil && bytes.HasPrefix(line, []byte("# labels: {")):
			g.Labels = parseCountLabels(string(line[len("# labels: {"):]))
		case g != nil && line[0] == '#':
			if f, ok := countedFrame(string(line)); ok {
				g.Frames = append(g.Frames, f)
			} else {
				odd++
			}
		default:
			odd++
		}
	})
	end()
	switch {
	case !seen:
		return nil, errors.New("no goroutine profile in the input: it does not begin with \"goroutine profile: total\"")
	case err != nil:
		d.Warnings = append(d.Warnings, fmt.Sprintf("reading stopped early: %v", err))
	}
	if odd > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("lines that were not understood, and left out: %d", odd))
	}
	return d, nil
}

// countedFrame reads "#\t0x499fb8\tmain.worker+0x38\t/src/main.go:12", whose columns are padded with tabs.
func countedFrame(line string) (Frame, bool) {
	fields := strings.FieldsFunc(line, func(r rune) bool { return r == '\t' })
	if len(fields) != 4 || !strings.HasPrefix(fields[1], "0x") {
		return Frame{}, false
	}
	name, at := fields[2], fields[3]
	if i := strings.LastIndex(name, "+0x"); i > 0 {
		name = name[:i]
	}
	colon := strings.LastIndexByte(at, ':')
	if colon < 1 {
		return Frame{}, false
	}
	n, digits := number([]byte(at[colon+1:]))
	if digits == 0 || digits > 9 {
		return Frame{}, false
	}
	return Frame{Func: name, File: at[:colon], Line: int(n)}, true
}

// parseCountLabels reads what stands in the braces: keys and values as in a header, but with no blank after the colon.
func parseCountLabels(s string) map[string]string {
	s = strings.TrimSuffix(s, "}")
	return parseLabels(s)
}
