package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"innards/bench/measure"
	"innards/bench/workload"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "go test ./bench/report -update writes it anew")
}

func estimate(lo, median, hi float64) measure.Estimate {
	return measure.Estimate{Median: median, Lo: lo, Hi: hi, Confidence: 0.96875}
}

func lane(cell workload.Cell, impl string, ns float64, ratio *measure.Ratio) measure.Lane {
	return measure.Lane{
		Impl: impl, Name: "Benchmark" + cell.Benchmark(impl), Times: []float64{ns, ns, ns + 0.5, ns, ns, ns - 0.25},
		Estimate: estimate(ns-0.25, ns, ns+0.5), Min: ns - 0.25, Ratio: ratio,
	}
}

func against(lo, median, hi float64, verdict measure.Verdict) *measure.Ratio {
	return &measure.Ratio{
		Estimate: estimate(lo, median, hi), Rounds: []float64{lo, median, median, median, median, hi}, OfMinima: median,
		P: 0.002, Verdict: verdict,
	}
}

func limit(most float64) *float64 { return &most }

// example is a document with every verdict, figures of every size, and one contender more than fits beside the others.
func example() Document {
	cell := func(op workload.Op, key workload.Kind, n int, builtin float64, x, y, z *measure.Ratio, warnings ...string) measure.Result {
		c := workload.Cell{Op: op, Key: key, Len: n}
		return measure.Result{
			Cell: c, Passes: 4, Ops: 262144, Orders: [][]int{{1, 0, 4, 2, 3}}, Warnings: append([]string{}, warnings...),
			Subjects: []measure.Lane{
				lane(c, "builtin", builtin, nil), lane(c, "openaddr", builtin*x.Median, x),
				lane(c, "chaining", builtin*y.Median, y), lane(c, "another", builtin*z.Median, z),
			},
			AA: lane(c, measure.Twin("builtin"), builtin, against(0.98, 1.01, 1.02, measure.Same)),
		}
	}
	weigh := func(key workload.Kind, n int, figures ...float64) []measure.Memory {
		var all []measure.Memory
		for i, impl := range []string{"builtin", "openaddr", "chaining", "another"} {
			all = append(all, measure.Memory{Impl: impl, Key: key, Len: n, BytesPerEntry: figures[i]})
		}
		return all
	}
	return Document{
		Schema: Schema, Area: "hashmap", Reference: "builtin", Impls: []string{"builtin", "openaddr", "chaining", "another"}, Main: "openaddr",
		Machine: measure.Machine{
			CPU: "Some Processor @ 2.80GHz", Cores: 2, GOMAXPROCS: 2, OS: "linux", Arch: "amd64", Go: "go1.26.8",
			Build: map[string]string{"GOAMD64": "v1"}, Load: 0.25,
		},
		Started: time.Date(2026, 11, 22, 21, 30, 0, 0, time.UTC), DurationS: 12.5,
		Flags: Flags{
			Quick: true, Seed: 7, Count: 6, Ops: []workload.Op{workload.GetHit, workload.SetPresized},
			Keys: []workload.Kind{workload.Uint64, workload.String}, Lens: []int{1000, 1_000_000},
		},
		Method: Method{Clock: "thread", Rounds: 6, Warmup: 1, SampleMS: 2, BudgetMS: 700, Confidence: 0.95, Ratio: "median"},
		Run: measure.Run{
			Cells: []measure.Result{
				cell(workload.GetHit, workload.Uint64, 1000, 8, against(0.4, 0.5, 0.55, measure.Faster),
					against(1.2, 1.25, 1.3, measure.Slower), against(0.99, 1, 1.01, measure.Same)),
				cell(workload.GetHit, workload.String, 1_000_000, 20, against(0.7, 0.75, 1.1, measure.Inconclusive),
					against(0.99, 1, 1.01, measure.Same), against(0.4, 0.5, 0.55, measure.Faster), "openaddr: noisy"),
				cell(workload.SetPresized, workload.Uint64, 1_000_000, 1000, against(9.4, 10.5, 12.5, measure.Slower),
					against(0.09, 0.1, 0.11, measure.Faster), against(0.01, 0.02, 0.03, measure.Inconclusive)),
			},
			Geomean: []measure.Mean{{Impl: "openaddr", Ratio: 0.88, Cells: 3}, {Impl: "chaining", Ratio: 1.02, Cells: 3}, {Impl: "another", Ratio: 0.5, Cells: 3}},
			AA: measure.AA{
				Cells: 3, Median: 1.01, Worst: 1.04, ExcludingOne: 1, Expected: 0.09,
				WorstCell: workload.Cell{Op: workload.GetHit, Key: workload.String, Len: 1_000_000},
			},
			Memory: append(weigh(workload.Uint64, 1000, 36.4, 30.9, 28.9, 123.4), weigh(workload.String, 1_000_000, 54.6, 51.4, 37.1, 9.99)...),
			Figures: []measure.Figure{
				{
					Name: "geomean of times, 54 cells", Spread: measure.Interval, How: "by hand", Values: []measure.Value{
						{Impl: "openaddr", Median: 0.43, Lo: 0.41, Hi: 0.45, Must: limit(0.5), Cell: "get-hit string 1000000"},
						{Impl: "chaining", Median: 0.99, Lo: 0.97, Hi: 1.02, Must: limit(1)}, {Impl: "another", Median: 1.5, Lo: 1.4, Hi: 1.6},
					},
				},
				{
					Name: "bytes per entry", Unit: "B", Spread: measure.Range, How: "weighed", Values: []measure.Value{
						{Impl: "builtin", Median: 36.4, Lo: 27, Hi: 40}, {Impl: "openaddr", Median: 28.5, Lo: 20, Hi: 35, Must: limit(28), Note: "at its worst"},
					},
				},
				{
					Name: "longest Set", Unit: "µs", Spread: measure.Range, How: "timed", Values: []measure.Value{
						{Impl: "openaddr", Median: 2600, Lo: 2500, Hi: 2700, Must: limit(500)},
					},
				},
				{
					Name: "instructions per hit", Spread: measure.Range, How: "counted", Values: []measure.Value{
						{Impl: "openaddr", Missing: "valgrind is not installed", Must: limit(60)},
					},
				},
			},
			Planned: 4, Warnings: []string{"the machine was busy before the run began: load 3.0 on 2 cores"},
		},
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Text(&out, nil, example()))
	for text := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, lipgloss.Width(strings.TrimSuffix(text, "\n")), Width, text)
		assert.NotContains(t, text, "\x1b", "no colours into a pipe")
		assert.NotContains(t, text, " \n")
	}
	golden(t, "report.txt", out.String())
}

func TestWideFiguresStandBelowEachOther(t *testing.T) {
	d := example()
	for i := range d.Cells {
		d.Cells[i].Len = 50_000_000
	}
	var out bytes.Buffer
	require.NoError(t, Text(&out, nil, d))
	assert.Equal(t, 3, strings.Count(out.String(), "\noperation"), "each contender has a block of its own")
	for text := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, lipgloss.Width(text), Width, text)
	}
	d.Impls, d.Geomean, d.Memory = d.Impls[:1], nil, nil
	for i := range d.Cells {
		d.Cells[i].Subjects = d.Cells[i].Subjects[:1]
	}
	out.Reset()
	require.NoError(t, Text(&out, nil, d), "the reference alone")
	assert.Contains(t, out.String(), "1000")
}

func TestColoursFollowTheVerdicts(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Text(&out, []string{"CLICOLOR_FORCE=1", "TERM=xterm-256color"}, example()))
	assert.Contains(t, out.String(), faster.Render("0.50 [0.40, 0.55]"))
	assert.Contains(t, out.String(), slower.Render("1.25 [1.20, 1.30]"))
	assert.Contains(t, out.String(), unsure.Render("~0.75 [0.70, 1.10]"))
	assert.Contains(t, out.String(), best.Render("4.00"))

	out.Reset()
	require.NoError(t, Text(&out, []string{"NO_COLOR=1", "CLICOLOR_FORCE=1", "TERM=xterm-256color"}, example()))
	assert.NotContains(t, out.String(), "\x1b")
}

func TestTextOfNothing(t *testing.T) {
	d := example()
	d.Run = measure.Run{Warnings: []string{"interrupted after 0 of 3 cells"}}
	var out bytes.Buffer
	require.NoError(t, Text(&out, nil, d))
	assert.Contains(t, out.String(), "nothing measured")
	require.NoError(t, Markdown(&out, d))
	require.NoError(t, GoFormat(&out, d))
}

func TestMarkdown(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Markdown(&out, example()))
	golden(t, "report.md", out.String())
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, JSON(&out, example()))
	golden(t, "report.json", out.String())

	var back Document
	decoder := json.NewDecoder(&out)
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&back))
	assert.Equal(t, example(), back, "the JSON holds the whole document")
}

func TestGoFormatReadsBack(t *testing.T) {
	var out bytes.Buffer
	d := example()
	require.NoError(t, GoFormat(&out, d))
	golden(t, "bench.txt", out.String())

	times := make(map[string][]float64)
	reader := benchfmt.NewReader(&out, "bench.txt")
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		require.True(t, ok, "%v", reader.Result())
		assert.Equal(t, "Some Processor @ 2.80GHz", result.GetConfig("cpu"))
		assert.Equal(t, "7", result.GetConfig("seed"))
		_, parts := result.Name.Parts()
		require.True(t, strings.HasPrefix(string(parts[0]), "/impl="), result.Name)
		for _, part := range parts {
			assert.Contains(t, string(part), "=", "benchstat cannot project %s", part)
		}
		unit := "sec/op"
		if string(result.Name.Base()) == "Memory" {
			unit = "B/entry"
		}
		value, ok := result.Value(unit)
		require.True(t, ok, "%s: no %s", result.Name, unit)
		times[string(result.Name)] = append(times[string(result.Name)], value)
	}
	require.NoError(t, reader.Err())
	require.Len(t, times, len(d.Cells)*5+len(d.Memory))
	for _, cell := range d.Cells {
		for _, lane := range append([]measure.Lane{cell.AA}, cell.Subjects...) {
			got := times[strings.TrimPrefix(lane.Name, "Benchmark")]
			require.Len(t, got, len(lane.Times), lane.Name)
			for i := range got {
				assert.InEpsilon(t, lane.Times[i]*1e-9, got[i], 1e-9)
			}
		}
	}
	assert.Equal(t, []float64{123.4}, times["Memory/impl=another/key=uint64/len=1000"])
}

func TestMeansOverFewerCellsSaySo(t *testing.T) {
	d := example()
	d.Geomean = []measure.Mean{{Impl: "openaddr", Ratio: 0.5, Cells: 54}, {Impl: "chaining", Ratio: 1.25, Cells: 18}}
	assert.Equal(t, "0.50", meanOf(d, "openaddr"))
	assert.Equal(t, "1.25 (18 cells)", meanOf(d, "chaining"))
	assert.Empty(t, meanOf(d, "builtin"))
}

func TestFigures(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 0.034: "0.03", 0.5: "0.50", 8.946: "8.95", 66.32: "66.3", 119.4: "119", 1250.5: "1250", 99.97: "100.0",
	} {
		assert.Equal(t, want, figure(x))
	}
	for n, want := range map[int]string{7: "7", 999: "999", 1000: "1 000", 65536: "65 536", 1234567: "1 234 567"} {
		assert.Equal(t, want, grouped(n))
	}
}
