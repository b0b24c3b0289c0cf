package measure

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"time"
)

// MinRounds is the least number of rounds that gives the median an interval at confidence 0.95.
const MinRounds = 6

// Protocol is how a cell is run.
type Protocol struct {
	Seed   uint64
	Rounds int           // to keep, at least MinRounds
	Warmup int           // rounds to drop before them
	Sample time.Duration // what the fastest lane's sample should last
	Budget time.Duration // a cell that has MinRounds stops after this long
	Clock  Clock         // what samples are timed by
	Wall   Clock         // what the budget is counted by
}

// A lane is one contender of a cell, with state of its own.
type lane struct {
	name string
	// rebuild, if not nil, makes the lane's state anew before a round.
	rebuild func()
	// settle, if not nil, runs untimed before each sample.
	settle func()
	// run does the work of one pass so many times. It alone is timed.
	run func(passes int)
	// check says whether all answers since the last check were right.
	check func(passes int) error
}

// race is a cell ready to run.
type race struct {
	name  string
	lanes []lane
	ops   int // operations in one pass
	// level, if not nil, runs before each round, after the lanes were rebuilt.
	level func()
}

// times are what a race took.
type times struct {
	passes int
	rounds [][]time.Duration // kept rounds, each with a sample for every lane in the lanes' order
	orders [][]int           // of the kept rounds: which lane ran first, second, ...
	cut    bool              // the budget ended it before Protocol.Rounds
}

// run runs the race. When ctx ends it returns what there is with ctx's error.
func (p Protocol) run(ctx context.Context, r race) (times, error) {
	// The clock of a thread must be read on one thread: differences between two threads' clocks are nonsense.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	random := rand.New(rand.NewPCG(p.Seed, stream(r.name)))
	start := p.Wall.Read()
	if err := r.rebuild(ctx, random.Perm(len(r.lanes))); err != nil {
		return times{}, err
	}
	passes, err := p.batch(ctx, r)
	if err != nil {
		return times{}, err
	}
	result := times{passes: passes}
	for round := range p.Warmup + p.Rounds {
		if len(result.rounds) >= MinRounds && p.Wall.Read()-start > p.Budget {
			result.cut = true
			break
		}
		order := random.Perm(len(r.lanes))
		if round > 0 { // the first round runs on what the warm-up ran on
			if err := r.rebuild(ctx, order); err != nil {
				return result, err
			}
		}
		samples := make([]time.Duration, len(r.lanes))
		for _, index := range order {
			sample, err := p.sample(ctx, r, index, passes)
			if err != nil {
				return result, err
			}
			samples[index] = sample
		}
		if round >= p.Warmup {
			result.rounds = append(result.rounds, samples)
			result.orders = append(result.orders, order)
		}
	}
	return result, nil
}

func (r race) rebuild(ctx context.Context, order []int) error {
	for _, index := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.lanes[index].rebuild != nil {
			r.lanes[index].rebuild()
		}
	}
	if r.level != nil {
		r.level()
	}
	return nil
}

func (p Protocol) sample(ctx context.Context, r race, index, passes int) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	lane := r.lanes[index]
	if lane.settle != nil {
		lane.settle()
	}
	// So that a profile can be narrowed to one map or one cell.
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("impl", lane.name, "cell", r.name)))
	start := p.Clock.Read()
	lane.run(passes)
	elapsed := p.Clock.Read() - start
	pprof.SetGoroutineLabels(ctx)
	if err := lane.check(passes); err != nil {
		return 0, fmt.Errorf("%s: wrong answer: %w", lane.name, err)
	}
	return elapsed, nil
}

// stream makes a number of a name: each cell draws its orders from a stream of its own, so that leaving cells out changes
// no other.
func stream(name string) uint64 {
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, name)
	return hash.Sum64()
}
