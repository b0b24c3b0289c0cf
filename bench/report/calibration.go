package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/colorprofile"

	"innards/bench/measure"
)

// CalibrationSchema names the shape of a calibration's JSON document.
const CalibrationSchema = "innards.bench.aa/1"

// What the method promises: shares of the trials.
const (
	mostAlarms = 0.06
	leastFound = 0.80
)

// A CalibrationReport is what a trial of the method came to.
type CalibrationReport struct {
	Schema    string          `json:"schema"`
	Machine   measure.Machine `json:"machine"`
	Method    Method          `json:"method"`
	Seed      uint64          `json:"seed"`
	Asked     int             `json:"asked"` // trials; fewer are there where time ran out
	DurationS float64         `json:"duration_s"`
	// Difference is by how much the slower lane was slower.
	Difference float64 `json:"difference"`
	AlarmShare float64 `json:"alarm_share"`
	AlarmMust  float64 `json:"alarm_must"` // at most
	FoundShare float64 `json:"found_share"`
	FoundMust  float64 `json:"found_must"` // at least
	measure.Calibration
}

// CalibrationOf makes the report.
func CalibrationOf(c measure.Calibration, p measure.Protocol, difference float64, asked int, on measure.Machine, took time.Duration) CalibrationReport {
	trials := float64(c.Trials)
	return CalibrationReport{
		Schema: CalibrationSchema, Machine: on, Method: MethodOf(p), Seed: p.Seed, Asked: asked, DurationS: took.Seconds(),
		Difference: difference, AlarmShare: float64(c.Alarms) / trials, AlarmMust: mostAlarms,
		FoundShare: float64(c.Found) / trials, FoundMust: leastFound, Calibration: c,
	}
}

// Kept says whether the method kept its promises.
func (c CalibrationReport) Kept() bool {
	return c.AlarmShare <= c.AlarmMust && c.FoundShare >= c.FoundMust
}

// CalibrationJSON writes the document.
func CalibrationJSON(w io.Writer, c CalibrationReport) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(c)
}

// CalibrationText writes the calibration for a reader.
func CalibrationText(w io.Writer, environment []string, c CalibrationReport) error {
	out := &colorprofile.Writer{Forward: w, Profile: colorprofile.Detect(w, environment)}
	s := sheet{headers: []string{fmt.Sprintf("of %d trials", c.Trials), "count", "share", "must", "kept"}, left: 1}
	share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(c.Trials)) }
	row := func(name string, n int, must string, kept bool) {
		verdict := styled{"", plain}
		switch {
		case must == "":
		case kept:
			verdict = styled{"yes", faster}
		default:
			verdict = styled{"no", slower}
		}
		s.add(text(name), text(fmt.Sprint(n)), text(share(n)), text(must), verdict)
	}
	more := fmt.Sprintf("%.0f %% more work", 100*c.Difference)
	row("the same work: interval excludes 1", c.Alarms, fmt.Sprintf("<= %.0f %%", 100*c.AlarmMust), c.AlarmShare <= c.AlarmMust)
	row("the same work: called faster or slower", c.AlarmVerdicts, "", true)
	row(more+": interval above 1", c.Found, fmt.Sprintf(">= %.0f %%", 100*c.FoundMust), c.FoundShare >= c.FoundMust)
	row(more+": called slower", c.FoundVerdicts, "", true)
	_, err := fmt.Fprintf(out, "%s\nratio of the lane with more work: %.3f [%.3f, %.3f], the median of the trials'\n", s.String(),
		c.Slower.Median, c.Slower.Lo, c.Slower.Hi)
	if err == nil {
		_, err = fmt.Fprintf(out, "%.1f rounds a trial; %d trials ended because their intervals were narrow enough\n", c.Rounds, c.Narrow)
	}
	if err == nil && c.Trials < c.Asked {
		_, err = fmt.Fprintf(out, "%d trials were asked for: time ran out\n", c.Asked)
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "%s, %s/%s, %s, %d cores, load %.1f; seed %d, clock %s; took %.0f s\n", c.Machine.Go, c.Machine.OS,
			c.Machine.Level(), c.Machine.CPU, c.Machine.Cores, c.Machine.Load, c.Seed, c.Method.Clock, c.DurationS)
	}
	return err
}
