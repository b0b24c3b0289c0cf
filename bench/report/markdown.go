package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Markdown writes the report for a README: a table of times and ratios, one of memory, and what made them.
func Markdown(w io.Writer, d Document) error {
	var out strings.Builder
	for _, part := range []func(*strings.Builder, Document){markdownFigures, markdownTimes, markdownMemory, markdownRun} {
		var text strings.Builder
		part(&text, d)
		if text.Len() > 0 && out.Len() > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(text.String())
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// markdownTimes writes the table of times and ratios, if anything was measured.
func markdownTimes(out *strings.Builder, d Document) {
	header := []string{"operation", "key", "len", d.Reference + ", ns"}
	for _, impl := range d.Impls[1:] {
		header = append(header, impl+", ns", "ratio to "+d.Reference)
	}
	rule(out, header, 2)
	for _, cell := range d.Cells {
		row := []string{words(cell.Op), string(cell.Key), grouped(cell.Len), figure(cell.Subjects[0].Median)}
		for _, impl := range d.Impls[1:] {
			if lane := cell.Lane(impl); lane != nil {
				row = append(row, figure(lane.Median), ratio(*lane.Ratio))
			} else {
				row = append(row, "", "")
			}
		}
		line(out, row)
	}
	if len(d.Geomean) > 0 {
		row := []string{"geometric mean", "", "", ""}
		for _, impl := range d.Impls[1:] {
			row = append(row, "", meanOf(d, impl))
		}
		line(out, row)
	}
}

// markdownMeans writes one line for each contender: how it fares on the whole.
func markdownMeans(out *strings.Builder, d Document) {
	rule(out, []string{"contender", "time, ratio to " + d.Reference, "cells"}, 1)
	for _, mean := range d.Geomean {
		line(out, []string{mean.Impl, factor(mean.Ratio), strconv.Itoa(mean.Cells)})
	}
}

func markdownMemory(out *strings.Builder, d Document) {
	if len(d.Memory) == 0 {
		return
	}
	header := []string{"bytes per entry: key", "len"}
	rule(out, append(header, d.Impls...), 1)
	for _, weights := range weighings(d) {
		row := []string{string(weights[0].Key), grouped(weights[0].Len)}
		for _, impl := range d.Impls {
			row = append(row, weightOf(weights, impl))
		}
		line(out, row)
	}
}

func markdownRun(out *strings.Builder, d Document) {
	fmt.Fprintf(out, "Ratios are medians with their %.2f interval; below 1 is faster; %s.\n", d.Method.Confidence, legend(d))
	for _, sentence := range slices.Concat(aa(d), d.Warnings, provenance(d)) {
		fmt.Fprintf(out, "%s.\n", sentence)
	}
}

// parts are the sections of a report that a text can have of it.
var parts = []struct {
	name  string
	write func(*strings.Builder, Document)
}{
	{"figures", markdownFigures}, {"means", markdownMeans}, {"times", markdownTimes}, {"memory", markdownMemory}, {"run", markdownRun},
}

// PartNames returns the names of the sections, in order.
func PartNames() []string {
	var names []string
	for _, part := range parts {
		names = append(names, part.name)
	}
	return names
}

// Part returns a section of a report in Markdown; false if there is none of this name.
func Part(d Document, name string) (string, bool) {
	for _, part := range parts {
		if part.name == name {
			var out strings.Builder
			part.write(&out, d)
			return out.String(), true
		}
	}
	return "", false
}

// markdownFigures writes the table of what must be reached, if there is one.
func markdownFigures(out *strings.Builder, d Document) {
	all := demands(d)
	if len(all) == 0 {
		return
	}
	cells := someWorst(d)
	rule(out, figureHeader(cells), 1)
	for _, m := range all {
		row := []string{m.name(d), m.must(), measured(m.figure, m.value), spread(m.figure, m.value), m.verdict().text}
		if cells {
			row = append(row, m.value.Cell)
		}
		line(out, row)
	}
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
