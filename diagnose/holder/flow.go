package holder

import (
	"fmt"

	"innards/diagnose/executable"
)

// flow knows, for each point of one function that its entry reaches, which value every register and slot holds.
type flow struct {
	machine
	code *code
	in   []*state // where each block begins; nil where nothing reaches it
	out  []*state // and ends
}

// mergePoint is a place that paths disagree about where they meet.
type mergePoint struct {
	block int
	place place
}

// maxRounds bounds the search for disagreements. Each round finds at least one loop level's worth of them.
const maxRounds = 40

// newFlow runs a function on values. It starts from the belief that going round a loop changes nothing, and each round
// finds the places for which that is false; those get a value of their own at the loop's head, and all is run again.
// Running again, instead of correcting what is there, keeps apart only what is really different: a register and the
// slot that it was saved to stay equal.
func newFlow(exe *executable.File, fn executable.Func) (*flow, error) {
	code, err := readCode(exe, fn)
	if err != nil {
		return nil, err
	}
	f := &flow{
		machine: machine{exe: exe, bases: newBases(), objects: stackObjects(exe, fn)},
		code:    code,
	}
	differing := make(map[mergePoint]bool)
	for range maxRounds {
		if f.round(differing) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s: its loops are too involved", fn.Name)
}

// round runs every block once, in reverse postorder, and tells whether the edges back agree with what was believed.
func (f *flow) round(differing map[mergePoint]bool) bool {
	f.in = make([]*state, len(f.code.blocks))
	f.out = make([]*state, len(f.code.blocks))
	for _, b := range f.code.rpo {
		var s *state
		if b == 0 {
			s = f.entry()
		}
		for _, p := range f.code.blocks[b].pred {
			switch {
			case f.out[p] == nil: // an edge back
			case s == nil:
				s = f.out[p].clone()
			default:
				f.merge(s, f.out[p], b, nil)
			}
		}
		for at := range differing {
			if at.block == b {
				f.setMerged(s, b, at.place)
			}
		}
		f.in[b] = s
		s = s.clone()
		for i := f.code.blocks[b].first; i <= f.code.blocks[b].last; i++ {
			f.step(s, &f.code.instrs[i])
		}
		f.out[b] = s
	}
	stable := true
	for _, b := range f.code.rpo {
		for _, p := range f.code.blocks[b].pred {
			if f.code.blocks[p].order >= f.code.blocks[b].order {
				f.merge(f.in[b].clone(), f.out[p], b, func(at place) {
					stable = false
					differing[mergePoint{b, at}] = true
				})
			}
		}
	}
	return stable
}

func (f *flow) blockPC(b int) uint64 { return f.code.instrs[f.code.blocks[b].first].pc }

func (f *flow) setMerged(s *state, b int, at place) {
	v := f.bases.merged(f.blockPC(b), at)
	if at.slot {
		s.slots[at.n] = v
	} else {
		s.regs[at.n] = v
	}
}

// merge lets another path come into block b: where the two disagree, the place gets a value of its own. If report is
// given, disagreements are reported to it too, but for those that the block already knows.
func (f *flow) merge(s, other *state, b int, report func(place)) {
	differ := func(at place, have value) {
		if have == f.bases.merged(f.blockPC(b), at) {
			return
		}
		if report != nil {
			report(at)
		}
		f.setMerged(s, b, at)
	}
	for reg := range s.regs {
		if s.regs[reg] != other.regs[reg] {
			differ(place{n: int64(reg)}, s.regs[reg])
		}
	}
	for k, have := range s.slots {
		come, ok := other.slots[k]
		if !ok && !f.inObject(k) {
			come, ok = f.bases.caller(k), true
		}
		if !ok || have != come {
			differ(place{true, k}, have)
		}
	}
	for k, come := range other.slots {
		if _, ok := s.slots[k]; !ok && !f.inObject(k) {
			if have := f.bases.caller(k); have != come {
				differ(place{true, k}, have)
			}
		}
	}
}

// before gives the state right before instruction i; nil where nothing reaches it.
func (f *flow) before(i int) *state {
	b := f.code.blockOf(i)
	if f.in[b] == nil {
		return nil
	}
	s := f.in[b].clone()
	for j := f.code.blocks[b].first; j < i; j++ {
		f.step(s, &f.code.instrs[j])
	}
	return s
}
