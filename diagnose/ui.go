package diagnose

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"innards/diagnose/web"
)

// UICommand returns the command `innards ui`.
func UICommand() *cobra.Command {
	var (
		addr, base string
		bound      time.Duration
		open       bool
	)
	cmd := &cobra.Command{
		Use:   "ui [FILE...]",
		Short: "Show runs, profiles and structures in the browser",
		Long: `Ui serves, on one port of 127.0.0.1, the runs that other commands kept, the newest first: a hang as a picture
of who waits for whom, a leak as sites and how they grew, a benchmark as its charts; each profile in pprof's own
web interface, and the difference of any two; and under /explain/ the structures, step by step.

A FILE is a folder of runs (every report, *.pb.gz, *.prof and *.pprof in it and in the folders directly below), a
profile (of runtime/pprof, net/http/pprof, fgprof, innards) or a report (report.json, report.txt, report.html).
Without a FILE it is ` + "`innards-runs`" + `. Runs that end while it serves are there at the next reload.

It prints its address on one line and serves until it is interrupted. Nothing is fetched from the
network, nothing is written.`,
		Example: `  innards ui cpu.pb.gz heap.pb.gz
  innards ui --base before.pb.gz after.pb.gz
  innards ui innards-runs/ --open`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if bound < 0 {
				return fmt.Errorf("ui: --duration %s is negative: give a time such as 10m, or 0 to serve until interrupted", bound)
			}
			site, err := siteOf(files, base)
			if err != nil {
				return fmt.Errorf("ui: %w", err)
			}
			for _, warning := range site.Warnings() {
				fmt.Fprintf(cmd.ErrOrStderr(), "innards ui: not shown: %s\n", warning)
			}
			ln, err := web.Listen(addr)
			if err != nil {
				return fmt.Errorf("ui: %w", err)
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			if bound > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, bound)
				defer cancel()
			}
			address := fmt.Sprintf("http://%s/", ln.Addr())
			// The listener is open: whoever reads this line can connect. One write: a pipe gets it whole and at once.
			fmt.Fprintf(cmd.OutOrStdout(), "innards ui: %s\n", address)
			if open {
				if err := openBrowser(address); err != nil {
					fmt.Fprintf(cmd.ErrOrStderr(), "innards ui: no browser opened: %v; open the address yourself\n", err)
				}
			}
			if err := site.Serve(ctx, ln); err != nil {
				return fmt.Errorf("ui: %w", err)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:0", "loopback address to serve on; port 0 takes any free one")
	flags.StringVar(&base, "base", "", "profile to compare every other with")
	flags.BoolVar(&open, "open", false, "open the page in the browser")
	flags.DurationVar(&bound, "duration", 0, "end after this time (0: when interrupted)")
	return cmd
}

// usualRuns is where commands keep their runs unless told otherwise.
const usualRuns = "innards-runs"

// siteOf makes the site of the files given; of none, that of the usual folder, whatever comes to be in it.
func siteOf(files []string, base string) (*web.Site, error) {
	if len(files) == 0 && base == "" {
		if site, err := web.New([]string{usualRuns}, web.Options{Await: true}); err == nil {
			return site, nil
		}
	}
	return web.New(files, web.Options{Base: base})
}

// openBrowser asks the desktop to show address, and does not wait for it.
func openBrowser(address string) error {
	opener := map[string]string{"linux": "xdg-open", "darwin": "open"}[runtime.GOOS]
	if opener == "" {
		return errors.New("no program known for it on " + runtime.GOOS)
	}
	cmd := exec.Command(opener, address)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // or it stays a zombie for as long as the site is served
	return nil
}
