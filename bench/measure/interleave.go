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
	Rounds int           // to keep at most, at least MinRounds
	Warmup int           // rounds to drop before them
	Narrow float64       // a cell stops before Rounds once all its ratios are known this well (see narrow); 0: it does not
	Sample time.Duration // what the fastest lane's sample should last
	Budget time.Duration // a cell that has MinRounds stops after this long
	Total  time.Duration // all cells together should be done by then; 0 is no limit
	Clock  Clock         // what samples are timed by
	Wall   Clock         // what the budget is counted by
}

// A Runner is what runs in a lane: one contender of a cell, with state of its own.
type Runner struct {
	Name string
	// Rebuild, if not nil, makes the state anew before a round.
	Rebuild func()
	// Settle, if not nil, runs untimed before each sample, and is told of how many passes.
	Settle func(passes int)
	// Run does the work of one pass so many times. It alone is timed.
	Run func(passes int)
	// Elsewhere, in Run's place, has another process do that work, and returns what it took by that process's clock.
	Elsewhere func(passes int) (time.Duration, error)
	// Singles, if not nil, are the operations of a pass one by one, for LongestOperations.
	Singles *Singles
	// Check says whether all answers since the last check were right.
	Check func(passes int) error
}

// A Race is a cell ready to run: the reference first, its twin second.
type Race struct {
	Name    string
	Runners []Runner
	Ops     int // operations in one pass
	// Most, if not 0, is the most passes that a sample may have: each may need a structure of its own, made beforehand.
	Most int
	// Level, if not nil, runs before each round, after the runners were rebuilt.
	Level func()
	// End, if not nil, ends what the race has started. Whoever had the race made calls it.
	End func()
}

// Times are what a race took.
type Times struct {
	passes int
	rounds [][]time.Duration // kept rounds, each with a sample for every lane in the lanes' order
	orders [][]int           // of the kept rounds: which lane ran first, second, ...
	cut    bool              // the budget ended it before Protocol.Rounds
}

// Run runs the race. When ctx ends it returns what there is with ctx's error.
func (p Protocol) Run(ctx context.Context, r Race) (Times, error) {
	// The clock of a thread must be read on one thread: differences between two threads' clocks are nonsense.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	random := rand.New(rand.NewPCG(p.Seed, Stream(r.Name)))
	start := p.Wall.Read()
	if err := r.rebuild(ctx, random.Perm(len(r.Runners))); err != nil {
		return Times{}, err
	}
	passes, err := p.batch(ctx, r)
	if err != nil {
		return Times{}, err
	}
	result := Times{passes: passes}
	warmup := p.Warmup
	if passes == 1 {
		warmup = 0 // sizing the batch was a pass each: long passes are warm after one
	}
	look := MinRounds // at 6, 9, 13, 19, ... rounds: who looks more often stops more often where chance has made it narrow
	for round := range warmup + p.Rounds {
		if len(result.rounds) >= MinRounds && p.Wall.Read()-start > p.Budget {
			result.cut = true
			break
		}
		order := random.Perm(len(r.Runners))
		if round > 0 { // the first round runs on what the warm-up ran on
			if err := r.rebuild(ctx, order); err != nil {
				return result, err
			}
		}
		samples := make([]time.Duration, len(r.Runners))
		for _, index := range order {
			sample, err := p.sample(ctx, r, index, passes)
			if err != nil {
				return result, err
			}
			samples[index] = sample
		}
		if round >= warmup {
			result.rounds = append(result.rounds, samples)
			result.orders = append(result.orders, order)
			if kept := len(result.rounds); p.Narrow > 0 && kept == look {
				if result.narrow(p.Narrow) {
					break
				}
				look += kept / 2
			}
		}
	}
	return result, nil
}

// narrow says whether the ratio of every lane to the first is known well enough. Only the width is looked at, never
// whether 1 is in the interval: whoever stops once it is not finds a difference in everything.
func (t Times) narrow(within float64) bool {
	for lane := 1; lane < len(t.rounds[0]); lane++ {
		if !t.ratio(lane).Narrow(within) {
			return false
		}
	}
	return true
}

// ratio is that of a lane to the first, round by round.
func (t Times) ratio(lane int) Estimate {
	ratios := make([]float64, len(t.rounds))
	for round, samples := range t.rounds {
		ratios[round] = float64(max(samples[lane], 1)) / float64(max(samples[0], 1))
	}
	return estimate(ratios)
}

func (r Race) rebuild(ctx context.Context, order []int) error {
	for _, index := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.Runners[index].Rebuild != nil {
			r.Runners[index].Rebuild()
		}
	}
	if r.Level != nil {
		r.Level()
	}
	return nil
}

func (p Protocol) sample(ctx context.Context, r Race, index, passes int) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	lane := r.Runners[index]
	if lane.Settle != nil {
		lane.Settle(passes)
	}
	if lane.Elsewhere == nil {
		// So that a profile can be narrowed to one map or one cell. It would show of another process that we wait for it.
		pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("impl", lane.Name, "cell", r.Name)))
	}
	elapsed, err := lane.time(p.Clock, passes)
	pprof.SetGoroutineLabels(ctx)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", lane.Name, err)
	}
	if err := lane.Check(passes); err != nil {
		return 0, fmt.Errorf("%s: wrong answer: %w", lane.Name, err)
	}
	return elapsed, nil
}

// time runs so many passes, and returns what they took.
func (r Runner) time(clock Clock, passes int) (time.Duration, error) {
	if r.Elsewhere != nil {
		return r.Elsewhere(passes)
	}
	start := clock.Read()
	r.Run(passes)
	return clock.Read() - start, nil
}

// Stream makes a number of a name: each cell draws its orders from a stream of its own, so that leaving cells out changes
// no other.
func Stream(name string) uint64 {
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, name)
	return hash.Sum64()
}
