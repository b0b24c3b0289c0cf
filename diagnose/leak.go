package diagnose

import (
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"innards/cgo"
	"innards/cgo/tracefmt"
	"innards/diagnose/executable"
	"innards/diagnose/leak"
)

// LeakCommand returns the command `innards leak`.
func LeakCommand() *cobra.Command {
	var (
		asJSON bool
		run    leakRun
	)
	cmd := &cobra.Command{
		Use:   "leak [flags] {PID | -- CMD ARGS}",
		Short: "Say which lines of a Go program leak C memory",
		Long: `Leak starts CMD, an unmodified Go program with cgo, follows its C allocations until it ends or --duration is over, and says
which lines of the user's Go code take C memory that piles up. Nothing has to be rebuilt, and a stripped program will do. A C
compiler is needed once, for the tracer that is put before the program's C library.

A site is a leak where nothing in the program points to its memory any more. To find that out the program is stopped now
and then, for some milliseconds at a time (--no-stop: never). A site is growing where memory taken all along is still alive
and within reach; what was taken early and then stayed (warm-up), and what comes and goes within a bound (pool), is listed
but is no finding. Mappings, and descriptors and threads of C code, are followed as well. A verdict needs some time: let the
program work for seconds.

With a PID it attaches to a process that runs already, until --duration is over, it ends, or you press Ctrl-C; then it takes
its hooks out again. Memory from before that is unknown. The process has to be yours (or you root); it is not ended.

CMD may be a wrapper, such as env, timeout or sh: the first Go program among its arguments is then the one that is traced.
Exit status: 0 nothing found, 1 something found, 2 it could not look.`,
		Example: `  innards leak -- ./server -addr :8080
  innards leak --duration 30s --json -- ./server > report.json
  innards leak --sample 1 -- ./tool input.txt
  innards leak --duration 30s 4711
  innards leak --exe ./server -- ./start-server.sh`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch dash := cmd.ArgsLenAtDash(); {
			case dash < 0 && len(args) == 1 && isNumber(args[0]):
				if run.exe != "" {
					return errors.New("leak: --exe is for a command; a process has one executable")
				}
				pid, err := strconv.ParseInt(args[0], 10, 32)
				if err != nil || pid <= 0 {
					return fmt.Errorf("leak: %s is not a process ID", args[0])
				}
				run.pid = int(pid)
			case dash != 0 && len(args) > 0:
				return fmt.Errorf("leak: %q stands before --: write innards leak [flags] -- CMD ARGS, or innards leak PID", args[0])
			case len(args) == 0:
				return errors.New("leak: no command: write innards leak -- CMD ARGS, or innards leak PID")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if run.period == 0 {
				return errors.New("leak: --sample 0 would record nothing: give the mean number of bytes between two samples, 1 for every allocation")
			}
			if run.bound < 0 {
				return fmt.Errorf("leak: --duration %s is negative: give a time such as 10s, or leave it out to wait for the end", run.bound)
			}
			run.args, run.stdin, run.stdout, run.stderr = args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
			if run.watch {
				run.stdout = shared(run.stdout)
			}
			run.report = run.stdout
			if asJSON {
				if run.watch {
					return errors.New("leak: --watch is for people and --json for programs: choose one")
				}
				run.stdout = run.stderr
			}
			look := run.trace
			if run.pid != 0 {
				look = run.attach
			}
			report, err := look(cmd.Context())
			if err != nil {
				return fmt.Errorf("leak: %w", err)
			}
			if asJSON {
				err = encodeLeak(cmd.OutOrStdout(), report)
			} else {
				err = report.WriteText(terminal(cmd.OutOrStdout()))
			}
			if err != nil {
				return fmt.Errorf("leak: write the report: %w", err)
			}
			if len(report.Found()) > 0 {
				return errFound
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "print one JSON document ("+leak.Schema+"); the program's own output goes to standard error")
	flags.StringVar(&run.out, "out", "", "keep the evidence in this folder (default: a new one in innards-runs)")
	flags.StringVar(&run.exe, "exe", "", "the program to trace, where CMD is something that starts it")
	flags.Uint64Var(&run.period, "sample", cgo.DefaultPeriod, "mean number of `bytes` between two samples; 1 records every allocation")
	flags.BoolVar(&run.noStop, "no-stop", false, "never stop the program: memory that nothing reaches any more is then only seen to grow")
	flags.BoolVar(&run.watch, "watch", false, "show every second which sites grow, and how")
	flags.DurationVar(&run.bound, "duration", 0, "end the program, or leave the PID, after this time (default: wait for its end)")
	return cmd
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// leakRun is one traced run of a command.
type leakRun struct {
	args   []string
	pid    int    // of a process that runs already, instead of a command; 0: none
	exe    string // "": found among args
	out    string
	period uint64
	bound  time.Duration // 0: until the command ends
	watch  bool          // show the sites meanwhile
	noStop bool          // never stop the command to look at its memory

	stdin          io.Reader
	stdout, stderr io.Writer // the command's
	report         io.Writer // where the report goes

	warnings []string
}

func (r *leakRun) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}

// Times of a traced run. The ring of a stream that records everything holds some 200 ms of the busiest program.
const (
	drainEvery    = 10 * time.Millisecond
	residentEvery = 250 * time.Millisecond
	endPatience   = 5 * time.Second // between SIGTERM and SIGKILL
	signalDelay   = 100 * time.Millisecond
)

// trace runs the command and reports on it.
func (r *leakRun) trace(ctx context.Context) (*leak.Report, error) {
	target, err := r.target()
	if err != nil {
		return nil, err
	}
	exe, err := executable.Open(target.Path)
	if err != nil {
		return nil, err
	}
	defer exe.Close() //nolint:errcheck // opened for reading

	cmd := exec.Command(r.args[0], r.args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.stdin, r.stdout, r.stderr
	cmd.WaitDelay = time.Second // what it leaves behind may hold its output open
	stream, err := cgo.Preload(ctx, cmd, cgo.Options{Target: target, Go: r.layout(exe), Period: r.period})
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = stream.Close()
		_ = os.Remove(stream.Path) // it lies in memory: its end is not to be forgotten
	}()
	return r.observe(target, exe, stream, func(w *watch) error {
		w.cmd = cmd
		return w.follow(ctx)
	})
}

// observe has a stream followed, and reports on what it told.
func (r *leakRun) observe(target *cgo.Target, exe *executable.File, stream *tracefmt.Stream, follow func(*watch) error) (*leak.Report, error) {
	began := time.Now()
	dir := r.out
	if dir == "" {
		dir = filepath.Join("innards-runs", fmt.Sprintf("leak-%s-%s-%d", filepath.Base(target.Path), began.Format("20060102-150405"), os.Getpid()))
	}
	// Before the run: nobody wants to hear after an hour that its findings have no place.
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the evidence folder: %w; name another with --out", err)
	}
	if r.out == "" {
		defer func() { // they go only if they are empty: nothing came of the run
			_ = os.Remove(dir)
			_ = os.Remove(filepath.Dir(dir))
		}()
	}

	start := tracefmt.Now()
	heap := leak.NewHeap(stream.Period(), start)
	w := watch{run: r, stream: stream, streamName: stream.Path, heap: heap, live: r.newLiveList(exe), looks: looks{off: r.noStop || !canAwaitEnd()}}
	if err := follow(&w); err != nil {
		return nil, err
	}
	took := w.end - start
	if !heap.Started() && w.cmd == nil {
		return nil, fmt.Errorf("pid %d: the tracer has not said a word: try again", r.pid)
	}
	if !heap.Started() {
		return nil, fmt.Errorf("%s was never started, or ended before it could be traced (%s: %s)",
			target.Path, r.args[0], w.cmd.ProcessState)
	}

	lost := stream.Lost()
	r.warnAbout(lost)
	names := leak.NewStreamNames(stream, exe)
	sites := heap.Sites(w.end, leak.NewWrapperNames(names, heap, exe, names.Bias()), lost)
	report := leak.NewReport(
		leak.Target{Kind: r.kind(), PID: stream.PID(), Exe: target.Path, Go: target.GoVersion},
		took, sites, w.resident, r.warnings)
	prof, err := leak.Profile(sites, stream.Period(), names.Modules(), target.Path, began, took)
	if err != nil {
		return nil, err
	}
	report.Looks, report.LongestPause = w.looks.count, w.looks.longest.Seconds()
	report.Profile = filepath.Join(dir, "leak.pb.gz")
	return report, keepEvidence(dir, []evidenceFile{
		{"leak.pb.gz", prof.Write},
		{"report.txt", func(w io.Writer) error { return report.WriteText(terminal(w)) }},
		{"report.json", func(w io.Writer) error { return encodeLeak(w, report) }},
	})
}

func encodeLeak(w io.Writer, r *leak.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func (r *leakRun) kind() string {
	if r.pid != 0 {
		return "pid"
	}
	return "command"
}

// target finds the executable to trace: the one that was named, the command itself, or the first Go program among the
// arguments of a command that is none.
func (r *leakRun) target() (*cgo.Target, error) {
	command, err := exec.LookPath(r.args[0])
	if err != nil {
		hint := "give its path, such as ./" + filepath.Base(r.args[0])
		if errors.Is(err, os.ErrPermission) {
			hint = "is it a program, and executable?"
		}
		return nil, fmt.Errorf("can not run %s: %w: %s", r.args[0], errors.Unwrap(err), hint)
	}
	if r.exe != "" {
		return cgo.Examine(r.exe)
	}
	target, err := cgo.Examine(command)
	if !errors.Is(err, cgo.ErrNotGo) {
		return target, err
	}
	for _, word := range strings.Fields(strings.Join(r.args[1:], " ")) {
		path, err := exec.LookPath(word)
		if err != nil {
			continue
		}
		if target, err := cgo.Examine(path); !errors.Is(err, cgo.ErrNotGo) {
			return target, err
		}
	}
	return nil, fmt.Errorf("%w; if it starts one, name that with --exe", err)
}

// layout says where the runtime of the executable keeps what the tracer needs for Go frames.
func (r *leakRun) layout(exe *executable.File) tracefmt.GoRuntime {
	tlsg, err := exe.TLSGOffset()
	if err != nil {
		r.warn("stacks have no Go frames: %v", err)
		return tracefmt.GoRuntime{}
	}
	if l, ok := cgo.Layout(exe.GoVersion, tlsg); ok {
		return l
	}
	f, err := elf.Open(exe.Path)
	if err == nil {
		defer f.Close() //nolint:errcheck // opened for reading
		if d, dwarfErr := f.DWARF(); dwarfErr == nil {
			if l, layoutErr := cgo.LayoutFromDWARF(d, tlsg); layoutErr == nil {
				return l
			}
		}
	}
	r.warn("stacks have no Go frames: the runtime of %s is not known, and the program has no debugging information to learn it from; "+
		"build it without -s -w", exe.GoVersion)
	return tracefmt.GoRuntime{}
}

func (r *leakRun) warnAbout(lost tracefmt.Lost) {
	if lost.Frees > 0 {
		r.warn("%d frees found no room: their blocks look alive, so every verdict is only possible; use a larger --sample", lost.Frees)
	}
	if lost.Allocs > 0 {
		r.warn("%d allocations found no room and are missing; use a larger --sample", lost.Allocs)
	}
	if lost.Stacks > 0 {
		r.warn("%d stacks found no room; their allocations stand together under one site", lost.Stacks)
	}
}
