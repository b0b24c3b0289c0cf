package diagnose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// hangSchema names the form of the JSON report. What stands in it is never renamed or dropped, only added to.
const hangSchema = "innards.hang/1"

// errFound ends a command that found something: exit status 1, and nothing printed.
var errFound error = foundError{}

type foundError struct{}

func (foundError) Error() string   { return "something was found" }
func (foundError) ExitStatus() int { return 1 }

// hangReport is the report of `innards hang`.
type hangReport struct {
	Schema     string         `json:"schema"`
	Target     hangTarget     `json:"target"`
	Goroutines int            `json:"goroutines"`
	Threads    int            `json:"threads"`
	Verdicts   []hang.Verdict `json:"verdicts"`
	Warnings   []string       `json:"warnings"`
	Out        string         `json:"out,omitempty"` // the folder with the evidence, if it was kept

	dump  *goroutine.Dump
	holds []hang.Hold
}

// hangTarget is what was looked at.
type hangTarget struct {
	Kind string `json:"kind"` // "pid", "url", "dump", "core", "bundle", "command"
	PID  int    `json:"pid"`
	Exe  string `json:"exe"`
	Go   string `json:"go"`
	Name string `json:"name,omitempty"` // of a file or a URL, without a password
}

// HangCommand returns the command `innards hang`.
func HangCommand() *cobra.Command {
	var (
		asJSON   bool
		out      string
		bound    time.Duration
		after    time.Duration
		watching bool
		how      looking
	)
	cmd := &cobra.Command{
		Use:   "hang TARGET | hang -- CMD ARGS",
		Short: "Say why a Go process is stuck",
		Long: `Hang looks at the goroutines of a Go program and says which of them can never go on, and why: who waits for what, who holds
it, since which line. TARGET is

  PID      a running process, read from outside: it needs no port, no signal and no debug information, and is not stopped
  URL      the net/http/pprof of a process: its base (http://host:6060) or the full path of its goroutine profile
  FILE     a goroutine dump, as a panic, SIGQUIT or pprof's debug=2 print it, or a pprof goroutine profile; gzipped or not
  -        the same, from standard input
  CORE     an ELF core; --exe names the program, if it is not where it was
  FOLDER   what --save kept of an earlier look
  -- CMD   a program to start: it is looked at whenever its output and its CPU time stand still, and ended after a verdict

Only a process or its core tells who holds a lock: a dump does not have it. A number is a PID; for a file of that name
write ./123.
Exit status: 0 nothing found, 1 something found, 2 it could not look.`,
		Example: `  innards hang 4711
  innards hang http://127.0.0.1:6060
  innards hang --json panic.txt
  innards hang 4711 --save stuck && innards ui stuck
  innards hang --watch 4711
  innards hang -- ./server -port 8080`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.ArgsLenAtDash() == 0 && len(args) > 0:
				if watching || how.stop || how.exe != "" {
					return errors.New("hang: --watch, --stop and --exe do not go with a command: start it yourself and give its PID")
				}
				return nil
			case cmd.ArgsLenAtDash() >= 0:
				return errors.New("hang: give one TARGET, or -- and a command, and not both: try innards hang --help")
			case after != 0:
				return errors.New("hang: --after is for a command that is started here: hang --after 10s -- CMD")
			case len(args) != 1:
				return fmt.Errorf("hang: it takes one TARGET (a PID, a URL, a file, or - for standard input), not %d: "+
					"try innards hang --help", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if bound <= 0 {
				return fmt.Errorf("hang: --duration %s leaves no time to look: give a time such as 10s", bound)
			}
			// What is read of a large process is looked at again, nearly all of it, so that collecting is a waste: and while it
			// goes on, each new page is touched twice. From 4 MB * percent on it begins; who watches comes back to that.
			percent := 6400
			if watching {
				percent = 400
			}
			defer debug.SetGCPercent(debug.SetGCPercent(percent))
			bounded := func(bound time.Duration) (context.Context, context.CancelFunc) {
				return context.WithTimeout(cmd.Context(), bound)
			}
			if (watching || cmd.ArgsLenAtDash() == 0) && !cmd.Flags().Changed("duration") {
				bounded = func(time.Duration) (context.Context, context.CancelFunc) { return context.WithCancel(cmd.Context()) }
			}
			ctx, cancel := bounded(bound)
			defer cancel()
			var report *hangReport
			var err error
			switch {
			case cmd.ArgsLenAtDash() == 0:
				child := started{args, after, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()}
				if asJSON {
					child.stdout = child.stderr
				}
				report, err = lookAtCommand(ctx, child)
			case watching:
				report, err = watchProcess(ctx, args[0], how)
			default:
				report, err = lookAt(ctx, args[0], cmd.InOrStdin(), how)
			}
			if err != nil {
				return fmt.Errorf("hang: %w", err)
			}
			if report.Out = out; out != "" {
				if err := keepHang(report); err != nil {
					return fmt.Errorf("hang: %w", err)
				}
			}
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				err = enc.Encode(report)
			} else {
				w := terminal(cmd.OutOrStdout())
				err = writeHang(w, report)
				if err == nil && out == "" && len(report.Verdicts) > 0 && report.Target.Kind != "bundle" {
					hint := fmt.Sprintf("to keep the evidence: innards hang %s --save DIR, then innards ui DIR", hintTarget(cmd, args))
					_, err = fmt.Fprintln(w, faint.Render(hint))
				}
			}
			if err != nil {
				return fmt.Errorf("hang: write the report: %w", err)
			}
			if len(report.Verdicts) > 0 {
				return errFound
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "print one JSON document ("+hangSchema+")")
	flags.StringVar(&out, "out", "", "keep the evidence in this folder: report, dump and a profile for innards ui")
	flags.StringVar(&out, "save", "", "the same as --out; innards hang DIR shows it again")
	flags.BoolVar(&watching, "watch", false, "look at the PID again and again, until there is a verdict or it ends")
	flags.BoolVar(&how.stop, "stop", false, "stop the process for the first look, so that all of it is of one moment, and for moments to tell a livelock")
	flags.StringVar(&how.exe, "exe", "", "the program that a core is of, if it is not where it was")
	flags.DurationVar(&after, "after", 0, "look at the command that is started here after this time, once")
	flags.DurationVar(&bound, "duration", 30*time.Second, "longest time to spend on looking (with --watch or a command: no limit, unless given)")
	return cmd
}

// hintTarget gives the target as it was typed.
func hintTarget(cmd *cobra.Command, args []string) string {
	if cmd.ArgsLenAtDash() == 0 {
		return "-- " + printable(strings.Join(args, " "))
	}
	return printable(args[0])
}

// judged makes the report of what was read.
func judged(target hangTarget, threads int, dump *goroutine.Dump, in hang.Input) *hangReport {
	in.Goroutines, in.AllAsleep, in.Source = dump.Goroutines, dump.AllAsleep, sourceLine
	verdicts, remarks := hang.Judge(in)
	r := &hangReport{
		Schema:   hangSchema,
		Target:   target,
		Threads:  threads,
		Verdicts: make([]hang.Verdict, 0, len(verdicts)),
		Warnings: make([]string, 0, len(dump.Warnings)+len(remarks)),
		dump:     dump,
		holds:    in.Holds,
	}
	for _, g := range dump.Goroutines {
		if !g.System { // as runtime.NumGoroutine counts
			r.Goroutines++
		}
	}
	r.Verdicts = append(r.Verdicts, verdicts...)
	r.Warnings = append(append(r.Warnings, dump.Warnings...), remarks...)
	return r
}
