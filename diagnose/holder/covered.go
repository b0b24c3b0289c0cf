package holder

import "slices"

// hold is a lock that is held whichever path was taken, by its names. The events cannot tell that where each path has an
// acquisition of its own, as in a loop that locks the next element before it unlocks this one.
type hold struct {
	mode  Mode
	addrs []value
}

// covered gives the locks that are held at instruction i on every path.
func (fn *function) covered(i int) []hold {
	if fn.always == nil {
		fn.always = fn.flow.coverage(fn.sites)
	}
	b := fn.flow.code.blockOf(i)
	return fn.flow.runHolds(fn.always[b], fn.sites, b, i)
}

// coverage gives the locks that are held on every path to the beginning of each block. It begins with too many, those
// of the paths seen first, and strikes out what the other paths do not have.
func (f *flow) coverage(found *sites) [][]hold {
	in := make([][]hold, len(f.code.blocks))
	out := make([][]hold, len(f.code.blocks))
	seen := make([]bool, len(f.code.blocks))
	for range maxRounds {
		stable := true
		for _, b := range f.code.rpo {
			var at []hold
			first := b != 0
			for _, p := range f.code.blocks[b].pred {
				if !seen[p] {
					continue
				}
				came := slices.Clone(out[p])
				for _, op := range found.edges[[2]int{p, b}] {
					came = f.applyHold(came, op)
				}
				rename := f.renaming(p, b)
				for i, h := range came {
					came[i].addrs = rename(h.addrs)
				}
				if first {
					at, first = came, false
				} else {
					at = common(at, came)
				}
			}
			in[b] = at
			ran := f.runHolds(at, found, b, f.code.blocks[b].last+1)
			same := slices.EqualFunc(out[b], ran, func(x, y hold) bool {
				return x.mode == y.mode && slices.Equal(x.addrs, y.addrs)
			})
			if !same || !seen[b] {
				stable, seen[b], out[b] = false, true, ran
			}
		}
		if stable {
			return in
		}
	}
	return make([][]hold, len(f.code.blocks)) // nothing is certain
}

func (f *flow) runHolds(at []hold, found *sites, b, end int) []hold {
	at = slices.Clone(at)
	for i := f.code.blocks[b].first; i < end; i++ {
		for _, op := range found.after[i] {
			at = f.applyHold(at, op)
		}
	}
	return at
}

func (f *flow) applyHold(at []hold, op lockOp) []hold {
	is := func(h hold) bool { return h.mode == op.mode && f.sameLock(h.addrs, op.addr) }
	if op.release {
		if slices.ContainsFunc(at, is) {
			return slices.DeleteFunc(at, is)
		}
		return slices.DeleteFunc(at, func(h hold) bool { return h.mode == op.mode && !f.distinct(h.addrs, op.addr) })
	}
	return append(slices.DeleteFunc(at, is), hold{op.mode, []value{op.addr}})
}

// common gives the locks that are held on two paths, by the names that both have for them.
func common(a, b []hold) []hold {
	var both []hold
	for _, x := range a {
		for _, y := range b {
			if x.mode != y.mode {
				continue
			}
			addrs := slices.DeleteFunc(slices.Clone(x.addrs), func(v value) bool { return !slices.Contains(y.addrs, v) })
			if len(addrs) > 0 {
				both = append(both, hold{x.mode, addrs})
			}
		}
	}
	return both
}
