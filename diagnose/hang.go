package diagnose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

	dump *goroutine.Dump
}

// hangTarget is what was looked at.
type hangTarget struct {
	Kind string `json:"kind"` // "pid", "url", "dump"
	PID  int    `json:"pid"`
	Exe  string `json:"exe"`
	Go   string `json:"go"`
	Name string `json:"name,omitempty"` // of a file or a URL, without a password
}

// HangCommand returns the command `innards hang`.
func HangCommand() *cobra.Command {
	var (
		asJSON bool
		out    string
		bound  time.Duration
	)
	cmd := &cobra.Command{
		Use:   "hang TARGET",
		Short: "Say why a Go process is stuck",
		Long: `Hang looks at the goroutines of a Go program and says which of them can never go on, and why: who waits for what, who holds
it, since which line. TARGET is

  PID      a running process, read from outside: it needs no port, no signal and no debug information, and is not stopped
  URL      the net/http/pprof of a process: its base (http://host:6060) or the full path of its goroutine profile
  FILE     a goroutine dump, as a panic, SIGQUIT or pprof's debug=2 print it, or a pprof goroutine profile; gzipped or not
  -        the same, from standard input

Only a PID tells who holds a lock: a dump does not have it. A number is a PID; for a file of that name write ./123.
Exit status: 0 nothing found, 1 something found, 2 it could not look.`,
		Example: `  innards hang 4711
  innards hang http://127.0.0.1:6060
  innards hang --json panic.txt
  innards hang 4711 --out stuck && innards ui stuck`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case cmd.ArgsLenAtDash() >= 0:
				return errors.New("hang: commands are not started yet: start it yourself and give its PID")
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
			ctx, cancel := context.WithTimeout(cmd.Context(), bound)
			defer cancel()
			report, err := lookAt(ctx, args[0], cmd.InOrStdin())
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
				if err == nil && out == "" && len(report.Verdicts) > 0 {
					hint := fmt.Sprintf("to keep the evidence: innards hang %s --out DIR, then innards ui DIR", printable(args[0]))
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
	flags.DurationVar(&bound, "duration", 30*time.Second, "longest time to spend on looking")
	return cmd
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
