package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"innards/bench/measure"
	"innards/bench/report"
	"innards/bench/workload"
)

// formats are what can be written to standard output besides JSON.
func formats() []string { return []string{"text", "go", "markdown"} }

// Command returns the command bench.
func Command() *cobra.Command { return CommandWith(Rivals{}) }

// CommandWith returns the command bench with more contenders.
func CommandWith(rivals Rivals) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "bench [" + strings.Join(areaNames(), "|") + "]",
		Short: "compare implementations on the same work, with statistics",
		Long: `Compare implementations on the same work, with statistics.

Without --quick it measures for minutes, with it for seconds. Every ratio to Go's own map stands with its interval, and
Go's map runs against itself all the while: what it seems to gain or lose that way is the error of this machine.`,
		Example: `  innards bench hashmap --quick
  innards bench hashmap --op get-hit,get-miss --keys string --len 1000000
  innards bench hashmap --quick --format go | benchstat -col /impl -
  innards bench hashmap --quick --profile --out run
  innards bench --compare old new`,
		ValidArgsFunction: o.completeArgs,
		Args: func(_ *cobra.Command, args []string) error {
			if o.compare {
				if len(args) != 2 {
					return fmt.Errorf("bench: --compare takes two runs, not %d: try bench --compare OLD NEW, directories of runs with --out", len(args))
				}
				return nil
			}
			if len(args) > 1 {
				return fmt.Errorf("bench: more than one area, %q: try one of %s", args, list(areaNames()))
			}
			if len(args) == 1 && !slices.Contains(areaNames(), args[0]) {
				return fmt.Errorf("bench: no area %q: there is %s", args[0], list(areaNames()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.compare {
				return o.compareRuns(cmd, args[0], args[1])
			}
			o.figuresSet = cmd.Flags().Changed("figures")
			return o.run(cmd, areaOf(rivals, args))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.quick, "quick", false, "fewer keys, lengths and rounds: seconds instead of minutes")
	flags.BoolVar(&o.json, "json", false, "write one JSON document to standard output")
	flags.StringVar(&o.format, "format", "text", "what to write to standard output: "+list(formats()))
	flags.StringVar(&o.out, "out", "", "keep the evidence (report.html, report.json, bench.txt, profiles, traces) in this directory")
	flags.BoolVar(&o.compare, "compare", false, "compare two runs, given by their directories; exit status 1 if one is certainly slower")
	flags.BoolVar(&o.profile, "profile", false, "take a CPU and a wall-clock profile of the run, and of each implementation a CPU, heap, mutex and block profile "+
		"and, where something grows, a trace of the longest operation")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the keys, the work and the order of the runs")
	flags.IntVar(&o.count, "count", 0, "so many samples of each contender in each cell, at least 6; else as many as the intervals need")
	flags.IntVar(&o.forks, "forks", 1, "measure in so many processes, one after the other, and pool their rounds")
	flags.StringSliceVar(&o.keys, "keys", nil, "only these keys (hashmap: "+list(workload.Kinds())+", or "+list(workload.HostileKinds())+", hostile to weak hashes)")
	flags.StringSliceVar(&o.lens, "len", nil, "structures of these many entries; "+sawtooth+": of all loads through two doublings")
	flags.StringSliceVar(&o.ops, "op", nil, "only these operations (hashmap: "+list(workload.MapOps())+")")
	flags.StringSliceVar(&o.impls, "impl", nil, "only these implementations, and the reference")
	flags.BoolVar(&o.figures, "figures", true, "make the table of figures (if not set: unless --keys, --len or --op narrow the run)")
	flags.StringVar(&o.child, childFlag, "", "do this, for the process that started this one")
	_ = flags.MarkHidden(childFlag)
	cmd.MarkFlagsMutuallyExclusive("json", "format")
	completeFlags(cmd, rivals)
	cmd.AddCommand(calibrationCommand(), readmeCommand())
	return cmd
}

// childFlag is the flag that says what a child of this command is for.
const childFlag = "child"

func (o options) run(cmd *cobra.Command, a area) error {
	plan, err := o.plan(a)
	if err != nil {
		return err
	}
	if o.child != "" {
		parent, ok := a.choose(o.seed, a.impls, nil).(interface {
			Child(task string, out io.Writer) error
		})
		if !ok {
			return fmt.Errorf("bench: --%s: %s has no children", childFlag, a.name)
		}
		return parent.Child(o.child, cmd.OutOrStdout())
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

	d, profiles, failed := o.measure(cmd, plan)
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

// profiles are the files of the profiles, empty if none was asked for.
type profiles struct {
	cpu, wall []byte // of the whole run
	subjects  []measure.SubjectProfile
	longest   []measure.Longest
}

// take profiles each contender by itself, after the times were taken.
func (p *profiles) take(ctx context.Context, protocol measure.Protocol, plan measure.Plan, say func(string)) error {
	within := min(protocol.Total/3, 20*time.Second)
	split, err := measure.SplitCPU(p.cpu)
	if err != nil {
		return err
	}
	say("a profile of each")
	others, err := protocol.ProfileSubjects(ctx, plan, within)
	p.subjects = append(split, others...)
	if err != nil {
		return err
	}
	say("the longest operation of each")
	p.longest, err = protocol.LongestOperations(ctx, plan, 3*within) // a million operations take a second or two a pass
	return err
}

// measure runs the plan, with profiles if asked for. A document comes even with an error; Interrupted says if it is worth
// writing.
func (o options) measure(cmd *cobra.Command, p plan) (report.Document, profiles, error) {
	ctx, progress := cmd.Context(), progressTo(cmd.ErrOrStderr(), measure.Wall(), p.protocol.Total)
	path := strings.Fields(cmd.CommandPath())[1:] // how one comes to this command
	machine, steps := measure.ThisMachine(), len(p.cells)
	beside, remarks, err := p.compile(ctx, o.impls, levelOf(machine), func(step string) { progress(0, steps, step) })
	if err != nil {
		return report.Document{}, profiles{}, err
	}
	d := report.Document{
		Schema: report.Schema, Area: p.area.name, Machine: machine,
		Flags: report.Flags{
			Quick: o.quick, Profile: o.profile, Seed: o.seed, Count: p.protocol.Rounds, Forks: o.forks, Ops: p.ops, Keys: p.keys, Lens: p.lens,
		},
		Method: report.MethodOf(p.protocol), Reference: p.impls[0], Impls: p.impls, Main: p.area.main,
	}
	var taken profiles
	var running *measure.Profiles
	if o.profile {
		if running, err = measure.StartProfiles(); err != nil {
			return d, taken, err
		}
	}
	court := p.area.choose(o.seed, p.impls, beside)
	cells := measure.Plan{Cells: p.cells, Race: court.Race, Weigh: court.Weigh}
	if o.forks > 1 {
		d.Run, err = o.fork(ctx, p, path, func(step string) { progress(0, steps, step) })
	} else {
		d.Run, err = p.protocol.Measure(ctx, cells,
			func(done int, cell workload.Cell) { progress(done, steps, cell.String()) })
	}
	if running != nil { // before the figures: the profilers' own memory is on the heap that those weigh
		var stopped error
		taken.cpu, taken.wall, stopped = running.Stop()
		if stopped != nil { // no reason to throw away what was measured
			d.Warnings = append(d.Warnings, stopped.Error())
		}
		d.Warnings = append(d.Warnings, "two profilers ran beside the measurement and took their part of each time")
		if err == nil && stopped == nil {
			err = taken.take(ctx, p.protocol, cells, func(step string) { progress(steps-1, steps, step) })
		}
	}
	if p.figures && err == nil {
		toChild := append(path, p.area.name, "--seed", strconv.FormatUint(o.seed, 10), "--"+childFlag)
		d.Figures, err = court.Figures(ctx, &d.Run, p.depth, toChild, func(step string) { progress(steps-1, steps, step) })
	}
	progress(steps, steps, "")
	d.Warnings = append(d.Machine.Warnings(), d.Warnings...)
	for _, remark := range remarks {
		if !slices.Contains(d.Warnings, remark) { // a fork has said it
			d.Warnings = append(d.Warnings, remark)
		}
	}
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
	if err == nil {
		err = e.write("report.html", func(w io.Writer) error { return report.HTML(w, d) })
	}
	if err == nil && taken.cpu != nil {
		err = e.write("cpu.pb.gz", raw(taken.cpu))
	}
	if err == nil && taken.wall != nil {
		err = e.write("wall.pb.gz", raw(taken.wall))
	}
	for _, one := range taken.subjects {
		if err == nil {
			err = e.write(one.Kind+"-"+one.Impl+".pb.gz", raw(one.Data))
		}
	}
	for _, one := range taken.longest {
		if err == nil {
			err = e.longest(one)
		}
	}
	return err
}

// longest keeps the trace of a contender's longest operation, if there is one, and says which it is.
func (e *evidence) longest(one measure.Longest) error {
	how := "not traced: it was not met again"
	switch {
	case one.Trace != nil:
		name := "longest-" + one.Impl + ".trace"
		if err := e.write(name, raw(one.Trace)); err != nil {
			return err
		}
		how = "go tool trace " + filepath.Join(e.dir, name)
	case one.Took <= measure.LongestFloor:
		how = fmt.Sprintf("not traced: nothing of up to %v is", measure.LongestFloor)
	}
	e.remarks = append(e.remarks, fmt.Sprintf("longest operation of %s: %s: %s", one.Impl, one, how))
	return nil
}

// tell says what was kept and how to look at it.
func (e *evidence) tell(w io.Writer) {
	_, _ = fmt.Fprintln(w)
	for _, path := range e.paths {
		_, _ = fmt.Fprintln(w, "kept "+path)
	}
	for _, remark := range e.remarks {
		_, _ = fmt.Fprintln(w, remark)
	}
	_, _ = fmt.Fprintln(w, "to open: innards ui "+e.dir)
}
