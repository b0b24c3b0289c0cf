package bench

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"innards/bench/measure"
	"innards/bench/report"
	"innards/bench/trial"
)

// mistaken is the error of a calibration that missed what the method promises. Nobody prints it: it stands in the report.
type mistaken struct{}

func (mistaken) Error() string { return "bench: the method does not keep its promises on this machine" }

// ExitStatus is that of a command that found something.
func (mistaken) ExitStatus() int { return 1 }

// mostTrialRounds is the most rounds of a trial. Many short samples tell more than few long ones: see NOTES.md.
const mostTrialRounds = 60

// calibrationCommand returns the command bench aa.
func calibrationCommand() *cobra.Command {
	var (
		trials  int
		seed    uint64
		within  time.Duration
		json    bool
		fixed   int
		samples time.Duration
	)
	cmd := &cobra.Command{
		Use:   "aa",
		Short: "try the method itself: does it raise false alarms, does it find a difference of 5 %?",
		Long: `Try the method itself on this machine, as it is now, with a known answer. Each trial is a whole cell: Go's map,
its twin, Go's map once more, and Go's map asked for 5 % more keys. The third must not seem to be faster or slower than the
first; the last must be found to be slower. Exit status 1 if the method keeps one of its promises not.`,
		Example: `  innards bench aa
  innards bench aa --trials 50 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case trials < measure.MinRounds || trials > 100_000:
				return fmt.Errorf("bench: --trials %d: try something from %d to 100000", trials, measure.MinRounds)
			case fixed != 0 && fixed < measure.MinRounds:
				return fmt.Errorf("bench: --count %d: the interval of a median needs at least %d rounds", fixed, measure.MinRounds)
			case samples < 100*time.Microsecond || samples > time.Second:
				return fmt.Errorf("bench: --sample %v: try something from 100µs to 1s", samples)
			}
			p := measure.Protocol{
				Seed: seed, Rounds: mostTrialRounds, Warmup: 1, Narrow: 0.02, Sample: samples, Budget: 5 * time.Second, Total: within,
				Clock: measure.BestClock(), Wall: measure.Wall(),
			}
			if fixed != 0 {
				p.Rounds, p.Narrow = fixed, 0
			}
			say := progressTo(cmd.ErrOrStderr(), p.Wall, p.Total)
			began := time.Now()
			done, err := p.Calibrate(cmd.Context(), trials, trial.Calibration(seed), func(done int) { say(done, trials, "A/A") })
			say(trials, trials, "")
			if err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			c := report.CalibrationOf(done, p, trial.Handicap, trials, measure.ThisMachine(), time.Since(began))
			if json {
				err = report.CalibrationJSON(cmd.OutOrStdout(), c)
			} else {
				err = report.CalibrationText(cmd.OutOrStdout(), os.Environ(), c)
			}
			if err != nil {
				return fmt.Errorf("bench: write the calibration: %w", err)
			}
			if !c.Kept() {
				return mistaken{}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&trials, "trials", 200, "how often")
	flags.Uint64Var(&seed, "seed", 1, "seed of the keys and of the order of the runs")
	flags.DurationVar(&within, "within", 4*time.Minute, "stop after this time, with the trials that there are")
	flags.IntVar(&fixed, "count", 0, "so many rounds a trial; else as many as the intervals need, up to "+strconv.Itoa(mostTrialRounds))
	flags.DurationVar(&samples, "sample", time.Millisecond, "how long a sample lasts")
	flags.BoolVar(&json, "json", false, "write one JSON document to standard output")
	return cmd
}
