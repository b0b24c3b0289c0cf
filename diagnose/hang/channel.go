package hang

import (
	"fmt"
	"slices"
	"strings"

	"innards/diagnose/goroutine"
)

const (
	nilMark = " (nil chan)"
	noCases = "select (no cases)"
	// maxShown bounds how many goroutines of one kind a verdict shows evidence for.
	maxShown = 8
)

// group is all goroutines that wait at one place for the same and come from one go statement: one fault, found often.
// Those that meanwhile hold a lock which others want are a group of their own.
type group struct {
	state       string
	place, from goroutine.Frame
	holding     bool
	behind      bool // who could wake them waits for a lock
	members     []*goroutine.Goroutine
}

type groupKey struct {
	state, fn, file, fromFn, fromFile string
	line, fromLine                    int
	holding, behind                   bool
}

// groups joins the goroutines that a condition holds for, in the order of their first member.
func (j *judge) groups(want func(*goroutine.Goroutine) bool) []*group {
	return j.groupsAt(userFrame, want)
}

func (j *judge) groupsAt(where func(*goroutine.Goroutine) goroutine.Frame, want func(*goroutine.Goroutine) bool) []*group {
	var out []*group
	index := make(map[groupKey]*group)
	for _, g := range j.Goroutines {
		if j.byID[g.ID] != g || !want(g) {
			continue
		}
		place := where(g)
		from := g.CreatedBy
		holding := len(j.wantedHolds(g.ID)) > 0
		key := groupKey{g.State, place.Func, place.File, from.Func, from.File, place.Line, from.Line, holding,
			j.BehindLocks[g.ID]}
		gr, ok := index[key]
		if !ok {
			gr = &group{state: g.State, place: place, from: from, holding: holding, behind: key.behind}
			index[key] = gr
			out = append(out, gr)
		}
		gr.members = append(gr.members, g)
	}
	return out
}

func (gr *group) ids() []int64 {
	ids := make([]int64, len(gr.members))
	for i, g := range gr.members {
		ids[i] = g.ID
	}
	slices.Sort(ids)
	return ids
}

// evidence shows where the members wait and where they were started.
func (gr *group) evidence(object func(*goroutine.Goroutine) string) []Evidence {
	var out []Evidence
	for _, g := range first(maxShown, gr.members) {
		out = append(out, Evidence{Goroutine: g.ID, Role: Waits, Object: object(g),
			Func: gr.place.Func, File: gr.place.File, Line: gr.place.Line})
		if gr.from.Func != "" {
			out = append(out, Evidence{Goroutine: g.ID, Role: Created,
				Func: gr.from.Func, File: gr.from.File, Line: gr.from.Line})
		}
	}
	return out
}

// who writes "goroutine 7" or "3 goroutines (7, 8, 9)", with the verb that follows.
func (gr *group) who(one, many string) string {
	if len(gr.members) == 1 {
		return fmt.Sprintf("goroutine %d %s", gr.members[0].ID, one)
	}
	var ids []string
	for i, id := range gr.ids() {
		if i == 3 {
			ids = append(ids, "…")
			break
		}
		ids = append(ids, fmt.Sprint(id))
	}
	return fmt.Sprintf("%d goroutines (%s) %s", len(gr.members), strings.Join(ids, ", "), many)
}

func (gr *group) started() string {
	if gr.from.Func == "" {
		return ""
	}
	if isPlumbing(gr.from.Func) { // the caller of WaitGroup.Go is not recorded
		return "; started through " + short(gr.from.Func)
	}
	return fmt.Sprintf("; started at %s (%s)", at(gr.from.File, gr.from.Line), short(gr.from.Func))
}

// nilChannels judges sends and receives on a nil channel. The wait reason proves them; only a receive may be meant.
func (j *judge) nilChannels() {
	for _, gr := range j.groups(func(g *goroutine.Goroutine) bool { return strings.HasSuffix(g.State, nilMark) }) {
		v := Verdict{Class: NilChan, Confidence: Certain, Goroutines: gr.ids()}
		verb := "sends to"
		if strings.HasPrefix(gr.state, "chan receive") {
			verb = "receives from"
			done, known := j.fromDone(gr)
			switch {
			case done:
				j.remark("%s a nil channel at %s (%s): taken for the Done channel of a context that cannot be cancelled",
					gr.who("receives from", "receive from"), at(gr.place.File, gr.place.Line), short(gr.place.Func))
				continue
			case j.parked(gr):
				j.remark("goroutine 1 receives from a nil channel at %s (%s): taken for a main that only parks, since others "+
					"still run", at(gr.place.File, gr.place.Line), short(gr.place.Func))
				continue
			case !known:
				v.Confidence = Likely
			}
		}
		v.Summary = fmt.Sprintf("%s a nil channel at %s (%s)%s, which blocks for ever: the channel was never made%s",
			gr.who(verb, strings.Replace(verb, "s ", " ", 1)), at(gr.place.File, gr.place.Line), short(gr.place.Func),
			since(gr.members[0]), gr.started())
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(func(*goroutine.Goroutine) string { return "nil channel" })
		j.add(v)
	}
}

// stuckForLock tells a goroutine that a lock has stopped for good.
func (j *judge) stuckForLock(g *goroutine.Goroutine) bool {
	return j.dead[g.ID] || (j.AllAsleep || j.Stranded[g.ID]) &&
		(strings.HasPrefix(g.State, "sync.Mutex.") || strings.HasPrefix(g.State, "sync.RWMutex."))
}

// wantedHolds gives the locks that a goroutine holds and others wait for.
func (j *judge) wantedHolds(id int64) []Hold {
	var wanted []Hold
	for _, h := range j.holdsOf[id] {
		if h.Confidence != Possible && len(j.graph.Waiters(h.Lock)) > 0 {
			wanted = append(wanted, h)
		}
	}
	return wanted
}

func (j *judge) remark(format string, args ...any) {
	j.remarks = append(j.remarks, fmt.Sprintf(format, args...))
}
