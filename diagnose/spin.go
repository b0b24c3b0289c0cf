package diagnose

import (
	"context"
	"strings"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
	"innards/diagnose/holder"
	"innards/diagnose/inspect"
)

// spins finds goroutines that turn in a loop which nothing in it can end: those that run in the snapshot, and a moment
// later, and are in such a loop then, and are still in it at a third look.
func spins(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot) (map[int64]hang.Spin, error) {
	found := make(map[int64]hang.Spin)
	for _, g := range snap.Goroutines {
		if !g.System && onProcessor(g) {
			found[g.ID] = hang.Spin{}
		}
	}
	for look := 2; look <= 3 && len(found) > 0; look++ {
		if err := pause(ctx); err != nil {
			return nil, err
		}
		now, err := p.Snapshot(ctx)
		if err != nil {
			return nil, late(ctx, err)
		}
		still := make(map[int64]hang.Spin)
		for _, g := range now.Goroutines {
			before, candidate := found[g.ID]
			if !candidate || !onProcessor(g) {
				continue
			}
			s, ok := holder.SpinAt(p, positionOf(p, g, now.Live[g.ID]))
			spin := hang.Spin{Place: hang.Place(s.Site), Endless: s.Endless}
			if ok && (look == 2 || spin.Func == before.Func) {
				still[g.ID] = spin
			}
		}
		found = still
	}
	return found, nil
}

// onProcessor tells a goroutine that runs, or was only just made to let others run.
func onProcessor(g *goroutine.Goroutine) bool {
	return g.State == "running" || g.State == "runnable" && len(g.Frames) > 0 &&
		strings.HasPrefix(g.Frames[0].Func, "runtime.asyncPreempt")
}

// positionOf gives the program counter of a goroutine's own code; 0 where it cannot be had.
func positionOf(p *inspect.Process, g *goroutine.Goroutine, live inspect.G) uint64 {
	for _, f := range g.Frames {
		if !strings.HasPrefix(f.Func, "runtime.") {
			return f.PC
		}
	}
	if live.Thread == 0 {
		return 0
	}
	pc, err := p.PC(live.Thread)
	if err != nil {
		return 0 // it has ended, or is traced already: then nothing is said of it
	}
	return pc
}
