package measure

import (
	"context"
	"errors"
	"fmt"
)

// A Calibration is what the whole method, run many times over on a known answer, made of it: lanes that do the same work, and
// one that does a known part more.
type Calibration struct {
	Trials int     `json:"trials"`
	Rounds float64 `json:"rounds"` // that a trial took, on the average
	Narrow int     `json:"narrow"` // trials that ended because their intervals were narrow enough
	// Of lanes that do the same work: how often the interval excluded 1, and how often the verdict was faster or slower.
	Alarms        int `json:"alarms"`
	AlarmVerdicts int `json:"alarm_verdicts"`
	// Of the lane that does more work: how often the interval lay above 1, how often the verdict was slower, and its ratios.
	Found         int      `json:"found"`
	FoundVerdicts int      `json:"found_verdicts"`
	Slower        Estimate `json:"slower"`
}

// The lanes of a race that Calibrate runs.
const (
	calibrationTwin = iota + 1
	calibrationSame
	calibrationSlower
	calibrationLanes
)

// Calibrate runs so many races, each with four lanes: the reference, its twin, a third that does the same, and one that does
// more work. It stops early once Protocol.Total is over, if it has MinRounds trials by then.
func (p Protocol) Calibrate(ctx context.Context, trials int, race func(trial int) (Race, error), say func(done int)) (Calibration, error) {
	var c Calibration
	var slower []float64
	rounds := 0
	start := p.Wall.Read()
	for trial := range trials {
		if p.Total > 0 && trial >= MinRounds && p.Wall.Read()-start > p.Total {
			break
		}
		say(trial)
		r, err := race(trial)
		if err != nil {
			return c, fmt.Errorf("measure: trial %d: %w", trial, err)
		}
		if len(r.Runners) != calibrationLanes {
			return c, fmt.Errorf("measure: trial %d has %d lanes, not %d", trial, len(r.Runners), calibrationLanes)
		}
		within := p
		within.Seed += uint64(trial)
		took, err := within.Run(ctx, r)
		if err != nil {
			return c, fmt.Errorf("measure: trial %d: %w", trial, err)
		}
		rounds += len(took.rounds)
		slower = append(slower, c.count(took, p.Narrow))
	}
	if c.Trials < MinRounds {
		return c, errors.New("measure: too few trials to say anything")
	}
	c.Rounds, c.Slower = float64(rounds)/float64(c.Trials), estimate(slower)
	return c, nil
}

// count adds a trial, and returns by how much the slower lane seemed to be slower.
func (c *Calibration) count(took Times, narrow float64) float64 {
	twin, same, slower := took.ratio(calibrationTwin), took.ratio(calibrationSame), took.ratio(calibrationSlower)
	c.Trials++
	add := func(to *int, when bool) {
		if when {
			*to++
		}
	}
	add(&c.Narrow, narrow > 0 && took.narrow(narrow))
	add(&c.Alarms, !same.includes(1))
	verdict := judge(same, twin)
	add(&c.AlarmVerdicts, verdict == Faster || verdict == Slower)
	add(&c.Found, slower.Lo > 1)
	add(&c.FoundVerdicts, judge(slower, twin) == Slower)
	return slower.Median
}
