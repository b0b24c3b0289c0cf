package measure

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEstimateIsBetweenOrderStatistics(t *testing.T) {
	// Known by counting coin tosses: the interval of a median of six is from the least to the greatest, at 1-2/2^6; of nine
	// from the second to the eighth, at 1-20/2^9.
	six := estimate([]float64{6, 1, 5, 2, 4, 3})
	assert.Equal(t, Estimate{3.5, 1, 6, 1 - 2.0/64}, rounded(six))
	nine := estimate([]float64{9, 1, 8, 2, 7, 3, 6, 4, 500})
	assert.Equal(t, Estimate{6, 2, 9, 1 - 20.0/512}, rounded(nine))
}

// rounded takes the last bits off the confidence, which is computed by way of logarithms.
func rounded(e Estimate) Estimate {
	e.Confidence = float64(int(e.Confidence*(1<<20)+0.5)) / (1 << 20)
	return e
}

func TestEstimateLeavesTheSampleInOrder(t *testing.T) {
	values := []float64{3, 1, 2, 6, 5, 4}
	before := slices.Clone(values)
	estimate(values)
	Compare(values, values)
	assert.Equal(t, before, values, "rounds are paired by place")
}

func TestRatioIsPairedByRound(t *testing.T) {
	// The machine slows down tenfold half way; the lane is twice as fast all along. Unpaired, nothing could be said.
	reference := []float64{10, 11, 10, 12, 100, 110, 100, 120}
	times := make([]float64, len(reference))
	for i := range times {
		times[i] = reference[i] / 2
	}
	ratio := Compare(times, reference)
	assert.Equal(t, 0.5, ratio.Median)
	assert.Equal(t, 0.5, ratio.Lo)
	assert.Equal(t, 0.5, ratio.Hi)
	assert.Equal(t, 0.5, ratio.OfMinima)
	assert.Greater(t, ratio.P, 0.05, "the unpaired test sees less")
	require.Len(t, ratio.Rounds, 8)

	clear := Compare([]float64{1, 2, 3, 4, 5, 6}, []float64{11, 12, 13, 14, 15, 16})
	assert.InDelta(t, 2.0/924, clear.P, 1e-9, "two of the 924 ways to deal twelve values are as extreme")
}

func TestVerdicts(t *testing.T) {
	none := Estimate{Median: 1, Lo: 0.99, Hi: 1.01}
	for _, test := range []struct {
		name        string
		lo, mid, hi float64
		twin        Estimate
		want        Verdict
	}{
		{"clear", 0.45, 0.5, 0.55, none, Faster},
		{"clear", 1.8, 2, 2.2, none, Slower},
		{"within 5 %", 0.96, 0.98, 1.01, none, Same},
		{"within 5 % and excluding 1 is still no difference worth having", 0.96, 0.97, 0.98, none, Same},
		{"around 1", 0.9, 1.02, 1.1, none, Inconclusive},
		{"excludes 1, but so does the twin", 0.80, 0.85, 0.90, Estimate{Median: 0.9, Lo: 0.85, Hi: 0.95}, Inconclusive},
		{"beyond a twin that is off", 0.50, 0.55, 0.60, Estimate{Median: 0.9, Lo: 0.85, Hi: 0.95}, Faster},
		{"too wide", 0.5, 0.7, 0.85, none, Inconclusive},
		{"too wide", 1.2, 1.5, 2.1, none, Inconclusive},
		{"as wide, but far away", 0.17, 0.24, 0.29, none, Faster},
		{"as wide, but far away", 3.5, 4, 6, none, Slower},
	} {
		assert.Equal(t, test.want, judge(Estimate{Median: test.mid, Lo: test.lo, Hi: test.hi}, test.twin), test.name)
	}
}
