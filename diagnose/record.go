package diagnose

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"
)

const (
	// idleShare bounds what recording costs us: after a reading of a millisecond it rests for three at least.
	idleShare = 3
	// maxRate bounds the readings a second. One takes a millisecond for some hundred goroutines.
	maxRate = 1000
)

// RecordCommand returns the command `innards record`.
func RecordCommand() *cobra.Command {
	var (
		out      string
		duration time.Duration
		rate     int
	)
	cmd := &cobra.Command{
		Use:   "record PID",
		Short: "Sample another process's goroutines into a wall-clock profile",
		Long: `Record reads the goroutines of a Go process from outside, again and again, and adds up how long each stack was in each
state: on a processor, waiting for a lock, a channel, the network. The process needs no port and no debug information and
is not stopped, but for the thread of a goroutine that runs: that for some tens of microseconds a reading.

The result is a pprof profile, with the goroutines' own labels and "state". Goroutines that run show their innermost
function and who created them: the rest of their stack moves too fast to be read.`,
		Example: `  innards record 4711 --duration 30s --out slow
  go tool pprof -http : -tagfocus state=sync.Mutex.Lock slow/wall.pb.gz`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("record: it takes one PID, not %d arguments: try innards record --help", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			pid, err := strconv.ParseInt(args[0], 10, 32)
			switch {
			case err != nil || pid <= 0:
				return fmt.Errorf("record: %q is no PID: give the number of a running Go process", args[0])
			case duration <= 0:
				return fmt.Errorf("record: --duration %s leaves no time to look: give a time such as 10s", duration)
			case rate < 1 || rate > maxRate:
				return fmt.Errorf("record: --rate %d: give 1 to %d readings a second", rate, maxRate)
			}
			began := time.Now()
			if out == "" {
				out = filepath.Join("innards-runs", fmt.Sprintf("record-%d-%s", pid, began.Format("20060102-150405")))
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), duration)
			defer cancel()
			r := recording{period: time.Second / time.Duration(rate), wall: goroutine.NewWallProfile(began, time.Second/time.Duration(rate))}
			if err := r.record(ctx, int(pid)); err != nil {
				return fmt.Errorf("record: %w", err)
			}
			path := filepath.Join(out, "wall.pb.gz")
			if err := keepEvidence(out, []evidenceFile{{filepath.Base(path), r.wall.Profile().Write}}); err != nil {
				return fmt.Errorf("record: %w", err)
			}
			w := cmd.OutOrStdout()
			_, err = fmt.Fprintf(w, "%d readings of pid %d in %s, each %s on average: %s\n", r.readings, pid,
				time.Since(began).Round(time.Millisecond), (r.spent / time.Duration(r.readings)).Round(time.Microsecond), path)
			if err == nil && r.failed > 0 {
				_, err = fmt.Fprintf(w, "warning: %d readings failed, the last one: %v\n", r.failed, r.last)
			}
			if err != nil {
				return fmt.Errorf("record: write the report: %w", err)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "keep the profile in this folder (default: a new one in innards-runs)")
	flags.DurationVar(&duration, "duration", 10*time.Second, "how long to record")
	flags.IntVar(&rate, "rate", 100, "readings a second, at most: a large process gets fewer")
	return cmd
}

// recording is a profile in the making.
type recording struct {
	period   time.Duration
	wall     *goroutine.WallProfile
	readings int
	spent    time.Duration // on reading
	failed   int
	last     error
}

// record reads the process until the context or the process ends.
func (r *recording) record(ctx context.Context, pid int) error {
	p, err := inspect.Open(pid)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	before := time.Now().Add(-r.period) // the first reading stands for a period as well
	for {
		begin := time.Now()
		snap, err := p.Snapshot(ctx)
		switch {
		case ctx.Err() != nil || err != nil && gone(pid):
			return r.done(ctx, err)
		case err != nil:
			r.failed++
			r.last = err
		default:
			r.locate(p, snap)
			r.wall.Add(&snap.Dump, begin.Sub(before))
			before = begin
			r.readings++
		}
		took := time.Since(begin)
		r.spent += took
		select {
		case <-ctx.Done():
			return r.done(ctx, err)
		case <-time.After(max(r.period-took, idleShare*took)):
		}
	}
}

// done is the end of a recording: an error where there is nothing to show for it. One that was interrupted counts.
func (r *recording) done(ctx context.Context, err error) error {
	switch {
	case r.readings > 0:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return errors.New("interrupted before the first reading was done")
	case ctx.Err() != nil:
		return errors.New("not one reading was done in time: give more with --duration")
	}
	return err
}

// locate gives goroutines that run what can be told of their stacks.
func (r *recording) locate(p *inspect.Process, snap *inspect.Snapshot) {
	for _, g := range snap.Goroutines {
		if g.System || len(g.Frames) > 0 || g.State != "running" || snap.Live[g.ID].Thread == 0 {
			continue
		}
		pc, err := p.PC(snap.Live[g.ID].Thread)
		if err != nil {
			g.Frames = []goroutine.Frame{{Func: "(running)"}}
			continue
		}
		for _, f := range p.Executable().Frames(pc-p.Bias(), false) {
			g.Frames = append(g.Frames, goroutine.Frame{Func: f.Func, File: f.File, Line: f.Line, Inlined: f.Inlined})
		}
		if len(g.Frames) == 0 {
			g.Frames = []goroutine.Frame{{Func: "(outside of Go)"}}
		}
		if g.CreatedBy.Func != "" {
			g.Frames = append(g.Frames, g.CreatedBy)
		}
	}
}
