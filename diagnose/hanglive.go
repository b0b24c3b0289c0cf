package diagnose

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"innards/diagnose/hang"
	"innards/diagnose/holder"
	"innards/diagnose/inspect"
	"innards/diagnose/waitgraph"
)

// secondLook is how long after the first look the second one comes. A hang is still there for ever after; whatever else
// looked like one to a reading that does not stop the process has moved on.
const secondLook = 20 * time.Millisecond

// lookAtProcess reads a living process and judges it. mayStop: it may be stopped, again and again, for what cannot be told
// otherwise.
func lookAtProcess(ctx context.Context, pid int, mayStop bool) (*hangReport, error) {
	p, err := inspect.Open(pid)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.Close() }()
	snap, report, undecided, err := look(ctx, p, mayStop)
	if err != nil {
		return nil, err
	}
	if undecided && len(report.Verdicts) == 0 {
		if err := pause(ctx); err != nil {
			return nil, err
		}
		if snap, report, _, err = look(ctx, p, mayStop); err != nil {
			return nil, err
		}
	}
	if len(report.Verdicts) == 0 {
		return report, nil
	}
	if err := pause(ctx); err != nil {
		return nil, err
	}
	var roots []int64
	for _, v := range report.Verdicts {
		roots = append(roots, v.Goroutines...)
	}
	look := func() (*inspect.Snapshot, error) { return p.Look(ctx, snap, roots) }
	if hang.MayGrow(report.Verdicts) {
		look = func() (*inspect.Snapshot, error) { return p.Snapshot(ctx) }
	}
	again, err := look()
	if err != nil {
		return nil, late(ctx, fmt.Errorf("the second look: %w", err))
	}
	report.Verdicts = hang.Confirm(report.Verdicts, snap.Goroutines, again.Goroutines)
	return report, nil
}

// look reads the process once and judges it.
func look(ctx context.Context, p *inspect.Process, mayStop bool) (snap *inspect.Snapshot, report *hangReport, undecided bool, err error) {
	if snap, err = p.Snapshot(ctx); err != nil {
		return nil, nil, false, late(ctx, err)
	}
	in := whatIsKnown(ctx, p, snap)
	if in.Spins, err = spins(ctx, p, snap); err != nil {
		return nil, nil, false, err
	}
	if in.Stop, err = stopping(ctx, p, snap); err != nil {
		return nil, nil, false, err
	}
	if mayStop {
		if in.Circles, err = circles(ctx, p, snap); err != nil {
			return nil, nil, false, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, false, late(ctx, err)
	}
	report = judged(hangTarget{Kind: "pid", PID: snap.PID, Exe: snap.Exe, Go: snap.GoVersion}, snap.Threads, &snap.Dump, in)
	in.Goroutines = snap.Goroutines
	return snap, report, hang.Undecided(in), nil
}

// pause waits from one look to the next.
func pause(ctx context.Context) error { return sleep(ctx, secondLook) }

func sleep(ctx context.Context, long time.Duration) error {
	select {
	case <-ctx.Done():
		return late(ctx, ctx.Err())
	case <-time.After(long):
		return nil
	}
}

// late says what ran out of time.
func late(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("not done in time: give more with --duration: %w", err)
	}
	return err
}

// whatIsKnown gathers what Judge wants to know of a process besides its goroutines. What cannot be had costs the
// verdicts that need it, and a warning.
func whatIsKnown(ctx context.Context, p *inspect.Process, snap *inspect.Snapshot) (in hang.Input) {
	in = hang.Input{Channels: make(map[uint64]hang.Channel, len(snap.Channels))}
	for addr, ch := range snap.Channels {
		in.Channels[addr] = hang.Channel{Len: ch.Len, Cap: ch.Cap, Closed: ch.Closed}
	}
	in.PID, in.Outside = snap.PID, make(map[int64]hang.Outside)
	waits := p.KernelWaits(snap)
	for id, w := range waits {
		in.Outside[id] = hang.Outside{Call: w.Call, File: w.File, Pipe: w.Pipe, Ends: tasks(w.Ends), Child: task(w.Child),
			Mutex: w.Mutex, Owner: w.Owner, InC: w.InC, Asleep: w.Asleep, Socket: w.Socket, Deadline: w.Deadline}
	}
	in.Locks = make(map[uint64]hang.Lock, len(snap.Locks))
	for addr, l := range snap.Locks {
		in.Locks[addr] = hang.Lock{Locked: l.Locked, Readers: l.Readers, Waiters: l.Waiters, Count: l.Count}
	}
	// The marking takes as long as all else together, and neither needs the other.
	marked := *snap
	marked.Warnings = nil
	var marking sync.WaitGroup
	marking.Go(func() {
		if err := p.Strand(ctx, &marked); err != nil {
			marked.Warnings = append(marked.Warnings, "lonely channels are not told: "+err.Error())
		}
	})
	defer func() {
		marking.Wait()
		in.Stranded, in.BehindLocks = marked.Stranded, marked.BehindLocks
		snap.Stranded, snap.BehindLocks = marked.Stranded, marked.BehindLocks
		snap.Warnings = append(snap.Warnings, marked.Warnings...)
	}()
	in.FromCall = nilReceives(p, &snap.Dump)
	if len(snap.Locks) > 0 {
		holdings, leaked, warnings := holder.Infer(p, snap, slices.Sorted(maps.Keys(snap.Locks)))
		snap.Warnings = append(snap.Warnings, warnings...)
		for _, of := range holdings {
			for _, h := range of {
				in.Holds = append(in.Holds, hold(h))
				// Whom a connection leads to costs some milliseconds, and only matters where a lock is held meanwhile.
				if o := in.Outside[h.Goroutine]; o.Socket && !o.Deadline && o.Peer == "" {
					if peer, ok := p.Peer(waits[h.Goroutine]); ok {
						o.Peer, o.Ends = peer.Address, tasks(peer.Ends)
						in.Outside[h.Goroutine] = o
					}
				}
			}
		}
		in.Leaked = make(map[uint64][]hang.Place, len(leaked))
		for addr, sites := range leaked {
			in.Leaked[addr] = nil
			for _, s := range sites {
				in.Leaked[addr] = append(in.Leaked[addr], hang.Place(s))
			}
		}
	}
	return in
}

func tasks(ends []inspect.End) []hang.Task {
	var out []hang.Task
	for _, e := range ends {
		out = append(out, task(e.Task))
	}
	return out
}

func task(t inspect.Task) hang.Task {
	return hang.Task{PID: t.PID, Name: t.Name, Stopped: t.State == 'T' || t.State == 't'}
}

func hold(h holder.Holding) hang.Hold {
	out := hang.Hold{
		Goroutine:  h.Goroutine,
		Lock:       h.Lock,
		Mode:       waitgraph.Mode(h.Mode == holder.Read),
		Func:       h.Func,
		File:       h.File,
		Line:       h.Line,
		Evidence:   h.Evidence,
		Confidence: hang.Likely,
	}
	if h.Confidence == holder.Certain {
		out.Confidence = hang.Certain
	}
	if out.Line == 0 {
		// The line that took it is not known; that of the defer which will unlock it stands for it.
		out.Line = h.UnlockLine
	}
	return out
}
