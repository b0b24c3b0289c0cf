package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/colorprofile"

	"innards/bench/measure"
)

// Width is the most columns the text takes.
const Width = 100

// perBlock is the most contenders that can stand beside the reference within Width.
const perBlock = 2

var (
	plain  = lipgloss.NewStyle()
	faster = plain.Foreground(lipgloss.Green)
	slower = plain.Foreground(lipgloss.Red)
	unsure = plain.Faint(true)
	best   = plain.Bold(true)
	head   = plain.Bold(true)
)

// A sheet is a table in the making: texts and the style of each.
type sheet struct {
	headers []string
	left    int // this many columns are aligned left, the others right
	rows    [][]string
	styles  [][]lipgloss.Style
}

func (s *sheet) add(cells ...styled) {
	var texts []string
	var styles []lipgloss.Style
	for _, cell := range cells {
		texts, styles = append(texts, cell.text), append(styles, cell.style)
	}
	s.rows, s.styles = append(s.rows, texts), append(s.styles, styles)
}

type styled struct {
	text  string
	style lipgloss.Style
}

func text(text string) styled { return styled{text, plain} }

func (s *sheet) String() string {
	t := table.New().Border(lipgloss.NormalBorder()).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).BorderColumn(false).
		Headers(s.headers...).Rows(s.rows...).
		StyleFunc(func(row, column int) lipgloss.Style {
			style := head
			if row != table.HeaderRow {
				style = s.styles[row][column]
			}
			if column >= s.left {
				style = style.Align(lipgloss.Right)
			}
			if column > 0 {
				style = style.PaddingLeft(2)
			}
			return style
		})
	var out strings.Builder
	for line := range strings.Lines(t.Render()) {
		out.WriteString(strings.TrimRight(line, " \n"))
		out.WriteByte('\n')
	}
	return out.String()
}

// Text writes the report for a reader: in colour if w is a terminal and the environment does not forbid it.
func Text(w io.Writer, environ []string, d Document) error {
	var out strings.Builder
	out.WriteString(figures(d))
	fmt.Fprintf(&out, "%s: ns per operation, and the ratio to %s with its %.2f interval; below 1 is faster\n",
		d.Area, d.Reference, d.Method.Confidence)
	out.WriteString(times(d))
	fmt.Fprintf(&out, "\n%s\n", legend(d))
	if len(d.Memory) > 0 {
		fmt.Fprintf(&out, "\nbytes per entry on the heap, grown from empty, without the bytes of strings\n\n%s", memorySheet(d))
	}
	out.WriteByte('\n')
	lines := aa(d)
	for _, warning := range d.Warnings {
		lines = append(lines, "warning: "+warning)
	}
	if n := doubtful(d); n > 0 {
		lines = append(lines, fmt.Sprintf("warnings about single cells, all of them in the JSON: %d", n))
	}
	for _, line := range append(lines, provenance(d)...) {
		fmt.Fprintln(&out, lipgloss.Wrap(line, Width, ""))
	}
	_, err := io.WriteString(coloured(w, environ), out.String())
	return err
}

// coloured lets colours through to w if it is a terminal and the environment does not forbid it.
func coloured(w io.Writer, environ []string) io.Writer {
	writer := colorprofile.NewWriter(w, environ)
	// colorprofile leaves bold and faint where NO_COLOR is set, and all colours where CLICOLOR_FORCE is too.
	if slices.ContainsFunc(environ, func(pair string) bool { return strings.HasPrefix(pair, "NO_COLOR=") && pair != "NO_COLOR=" }) {
		writer.Profile = colorprofile.NoTTY
	}
	return writer
}

// times lays the contenders out beside the reference, as many in a block as fit the width.
func times(d Document) string {
	rivals := len(d.Impls) - 1
	for beside := max(1, min(rivals, perBlock)); ; beside-- {
		var blocks strings.Builder
		for from := 0; from == 0 || from < rivals; from += beside {
			fmt.Fprintf(&blocks, "\n%s", timesSheet(d, span{from, min(from+beside, rivals)}))
		}
		if beside == 1 || lipgloss.Width(blocks.String()) <= Width {
			return blocks.String()
		}
	}
}

// span is some contenders that stand beside each other, by their place after the reference.
type span struct{ from, to int }

func timesSheet(d Document, block span) *sheet {
	s := &sheet{headers: []string{"operation", "key", "len", d.Reference}, left: 2}
	for _, impl := range d.Impls[1+block.from : 1+block.to] {
		s.headers = append(s.headers, impl, "ratio")
	}
	previous := ""
	for _, cell := range d.Cells {
		name := words(cell.Op)
		if name == previous {
			name = ""
		} else {
			previous = name
		}
		row := []styled{text(name), text(string(cell.Key)), text(grouped(cell.Len)), timed(cell, d.Reference)}
		for _, impl := range d.Impls[1+block.from : 1+block.to] {
			row = append(row, timed(cell, impl), judged(cell, impl))
		}
		s.add(row...)
	}
	mean := []styled{text("geomean"), text(""), text(""), text("")}
	for _, impl := range d.Impls[1+block.from : 1+block.to] {
		mean = append(mean, text(""), text(fmt.Sprintf("%-17s", meanOf(d, impl))))
	}
	if len(d.Geomean) > 0 {
		s.add(mean...)
	}
	return s
}

// timed is a lane's median; the fastest of the row stands out.
func timed(cell measure.Result, impl string) styled {
	lane := cell.Lane(impl)
	if lane == nil {
		return text("")
	}
	for _, other := range cell.Subjects {
		if other.Median < lane.Median {
			return text(figure(lane.Median))
		}
	}
	return styled{figure(lane.Median), best}
}

func judged(cell measure.Result, impl string) styled {
	lane := cell.Lane(impl)
	if lane == nil {
		return text("")
	}
	style := unsure
	switch lane.Ratio.Verdict {
	case measure.Faster:
		style = faster
	case measure.Slower:
		style = slower
	}
	return styled{ratio(*lane.Ratio), style}
}

func memorySheet(d Document) *sheet {
	s := &sheet{headers: append([]string{"key", "len"}, d.Impls...), left: 1}
	for _, weights := range weighings(d) {
		row := []styled{text(string(weights[0].Key)), text(grouped(weights[0].Len))}
		for _, impl := range d.Impls {
			row = append(row, text(weightOf(weights, impl)))
		}
		s.add(row...)
	}
	return s
}

// weighings groups the weights by key and length.
func weighings(d Document) [][]measure.Memory {
	var groups [][]measure.Memory
	for i, weight := range d.Memory {
		if i == 0 || weight.Key != d.Memory[i-1].Key || weight.Len != d.Memory[i-1].Len {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], weight)
	}
	return groups
}

// weightOf is a contender's weight in a group, or nothing.
func weightOf(weights []measure.Memory, impl string) string {
	for _, weight := range weights {
		if weight.Impl == impl {
			return figure(weight.BytesPerEntry)
		}
	}
	return ""
}
