package diagnose

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"innards/diagnose/hang"
)

// terminal gives a writer that keeps colours for a terminal and drops them elsewhere, and where NO_COLOR asks for it.
func terminal(w io.Writer) io.Writer { return colorprofile.NewWriter(w, os.Environ()) }

var (
	alarm  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	calm   = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Green)
	accent = lipgloss.NewStyle().Foreground(lipgloss.Cyan)
	faint  = lipgloss.NewStyle().Faint(true)
)

// writeHang writes the report for people: the verdicts, each with its evidence, then what else was seen.
func writeHang(w io.Writer, r *hangReport) error {
	var b bytes.Buffer
	if len(r.Verdicts) == 0 {
		fmt.Fprintf(&b, "%s in %s\n", calm.Render("no hang found"), printable(r.Target.String()))
	}
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "%s (%s, %d blocked): %s\n", alarm.Render(string(v.Class)), v.Confidence, v.Blocked, printable(v.Summary))
		writeEvidence(&b, v.Evidence)
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "%s: %s\n", printable(r.Target.String()), printable(states(r)))
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "%s\n", faint.Render("warning: "+printable(warning)))
	}
	if r.Out != "" {
		fmt.Fprintf(&b, "evidence in %s: innards ui %s\n", r.Out, r.Out)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// printable takes out what would move the cursor or change colours: a dump may come from anywhere.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func (t hangTarget) String() string {
	if t.Kind != "pid" {
		return t.Name
	}
	return fmt.Sprintf("pid %d (%s, %s)", t.PID, t.Exe, t.Go)
}

// writeEvidence writes a table. Paths are long, so the position comes last and is never cut: it is there to be copied.
func writeEvidence(b *bytes.Buffer, evidence []hang.Evidence) {
	rows := [][]string{{"goroutine", "role", "object", "func", "file:line"}}
	for _, e := range evidence {
		where := fmt.Sprintf("%s:%d", e.File, e.Line)
		if e.Detail != "" {
			where += "  (" + e.Detail + ")"
		}
		rows = append(rows, []string{fmt.Sprint(e.Goroutine), string(e.Role), printable(e.Object), printable(e.Func), printable(where)})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	for n, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			style := lipgloss.NewStyle()
			switch {
			case n == 0:
				style = faint
			case i == 1:
				style = accent
			}
			line.WriteString("  " + style.Render(cell))
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-lipgloss.Width(cell)))
			}
		}
		fmt.Fprintln(b, line.String())
	}
}

// states counts the goroutines by what they do, the most frequent first.
func states(r *hangReport) string {
	counts := make(map[string]int)
	for _, g := range r.dump.Goroutines {
		if !g.System {
			counts[cmp.Or(g.State, "unknown")]++
		}
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	parts := make([]string, 0, len(names))
	for i, name := range names {
		if i == 8 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return fmt.Sprintf("%d goroutines in %d states: %s", r.Goroutines, len(names), strings.Join(parts, ", "))
}
