package diagnose

import (
	"context"
	"slices"
	"time"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
	"innards/diagnose/inspect"
)

// A stop of the world is looked at for stopBound, and until what keeps it has used stopUsed of a processor, but no longer than
// stopLimit. It takes a fraction of a millisecond mostly, and tens where a large piece of memory is copied or cleared in one
// go; but on a loaded machine, or while the process itself is stopped, a goroutine may not come to its pause for seconds.
const (
	stopBound = time.Second
	stopUsed  = 200 * time.Millisecond
	stopLimit = 8 * time.Second
)

// stopping tells whether a goroutine waits for the world to stop, and goes on to, while others run without a pause. Nearly
// always nobody does, and it costs nothing.
func stopping(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot) (*hang.Stop, error) {
	i := slices.IndexFunc(snap.Goroutines, func(g *goroutine.Goroutine) bool { return g.State == "stopping the world" })
	if i < 0 {
		return nil, nil
	}
	stop := &hang.Stop{By: snap.Goroutines[i].ID, Running: make(map[int64]hang.Place)}
	ids := []int64{stop.By}
	for _, g := range snap.Goroutines {
		if g.State == "running" && !g.System {
			ids = append(ids, g.ID)
		}
	}
	begin, before := time.Now(), make(map[int64]time.Duration)
	for _, id := range ids {
		before[id], _ = p.ThreadTime(snap.Live[id].Thread) // where it is not known, it is at the end neither
	}
	busy := func(id int64) bool {
		used, err := p.ThreadTime(snap.Live[id].Thread)
		return err == nil && used-before[id] >= stopUsed
	}
	for time.Since(begin) < stopBound || time.Since(begin) < stopLimit && !slices.ContainsFunc(ids, busy) {
		if err := pause(ctx); err != nil {
			return nil, err
		}
		again, err := p.Look(ctx, snap, ids)
		if err != nil {
			return nil, late(ctx, err)
		}
		same := ids[:0]
		for _, g := range again.Goroutines {
			asks := g.ID == stop.By && g.State == "stopping the world"
			if (asks || g.ID != stop.By && g.State == "running") && again.Live[g.ID].Runs == snap.Live[g.ID].Runs {
				same = append(same, g.ID)
			}
		}
		if ids = same; len(ids) < 2 || !slices.Contains(ids, stop.By) {
			return nil, nil // it came to its end, or nobody is left who keeps it
		}
	}
	stop.For = time.Since(begin)
	for _, id := range ids {
		if at, ok := placeOf(p, snap, id); ok && id != stop.By && busy(id) {
			stop.Running[id] = at
		}
	}
	return stop, nil
}

// placeOf tells where a goroutine runs: the innermost line of its own code, of those that share the innermost stack frame.
func placeOf(p *inspect.Process, snap *inspect.Snapshot, id int64) (hang.Place, bool) {
	live := snap.Live[id]
	if live.Thread == 0 {
		return hang.Place{}, false
	}
	pc, err := p.PC(live.Thread)
	if err != nil {
		return hang.Place{}, false
	}
	for _, f := range p.Executable().Frames(pc-p.Bias(), false) {
		if !goroutine.IsPlumbing(f.Func) {
			return hang.Place{Func: f.Func, File: f.File, Line: f.Line}, true
		}
	}
	return hang.Place{}, false
}
