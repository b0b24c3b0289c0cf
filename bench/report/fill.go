package report

import (
	"fmt"
	"strings"
)

// Marks of a section in a text, each on a line of its own. What stands between them belongs to the program.
const (
	beginMark = "<!-- begin: "
	endMark   = "<!-- end: "
	closeMark = " -->"
)

// Fill replaces what stands between the marks of each section,
//
//	<!-- begin: NAME -->
//	...
//	<!-- end: NAME -->
//
// by its content, and leaves all else as it is, to the byte. A section that content does not know stays as it is, too.
func Fill(text string, content func(name string) (string, bool, error)) (string, error) {
	var out strings.Builder
	inside, replaced := "", false
	for line := range strings.Lines(text) {
		switch name, kind := mark(line); kind {
		case beginMark:
			if inside != "" {
				return "", fmt.Errorf("report: section %q begins within %q: give %q its end mark first", name, inside, inside)
			}
			fresh, known, err := content(name)
			if err != nil {
				return "", err
			}
			inside, replaced = name, known
			out.WriteString(line)
			if known {
				out.WriteString(fresh)
			}
			continue
		case endMark:
			if name != inside {
				return "", fmt.Errorf("report: section %q ends, and was not begun: check the marks", name)
			}
			inside, replaced = "", false
		}
		if !replaced {
			out.WriteString(line)
		}
	}
	if inside != "" {
		return "", fmt.Errorf("report: section %q has no end: add the line %q", inside, endMark+inside+closeMark)
	}
	return out.String(), nil
}

// mark returns the name and the kind of a mark; the kind is empty for any other line.
func mark(line string) (name, kind string) {
	line = strings.TrimRight(line, "\r\n")
	for _, kind := range []string{beginMark, endMark} {
		if rest, ok := strings.CutPrefix(line, kind); ok {
			if name, ok := strings.CutSuffix(rest, closeMark); ok && name != "" {
				return name, kind
			}
		}
	}
	return "", ""
}
