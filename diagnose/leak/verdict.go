package leak

import (
	"math"
	"time"
)

// Class says what kind of thing a site's living memory is.
type Class string

// The classes. Growing is found, the rest is not; Leak waits for a proof that nothing reaches a block.
const (
	Leak    Class = "leak"    // nothing can reach it any more
	Growing Class = "growing" // still growing steadily
	Pool    Class = "pool"    // comes and goes within a bound
	WarmUp  Class = "warm-up" // taken early, then constant
	Live    Class = "live"    // too little known
)

// Found says whether the class is a finding.
func (c Class) Found() bool { return c == Leak || c == Growing }

// Confidence says how sure a verdict is.
type Confidence string

// The confidences.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

// judged is the number of windows that a verdict looks at.
const judged = 10

// evidence is what a verdict on one site rests on.
type evidence struct {
	windows [judged]window // what was taken and given back, over the whole observation
	births  [judged]amount // when what is alive at its end was taken
	span    time.Duration
	exact   bool // every allocation was recorded
	lossy   bool // frees were lost: what seems alive may not be
}

// Limits of the verdicts. They are held by the texts in testdata, and TestVerdictsByChance says how often chance gets the
// better of them.
const (
	growingSamples = 6 // fewer recorded survivors say nothing about a course of time
	likelySamples  = 20
	certainSamples = 100

	// Growth must go on: the later half of a site's life must bring at least this part of what the earlier half did. A
	// cache that fills up brings ever less; a pool's survivors are all young. Where blocks are given back as well, more is
	// asked, for a pool whose blocks live half as long as the observation still brings 0.37 of it.
	steadiness          = 0.35
	steadinessWithFrees = 0.6

	// Part of the windows in which nothing that survives was born, beyond what few samples explain: a program rests, and a
	// busy machine stops it now and then. More than one such window leaves growth possible.
	gaps = 0.35

	earlyPart = 0.3 // of a site's life: what warming up may take
	shortSpan = time.Second
	sureSpan  = 2 * time.Second
)

// judge says what a site is, how sure that is, and how fast it grows if it does.
func judge(e evidence) (Class, Confidence, float64) {
	first := judged
	var alive, taken, given amount
	for i := range judged {
		if first == judged && e.windows[i].allocated.samples > 0 {
			first = i
		}
		alive.add(e.births[i])
		taken.add(e.windows[i].allocated)
		given.add(e.windows[i].freed)
	}
	if alive.samples == 0 || first == judged {
		return Live, Possible, 0
	}
	life := judged - first // windows from the site's first allocation to the end
	early := first + max(1, int(math.Ceil(earlyPart*float64(life))))
	middle := first + life/2

	var bornEarly, bornBefore, bornAfter, grownBefore, grownAfter float64
	var takenLate amount
	empty := 0
	for i := first; i < judged; i++ {
		grown := e.windows[i].allocated.bytes - e.windows[i].freed.bytes
		if i < early {
			bornEarly += e.births[i].objects
		} else {
			takenLate.add(e.windows[i].allocated)
		}
		if i < middle {
			bornBefore += e.births[i].objects
			grownBefore += grown
		} else {
			bornAfter += e.births[i].objects
			grownAfter += grown
		}
		if e.births[i].samples == 0 {
			empty++
		}
	}
	// Halves of unequal length, where life is odd, are compared by what a window brings.
	before, after := float64(middle-first), float64(judged-middle)

	steady := func(a, b float64) bool { return a > 0 && b > 0 && min(a, b) >= steadiness*max(a, b) }
	goesOn := steadiness
	if given.samples > 0 {
		goesOn = steadinessWithFrees
	}
	// Of n survivors born evenly, this many windows are expected to hold none.
	expectedEmpty := float64(life) * math.Exp(-float64(alive.samples)/float64(life))
	emptyMore := float64(empty) - expectedEmpty - 2*math.Sqrt(expectedEmpty)
	growing := life >= judged/2 && alive.samples >= growingSamples &&
		steady(bornBefore/before, bornAfter/after) &&
		grownAfter/after >= goesOn*grownBefore/before &&
		emptyMore <= gaps*float64(life)
	if growing {
		window := e.span.Seconds() / judged
		rate := (grownBefore + grownAfter) / (window * float64(life))
		if emptyMore > 1 {
			return Growing, Possible, rate
		}
		return Growing, confidence(e, alive.samples), rate
	}
	known := e.exact || alive.samples >= 3
	switch {
	case known && life >= 4 && bornEarly >= 0.95*alive.objects && (takenLate.samples == 0 || takenLate.objects < 0.05*alive.objects):
		return WarmUp, settledConfidence(e, alive.samples), 0
	case known && given.samples > 0 && takenLate.samples > 0:
		return Pool, settledConfidence(e, alive.samples), 0
	}
	return Live, Possible, 0
}

// confidence is that of growth: samples make it, a short observation or lost frees break it.
func confidence(e evidence, samples int) Confidence {
	switch {
	case e.lossy || e.span < shortSpan || samples < likelySamples:
		return Possible
	case samples < certainSamples || e.span < sureSpan:
		return Likely
	}
	return Certain
}

func settledConfidence(e evidence, samples int) Confidence {
	if e.lossy || e.span < shortSpan || !e.exact && samples < likelySamples {
		return Possible
	}
	return Likely
}
