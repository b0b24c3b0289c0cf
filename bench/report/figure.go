package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"innards/bench/measure"
	"innards/bench/workload"
)

// figure writes x with three significant digits, or as a whole number where it has more.
func figure(x float64) string {
	decimals := 0
	if magnitude := math.Log10(math.Abs(x)); x != 0 && magnitude < 2 {
		decimals = min(2, 2-int(math.Floor(magnitude)))
	}
	return strconv.FormatFloat(x, 'f', decimals, 64)
}

// grouped writes n with a thin gap between thousands.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	var out strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(digit)
	}
	return out.String()
}

// marks stand before a ratio that is no difference.
var marks = map[measure.Verdict]string{measure.Same: "=", measure.Inconclusive: "~"}

// legend explains the marks.
func legend(d Document) string {
	return fmt.Sprintf("~ inconclusive: cannot be told from %s here, or not by how much; = the same within 5 %%", d.Reference)
}

// ratio writes a ratio with its interval and its mark.
func ratio(r measure.Ratio) string {
	return fmt.Sprintf("%s%s [%s, %s]", marks[r.Verdict], factor(r.Median), factor(r.Lo), factor(r.Hi))
}

// factor writes a ratio: all below 10 to the same digit, so that a column can be read downwards.
func factor(x float64) string {
	if x < 10 {
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return figure(x)
}

// meanOf writes a contender's geometric mean, and over how many cells it is where others ran in more: such means cannot be
// compared. It is empty for one that has none.
func meanOf(d Document, impl string) string {
	most, text := 0, ""
	for _, mean := range d.Geomean {
		most = max(most, mean.Cells)
	}
	for _, mean := range d.Geomean {
		if mean.Impl == impl {
			text = factor(mean.Ratio)
			if mean.Cells < most {
				text += fmt.Sprintf(" (%d cells)", mean.Cells)
			}
		}
	}
	return text
}

// words is how an operation is called in a table.
func words(op workload.Op) string { return strings.ReplaceAll(string(op), "-", " ") }

// aa says what the A/A check found, and how many cells were measured well enough.
func aa(d Document) []string {
	if d.AA.Cells == 0 {
		return []string{"A/A: nothing measured"}
	}
	lines := []string{
		fmt.Sprintf("A/A: %s against itself in %d cells: ratio %s, at worst %s in %s",
			d.Reference, d.AA.Cells, factor(d.AA.Median), factor(d.AA.Worst), d.AA.WorstCell),
		fmt.Sprintf("A/A: intervals that exclude 1: %d, where chance alone makes %.1f", d.AA.ExcludingOne, d.AA.Expected),
	}
	if d.Method.Narrow > 0 {
		lines = append(lines, fmt.Sprintf("%d of %d cells ended because their ratios are known within %s %%; the others ran out of rounds or time",
			settled(d), d.AA.Cells, trimmed(100*d.Method.Narrow)))
	}
	return lines
}

// settled counts the cells whose ratios are all known as well as was wanted.
func settled(d Document) int {
	n := 0
	for _, cell := range d.Cells {
		wide := !cell.AA.Ratio.Narrow(d.Method.Narrow)
		for _, lane := range cell.Subjects[1:] {
			wide = wide || !lane.Ratio.Narrow(d.Method.Narrow)
		}
		if !wide {
			n++
		}
	}
	return n
}

// provenance says in two lines what made the figures.
func provenance(d Document) []string {
	processes := ""
	if d.Flags.Forks > 1 {
		processes = fmt.Sprintf(" in %d processes", d.Flags.Forks)
	}
	return []string{
		fmt.Sprintf("%s, %s/%s, %s, %d cores", d.Machine.Go, d.Machine.OS, d.Machine.Level(), d.Machine.CPU, d.Machine.Cores),
		fmt.Sprintf("seed %d, up to %d rounds%s, clock %s; %s, took %.0f s",
			d.Flags.Seed, d.Method.Rounds, processes, d.Method.Clock, d.Started.UTC().Format("2006-01-02 15:04 UTC"), d.DurationS),
	}
}

// doubtful counts the warnings about single cells.
func doubtful(d Document) int {
	n := 0
	for _, cell := range d.Cells {
		n += len(cell.Warnings)
	}
	return n
}
