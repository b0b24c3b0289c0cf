package measure

import "golang.org/x/perf/benchmath"

// A Change is what has become of a contender's ratio from one run to another: below 1 it has become faster. Ratios are
// compared, not times: what the machine of the day does to both lanes of a run cancels.
type Change struct {
	Old      Estimate `json:"old"`
	New      Estimate `json:"new"`
	Quotient float64  `json:"quotient"` // of the medians
	// Lo and Hi hold the quotient if each run's interval holds its ratio: wider than an interval of 0.95 need be.
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
	P  float64 `json:"p"` // of the Mann-Whitney U test on the rounds of both runs
}

// Changed compares the ratios of two runs.
func Changed(old, now Ratio) Change {
	return Change{
		Old: old.Estimate, New: now.Estimate, Quotient: now.Median / old.Median, Lo: now.Lo / old.Hi, Hi: now.Hi / old.Lo,
		P: benchmath.AssumeNothing.Compare(sample(old.Rounds), sample(now.Rounds)).P,
	}
}

// Alpha is how likely one false alarm among all comparisons of two runs may be.
const Alpha = 0.05

// Verdict says what is certain about a change that is one of so many: Slower and Faster only if the whole interval is on one
// side of what is called the same, and if the test would say so of fewer than Alpha of all such sets of comparisons
// (Bonferroni's correction).
func (c Change) Verdict(of int) Verdict {
	switch certain := c.P*float64(of) <= Alpha; {
	case certain && c.Lo > 1+sameWithin:
		return Slower
	case certain && c.Hi < 1-sameWithin:
		return Faster
	case c.Lo >= 1-sameWithin && c.Hi <= 1+sameWithin:
		return Same
	}
	return Inconclusive
}
