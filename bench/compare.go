package bench

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"innards/bench/report"
)

// regression is the error of a comparison that found some. Nobody prints it: it stands in the report.
type regression int

func (r regression) Error() string { return fmt.Sprintf("bench: %d regressions", int(r)) }

// ExitStatus is that of a command that found something.
func (regression) ExitStatus() int { return 1 }

// compareRuns reads two runs and says what has certainly changed.
func (o options) compareRuns(cmd *cobra.Command, oldPath, newPath string) error {
	old, err := report.Read(oldPath)
	if err != nil {
		return err
	}
	now, err := report.Read(newPath)
	if err != nil {
		return err
	}
	comparison, err := report.Compare(old, now)
	if err != nil {
		return err
	}
	if o.json {
		err = report.ComparisonJSON(cmd.OutOrStdout(), comparison)
	} else {
		err = report.ComparisonText(cmd.OutOrStdout(), os.Environ(), comparison)
	}
	if err != nil {
		return fmt.Errorf("bench: write the comparison: %w", err)
	}
	if n := comparison.Regressions(now.Reference); n > 0 {
		return regression(n)
	}
	return nil
}
