package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"innards/bench/measure"
	"innards/bench/report"
	"innards/bench/subject"
	"innards/bench/workload"
)

// areas are what can be compared.
func areas() []string { return []string{"hashmap"} }

// formats are what can be written to standard output besides JSON.
func formats() []string { return []string{"text", "go", "markdown"} }

// Command returns the command bench.
func Command() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "bench [hashmap]",
		Short: "compare implementations on the same work, with statistics",
		Long: `Compare implementations on the same work, with statistics.

Without --quick it measures for minutes, with it for seconds. Every ratio to Go's own map stands with its interval, and
Go's map runs against itself all the while: what it seems to gain or lose that way is the error of this machine.`,
		Example: `  innards bench hashmap --quick
  innards bench hashmap --op get-hit,get-miss --keys string --len 1000000
  innards bench hashmap --quick --format go | benchstat -col /impl -
  innards bench hashmap --quick --profile --out run`,
		ValidArgs: areas(),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("bench: more than one area, %q: try one of %s", args, list(areas()))
			}
			if len(args) == 1 && !slices.Contains(areas(), args[0]) {
				return fmt.Errorf("bench: no area %q: there is %s", args[0], list(areas()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.quick, "quick", false, "fewer keys, lengths and rounds: seconds instead of minutes")
	flags.BoolVar(&o.json, "json", false, "write one JSON document to standard output")
	flags.StringVar(&o.format, "format", "text", "what to write to standard output: "+list(formats()))
	flags.StringVar(&o.out, "out", "", "keep the evidence (report.json, bench.txt, profiles) in this directory")
	flags.BoolVar(&o.profile, "profile", false, "take a CPU and a wall-clock profile of the run")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the keys, the work and the order of the runs")
	flags.IntVar(&o.count, "count", 0, "samples of each contender in each cell, at least 6 (a cell that takes too long stops there)")
	flags.StringSliceVar(&o.keys, "keys", nil, "only these keys: "+list(workload.Kinds()))
	flags.IntSliceVar(&o.lens, "len", nil, "maps of these many entries")
	flags.StringSliceVar(&o.ops, "op", nil, "only these operations: "+list(workload.Ops()))
	cmd.MarkFlagsMutuallyExclusive("json", "format")
	return cmd
}

func (o options) run(cmd *cobra.Command) error {
	plan, err := o.plan()
	if err != nil {
		return err
	}
	if !slices.Contains(formats(), o.format) {
		return fmt.Errorf("bench: --format %s: there is no such format: try %s", o.format, list(formats()))
	}
	started := time.Now()
	var kept *evidence
	if o.out == "" && o.profile {
		o.out = filepath.Join("innards-runs", "bench-"+started.Format("20060102-150405"))
	}
	if o.out != "" {
		if kept, err = keep(o.out); err != nil {
			return err
		}
	}

	d, profiles, failed := o.measure(cmd.Context(), plan, progressTo(cmd.ErrOrStderr()))
	if failed != nil && !d.Interrupted {
		return failed
	}
	d.Started, d.DurationS = started.UTC(), time.Since(started).Seconds()
	if err := o.write(cmd.OutOrStdout(), d); err != nil {
		return fmt.Errorf("bench: write the report: %w", err)
	}
	if kept != nil {
		if err := kept.all(d, profiles); err != nil {
			return err
		}
		where := cmd.OutOrStdout()
		if o.json || o.format != "text" {
			where = cmd.ErrOrStderr()
		}
		kept.tell(where)
	}
	if failed != nil {
		return fmt.Errorf("bench: interrupted after %d of %d cells: the report has those", len(d.Cells), d.Planned)
	}
	return nil
}

// profiles are the files of the two profiles, empty if none was asked for.
type profiles struct{ cpu, wall []byte }

// measure runs the plan, with profiles if asked for. A document comes even with an error; Interrupted says if it is worth
// writing.
func (o options) measure(ctx context.Context, p plan, progress func(int, int, workload.Cell)) (report.Document, profiles, error) {
	d := report.Document{
		Schema: report.Schema, Area: "hashmap", Machine: measure.ThisMachine(),
		Flags: report.Flags{
			Quick: o.quick, Profile: o.profile, Seed: o.seed, Count: p.protocol.Rounds, Ops: p.ops, Keys: p.keys, Lens: p.lens,
		},
		Method: report.MethodOf(p.protocol), Reference: subject.Reference, Impls: subject.MapNames(),
	}
	var taken profiles
	var running *measure.Profiles
	if o.profile {
		var err error
		if running, err = measure.StartProfiles(); err != nil {
			return d, taken, err
		}
	}
	cells := workload.Cells(p.ops, p.keys, p.lens)
	var err error
	d.Run, err = measure.Maps(ctx, p.protocol, cells, func(done int, cell workload.Cell) { progress(done, len(cells), cell) })
	progress(len(cells), len(cells), workload.Cell{})
	if running != nil {
		var stopped error
		taken.cpu, taken.wall, stopped = running.Stop()
		if stopped != nil { // no reason to throw away what was measured
			d.Warnings = append(d.Warnings, stopped.Error())
		}
		d.Warnings = append(d.Warnings, "two profilers ran beside the measurement and took their part of each time")
	}
	d.Warnings = append(d.Machine.Warnings(), d.Warnings...)
	d.Interrupted = errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	return d, taken, err
}

func (o options) write(w io.Writer, d report.Document) error {
	switch {
	case o.json:
		return report.JSON(w, d)
	case o.format == "go":
		return report.GoFormat(w, d)
	case o.format == "markdown":
		return report.Markdown(w, d)
	}
	return report.Text(w, os.Environ(), d)
}

// all keeps everything about the run.
func (e *evidence) all(d report.Document, taken profiles) error {
	err := e.write("report.json", func(w io.Writer) error { return report.JSON(w, d) })
	if err == nil {
		err = e.write("bench.txt", func(w io.Writer) error { return report.GoFormat(w, d) })
	}
	if err == nil && taken.cpu != nil {
		err = e.write("cpu.pb.gz", raw(taken.cpu))
	}
	if err == nil && taken.wall != nil {
		err = e.write("wall.pb.gz", raw(taken.wall))
	}
	return err
}

// tell says what was kept and how to look at it.
func (e *evidence) tell(w io.Writer) {
	_, _ = fmt.Fprintln(w)
	hint := "innards ui"
	for _, path := range e.paths {
		_, _ = fmt.Fprintln(w, "kept "+path)
		if filepath.Ext(path) == ".gz" || filepath.Ext(path) == ".json" {
			hint += " " + path
		}
	}
	_, _ = fmt.Fprintln(w, "to open: "+hint)
}

// progressTo returns a function that shows on a terminal which cell is being measured, and elsewhere nothing.
func progressTo(w io.Writer) func(done, of int, cell workload.Cell) {
	file, ok := w.(*os.File)
	if ok {
		info, err := file.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if !ok {
		return func(int, int, workload.Cell) {}
	}
	return func(done, of int, cell workload.Cell) {
		const erase = "\r\x1b[K"
		if done == of {
			_, _ = io.WriteString(w, erase)
			return
		}
		_, _ = fmt.Fprintf(w, "%s%d/%d %s", erase, done+1, of, cell)
	}
}
