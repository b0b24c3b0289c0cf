package hang

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"innards/diagnose/goroutine"
)

// strandedWaits judges what waits for a partner that is gone. Nothing that still runs can reach the channel, the
// WaitGroup or the Cond; or the runtime itself has found everybody asleep. What kind of wait it is decides the class.
func (j *judge) strandedWaits() {
	groups := j.groups(func(g *goroutine.Goroutine) bool {
		return strandedClass(g.State) != "" && !strings.HasPrefix(userFrame(g).Func, "testing.") && poolOf(g) < 0 && !j.serves(g) &&
			(j.AllAsleep || j.Stranded[g.ID])
	})
	// Those that keep others from a lock come first: what is judged of locks explains others.
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(order(a.holding), order(b.holding)) })
	for _, gr := range groups {
		if j.consequence(gr, groups) || j.victims(gr) {
			continue
		}
		if !j.AllAsleep && j.parked(gr) {
			j.remark("goroutine 1 waits at %s (%s) for what nothing else can reach (%s): "+
				"taken for a main that only parks, since others still run", at(gr.place.File, gr.place.Line),
				short(gr.place.Func), gr.state)
			continue
		}
		v := Verdict{Class: strandedClass(gr.state), Confidence: Certain, Goroutines: gr.ids()}
		if !gr.holding && (gr.behind || j.BehindLocks == nil && slices.ContainsFunc(j.Goroutines, j.stuckForLock)) {
			v.Confidence = Likely // the partner may be one of those, and not gone
		}
		switch v.Class {
		case ChanNoPeer:
			v.Summary = j.chanNoPeer(gr)
		case SelectNoPeer:
			v.Summary = j.selectNoPeer(gr)
		case WaitgroupShort:
			v.Summary = j.waitgroupShort(gr)
		case CondLostWakeup:
			v.Summary = j.condLostWakeup(gr)
		}
		if inInit(gr) {
			v.Class = InitDeadlock
			v.Summary = "the initialisation of package " + goroutine.Package(gr.place.Func) + " does not end: " + v.Summary
		}
		v.Summary += ": " + j.nobody(gr) + gr.started()
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(j.objectName)
		if gr.holding {
			j.lockOverBlock(gr, &v)
		} else {
			j.semaphoreSelfWait(gr, &v)
		}
		j.add(v)
	}
}

// victims tells a group whose partners are not gone, but wait for a lock; and of locks there is a verdict, which is theirs
// too. (Where there is none, it is still said that they are stuck.)
func (j *judge) victims(gr *group) bool {
	if gr.holding || !gr.behind || len(j.dead) == 0 {
		return false
	}
	about := -1
	for i := range j.verdicts {
		if !slices.ContainsFunc(j.verdicts[i].Goroutines, func(id int64) bool { return j.dead[id] }) {
			continue
		}
		if about >= 0 {
			return true // behind which of them is not known
		}
		about = i
	}
	if about >= 0 {
		j.verdicts[about].Blocked += len(gr.members)
	}
	return true
}

func order(first bool) int {
	if first {
		return 0
	}
	return 1
}

// strandedClass gives the class of a wait, by the runtime's word for it, if its partner is gone.
func strandedClass(state string) Class {
	switch state {
	case "chan send", "chan receive":
		return ChanNoPeer
	case "select":
		return SelectNoPeer
	case "sync.WaitGroup.Wait":
		return WaitgroupShort
	case "sync.Cond.Wait":
		return CondLostWakeup
	}
	return ""
}

func (j *judge) nobody(gr *group) string {
	switch {
	case j.AllAsleep:
		return "the runtime found every goroutine asleep"
	case gr.behind:
		return "who could waits for a lock, and who has that is not known"
	case j.objectsOf(gr) > 1:
		return "nothing that still runs can reach them"
	}
	return "nothing that still runs can reach it"
}

// where writes at which line a group waits, and since when.
func (gr *group) where() string {
	return fmt.Sprintf("at %s (%s)%s", at(gr.place.File, gr.place.Line), short(gr.place.Func), since(gr.members[0]))
}

// chanNoPeer: a send or receive is stranded. The partner has returned, or never was.
func (j *judge) chanNoPeer(gr *group) string {
	verb, many, partner := "sends to", "send to", "receive from"
	if gr.state == "chan receive" {
		verb, many, partner = "receives from", "receive from", "send to or close"
	}
	object, it := j.objectName(gr.members[0]), "it"
	if n := j.objectsOf(gr); n > 1 {
		object, it = fmt.Sprintf("%s and %s", object, count(n-1, "other", "others")), "them"
	}
	return fmt.Sprintf("%s %s %s, but none is left to %s %s", gr.who(verb, many), object, gr.where(), partner, it)
}

// selectNoPeer: every case of a select is stranded, a Done of a context among them: nobody has kept its cancel function.
// A select has to have a case, and no default.
func (j *judge) selectNoPeer(gr *group) string {
	g := gr.members[0]
	var cases []string
	for _, w := range g.Waits {
		arrow := "receive from"
		if w.Kind == goroutine.ChanSend {
			arrow = "send to"
		}
		cases = append(cases, arrow+" "+j.channel(w.Object))
	}
	what := ""
	switch {
	case len(cases) > 3:
		what = fmt.Sprintf(" (%s, …)", strings.Join(cases[:3], ", "))
	case len(cases) > 0:
		what = fmt.Sprintf(" (%s)", strings.Join(cases, ", "))
	}
	return fmt.Sprintf("%s in a select %s%s, but none is left for any of its cases", gr.who("waits", "wait"),
		gr.where(), what)
}

// waitgroupShort: a Wait is stranded. Some call of Done is missing, for a goroutine that returned without it or that was
// never started.
func (j *judge) waitgroupShort(gr *group) string {
	missing := ""
	if n := j.lockOf(gr.members[0]).Count; n > 0 {
		missing = ", which still misses " + count(n, "call of Done", "calls of Done")
	}
	return fmt.Sprintf("%s for %s %s%s, but none is left to call it", gr.who("waits", "wait"),
		j.objectName(gr.members[0]), gr.where(), missing)
}

// condLostWakeup: a Wait on a Cond is stranded. The Signal came before the Wait, or woke another: a Cond does not keep
// wake-ups for those who come late.
func (j *judge) condLostWakeup(gr *group) string {
	return fmt.Sprintf("%s on %s %s, but none is left to call Signal or Broadcast", gr.who("waits", "wait"),
		j.objectName(gr.members[0]), gr.where())
}

// inInit tells a main goroutine that is stuck before main.main, in the initialisation of a package: a variable's value, or
// a function init. What would wake it needs what comes after, or nothing would: init-deadlock.
func inInit(gr *group) bool {
	return gr.members[0].ID == 1 && slices.ContainsFunc(gr.members[0].Frames, func(f goroutine.Frame) bool {
		// "main.init" and "main.init.0"; "main.init.func1" is only made there
		name := strings.TrimPrefix(f.Func[len(goroutine.Package(f.Func)):], ".")
		return name == "init" || strings.Trim(strings.TrimPrefix(name, "init."), "0123456789") == ""
	})
}

// lockOverBlock: a stranded goroutine holds a lock that others want. It is the root, and its wait the reason.
func (j *judge) lockOverBlock(gr *group, v *Verdict) {
	v.Class = LockOverBlock
	h := j.wantedHolds(gr.members[0].ID)[0]
	v.Summary = fmt.Sprintf("goroutine %d holds %s since %s (%s) while it is blocked: %s", h.Goroutine,
		j.lockName(h.Lock), at(h.File, h.Line), short(h.Func), v.Summary)
	j.addHeld(gr, v)
}

// addHeld shows the locks that the members of a group have and others want.
func (j *judge) addHeld(gr *group, v *Verdict) {
	for i, g := range gr.members {
		for _, h := range j.wantedHolds(g.ID) {
			if v.Confidence = weaker(v.Confidence, h.Confidence); i < maxShown {
				v.Evidence = append(v.Evidence, j.holdEvidence(h))
				for _, w := range first(maxShown, j.graph.Waiters(h.Lock)) {
					v.Evidence = append(v.Evidence, j.waitEvidence(w.Goroutine, h.Lock))
				}
			}
		}
	}
	j.bury(v.Goroutines)
}

func first[T any](n int, of []T) []T { return of[:min(n, len(of))] }

func (j *judge) holdEvidence(h Hold) Evidence {
	return Evidence{Goroutine: h.Goroutine, Role: Holds, Object: j.lockName(h.Lock), Func: h.Func, File: h.File,
		Line: h.Line, Detail: h.Evidence}
}

// bury notes the goroutines of a verdict on locks: they never go on.
func (j *judge) bury(ids []int64) {
	for _, id := range ids {
		j.dead[id] = true
	}
}

// objectsOf counts the distinct objects that a group waits for.
func (j *judge) objectsOf(gr *group) int {
	objects := make(map[uint64]bool)
	for _, g := range gr.members {
		for _, w := range g.Waits {
			objects[w.Object] = true
		}
	}
	return len(objects)
}

func (j *judge) lockOf(g *goroutine.Goroutine) Lock {
	for _, w := range g.Waits {
		if l, ok := j.Locks[w.Object]; ok {
			return l
		}
	}
	return Lock{}
}

// objectName names what a goroutine waits for.
func (j *judge) objectName(g *goroutine.Goroutine) string {
	for _, w := range g.Waits {
		switch {
		case w.Object == 0:
		case w.Kind == goroutine.WaitGroup:
			return fmt.Sprintf("sync.WaitGroup %#x", w.Object)
		case w.Kind == goroutine.CondWait:
			return fmt.Sprintf("sync.Cond %#x", w.Object)
		case w.Kind == goroutine.ChanSend || w.Kind == goroutine.ChanReceive:
			return j.channel(w.Object)
		}
	}
	switch strandedClass(g.State) {
	case WaitgroupShort:
		return "a sync.WaitGroup"
	case CondLostWakeup:
		return "a sync.Cond"
	}
	return "a channel"
}

func (j *judge) channel(addr uint64) string {
	ch, ok := j.Channels[addr]
	switch {
	case !ok:
		return fmt.Sprintf("chan %#x", addr)
	case ch.Cap == 0:
		return fmt.Sprintf("chan %#x (unbuffered)", addr)
	}
	return fmt.Sprintf("chan %#x (%d of %d buffered)", addr, ch.Len, ch.Cap)
}
