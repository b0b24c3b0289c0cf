package report

import (
	"io"
	"strconv"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"innards/bench/measure"
)

// GoFormat writes every sample in the Go benchmark format, round by round as they were taken.
func GoFormat(w io.Writer, d Document) error {
	writer := benchfmt.NewWriter(w)
	var config []benchfmt.Config
	for _, pair := range [][2]string{
		{"goos", d.Machine.OS}, {"goarch", d.Machine.Arch}, {"pkg", "innards/bench"}, {"cpu", d.Machine.CPU},
		{"go", d.Machine.Go}, {"clock", d.Method.Clock}, {"seed", strconv.FormatUint(d.Flags.Seed, 10)},
	} {
		config = append(config, benchfmt.Config{Key: pair[0], Value: []byte(pair[1]), File: true})
	}
	line := func(name string, iterations int, value float64, unit string) error {
		tidy, tidyUnit := benchunit.Tidy(value, unit)
		return writer.Write(&benchfmt.Result{
			Config: config, Name: benchfmt.Name(name), Iters: iterations,
			Values: []benchfmt.Value{{Value: tidy, Unit: tidyUnit, OrigValue: value, OrigUnit: unit}},
		})
	}
	for _, cell := range d.Cells {
		lanes := append(append([]measure.Lane{}, cell.Subjects...), cell.AA)
		for round := range lanes[0].Times {
			for _, lane := range lanes {
				if err := line(cell.Benchmark(lane.Impl), cell.Ops, lane.Times[round], "ns/op"); err != nil {
					return err
				}
			}
		}
	}
	for _, memory := range d.Memory {
		if err := line(memory.Benchmark(), memory.Len, memory.BytesPerEntry, "B/entry"); err != nil {
			return err
		}
	}
	return nil
}
