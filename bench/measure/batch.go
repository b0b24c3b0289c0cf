package measure

import (
	"context"
	"time"
)

// maxPasses bounds a batch should a clock stand still.
const maxPasses = 1 << 20

// slowdown is how much longer than Protocol.Sample the slowest lane's sample may last.
const slowdown = 8

// batch warms every lane up and returns how many passes make a sample.
func (p Protocol) batch(ctx context.Context, r Race) (int, error) {
	var fastest, slowest time.Duration // of one pass
	for index := range r.Runners {
		pass, err := p.timePass(ctx, r, index)
		if err != nil {
			return 0, err
		}
		if index == 0 || pass < fastest {
			fastest = pass
		}
		slowest = max(slowest, pass)
	}
	passes := ceilDiv(p.Sample, fastest)
	if most := slowdown * p.Sample / max(slowest, 1); passes > most {
		passes = max(most, 1)
	}
	return int(min(passes, time.Duration(r.most()))), nil
}

// timePass doubles the passes until they last a quarter of a sample: by then the first, cold ones weigh little.
func (p Protocol) timePass(ctx context.Context, r Race, index int) (time.Duration, error) {
	for passes := 1; ; passes *= 2 {
		elapsed, err := p.sample(ctx, r, index, passes)
		if err != nil {
			return 0, err
		}
		if elapsed >= p.Sample/4 || 2*passes > r.most() {
			return max(elapsed/time.Duration(passes), 1), nil
		}
	}
}

func (r Race) most() int {
	if r.Most > 0 {
		return r.Most
	}
	return maxPasses
}

func ceilDiv(a, b time.Duration) time.Duration { return (a + b - 1) / b }
