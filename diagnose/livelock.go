package diagnose

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
	"innards/diagnose/holder"
	"innards/diagnose/inspect"
)

// Bounds of the search for goroutines that only pass control on.
const (
	maxParked  = 1024                 // goroutines in channel operations that are asked whether they move
	maxCircle  = 64                   // goroutines that do
	maxIdle    = 32                   // stops, of a fraction of a millisecond, in a row at which nobody new was at rest
	patience   = time.Second          // until each was, on a machine that is busy with others
	haltPause  = 2 * time.Millisecond // between two of them
	markBudget = time.Second          // for the last ones, in which the heap is marked
)

// circles finds goroutines that pass control to each other and do nothing else; see hang.Circle. Only such as move are asked,
// and of these only those that wait for a channel each time they are found at rest. A process where two are left is
// stopped for a moment, again and again, as whoever passes control on is at rest for less time than it takes to read him; and
// each must prove to come round to where it was, or is left out. All this is up to a second in which the process gets less
// done, and a tool that is itself stopped in such a moment (by Ctrl-Z) keeps it standing: so only who may stop the process
// asks for it.
//
// That somebody runs in the first look is not asked for: of two that hand a token to each other, which are read one after the
// other, each may be found waiting.
func circles(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot) ([]hang.Circle, error) {
	begin := time.Now()
	var ids []int64
	for _, g := range snap.Goroutines {
		if !g.System && mayPass(p, g) {
			ids = append(ids, g.ID)
		}
	}
	if len(ids) < 2 || len(ids) > maxParked {
		return nil, nil
	}
	moving := make(map[int64]bool)
	for starved := true; starved && time.Since(begin) < patience; {
		if err := pause(ctx); err != nil {
			return nil, err
		}
		again, err := p.Look(ctx, snap, ids)
		if err != nil {
			return nil, late(ctx, err)
		}
		starved, moving = false, make(map[int64]bool)
		for _, g := range again.Goroutines {
			ran := again.Live[g.ID].Runs != snap.Live[g.ID].Runs
			moving[g.ID] = mayPass(p, g) && ran
			starved = starved || !resting(g) && !ran // a machine that is busy with others: it did not get a processor so far
		}
		maps.DeleteFunc(moving, func(_ int64, moves bool) bool { return !moves })
		starved = starved && len(moving) < 2
	}
	rounds := make(map[int64]holder.Round)
	runs := make(map[int64]uint8)
	for idle := 0; idle < maxIdle && time.Since(begin) < patience; {
		if len(moving) < 2 || len(moving) > maxCircle {
			return nil, nil
		}
		if len(rounds) == len(moving) {
			return enclosed(ctx, p, snap, rounds)
		}
		rests, ran, awry := atRest(ctx, p, snap, moving, rounds, runs)
		if ran {
			idle++
		}
		if awry != nil {
			return nil, nil // another debugger has it, or it has ended: nothing is said of it
		}
		for id, rest := range rests {
			round, ok := holder.Round{}, false
			if rest.SP != 0 {
				round, ok = holder.RoundFrom(p, rest.Rest)
			}
			idle = 0
			if ok = ok && slices.ContainsFunc(round.Passes, func(at holder.Pass) bool { return at.Channel == rest.channel }); ok {
				rounds[id] = round
			} else {
				delete(moving, id)
			}
		}
		if err := sleep(ctx, haltPause); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// mayPass tells of a goroutine that is in an operation on a channel, or is not seen to do anything else. Whoever passes
// control on without a pause is interrupted every 10 ms wherever he is, as anybody else.
func mayPass(p *inspect.Process, g *goroutine.Goroutine) bool {
	return !resting(g) || inChannel(g) && len(g.Frames) > 0 && holder.InPass(p, g.Frames[0].PC)
}

func inChannel(g *goroutine.Goroutine) bool {
	return resting(g) && (g.State == "chan send" || g.State == "chan receive")
}

// resting tells of a goroutine that stood still while it was read.
func resting(g *goroutine.Goroutine) bool {
	return len(g.Annotations) == 0 && g.State != "running" && g.State != "runnable"
}

type rest struct {
	holder.Rest
	channel uint64
}

// atRest stops the process and gives the stacks of those goroutines that are not known yet and are at rest now; an empty
// one for those that do anything but operations on channels. It notes how often they ran, and tells whether that has changed.
func atRest(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot, moving map[int64]bool, known map[int64]holder.Round, runs map[int64]uint8) (rests map[int64]rest, ran bool, err error) {
	rests = make(map[int64]rest)
	var unknown []int64
	for id := range moving {
		if _, ok := known[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	err = p.Halted(func(*inspect.Halt) error {
		now, err := p.Look(ctx, snap, unknown)
		if err != nil {
			return err
		}
		for _, g := range now.Goroutines {
			n := now.Live[g.ID].Runs
			if before, known := runs[g.ID]; !known || n != before {
				runs[g.ID], ran = n, true
			}
			if !resting(g) {
				continue
			}
			rests[g.ID] = rest{}
			live := now.Live[g.ID]
			if len(g.Frames) == 0 || len(g.Waits) != 1 || !inChannel(g) {
				continue
			}
			f := g.Frames[0]
			r := rest{holder.Rest{G: live.Addr, PC: f.PC, SP: f.SP, StackLo: live.StackLo}, g.Waits[0].Object}
			if n := live.StackHi - f.SP; n <= 1<<20 {
				if r.Stack = make([]byte, n); p.Read(f.SP, r.Stack) == nil {
					rests[g.ID] = r
				}
			}
		}
		return nil
	})
	return rests, ran, err
}

// enclosed groups the goroutines by the channels that they share, and keeps the groups that nobody else can reach. That must
// show at two moments: at one, what is to reach them may be in the hands of a thread, such as a timer that has just run out.
// And it may fail at some: a place in a queue that a thread is about to enter looks as if it belonged to nobody.
func enclosed(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot, rounds map[int64]holder.Round) ([]hang.Circle, error) {
	const tries, moments = 10, 2
	bounded, cancel := context.WithTimeout(ctx, markBudget)
	defer cancel()
	var found []hang.Circle
	for _, ids := range companies(rounds) {
		if len(ids) < 2 {
			continue
		}
		shown := 0
		for try := range tries {
			var circle *hang.Circle
			err := p.Halted(func(h *inspect.Halt) (err error) {
				circle, err = enclosedNow(bounded, p, h, snap, ids, rounds)
				return err
			})
			if err != nil {
				return found, nil // its heap is too large to stop it for so long, or it has ended
			}
			if circle != nil {
				if shown++; shown == moments {
					found = append(found, *circle)
					break
				}
			}
			if err := sleep(ctx, haltPause<<min(try, 6)); err != nil { // the machine may be busy with others
				return nil, err
			}
		}
	}
	return found, nil
}

// enclosedNow tells what a group looks like in a process that stands still: nil, if others can reach it.
func enclosedNow(ctx context.Context, p *inspect.Process, h *inspect.Halt, snap *inspect.Snapshot, ids []int64, rounds map[int64]holder.Round) (*hang.Circle, error) {
	now, err := p.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	now.Stranded = snap.Stranded
	circle := hang.Circle{Passes: make(map[int64][]hang.Place)}
	inside := make(map[int64]bool)
	var addrs []uint64
	for _, id := range ids {
		if _, there := now.Live[id]; !there || !same(p, rounds[id].Reads) {
			return nil, nil
		}
		inside[id] = true
		addrs = slices.AppendSeq(addrs, maps.Keys(rounds[id].Reads))
		for _, pass := range rounds[id].Passes {
			if place := hang.Place(pass.Site); !slices.Contains(circle.Passes[id], place) {
				circle.Passes[id] = append(circle.Passes[id], place)
			}
			if pass.Channel == 0 {
				continue
			}
			addrs = append(addrs, pass.Channel)
			ch := now.Channels[pass.Channel]
			for _, waiting := range slices.Concat(ch.Senders, ch.Receivers) {
				if !slices.Contains(ids, waiting) {
					return nil, nil // these may wake it
				}
			}
		}
		slices.SortFunc(circle.Passes[id], func(a, b hang.Place) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
	}
	alone, behind, err := h.Enclosed(ctx, now, inside, addrs)
	if !alone || err != nil {
		return nil, err
	}
	circle.Behind = behind
	return &circle, nil
}

// same tells whether memory still holds what was read.
func same(p *inspect.Process, reads map[uint64]byte) bool {
	var b [1]byte
	for addr, was := range reads {
		if p.Read(addr, b[:]) != nil || b[0] != was {
			return false
		}
	}
	return true
}

// companies parts goroutines into those that have a channel in common, directly or by way of others.
func companies(rounds map[int64]holder.Round) [][]int64 {
	var groups [][]int64
	channels := make(map[uint64]int) // the group of each
	for _, id := range slices.Sorted(maps.Keys(rounds)) {
		to := len(groups)
		groups = append(groups, []int64{id})
		for _, pass := range rounds[id].Passes {
			if pass.Channel == 0 {
				continue
			}
			if from, ok := channels[pass.Channel]; ok && from != to {
				groups[to] = append(groups[to], groups[from]...)
				groups[from] = nil
				for ch, of := range channels {
					if of == from {
						channels[ch] = to
					}
				}
			}
			channels[pass.Channel] = to
		}
	}
	return groups
}
