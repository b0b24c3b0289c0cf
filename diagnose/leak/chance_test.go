package leak

import (
	"math/rand/v2"
	"testing"
	"time"

	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/assert"
)

// random makes a run of ten seconds in which a site allocates at random times, at that rate a second. A block lives for a
// random time of that mean; 0: for ever.
func random(rng *rand.Rand, rate float64, lifetime time.Duration) (Class, Confidence) {
	const end = 10 * time.Second
	h := NewHeap(1<<20, 0) // sampled: each event stands for many
	type death struct {
		at   time.Duration
		addr uint64
	}
	var deaths []death
	addr := uint64(16)
	for t := time.Duration(0); ; addr += 16 {
		t += time.Duration(rng.ExpFloat64() / rate * float64(time.Second))
		if t >= end {
			break
		}
		h.Add(tracefmt.Event{Time: t, Kind: tracefmt.Alloc, Addr: addr, Size: 100, Stack: 1})
		if lifetime > 0 {
			if at := t + time.Duration(rng.ExpFloat64()*float64(lifetime)); at < end {
				deaths = append(deaths, death{at, addr})
			}
		}
	}
	for _, d := range deaths { // the heap takes them in any order
		h.Add(tracefmt.Event{Time: d.at, Kind: tracefmt.Free, Addr: d.addr})
	}
	hist := h.stacks[1]
	if hist == nil {
		return Live, Possible
	}
	e := evidence{span: end, windows: h.rescale(hist, end)}
	if s := h.survivors(end, false)[1]; s != nil {
		e.births = s.births
	}
	class, confidence, _ := judge(e)
	return class, confidence
}

// How often chance misleads: a leak whose samples fall unevenly, a pool whose blocks happen to live long.
func TestVerdictsByChance(t *testing.T) {
	const runs = 400
	for _, c := range []struct {
		name     string
		rate     float64 // samples a second
		lifetime time.Duration
		growing  [2]float64 // bounds of the share that is called growing
		sure     [2]float64 // of that which is called so more than possibly
	}{
		{"leak, 200 samples", 20, 0, [2]float64{0.99, 1}, [2]float64{0.99, 1}},
		{"leak, 50 samples", 5, 0, [2]float64{0.9, 1}, [2]float64{0.9, 1}},
		{"leak, 10 samples", 1, 0, [2]float64{0.5, 1}, [2]float64{0, 0.03}},
		{"pool of 1 s, 200 samples", 20, time.Second, [2]float64{0, 0.01}, [2]float64{0, 0.01}},
		{"pool of 1 s, 2000 samples", 200, time.Second, [2]float64{0, 0.01}, [2]float64{0, 0.01}},
		{"pool of 2.5 s, 200 samples", 20, 2500 * time.Millisecond, [2]float64{0, 0.01}, [2]float64{0, 0.01}},
		{"pool of 2.5 s, 2000 samples", 200, 2500 * time.Millisecond, [2]float64{0, 0.01}, [2]float64{0, 0.01}},
		{"pool of 5 s, 200 samples", 20, 5 * time.Second, [2]float64{0, 0.1}, [2]float64{0, 0.1}},
		{"pool of 5 s, 2000 samples", 200, 5 * time.Second, [2]float64{0, 0.02}, [2]float64{0, 0.02}},
	} {
		rng := rand.New(rand.NewPCG(3, 4))
		var growing, sure float64
		for range runs {
			if class, confidence := random(rng, c.rate, c.lifetime); class == Growing {
				growing += 1.0 / runs
				if confidence != Possible {
					sure += 1.0 / runs
				}
			}
		}
		t.Logf("%-28s growing %5.1f %%, likely or certain %5.1f %%", c.name, 100*growing, 100*sure)
		assert.GreaterOrEqual(t, growing, c.growing[0], c.name)
		assert.LessOrEqual(t, growing, c.growing[1], c.name)
		assert.GreaterOrEqual(t, sure, c.sure[0], c.name)
		assert.LessOrEqual(t, sure, c.sure[1], c.name)
	}
}
