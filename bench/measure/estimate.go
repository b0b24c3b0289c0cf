package measure

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"
)

// Confidence is what every interval is made for; what it reached is beside it.
const Confidence = 0.95

// An Estimate is a median and the interval of it between two of the sample's own values.
type Estimate struct {
	Median     float64 `json:"median"`
	Lo         float64 `json:"lo"`
	Hi         float64 `json:"hi"`
	Confidence float64 `json:"confidence"`
}

// estimate summarises at least MinRounds values.
func estimate(values []float64) Estimate {
	summary := benchmath.AssumeNothing.Summary(sample(values), Confidence)
	return Estimate{summary.Center, summary.Lo, summary.Hi, summary.Confidence}
}

// sample copies the values: benchmath sorts its own.
func sample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(append([]float64(nil), values...), &benchmath.DefaultThresholds)
}

// spread is the interval's width as a part of the median.
func (e Estimate) spread() float64 { return (e.Hi - e.Lo) / e.Median }

// includes says whether the interval includes x.
func (e Estimate) includes(x float64) bool { return e.Lo <= x && x <= e.Hi }

// wide says whether the interval of a ratio leaves open how much it is: [0.5, 0.9] does, [0.1, 0.2] does not.
func (e Estimate) wide() bool {
	return e.Hi/e.Lo > max(widest, e.Lo, 1/e.Hi)
}

// Narrow says whether a ratio is known well enough to stop measuring it: within so much of the median to either side or,
// far from 1, within a twentieth of the distance. Near 1, where a wrong end would be a wrong verdict, the second never counts.
func (e Estimate) Narrow(within float64) bool {
	return math.Log(e.Hi/e.Lo) <= 2*max(within, math.Abs(math.Log(e.Median))/20)
}

func (e Estimate) overlaps(other Estimate) bool { return e.Lo <= other.Hi && other.Lo <= e.Hi }

// Verdict is what a ratio allows one to say.
type Verdict string

// The verdicts.
const (
	Faster       Verdict = "faster"
	Slower       Verdict = "slower"
	Same         Verdict = "same"
	Inconclusive Verdict = "inconclusive"
)

// The limits of verdicts and warnings.
const (
	sameWithin = 0.05 // an interval this near to 1 shows that there is no difference worth having
	widest     = 1.5  // an interval whose ends differ by more is wide, unless it lies farther than that from 1
	noisy      = 0.15 // a sample whose median is known no better than this is warned of
)

// A Ratio compares a lane with the reference: below 1 is faster.
type Ratio struct {
	Estimate
	Rounds   []float64 `json:"rounds"`    // in each round, lane over reference
	OfMinima float64   `json:"of_minima"` // the lane's fastest sample over the reference's
	P        float64   `json:"p"`         // of the Mann-Whitney U test: how likely such samples are if there is no difference
	Verdict  Verdict   `json:"verdict"`
}

// Compare makes the ratio of two lanes' samples, which were taken in the same rounds. Its verdict is left to judge.
func Compare(times, reference []float64) Ratio {
	rounds := make([]float64, len(times))
	for i := range times {
		rounds[i] = times[i] / reference[i]
	}
	return Ratio{
		Estimate: estimate(rounds),
		Rounds:   rounds,
		OfMinima: least(times) / least(reference),
		P:        benchmath.AssumeNothing.Compare(sample(reference), sample(times)).P,
	}
}

func least(values []float64) float64 {
	smallest := math.Inf(1)
	for _, value := range values {
		smallest = min(smallest, value)
	}
	return smallest
}

// judge says what the ratio means, given the ratio of the reference's twin in the same cell.
func judge(ratio, twin Estimate) Verdict {
	switch {
	case ratio.wide():
		return Inconclusive
	case ratio.Lo >= 1-sameWithin && ratio.Hi <= 1+sameWithin:
		return Same
	case ratio.includes(1) || ratio.overlaps(twin):
		return Inconclusive
	case ratio.Median < 1:
		return Faster
	}
	return Slower
}

// doubts lists what is wrong with a sample.
func doubts(name string, times Estimate) []string {
	if times.spread() > noisy {
		return []string{fmt.Sprintf("%s: noisy: the median is known to %.0f %% only", name, 100*times.spread())}
	}
	return nil
}
