package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"innards/bench/measure"
	"innards/bench/workload"
)

// ComparisonSchema names the shape of the JSON of a comparison.
const ComparisonSchema = "innards.bench-compare/1"

// A Comparison is what has changed between two runs.
type Comparison struct {
	Schema  string         `json:"schema"`
	Area    string         `json:"area"`
	Changes []CellChange   `json:"changes"`
	Figures []FigureChange `json:"figures"`
	// AA has the reference's twin, which nobody has changed: what is certain about it is a false alarm.
	AA       []CellChange `json:"aa"`
	Warnings []string     `json:"warnings"`
}

// A CellChange is one contender's in one cell.
type CellChange struct {
	workload.Cell
	Impl string `json:"impl"`
	measure.Change
	Verdict measure.Verdict `json:"verdict"`
}

// A FigureChange is a contender's figure that does not come from cells: bytes, pauses, instructions.
type FigureChange struct {
	Name    string          `json:"name"`
	Unit    string          `json:"unit"`
	Impl    string          `json:"impl"`
	Old     measure.Value   `json:"old"`
	New     measure.Value   `json:"new"`
	Verdict measure.Verdict `json:"verdict"`
}

// figureTolerance is how much a range has to lie above another to count as worse.
const figureTolerance = 1.05

// Read reads the JSON of a run, given by the file or by the directory that the run is kept in.
func Read(path string) (Document, error) {
	var d Document
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "report.json")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return d, fmt.Errorf("bench: read a run: %w: give the directory of a run with --out", err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("bench: read the run %s: %w: give the directory of a run with --out", path, err)
	}
	if d.Schema != Schema {
		return d, fmt.Errorf("bench: read the run %s: its schema is %q, want %q: give the directory of a run with --out",
			path, d.Schema, Schema)
	}
	return d, nil
}

// Compare compares two runs of one area.
func Compare(old, now Document) (Comparison, error) {
	c := Comparison{
		Schema: ComparisonSchema, Area: now.Area,
		Changes: []CellChange{}, Figures: []FigureChange{}, AA: []CellChange{}, Warnings: []string{},
	}
	if old.Area != now.Area || old.Reference != now.Reference {
		return c, fmt.Errorf("bench: compare runs of %s against %s with runs of %s against %s: try two of one area",
			old.Area, old.Reference, now.Area, now.Reference)
	}
	for _, differs := range []struct{ what, old, now string }{
		{"processor", old.Machine.CPU, now.Machine.CPU}, {"Go", old.Machine.Go, now.Machine.Go},
		{"build", old.Machine.Level(), now.Machine.Level()}, {"clock", old.Method.Clock, now.Method.Clock},
	} {
		if differs.old != differs.now {
			c.Warnings = append(c.Warnings, fmt.Sprintf("another %s: %s, then %s", differs.what, differs.old, differs.now))
		}
	}
	for _, cell := range now.Cells {
		i := slices.IndexFunc(old.Cells, func(r measure.Result) bool { return r.Cell == cell.Cell })
		if i < 0 {
			continue
		}
		before := old.Cells[i]
		for _, lane := range cell.Subjects {
			if was := before.Lane(lane.Impl); was != nil && lane.Ratio != nil && was.Ratio != nil {
				c.Changes = append(c.Changes, CellChange{Cell: cell.Cell, Impl: lane.Impl, Change: measure.Changed(*was.Ratio, *lane.Ratio)})
			}
		}
		if cell.AA.Ratio != nil && before.AA.Ratio != nil {
			c.AA = append(c.AA, CellChange{Cell: cell.Cell, Impl: cell.AA.Impl, Change: measure.Changed(*before.AA.Ratio, *cell.AA.Ratio)})
		}
	}
	if len(c.Changes) == 0 {
		return c, errors.New("bench: compare: the runs share no cell: try runs with the same --op, --keys and --len")
	}
	for i := range c.Changes {
		c.Changes[i].Verdict = c.Changes[i].Change.Verdict(len(c.Changes))
	}
	for i := range c.AA {
		c.AA[i].Verdict = c.AA[i].Change.Verdict(len(c.Changes))
	}
	slices.SortStableFunc(c.Changes, func(a, b CellChange) int {
		switch {
		case a.Quotient > b.Quotient:
			return -1
		case a.Quotient < b.Quotient:
			return 1
		}
		return 0
	})
	c.compareFigures(old, now)
	return c, nil
}

// compareFigures compares what does not come from cells; figures of ratios of times do.
func (c *Comparison) compareFigures(old, now Document) {
	for _, f := range now.Figures {
		i := slices.IndexFunc(old.Figures, func(other measure.Figure) bool { return other.Name == f.Name && other.How == f.How })
		if i < 0 || f.Spread != measure.Range {
			continue
		}
		for _, value := range f.Values {
			was, ok := old.Figures[i].Of(value.Impl)
			if !ok || was.Missing != "" || value.Missing != "" {
				continue
			}
			change := FigureChange{Name: f.Name, Unit: f.Unit, Impl: value.Impl, Old: was, New: value, Verdict: measure.Inconclusive}
			switch {
			case value.Lo > was.Hi*figureTolerance:
				change.Verdict = measure.Slower
			case value.Hi*figureTolerance < was.Lo:
				change.Verdict = measure.Faster
			case value.Lo == was.Lo && value.Hi == was.Hi:
				change.Verdict = measure.Same
			}
			c.Figures = append(c.Figures, change)
		}
	}
}

// Regressions counts what has certainly become worse. The reference's own figures are nobody's regression.
func (c Comparison) Regressions(reference string) int {
	n := 0
	for _, change := range c.Changes {
		if change.Verdict == measure.Slower {
			n++
		}
	}
	for _, change := range c.Figures {
		if change.Verdict == measure.Slower && change.Impl != reference {
			n++
		}
	}
	return n
}

// ComparisonJSON writes the comparison.
func ComparisonJSON(w io.Writer, c Comparison) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(c)
}

// ComparisonText writes what is certain, and counts the rest.
func ComparisonText(w io.Writer, environ []string, c Comparison) error {
	s := &sheet{headers: []string{"operation", "key", "len", "map", "old", "new", "new / old", "verdict"}, left: 2}
	counts := make(map[measure.Verdict]int)
	for _, change := range c.Changes {
		counts[change.Verdict]++
		if change.Verdict == measure.Slower || change.Verdict == measure.Faster {
			s.add(text(words(change.Op)), text(string(change.Key)), text(grouped(change.Len)), text(change.Impl),
				text(factor(change.Old.Median)), text(factor(change.New.Median)),
				text(fmt.Sprintf("%s [%s, %s]", factor(change.Quotient), factor(change.Lo), factor(change.Hi))), verdictCell(change.Verdict))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s: ratios to the reference, then and now; the interval is that of their quotient\n\n", c.Area)
	if len(s.rows) > 0 {
		fmt.Fprintf(&out, "%s\n", s)
	}
	fmt.Fprintf(&out, "%d ratios compared: certainly slower %d, certainly faster %d, the same within 5 %% %d, undecided %d\n",
		len(c.Changes), counts[measure.Slower], counts[measure.Faster], counts[measure.Same], counts[measure.Inconclusive])
	alarms := 0
	for _, change := range c.AA {
		if change.Verdict == measure.Slower || change.Verdict == measure.Faster {
			alarms++
		}
	}
	fmt.Fprintf(&out, "A/A: of the reference against itself, in %d cells, false alarms: %d\n", len(c.AA), alarms)
	for _, change := range c.Figures {
		if change.Verdict == measure.Slower || change.Verdict == measure.Faster {
			word := "worse"
			if change.Verdict == measure.Faster {
				word = "better"
			}
			line := fmt.Sprintf("%s of %s: %s, was %s: %s", change.Name, change.Impl,
				amount(change.New.Median, change.Unit), amount(change.Old.Median, change.Unit), word)
			fmt.Fprintln(&out, lipgloss.Wrap(line, Width, ""))
		}
	}
	for _, warning := range c.Warnings {
		fmt.Fprintln(&out, lipgloss.Wrap("warning: "+warning, Width, ""))
	}
	_, err := io.WriteString(coloured(w, environ), out.String())
	return err
}

func verdictCell(v measure.Verdict) styled {
	if v == measure.Slower {
		return styled{string(v), slower}
	}
	return styled{string(v), faster}
}
