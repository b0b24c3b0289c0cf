package hang

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"innards/diagnose/goroutine"
	"innards/diagnose/waitgraph"
)

// cycles judges the cycles of the graph. Those that run through the same lines are one fault, met often: they become
// one verdict, with the evidence of the first few.
func (j *judge) cycles() {
	alike := make(map[string]int) // index in found
	var found []Verdict
	var others []int // how many more cycles each of found stands for
	for _, c := range j.graph.Cycles() {
		v := j.cycle(c)
		key := signature(v)
		i, ok := alike[key]
		if !ok {
			alike[key] = len(found)
			found, others = append(found, v), append(others, 0)
			continue
		}
		others[i]++
		found[i].Goroutines = append(found[i].Goroutines, v.Goroutines...)
		found[i].Confidence = weaker(found[i].Confidence, v.Confidence)
		if len(found[i].Evidence) < maxShown {
			found[i].Evidence = append(found[i].Evidence, v.Evidence...)
		}
	}
	for i, v := range found {
		slices.Sort(v.Goroutines)
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		j.bury(v.Goroutines)
		if others[i] > 0 {
			v.Summary += "; " + count(others[i], "more is", "more are") + " stuck the same way in the same lines"
		}
		if more := v.Blocked - len(v.Goroutines); more > 0 {
			v.Summary += "; " + count(more, "more goroutine is", "more goroutines are") + " blocked behind"
		}
		j.add(v)
	}
}

// signature tells alike cycles: the same class, through the same lines. Which goroutine comes first is chance.
func signature(v Verdict) string {
	lines := make([]string, len(v.Evidence))
	for i, e := range v.Evidence {
		lines[i] = fmt.Sprintf("%s %s %s:%d", e.Role, e.Func, e.File, e.Line)
	}
	slices.Sort(lines)
	return string(v.Class) + " " + strings.Join(lines, " ")
}

// cycle judges one. Which class it is depends on how many locks and goroutines it runs through.
func (j *judge) cycle(c waitgraph.Cycle) Verdict {
	v := Verdict{Class: LockCycle, Confidence: Certain}
	var chain []string
	for i, step := range c {
		v.Goroutines = append(v.Goroutines, step.Goroutine)
		// What this step's goroutine holds is what the step before waits for.
		before := c[(i+len(c)-1)%len(c)]
		took := ""
		if !before.Queued {
			hold, _ := j.hold(step.Goroutine, before.Object)
			v.Confidence = weaker(v.Confidence, hold.Confidence)
			evidence := j.holdEvidence(hold)
			v.Evidence = append(v.Evidence, evidence)
			took = fmt.Sprintf("holds %s since %s (%s) and ", evidence.Object, at(hold.File, hold.Line), short(hold.Func))
		}
		wait := j.waitEvidence(step.Goroutine, step.Object)
		v.Evidence = append(v.Evidence, wait)
		chain = append(chain, fmt.Sprintf("goroutine %d %swaits for %s at %s (%s)%s", step.Goroutine, took,
			wait.Object, at(wait.File, wait.Line), short(wait.Func), since(j.byID[step.Goroutine])))
	}
	switch objects := c.Objects(); {
	case len(c) == 1:
		v.Class = SelfDeadlock
		if j.calledBack(c[0].Goroutine, c[0].Object) {
			v.Class = CCallback
		}
		if strings.HasPrefix(j.lockName(objects[0]), onceName) {
			v.Class = OnceRecursion
		}
		v.Summary = j.selfSummary(c[0])
	case len(objects) == 1:
		v.Class = RWMutexReentry
		v.Summary = "a reader reads again behind a waiting writer: " + strings.Join(chain, "; ")
	default:
		v.Summary = fmt.Sprintf("deadlock over %d locks: %s", len(objects), strings.Join(chain, "; "))
	}
	if slices.ContainsFunc(c.Objects(), j.isC) {
		v.Class = CLock
	}
	return v
}

func (j *judge) selfSummary(s waitgraph.Step) string {
	hold, _ := j.hold(s.Goroutine, s.Object)
	wait := j.waitEvidence(s.Goroutine, s.Object)
	want, has := "wants", "locked"
	if strings.HasPrefix(wait.Object, rwMutexName) {
		want, has = "wants to write-lock", "write-locked"
		if s.Mode == waitgraph.Shared {
			want = "wants to read-lock"
		}
		if hold.Mode == waitgraph.Shared {
			has = "read-locked"
		}
	}
	return fmt.Sprintf("goroutine %d %s %s at %s (%s)%s, which it %s itself at %s (%s) and has not unlocked", s.Goroutine, want,
		wait.Object, at(wait.File, wait.Line), short(wait.Func), since(j.byID[s.Goroutine]), has, at(hold.File, hold.Line),
		short(hold.Func))
}

func (j *judge) waitEvidence(id int64, lock uint64) Evidence {
	f := userFrame(j.byID[id])
	return Evidence{Goroutine: id, Role: Waits, Object: j.lockName(lock), Func: f.Func, File: f.File, Line: f.Line}
}

const (
	mutexName   = "sync.Mutex"
	rwMutexName = "sync.RWMutex"
	onceName    = "sync.Once"
)

// lockName names a lock by its type and address. The type is that of the call its waiters are in: a Once locks a Mutex
// inside it, and a second writer of an RWMutex waits for the Mutex at its very start.
func (j *judge) lockName(lock uint64) string {
	if name, ok := j.names[lock]; ok {
		return name // it may have tens of thousands of waiters, each with a name to be told
	}
	name := j.lockType(lock)
	j.names[lock] = fmt.Sprintf("%s %#x", name, lock)
	return j.names[lock]
}

func (j *judge) lockType(lock uint64) string {
	if j.isC(lock) {
		return "pthread mutex"
	}
	name := mutexName
	const enough = 256 // of tens of thousands: nearly all come the same way
	for _, w := range first(enough, j.graph.Waiters(lock)) {
		g := j.byID[w.Goroutine]
		for _, wait := range g.Waits {
			if wait.Object == lock && wait.Kind != goroutine.MutexLock {
				name = rwMutexName
			}
		}
		for _, f := range g.Frames {
			if strings.HasPrefix(f.Func, "sync.(*RWMutex).") {
				name = rwMutexName
			}
			if strings.HasPrefix(f.Func, "sync.(*Once).") {
				name = onceName
			}
			if !isPlumbing(f.Func) {
				break
			}
		}
	}
	return name
}

// leakedLocks judges locks that are taken, while no call under way will give them back: a path returned without Unlock,
// or a panic that was recovered skipped it. Whoever comes next waits for ever, and so does everybody after it.
func (j *judge) leakedLocks() {
	for _, lock := range slices.Sorted(maps.Keys(j.Leaked)) {
		waiters := j.graph.Waiters(lock)
		if len(waiters) == 0 || len(j.graph.Holders(lock)) > 0 {
			continue
		}
		v := Verdict{Class: LeakedLock, Confidence: Likely}
		for _, w := range waiters {
			v.Goroutines = append(v.Goroutines, w.Goroutine)
			if len(v.Evidence) < maxShown {
				v.Evidence = append(v.Evidence, j.waitEvidence(w.Goroutine, lock))
			}
		}
		one := v.Evidence[0]
		v.Summary = fmt.Sprintf("%s is locked, and no call under way will unlock it: ", one.Object)
		if of := j.Leaked[lock]; len(of) > 0 {
			v.Summary += fmt.Sprintf("taken at %s (%s), which has a way to return without Unlock; ", at(of[0].File, of[0].Line),
				short(of[0].Func))
			for _, p := range first(maxShown, of) {
				v.Evidence = append(v.Evidence, Evidence{Goroutine: one.Goroutine, Role: Missing, Object: one.Object,
					Func: p.Func, File: p.File, Line: p.Line})
			}
		} else {
			v.Summary += "whoever took it has returned; "
		}
		v.Summary += fmt.Sprintf("%s, the first at %s (%s)%s", count(len(waiters), "goroutine waits", "goroutines wait"),
			at(one.File, one.Line), short(one.Func), since(j.byID[one.Goroutine]))
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		j.bury(v.Goroutines)
		j.add(v)
	}
}
