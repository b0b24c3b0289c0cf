package report

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"innards/bench/measure"
)

// A demand is a figure that one contender has to reach, with what it came to.
type demand struct {
	figure measure.Figure
	value  measure.Value
}

// demands lists what the contenders have to reach, in the figures' order.
func demands(d Document) []demand {
	var all []demand
	for _, figure := range d.Figures {
		for _, value := range figure.Values {
			if value.Must != nil {
				all = append(all, demand{figure, value})
			}
		}
	}
	return all
}

// name is the figure's, with the contender's before it unless the area is about that one.
func (m demand) name(d Document) string {
	if m.value.Impl == d.Main {
		return m.figure.Name
	}
	return m.value.Impl + ": " + m.figure.Name
}

func (m demand) must() string { return "<= " + amount(*m.value.Must, m.figure.Unit) }

// verdict says whether the figure is reached. A question mark: the spread has values on both sides of the limit.
func (m demand) verdict() styled {
	switch {
	case m.value.Missing != "":
		return styled{"not measured", unsure}
	case m.value.Met() && m.value.Sure():
		return styled{"yes", faster}
	case m.value.Met():
		return styled{"yes?", faster}
	case m.value.Sure():
		return styled{"no", slower}
	}
	return styled{"no?", slower}
}

// amount writes a value with its unit.
func amount(x float64, unit string) string {
	if unit == "" {
		return factor(x)
	}
	return figure(x) + " " + unit
}

// spread writes the interval in brackets, the range with three dots.
func spread(f measure.Figure, v measure.Value) string {
	switch {
	case v.Missing != "":
		return ""
	case f.Spread == measure.Interval:
		return fmt.Sprintf("[%s, %s]", factor(v.Lo), factor(v.Hi))
	case f.Unit == "":
		return factor(v.Lo) + " ... " + factor(v.Hi)
	}
	return figure(v.Lo) + " ... " + figure(v.Hi)
}

// measured is the value, or a dash.
func measured(f measure.Figure, v measure.Value) string {
	if v.Missing != "" {
		return "-"
	}
	return amount(v.Median, f.Unit)
}

// figureHeader is that of the table of what must be reached, as each format has it.
func figureHeader(cells bool) []string {
	header := []string{"figure", "must", "measured", "spread", "met"}
	if cells {
		header = append(header, "worst cell")
	}
	return header
}

// someWorst says whether one of them is the worst of several cells.
func someWorst(d Document) bool {
	return slices.ContainsFunc(demands(d), func(m demand) bool { return m.value.Cell != "" })
}

// figuresSheet is the table of what must be reached, and what was; with the cells that were the worst of several, or without.
func figuresSheet(d Document, cells bool) *sheet {
	s := &sheet{headers: append(figureHeader(cells), d.Reference), left: 1}
	for _, m := range demands(d) {
		beside := ""
		if reference, ok := m.figure.Of(d.Reference); ok {
			beside = measured(m.figure, reference)
		}
		row := []styled{text(m.name(d)), text(m.must()), {measured(m.figure, m.value), best}, text(spread(m.figure, m.value)), m.verdict()}
		if cells {
			row = append(row, text(m.value.Cell))
		}
		s.add(append(row, text(beside))...)
	}
	return s
}

// others has the same figures of the contenders that the area is not about, in as many tables as the width asks for.
func others(d Document) string {
	var impls []string
	for _, impl := range d.Impls {
		if impl != d.Main && impl != d.Reference {
			impls = append(impls, impl)
		}
	}
	for beside := len(impls); beside > 0; beside-- {
		var tables strings.Builder
		for some := range slices.Chunk(impls, beside) {
			if s := othersSheet(d, some); len(s.rows) > 0 {
				fmt.Fprintf(&tables, "\n%s", s)
			}
		}
		if beside == 1 || lipgloss.Width(tables.String()) <= Width {
			return tables.String()
		}
	}
	return ""
}

func othersSheet(d Document, impls []string) *sheet {
	s := &sheet{headers: append([]string{"figure"}, impls...), left: 1}
	for _, f := range d.Figures {
		row, some := []styled{text(f.Name)}, false
		for _, impl := range impls {
			value, ok := f.Of(impl)
			if !ok {
				value.Missing = "not tried"
			}
			row = append(row, text(measured(f, value)))
			some = some || value.Missing == ""
		}
		if some {
			s.add(row...)
		}
	}
	return s
}

// remarks explain the figures: which cell it was unless that stands elsewhere, why something is missing, how it was measured.
func remarks(d Document, cells bool) []string {
	var lines []string
	names := make(map[string][]string) // of the figures that share a reason or a method
	under := func(what, name string) {
		if len(names[what]) == 0 {
			lines = append(lines, what)
		}
		names[what] = append(names[what], name)
	}
	for _, m := range demands(d) {
		switch {
		case m.value.Missing != "":
			under("not measured: "+m.value.Missing, m.name(d))
		case m.value.Cell != "" && cells:
			under(m.value.Cell, m.name(d))
		case m.value.Note != "":
			under(m.value.Note, m.name(d))
		}
	}
	for _, f := range d.Figures {
		under(f.How, f.Name)
	}
	for i, what := range lines {
		lines[i] = strings.Join(names[what], "; ") + ": " + what
		if n := len(names[what]); n > 2 {
			lines[i] = fmt.Sprintf("%d figures: %s", n, what)
		}
	}
	return lines
}

// figures writes the whole of it, or nothing.
func figures(d Document) string {
	if len(d.Figures) == 0 {
		return ""
	}
	cells := someWorst(d)
	table := figuresSheet(d, cells).String()
	if cells && lipgloss.Width(table) > Width {
		cells, table = false, figuresSheet(d, false).String()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s: what must be reached, ratios to %s; built for %s\n\n%s", d.Area, d.Reference, d.Machine.Level(), table)
	out.WriteString(others(d))
	out.WriteByte('\n')
	for _, line := range remarks(d, !cells) {
		fmt.Fprintln(&out, lipgloss.Wrap(line, Width, ""))
	}
	out.WriteByte('\n')
	return out.String()
}
