package leak

import (
	"math"
	"time"
)

// Class says what kind of thing a site's living memory is.
type Class string

// The classes. Leak and Growing are found, the rest is not.
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
	settledSamples = 6 // the same, for what is sampled and does not grow
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

// course is what evidence amounts to: how a site's memory came about over its life, which begins with its first
// allocation. Of its two halves, which may be of unequal length, stands what a window of them brings.
type course struct {
	life  int // in windows
	empty int // windows of it in which nothing was born that is alive

	alive, given         amount
	bornEarly, takenLate float64 // blocks: alive and born in the early part; taken after it, alive or not
	born, grown          [2]float64
}

func (e *evidence) course() (c course) {
	first := 0
	for first < judged && e.windows[first].allocated.samples == 0 {
		first++
	}
	c.life = judged - first
	early := first + max(1, int(math.Ceil(earlyPart*float64(c.life))))
	middle := first + c.life/2
	for i := range judged {
		born, win := e.births[i], e.windows[i]
		c.alive.add(born)
		c.given.add(win.freed)
		if i < first {
			continue
		}
		if i < early {
			c.bornEarly += born.objects
		} else {
			c.takenLate += win.allocated.objects
		}
		half, length := 0, middle-first
		if i >= middle {
			half, length = 1, judged-middle
		}
		c.born[half] += born.objects / float64(length)
		c.grown[half] += (win.allocated.bytes - win.freed.bytes) / float64(length)
		if born.samples == 0 {
			c.empty++
		}
	}
	return c
}

// judge says what a site is, how sure that is, and how fast it grows if it does.
func judge(e evidence) (Class, Confidence, float64) {
	c := e.course()
	if c.alive.samples == 0 || c.life == 0 {
		return Live, Possible, 0
	}
	goesOn := steadiness
	if c.given.samples > 0 {
		goesOn = steadinessWithFrees
	}
	// Of n survivors born evenly, so many windows are expected to hold none; a few more by chance.
	expected := float64(c.life) * math.Exp(-float64(c.alive.samples)/float64(c.life))
	unexpected := float64(c.empty) - expected - 2*math.Sqrt(expected)
	if c.life >= judged/2 && c.alive.samples >= growingSamples &&
		min(c.born[0], c.born[1]) >= steadiness*max(c.born[0], c.born[1]) &&
		c.grown[1] > 0 && c.grown[1] >= goesOn*c.grown[0] &&
		unexpected <= gaps*float64(c.life) {
		window := e.span.Seconds() / judged
		before, after := c.life/2, c.life-c.life/2
		rate := (c.grown[0]*float64(before) + c.grown[1]*float64(after)) / (window * float64(c.life))
		if unexpected > 1 {
			return Growing, Possible, rate
		}
		return Growing, confidence(e, c.alive.samples), rate
	}
	known := e.exact || c.alive.samples >= settledSamples
	switch {
	case known && c.life >= 4 && c.bornEarly >= 0.95*c.alive.objects && c.takenLate <= 0.05*c.alive.objects:
		return WarmUp, settledConfidence(e, c.alive.samples), 0
	case known && c.given.samples > 0 && c.takenLate > 0:
		return Pool, settledConfidence(e, c.alive.samples), 0
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

// settledConfidence is that of what does not grow. It is never certain: growth may begin tomorrow.
func settledConfidence(e evidence, samples int) Confidence {
	if e.lossy || e.span < shortSpan || !e.exact && samples < likelySamples {
		return Possible
	}
	return Likely
}

// lostConfidence is that of a leak: one block may be one whose address is kept in a form that is not understood.
func lostConfidence(samples int) Confidence {
	switch {
	case samples == 1:
		return Possible
	case samples < growingSamples:
		return Likely
	}
	return Certain
}
