package measure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noises are what machines do to a sample: how much longer it takes, as a logarithm.
var noises = map[string]func(*rand.Rand) float64{
	"quiet": func(r *rand.Rand) float64 { return 0.007 * r.NormFloat64() },
	"busy":  func(r *rand.Rand) float64 { return 0.03 * r.NormFloat64() },
	"spikes": func(r *rand.Rand) float64 {
		x := 0.015 * r.NormFloat64()
		if r.Float64() < 0.15 {
			x += 0.3 * r.Float64()
		}
		return x
	},
}

// calibrated runs the method on a machine whose noise is known: the third copy costs what the reference costs, the last lane
// costs factor times as much.
func calibrated(t *testing.T, p Protocol, trials int, factor float64, noise func(*rand.Rand) float64) Calibration {
	t.Helper()
	var now time.Duration
	random := rand.New(rand.NewPCG(1, 2))
	p.Clock = Clock{Name: "made", Read: func() time.Duration { return now }}
	p.Wall = p.Clock
	lane := func(cost float64) Runner {
		return Runner{
			Run:   func(passes int) { now += time.Duration(float64(passes) * cost * math.Exp(noise(random))) },
			Check: func(int) error { return nil },
		}
	}
	c, err := p.Calibrate(t.Context(), trials, func(trial int) (Race, error) {
		return Race{Name: fmt.Sprint(trial), Runners: []Runner{lane(1e6), lane(1e6), lane(1e6), lane(1e6 * factor)}}, nil
	}, func(int) {})
	require.NoError(t, err)
	require.Equal(t, trials, c.Trials)
	return c
}

// What the method promises, held against machines that are made of random numbers: no more false alarms than 6 %, and a
// difference of 5 % found four times in five, whether a cell stops early or not.
func TestMethodKeepsItsPromises(t *testing.T) {
	const trials = 300
	for name, noise := range noises {
		for _, narrow := range []float64{0, 0.01, 0.02} {
			p := Protocol{Seed: 1, Rounds: 40, Sample: time.Millisecond, Budget: time.Hour, Narrow: narrow}
			c := calibrated(t, p, trials, 1.05, noise)
			what := fmt.Sprintf("%s, narrow %v: %+v", name, narrow, c)
			assert.LessOrEqual(t, c.Alarms, trials*6/100, what)
			assert.LessOrEqual(t, c.AlarmVerdicts, c.Alarms, what)
			assert.GreaterOrEqual(t, c.Found, trials*80/100, what)
			assert.InDelta(t, 1.05, c.Slower.Median, 0.01, what)
			if narrow == 0 {
				assert.Equal(t, 40.0, c.Rounds, what)
				assert.Zero(t, c.Narrow, what)
			}
		}
	}
}

func TestCellsStopOnceTheirIntervalsAreNarrow(t *testing.T) {
	p := Protocol{Seed: 1, Rounds: 40, Sample: time.Millisecond, Budget: time.Hour, Narrow: 0.02}
	quiet, busy := calibrated(t, p, 30, 1.05, noises["quiet"]), calibrated(t, p, 30, 1.05, noises["busy"])
	assert.Less(t, quiet.Rounds, 10.0)
	assert.Equal(t, 30, quiet.Narrow)
	assert.Greater(t, busy.Rounds, 2*quiet.Rounds)

	assert.True(t, Estimate{Median: 1, Lo: 0.991, Hi: 1.009}.Narrow(0.01))
	assert.False(t, Estimate{Median: 1, Lo: 0.98, Hi: 1.01}.Narrow(0.01))
	assert.True(t, Estimate{Median: 0.5, Lo: 0.49, Hi: 0.51}.Narrow(0.01), "far from 1 it need not be as narrow")
	assert.False(t, Estimate{Median: 0.5, Lo: 0.45, Hi: 0.55}.Narrow(0.01))
}

// A method that stopped once its interval excludes 1 would be caught: this is why narrow looks at nothing but the width.
func TestStoppingAtADifferenceWouldRaiseFalseAlarms(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alarms := 0
	for range 400 {
		var rounds []float64
		for len(rounds) < 40 {
			rounds = append(rounds, math.Exp(noises["busy"](random)-noises["busy"](random)))
			if len(rounds) >= MinRounds && !estimate(rounds).includes(1) {
				alarms++
				break
			}
		}
	}
	assert.Greater(t, alarms, 400*10/100)
}

func TestCalibrationIsBoundedInTime(t *testing.T) {
	p := Protocol{Seed: 1, Rounds: MinRounds, Sample: time.Millisecond, Budget: time.Hour, Total: time.Nanosecond}
	var now time.Duration
	p.Clock = Clock{Read: func() time.Duration { now += time.Millisecond; return now }}
	p.Wall = p.Clock
	nothing := Runner{Run: func(int) {}, Check: func(int) error { return nil }}
	c, err := p.Calibrate(t.Context(), 1000, func(int) (Race, error) {
		return Race{Runners: []Runner{nothing, nothing, nothing, nothing}}, nil
	}, func(int) {})
	require.NoError(t, err)
	assert.Equal(t, MinRounds, c.Trials)
}
