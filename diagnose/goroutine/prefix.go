package goroutine

import "bytes"

// prefix is what a log puts before each line: "web_1  | ", "2026-11-22T21:30:00Z stderr F ". It is learned at a header
// and taken off the lines after it. Digits may differ from line to line, also in number; all else must be equal.
type prefix struct{ text []byte }

func (p *prefix) learn(text []byte) {
	if len(text) <= 512 && !bytes.Equal(p.text, text) {
		p.text = bytes.Clone(text)
	}
}

// cut takes the prefix off, if the line has it. An application's own "goroutine 7 [running]:" in the middle of a
// message teaches a prefix that no other line has; then nothing is cut.
func (p *prefix) cut(line []byte) []byte {
	if p.text == nil {
		return line
	}
	i, j := 0, 0
	for i < len(p.text) {
		switch {
		case isDigit(p.text, i):
			if !isDigit(line, j) {
				return line
			}
			for isDigit(p.text, i) {
				i++
			}
			for isDigit(line, j) {
				j++
			}
		case j < len(line) && line[j] == p.text[i]:
			i, j = i+1, j+1
		case j == len(line) && len(bytes.TrimSpace(p.text[i:])) == 0:
			return nil // an empty line whose trailing blank was trimmed
		default:
			return line
		}
	}
	return line[j:]
}
