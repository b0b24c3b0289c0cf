package holder

import (
	"maps"
	"slices"
)

// event is the last thing that happened to a lock on the way to a point of a function.
type event struct {
	lockOp
	certain bool    // it happened on every path that leads here
	addrs   []value // all known ways to say which lock: any of them is its address
	paired  bool    // a release: of a lock that the same function took
	doubts  []key   // an acquisition: releases behind it that may, for all the code tells, concern this very lock
}

// key tells events apart: by the site, and where that lies in a function called, by the call too.
type key struct{ call, site uint64 }

func (f *flow) key(i int, op lockOp) key {
	if f.code.holds(op.site) {
		return key{site: op.site}
	}
	return key{f.code.instrs[i].pc, op.site}
}

// events are all that may have happened on the way to one point.
type events map[key]event

// maxAddrs bounds the ways to say which lock. More than two or three are never needed.
const maxAddrs = 8

// history gives the events at the beginning of each block; nil where the search does not settle.
func (f *flow) history(found *sites) []events {
	in := make([]events, len(f.code.blocks))
	out := make([]events, len(f.code.blocks))
	for range maxRounds {
		stable := true
		for _, b := range f.code.rpo {
			var paths []events
			if b == 0 {
				paths = append(paths, events{})
			}
			for _, p := range f.code.blocks[b].pred {
				if out[p] != nil { // else an edge back, not seen yet: the first round believes that it changes nothing
					paths = append(paths, f.alongEdge(out[p], p, b, found))
				}
			}
			f.keepCommon(paths, b)
			at := paths[0]
			for _, path := range paths[1:] {
				at = join(at, path)
			}
			in[b] = at
			ran := f.runBlock(at, found, b, f.code.blocks[b].last+1)
			if !sameEvents(out[b], ran) {
				stable = false
				out[b] = ran
			}
		}
		if stable {
			return in
		}
	}
	return nil
}

// runBlock carries the events from the beginning of block b up to, and not over, instruction end.
func (f *flow) runBlock(at events, found *sites, b, end int) events {
	at = maps.Clone(at)
	for i := f.code.blocks[b].first; i < end; i++ {
		if _, unknown := found.dynamic[i]; unknown || found.values[i] {
			dropBorrowed(at)
		}
		for _, op := range found.after[i] {
			f.apply(at, f.key(i, op), op)
		}
	}
	return at
}

// apply lets one operation happen.
func (f *flow) apply(at events, k key, op lockOp) {
	now := event{lockOp: op, certain: true, addrs: []value{op.addr}}
	if !op.release {
		for other, e := range at {
			if e.release && e.mode == op.mode && f.sameLock(e.addrs, op.addr) {
				delete(at, other)
				settle(at, other)
			}
		}
		at[k] = now
		return
	}
	for other, e := range at {
		if !e.release && e.mode == op.mode && f.sameLock(e.addrs, op.addr) {
			now.paired = true
			delete(at, other)
		}
	}
	if !now.paired {
		for other, e := range at {
			if !e.release && e.mode == op.mode && !slices.Contains(e.doubts, k) && !f.distinct(e.addrs, op.addr) {
				e.doubts = append(slices.Clip(e.doubts), k)
				at[other] = e
			}
		}
	}
	at[k] = now
}

// dropBorrowed forgets locks that a function called has taken and left to its caller. Such a function often gives back
// another one for the unlocking, so a call of what is not known ends what is known.
func dropBorrowed(at events) {
	for k, e := range at {
		if !e.release && k.call != 0 {
			delete(at, k)
		}
	}
}

// settle drops a release that was taken back: the lock is held again, whichever it was.
func settle(at events, release key) {
	for k, e := range at {
		if i := slices.Index(e.doubts, release); i >= 0 {
			e.doubts = slices.Delete(slices.Clone(e.doubts), i, i+1)
			at[k] = e
		}
	}
}

func (f *flow) sameLock(addrs []value, addr value) bool {
	return slices.ContainsFunc(addrs, func(v value) bool { return f.bases.alike(v, addr) })
}

// distinct tells whether two addresses are surely not the same: constants, places in the frame, or offsets from the
// same pointer, that differ.
func (f *flow) distinct(addrs []value, addr value) bool {
	return slices.ContainsFunc(addrs, func(v value) bool {
		fixed := (v.isConst() || v.isFrameAddr()) && (addr.isConst() || addr.isFrameAddr())
		return v != addr && (v.base == addr.base || fixed)
	})
}

// alongEdge carries events from the end of block p to the beginning of block b. What a register or a slot held takes a
// new name there if paths disagree about it, and so do the addresses that build on it. Round a loop the old names die:
// they would mean the next iteration's values.
func (f *flow) alongEdge(at events, p, b int, found *sites) events {
	ops := found.edges[[2]int{p, b}]
	if len(at) == 0 && len(ops) == 0 {
		return at
	}
	came := maps.Clone(at)
	for _, op := range ops {
		f.apply(came, key{site: op.site}, op)
	}
	rename := f.renaming(p, b)
	for k, e := range came {
		e.addrs = rename(e.addrs)
		came[k] = e
	}
	return came
}

// renaming says how to carry the names of a lock along the edge from block p to block b.
func (f *flow) renaming(p, b int) func(addrs []value) []value {
	var body map[int]bool // of the loop that the edge closes
	if f.code.blocks[p].order >= f.code.blocks[b].order {
		body = f.code.loop(p, b)
	}
	inLoop := func(pc uint64) bool {
		i, ok := f.code.at(pc)
		return ok && body[f.code.blockOf(i)]
	}
	return func(addrs []value) []value {
		var names []value
		add := func(v value) {
			if len(names) < maxAddrs && !slices.Contains(names, v) {
				names = append(names, v)
			}
		}
		for _, v := range addrs {
			if v.base > 1 {
				for _, w := range f.renamed(v, p, b) {
					add(w)
				}
			}
			if body == nil || !f.bases.definedIn(v, inLoop) {
				add(v)
			}
		}
		return names
	}
}

// renamed gives the names, in block b, of what is called v at the end of block p.
func (f *flow) renamed(v value, p, b int) []value {
	var names []value
	from, to := f.out[p], f.in[b]
	try := func(at place, held, now value) {
		if held.base == v.base && now == f.bases.merged(f.blockPC(b), at) {
			names = append(names, now.plus(v.off-held.off))
		}
	}
	for reg := range from.regs {
		try(place{n: int64(reg)}, from.regs[reg], to.regs[reg])
	}
	for k, now := range to.slots {
		held, ok := from.slots[k]
		if !ok && !f.inObject(k) {
			held, ok = f.bases.caller(k), true
		}
		if ok {
			try(place{true, k}, held, now)
		}
	}
	slices.SortFunc(names, compareValues)
	return names
}

// keepCommon strikes out, where paths meet, the names that tell the same of a lock on some of them only. A slot that
// holds this lock's address on one path and that lock's on another says, later on, which path was taken; it does not say
// that what happened to the one has happened to the other.
func (f *flow) keepCommon(paths []events, b int) {
	if len(paths) < 2 {
		return
	}
	type claim struct {
		release bool
		mode    Mode
		addr    value
	}
	on := make(map[claim]int) // on how many paths
	isNew := func(v value) bool {
		n := &f.bases.list[v.base]
		return n.kind == merged && n.pc == f.blockPC(b)
	}
	for _, path := range paths {
		here := make(map[claim]bool)
		for _, e := range path {
			for _, v := range e.addrs {
				if c := (claim{e.release, e.mode, v}); isNew(v) && !here[c] {
					here[c] = true
					on[c]++
				}
			}
		}
	}
	for _, path := range paths {
		for k, e := range path {
			e.addrs = slices.DeleteFunc(slices.Clone(e.addrs), func(v value) bool {
				return isNew(v) && on[claim{e.release, e.mode, v}] < len(paths)
			})
			path[k] = e
		}
	}
}

func compareValues(v, w value) int {
	if v.base != w.base {
		return v.base - w.base
	}
	return int(v.off - w.off)
}

// join brings the events of two paths together. What is missing on one of them is no longer certain.
func join(a, b events) events {
	both := make(events, max(len(a), len(b)))
	for k, e := range a {
		other, ok := b[k]
		if !ok {
			e.certain = false
			both[k] = e
			continue
		}
		e.certain = e.certain && other.certain
		e.paired = e.paired && other.paired
		e.addrs = slices.DeleteFunc(slices.Clone(e.addrs), func(v value) bool { return !slices.Contains(other.addrs, v) })
		for _, d := range other.doubts {
			if !slices.Contains(e.doubts, d) {
				e.doubts = append(slices.Clip(e.doubts), d)
			}
		}
		both[k] = e
	}
	for k, e := range b {
		if _, ok := a[k]; !ok {
			e.certain = false
			both[k] = e
		}
	}
	return both
}

func sameEvents(a, b events) bool {
	if a == nil || len(a) != len(b) {
		return false
	}
	for k, e := range a {
		o, ok := b[k]
		if !ok || e.certain != o.certain || e.paired != o.paired || !slices.Equal(e.addrs, o.addrs) ||
			len(e.doubts) != len(o.doubts) {
			return false
		}
	}
	return true
}
