package tour

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"innards/hashmap/explain"
)

const (
	columns  = 80
	longest  = 6 // letters of a key that a cell shows
	rowName  = 10
	rowCells = 8
)

var (
	heading = lipgloss.NewStyle().Bold(true)
	focus   = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Cyan)
	faint   = lipgloss.NewStyle().Faint(true)
	loud    = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	good    = lipgloss.NewStyle().Foreground(lipgloss.Green)
)

// WriteText writes a story for a terminal of 80 columns: each operation with its steps, and the layout where it became another
// in more than one cell, and at the end; with everyStep after each step.
func WriteText(w io.Writer, story *explain.Story, everyStep bool) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, seed %d\n", heading.Render(story.Title), story.Seed)
	for _, op := range story.Operations {
		title := fmt.Sprintf("%s %s", op.Do, op.Key)
		fmt.Fprintf(&b, "\n%s %s\n", heading.Render(title), faint.Render("─── "+op.Result))
		draw := false
		for n, step := range op.Steps {
			writeStep(&b, n+1, step)
			switch step.Kind {
			case explain.Grew, explain.Alarm, explain.Moved, explain.Marked:
				draw = true
			}
			if everyStep {
				writeLayout(&b, &story.States[step.State], step.At)
			}
		}
		if draw && !everyStep {
			last := op.Steps[len(op.Steps)-1]
			writeLayout(&b, &story.States[op.After], last.At)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", heading.Render("in the end"))
	writeLayout(&b, &story.States[len(story.States)-1], nil)
	fmt.Fprintf(&b, "\n%s\n", faint.Render("step by step: innards ui, then /explain/"+story.Structure))
	_, err := w.Write(b.Bytes())
	return err
}

// writeStep writes a step, folded to the width of the terminal.
func writeStep(b *bytes.Buffer, n int, step explain.Step) {
	style := lipgloss.NewStyle()
	switch step.Kind {
	case explain.Alarm:
		style = loud
	case explain.Grew, explain.Moved, explain.Marked:
		style = focus
	case explain.Wrote, explain.Result:
		style = good
	}
	lines := fold(step.Say, columns-5)
	for i, line := range lines {
		number := "   "
		if i == 0 {
			number = fmt.Sprintf("%3d", n)
		}
		fmt.Fprintf(b, "%s  %s\n", faint.Render(number), style.Render(line))
	}
}

// fold breaks a text at spaces into lines of at most width columns, unless a word is longer.
func fold(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && lipgloss.Width(line)+1+lipgloss.Width(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// writeLayout draws a layout; the cells and rows at are marked with brackets and colour.
func writeLayout(b *bytes.Buffer, l *explain.Layout, at []string) {
	fmt.Fprintf(b, "     %s\n", faint.Render(l.Shape+"; "+or(l.Fill, "empty")))
	if l.Slides {
		writeTree(b, l, at)
		return
	}
	width, notes := 2, false
	for _, row := range l.Rows {
		for _, cell := range row.Cells {
			width = max(width, lipgloss.Width(shown(cell)), lipgloss.Width(cell.Note))
			notes = notes || cell.Note != ""
		}
	}
	part := ""
	for _, row := range l.Rows {
		if row.Part != part {
			part = row.Part
			fmt.Fprintf(b, "     %s\n", part)
		}
		for first := 0; first < len(row.Cells); first += rowCells {
			cells := row.Cells[first:min(first+rowCells, len(row.Cells))]
			name, mark := row.Name, "  "
			if first > 0 {
				name = "  goes on"
			}
			if slices.Contains(at, row.ID) {
				mark = focus.Render("> ")
			}
			keys, below := pad(name, rowName), strings.Repeat(" ", rowName)
			for _, cell := range cells {
				keys += drawn(cell, width, slices.Contains(at, cell.ID))
				below += " " + pad(cell.Note, width) + " "
			}
			note := row.Note
			if first == 0 && note != "" && lipgloss.Width(keys)+lipgloss.Width(note)+6 <= columns {
				keys, note = keys+" "+faint.Render(note), ""
			}
			fmt.Fprintf(b, "   %s%s\n", mark, strings.TrimRight(keys, " "))
			if strings.TrimSpace(below) != "" && notes {
				fmt.Fprintf(b, "     %s\n", faint.Render(strings.TrimRight(below, " ")))
			}
			if first == 0 && note != "" {
				fmt.Fprintf(b, "     %s\n", pad("", rowName)+" "+faint.Render(note))
			}
		}
	}
}

// writeTree draws the levels of a tree, as many nodes in a line as there is room for.
func writeTree(b *bytes.Buffer, l *explain.Layout, at []string) {
	width := 2
	for _, row := range l.Rows {
		for _, cell := range row.Cells {
			width = max(width, lipgloss.Width(shown(cell)))
		}
	}
	line, part := "", ""
	flush := func() {
		if line != "" {
			fmt.Fprintf(b, "     %s\n", strings.TrimRight(line, " "))
		}
		line = ""
	}
	for _, row := range l.Rows {
		node := "│"
		for _, cell := range row.Cells {
			node += drawn(cell, width, slices.Contains(at, cell.ID))
		}
		node += "│ "
		if slices.Contains(at, row.ID) {
			node = focus.Render(node)
		}
		if row.Part != part {
			flush()
			part = row.Part
			line = pad(part, rowName)
		} else if lipgloss.Width(line)+lipgloss.Width(node) > columns-5 {
			flush()
			line = pad("", rowName)
		}
		line += node
	}
	flush()
}

// drawn is a cell of a width, with a margin that takes the brackets of one in focus.
func drawn(cell explain.Cell, width int, focused bool) string {
	text := shown(cell)
	space := strings.Repeat(" ", max(0, width-lipgloss.Width(text)))
	switch {
	case focused:
		return focus.Render("[" + text + "]" + space)
	case cell.State == explain.Full:
		return " " + text + space + " "
	}
	return " " + faint.Render(text) + space + " "
}

// shown is what a cell shows: its key, cut if need be, or a sign for what it is.
func shown(cell explain.Cell) string {
	switch cell.State {
	case explain.Empty:
		return "·"
	case explain.Tombstone:
		return "†"
	case explain.Hole:
		return "○"
	}
	if letters := []rune(cell.Key); len(letters) > longest {
		return string(letters[:longest-1]) + "…"
	}
	return cell.Key
}

func pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-lipgloss.Width(s))) }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
