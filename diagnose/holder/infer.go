package holder

import (
	"fmt"
	"runtime"

	"innards/diagnose/inspect"
)

// Infer says who holds each of the locks, as far as the stacks, the machine code and the words of the locks themselves
// show. The locks are addresses that goroutines of s wait for: of a sync.Mutex, or of a sync.RWMutex. A lock that is
// missing from the answer is held by nobody who can be found; that it has a holder all the same is always possible.
//
// leaked holds locks that are taken, while nobody can be found who could still give them back, each with the lines that
// may have taken it.
//
// s should be fresh. A goroutine that has moved since is left out, and what a lock's words contradict is not said.
func Infer(p *inspect.Process, s *inspect.Snapshot, locks []uint64) (found map[uint64][]Holding,
	leaked map[uint64][]Site, warnings []string) {
	if runtime.GOARCH != "amd64" {
		return nil, nil, []string{"holder: lock holders can be found in programs for amd64 only"}
	}
	q := newInquiry(p, s, locks)
	if len(q.wanted) == 0 {
		return nil, nil, nil
	}
	candidates, warnings := q.candidates(p, s)
	if len(warnings) == 0 { // else somebody could not be looked at
		leaked = q.leaked(s, candidates)
	}
	found = make(map[uint64][]Holding)
	for addr := range q.wanted {
		held, warning := choose(addr, candidates[addr], s.Locks[addr])
		if len(held) > 0 {
			found[addr] = held
		}
		if warning != "" {
			warnings = append(warnings, warning)
		}
	}
	return found, leaked, warnings
}

func newInquiry(p *inspect.Process, s *inspect.Snapshot, locks []uint64) *inquiry {
	q := &inquiry{library: newLibrary(p.Executable()), mem: &memory{read: p.Read}, bias: p.Bias(), wanted: make(map[uint64]bool),
		ways: make(map[string]way)}
	for _, addr := range locks {
		if state := s.Locks[addr]; state.Locked || state.Readers > 0 {
			q.wanted[addr] = true
		}
	}
	return q
}

// candidates goes through all stacks. What it finds of a lock is not yet held against the lock's own words.
func (q *inquiry) candidates(p *inspect.Process, s *inspect.Snapshot) (found map[uint64][]Holding, warnings []string) {
	found = make(map[uint64][]Holding)
	for _, g := range s.Goroutines {
		if g.System || len(g.Frames) == 0 {
			continue
		}
		records, err := p.Defers(s.Live[g.ID])
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("holder: goroutine %d is left out: %v", g.ID, err))
			continue
		}
		for _, h := range q.holdings(g, s.Live[g.ID], records) {
			found[h.Lock] = append(found[h.Lock], h)
		}
	}
	return found, warnings
}
