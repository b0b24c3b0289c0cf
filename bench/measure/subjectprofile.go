package measure

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// A SubjectProfile is a profile of one contender alone, in pprof's format.
type SubjectProfile struct {
	Impl string
	Kind string // cpu, heap, mutex or block
	Data []byte
}

// profiledLen is the most entries of a cell that is profiled beside smaller ones: what larger maps allocate, smaller do too.
const profiledLen = 1 << 17

// heapRate samples one allocation in so many bytes: often enough for a pass of a small map.
const heapRate = 1 << 10

// ProfileSubjects runs a pass of every contender of the plan's cells once more, and returns what each allocates, and where
// it waits. Heap profiles know nothing of labels, so this is not done while times are taken: a profile is taken before and after
// each pass, and the difference is its contender's. Profiles without a sample are left out: who has no lock never waits for
// one. After so long, cells that are left are not looked at.
func (p Protocol) ProfileSubjects(ctx context.Context, plan Plan, within time.Duration) ([]SubjectProfile, error) {
	rate := runtime.MemProfileRate
	fraction := runtime.SetMutexProfileFraction(1)
	runtime.MemProfileRate = heapRate
	runtime.SetBlockProfileRate(1)
	defer func() {
		runtime.MemProfileRate = rate
		runtime.SetMutexProfileFraction(fraction)
		runtime.SetBlockProfileRate(0)
	}()
	small := false
	for _, cell := range plan.Cells {
		small = small || cell.Len <= profiledLen
	}
	sums := map[[2]string]*profile.Profile{} // by contender and kind
	start := p.Wall.Read()
	for _, cell := range plan.Cells {
		if p.Wall.Read()-start > within {
			break
		}
		if small && cell.Len > profiledLen {
			continue
		}
		race, err := plan.Race(cell)
		if err == nil {
			err = addPasses(ctx, sums, race)
		}
		if err != nil {
			return nil, err
		}
	}
	return encoded(sums)
}

// addPasses runs one pass of each contender of a race that has its work done here.
func addPasses(ctx context.Context, sums map[[2]string]*profile.Profile, race Race) error {
	if race.End != nil {
		defer race.End()
	}
	for i, runner := range race.Runners {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i == 1 || runner.Elsewhere != nil { // the twin is the reference, and another process allocates nothing here
			continue
		}
		if err := addPass(sums, runner); err != nil {
			return fmt.Errorf("measure: profile %s in %s: %w", runner.Name, race.Name, err)
		}
	}
	return nil
}

// passKinds are the profiles that are taken around a pass, and what the runtime calls them.
var passKinds = [...]struct{ kind, lookup string }{{"heap", "allocs"}, {"mutex", "mutex"}, {"block", "block"}}

// addPass runs one pass, and adds what the profiles gained by it.
func addPass(sums map[[2]string]*profile.Profile, runner Runner) error {
	before, err := passProfiles()
	if err != nil {
		return err
	}
	pass(runner)
	after, err := passProfiles()
	if err != nil {
		return err
	}
	if err := runner.Check(1); err != nil {
		return fmt.Errorf("wrong answer: %w", err)
	}
	for i, one := range passKinds {
		before[i].Scale(-1)
		gained, err := profile.Merge([]*profile.Profile{after[i], before[i]})
		if err != nil {
			return err
		}
		gained.Sample = slices.DeleteFunc(gained.Sample, func(s *profile.Sample) bool {
			for v := range s.Value {
				s.Value[v] = max(s.Value[v], 0) // what was freed belongs to a pass before
			}
			return slices.Max(s.Value) == 0 || !within(s, passName)
		})
		if len(gained.Sample) == 0 {
			continue
		}
		key := [2]string{runner.Name, one.kind}
		if sums[key] != nil {
			if gained, err = profile.Merge([]*profile.Profile{sums[key], gained}); err != nil {
				return err
			}
		}
		sums[key] = gained
	}
	return nil
}

// pass is the frame by which a contender's samples are told from those of the profiling itself.
//
//go:noinline
func pass(runner Runner) {
	if runner.Rebuild != nil {
		runner.Rebuild()
	}
	if runner.Settle != nil {
		runner.Settle(1)
	}
	runner.Run(1)
}

const passName = "bench/measure.pass"

// within says whether a function of that name is on the stack of a sample.
func within(s *profile.Sample, name string) bool {
	for _, location := range s.Location {
		for _, line := range location.Line {
			if line.Function != nil && strings.HasSuffix(line.Function.Name, name) {
				return true
			}
		}
	}
	return false
}

// passProfiles takes the profiles of passKinds. Allocations are in theirs once two collections have gone over them.
func passProfiles() (taken [len(passKinds)]*profile.Profile, err error) {
	runtime.GC()
	runtime.GC()
	for i, one := range passKinds {
		var raw bytes.Buffer
		if err := pprof.Lookup(one.lookup).WriteTo(&raw, 0); err != nil {
			return taken, fmt.Errorf("take the %s profile: %w", one.kind, err)
		}
		if taken[i], err = profile.ParseData(raw.Bytes()); err != nil {
			return taken, fmt.Errorf("parse the %s profile: %w", one.kind, err)
		}
	}
	return taken, nil
}

// SplitCPU parts a CPU profile by the label that names the contender.
func SplitCPU(raw []byte) ([]SubjectProfile, error) {
	whole, err := profile.ParseData(raw)
	if err != nil {
		return nil, fmt.Errorf("measure: parse the CPU profile: %w", err)
	}
	sums := map[[2]string]*profile.Profile{}
	for _, sample := range whole.Sample {
		impls := sample.Label["impl"]
		if len(impls) == 0 || strings.HasSuffix(impls[0], twinSuffix) {
			continue
		}
		key := [2]string{impls[0], "cpu"}
		if sums[key] == nil {
			sums[key] = &profile.Profile{
				SampleType: whole.SampleType, DefaultSampleType: whole.DefaultSampleType, Mapping: whole.Mapping,
				Location: whole.Location, Function: whole.Function, PeriodType: whole.PeriodType, Period: whole.Period,
				TimeNanos: whole.TimeNanos, DurationNanos: whole.DurationNanos,
			}
		}
		sums[key].Sample = append(sums[key].Sample, sample)
	}
	return encoded(sums)
}

// encoded writes the profiles in pprof's format, sorted by contender and kind.
func encoded(sums map[[2]string]*profile.Profile) ([]SubjectProfile, error) {
	var all []SubjectProfile
	for key, prof := range sums {
		var out bytes.Buffer
		if err := prof.Compact().Write(&out); err != nil {
			return nil, fmt.Errorf("measure: write the %s profile of %s: %w", key[1], key[0], err)
		}
		all = append(all, SubjectProfile{Impl: key[0], Kind: key[1], Data: out.Bytes()})
	}
	slices.SortFunc(all, func(a, b SubjectProfile) int { return strings.Compare(a.Impl+" "+a.Kind, b.Impl+" "+b.Kind) })
	return all, nil
}
