package hang

import (
	"fmt"
	"slices"

	"innards/diagnose/goroutine"
)

// manyAlike is from how many goroutines on a group that grows is called a leak.
const manyAlike = 16

// Confirm looks at verdicts again, with a second reading of the goroutines. A verdict stays if nobody at its root has
// moved: two looks tell stuck from slow. (Those that run were looked at more often to tell.)
//
// goroutine-leak: many are stranded in one line and come from one go statement, and between the looks they have become
// more. Each of them is stuck for the reason that the verdict gave; but the fault is that there is one more each time.
func Confirm(verdicts []Verdict, first, second []*goroutine.Goroutine) []Verdict {
	before, after := byID(first), byID(second)
	kept := make([]Verdict, 0, len(verdicts))
	for _, v := range verdicts {
		runs := v.Class == BusyLoop || v.Class == Livelock || v.Class == STWStuck
		if !runs && slices.ContainsFunc(v.Goroutines, func(id int64) bool { return moved(before[id], after[id]) }) {
			continue
		}
		if v.mayGrow() {
			one := before[v.Goroutines[0]]
			if more := alike(one, second) - alike(one, first); more > 0 {
				v.Summary = fmt.Sprintf("goroutines pile up, %d alike by now and %d more within a moment: %s", alike(one, second), more,
					v.Summary)
				v.Class = GoroutineLeak
			}
		}
		kept = append(kept, v)
	}
	return kept
}

// MayGrow tells whether Confirm needs all goroutines of a second reading, and not only those at the roots.
func MayGrow(verdicts []Verdict) bool { return slices.ContainsFunc(verdicts, Verdict.mayGrow) }

func (v Verdict) mayGrow() bool {
	return len(v.Goroutines) >= manyAlike &&
		slices.Contains([]Class{NilChan, ChanNoPeer, SelectNoPeer, WaitgroupShort, CondLostWakeup}, v.Class)
}

// Undecided tells whether another look may find more: somebody waits for what may be a hang, and was given the benefit
// of the doubt because somebody else was running just then.
func Undecided(in Input) bool {
	held := make(map[uint64]bool)
	inC := make(map[int64]bool) // with a lock; it may just be on its way to where it stays
	for _, h := range in.Holds {
		held[h.Lock] = true
		if o := in.Outside[h.Goroutine]; o.InC && o.Call == "" {
			inC[h.Goroutine] = true
		}
	}
	suspect := func(g *goroutine.Goroutine) bool {
		return inC[g.ID] || poolOf(g) >= 0 || in.Outside[g.ID].Call == "write" || slices.ContainsFunc(g.Waits, func(w goroutine.Wait) bool {
			return isLock(w.Kind) && !held[w.Object]
		})
	}
	acts := func(g *goroutine.Goroutine) bool { return !g.System && mayAct(g) }
	return slices.ContainsFunc(in.Goroutines, suspect) && slices.ContainsFunc(in.Goroutines, acts)
}

func moved(a, b *goroutine.Goroutine) bool {
	return a == nil || b == nil || a.State != b.State || !slices.Equal(a.Waits, b.Waits) ||
		!slices.EqualFunc(a.Frames, b.Frames, sameCall)
}

// sameCall compares all but the addresses on the stack: a collection may shrink, and so move, the stack of a goroutine
// that waits.
func sameCall(a, b goroutine.Frame) bool { return a.Func == b.Func && a.PC == b.PC && a.Line == b.Line }

// alike counts the goroutines that wait in the same line and come from the same go statement.
func alike(one *goroutine.Goroutine, all []*goroutine.Goroutine) int {
	place := userFrame(one)
	n := 0
	for _, g := range all {
		at := userFrame(g)
		if g.State == one.State && at.Func == place.Func && at.Line == place.Line &&
			g.CreatedBy.Func == one.CreatedBy.Func && g.CreatedBy.Line == one.CreatedBy.Line {
			n++
		}
	}
	return n
}

func byID(all []*goroutine.Goroutine) map[int64]*goroutine.Goroutine {
	m := make(map[int64]*goroutine.Goroutine, len(all))
	for _, g := range all {
		m[g.ID] = g
	}
	return m
}
