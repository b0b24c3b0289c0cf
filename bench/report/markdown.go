package report

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report for a README: a table of times and ratios, one of memory, and what made them.
func Markdown(w io.Writer, d Document) error {
	var out strings.Builder
	markdownFigures(&out, d)
	header := []string{"operation", "key", "len", d.Reference + ", ns"}
	for _, impl := range d.Impls[1:] {
		header = append(header, impl+", ns", "ratio to "+d.Reference)
	}
	rule(&out, header, 2)
	for _, cell := range d.Cells {
		row := []string{words(cell.Op), string(cell.Key), grouped(cell.Len), figure(cell.Subjects[0].Median)}
		for _, impl := range d.Impls[1:] {
			if lane := cell.Lane(impl); lane != nil {
				row = append(row, figure(lane.Median), ratio(*lane.Ratio))
			} else {
				row = append(row, "", "")
			}
		}
		line(&out, row)
	}
	if len(d.Geomean) > 0 {
		row := []string{"geometric mean", "", "", ""}
		for _, impl := range d.Impls[1:] {
			row = append(row, "", meanOf(d, impl))
		}
		line(&out, row)
	}
	if len(d.Memory) > 0 {
		header = []string{"bytes per entry: key", "len"}
		out.WriteByte('\n')
		rule(&out, append(header, d.Impls...), 1)
		for _, weights := range weighings(d) {
			row := []string{string(weights[0].Key), grouped(weights[0].Len)}
			for _, impl := range d.Impls {
				row = append(row, weightOf(weights, impl))
			}
			line(&out, row)
		}
	}
	fmt.Fprintf(&out, "\nRatios are medians with their %.2f interval; below 1 is faster; %s.\n", d.Method.Confidence, legend(d))
	for _, sentence := range append(aa(d), provenance(d)...) {
		fmt.Fprintf(&out, "%s.\n", sentence)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// markdownFigures writes the table of what must be reached, if there is one.
func markdownFigures(out *strings.Builder, d Document) {
	all := demands(d)
	if len(all) == 0 {
		return
	}
	rule(out, []string{"figure", "must", "measured", "spread", "met"}, 1)
	for _, m := range all {
		line(out, []string{m.name(d), m.must(), measured(m.figure, m.value), spread(m.figure, m.value), m.verdict().text})
	}
	out.WriteByte('\n')
}

func line(out *strings.Builder, cells []string) {
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

// rule writes the header and the line below it; the first left columns are aligned left.
func rule(out *strings.Builder, header []string, left int) {
	line(out, header)
	dashes := make([]string, len(header))
	for i := range dashes {
		dashes[i] = "--:"
		if i < left {
			dashes[i] = "---"
		}
	}
	line(out, dashes)
}
