package diagnose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// demo is one fault made on purpose, whatever tool it is for.
type demo struct {
	name, class, about string
	inC                bool // the fault is in C: without cgo it is not there

	// run puts the fault, or its repaired twin, in place in this very process, calls ready, and stays until the context
	// ends.
	run func(ctx context.Context, fixed bool, ready func()) error
	// prove runs the demo in a child, looks at it from outside, and writes what the tool says of it. The evidence goes to
	// the folder out, if there is one.
	prove func(ctx context.Context, fixed bool, out string, w io.Writer) (outcome, error)
}

// outcome is what came of a demo.
type outcome struct {
	found   bool     // there was a verdict
	differs []string // from the known answer, in words
}

// demos joins the demos of all tools.
func demos() []demo { return slices.Concat(hangDemos(), leakDemos()) }

const (
	proveBound = 2 * time.Minute // of one demo, its child included
	aloneBound = 5 * time.Minute // of --only-run: a forgotten one ends by itself
)

// DemoCommand returns the command `innards demo`.
func DemoCommand() *cobra.Command {
	var fixed, onlyRun bool
	var out string
	cmd := &cobra.Command{
		Use:   "demo [NAME]",
		Short: "Run a program with a known fault, and find it",
		Long: `Demo runs a small program that hangs or leaks on purpose, as a child, looks at it from outside as the other commands do, prints
the verdict, and compares it with the known answer. Without a NAME it lists the demos. Their sources stand beside their
repaired twins in diagnose/hangdemo and cgo/cdemo.

Exit status: 1 the fault was found as expected, 0 nothing was found (so with --fixed), 2 the verdict differs from the
known answer.`,
		Example: `  innards demo
  innards demo lock-cycle
  innards demo --fixed lock-cycle
  innards demo --only-run lock-cycle    # then: innards hang PID`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("demo: one NAME at a time, not %d: innards demo lists them", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				if fixed || onlyRun || out != "" {
					return errors.New("demo: which one? innards demo lists the names")
				}
				return listDemos(cmd.OutOrStdout())
			}
			all := demos()
			i := slices.IndexFunc(all, func(d demo) bool { return d.name == args[0] })
			if i < 0 {
				return fmt.Errorf("demo: there is none called %q: innards demo lists the names", args[0])
			}
			if all[i].inC && !withCgo {
				return fmt.Errorf("demo %s: it is in C, and this program was built without cgo: build it with CGO_ENABLED=1", args[0])
			}
			if onlyRun {
				return runAlone(cmd, all[i], fixed)
			}
			return proveDemo(cmd, all[i], fixed, out)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&fixed, "fixed", false, "run the repaired twin, which must give no verdict")
	flags.BoolVar(&onlyRun, "only-run", false, "only run the program: it prints \"ready PID\" once the fault is in place, and stays")
	flags.StringVar(&out, "out", "", "keep the evidence in this folder, for innards ui")
	return cmd
}

func listDemos(w io.Writer) error {
	var b strings.Builder
	for _, d := range demos() {
		absent := ""
		if d.inC && !withCgo {
			absent = " (not in this build: it needs cgo)"
		}
		fmt.Fprintf(&b, "%-20s %-20s %s%s\n", d.name, d.class, d.about, absent)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// runAlone is the child of every demo.
func runAlone(cmd *cobra.Command, d demo, fixed bool) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), aloneBound)
	defer cancel()
	if err := d.run(ctx, fixed, func() { fmt.Fprintf(cmd.OutOrStdout(), "ready %d\n", os.Getpid()) }); err != nil {
		return fmt.Errorf("demo %s: %w", d.name, err)
	}
	return nil
}

func proveDemo(cmd *cobra.Command, d demo, fixed bool, out string) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), proveBound)
	defer cancel()
	w := terminal(cmd.OutOrStdout())
	res, err := d.prove(ctx, fixed, out, w)
	switch {
	case err != nil:
		return fmt.Errorf("demo %s: %w", d.name, err)
	case len(res.differs) > 0:
		return fmt.Errorf("demo %s: the verdict differs from the known answer: %s", d.name, strings.Join(res.differs, "; "))
	}
	expected := "as expected: " + d.class + ", with every line of the known answer"
	if fixed {
		expected = "as expected: the repaired twin gives no verdict"
	}
	if _, err := fmt.Fprintln(w, calm.Render(expected)); err != nil {
		return fmt.Errorf("demo %s: %w", d.name, err)
	}
	if res.found {
		return errFound
	}
	return nil
}
