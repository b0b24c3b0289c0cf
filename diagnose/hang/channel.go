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
	members     []*goroutine.Goroutine
}

type groupKey struct {
	state, fn, file, fromFn, fromFile string
	line, fromLine                    int
	holding                           bool
}

// groups joins the goroutines that a condition holds for, in the order of their first member.
func (j *judge) groups(want func(*goroutine.Goroutine) bool) []*group {
	var out []*group
	index := make(map[groupKey]*group)
	for _, g := range j.Goroutines {
		if j.byID[g.ID] != g || !want(g) {
			continue
		}
		place := userFrame(g)
		from := g.CreatedBy
		holding := len(j.wantedHolds(g.ID)) > 0
		key := groupKey{g.State, place.Func, place.File, from.Func, from.File, place.Line, from.Line, holding}
		gr, ok := index[key]
		if !ok {
			gr = &group{state: g.State, place: place, from: from, holding: holding}
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
	for _, g := range gr.members[:min(len(gr.members), maxShown)] {
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

// lonelyChannels judges sends and receives whose other side is gone.
func (j *judge) lonelyChannels() {
	groups := j.groups(func(g *goroutine.Goroutine) bool {
		return (g.State == "chan send" || g.State == "chan receive") && !strings.HasPrefix(userFrame(g).Func, "testing.") &&
			(j.AllAsleep || j.Stranded[g.ID])
	})
	for _, gr := range groups {
		if j.consequence(gr, groups) {
			continue
		}
		if !j.AllAsleep && j.parked(gr) {
			j.remark("goroutine 1 receives at %s (%s) from a channel that nothing else can reach: "+
				"taken for a main that only parks, since others still run", at(gr.place.File, gr.place.Line), short(gr.place.Func))
			continue
		}
		j.add(j.lonely(gr))
	}
}

func (j *judge) lonely(gr *group) Verdict {
	v := Verdict{Class: ChanNoPeer, Confidence: Certain, Goroutines: gr.ids()}
	reason := "nothing that still runs can reach it"
	if j.AllAsleep {
		reason = "the runtime found every goroutine asleep"
	}
	if !gr.holding && slices.ContainsFunc(j.Goroutines, j.stuckForLock) {
		v.Confidence = Likely // the partner may be one of those, and not gone
	}
	verb, many, partner := "sends to", "send to", "receive from it"
	if gr.state == "chan receive" {
		verb, many, partner = "receives from", "receive from", "send to it or close it"
	}
	object := j.channelName(gr.members[0])
	if n := j.channelsOf(gr); n > 1 {
		object = fmt.Sprintf("%s and %s", object, count(n-1, "other", "others"))
		partner = strings.ReplaceAll(partner, "it", "them")
		reason = strings.ReplaceAll(reason, "reach it", "reach them")
	}
	v.Summary = fmt.Sprintf("%s %s at %s (%s)%s, but none is left to %s: %s%s", gr.who(verb, many), object,
		at(gr.place.File, gr.place.Line), short(gr.place.Func), since(gr.members[0]), partner, reason, gr.started())
	v.Blocked = len(j.graph.Behind(v.Goroutines...))
	v.Evidence = gr.evidence(j.channelName)
	if !gr.holding {
		return v
	}
	v.Class = LockOverBlock
	first := j.wantedHolds(gr.members[0].ID)[0]
	v.Summary = fmt.Sprintf("goroutine %d holds %s since %s (%s) while it waits for a channel: %s", first.Goroutine,
		j.lockName(first.Lock), at(first.File, first.Line), short(first.Func), v.Summary)
	for i, g := range gr.members {
		for _, h := range j.wantedHolds(g.ID) {
			if v.Confidence = weaker(v.Confidence, h.Confidence); i < maxShown {
				v.Evidence = append(v.Evidence, Evidence{Goroutine: g.ID, Role: Holds, Object: j.lockName(h.Lock),
					Func: h.Func, File: h.File, Line: h.Line, Detail: h.Evidence})
			}
		}
	}
	return v
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

// channelsOf counts the distinct channels that a group waits on.
func (j *judge) channelsOf(gr *group) int {
	channels := make(map[uint64]bool)
	for _, g := range gr.members {
		for _, w := range g.Waits {
			channels[w.Object] = true
		}
	}
	return len(channels)
}

func (j *judge) channelName(g *goroutine.Goroutine) string {
	for _, w := range g.Waits {
		if w.Kind != goroutine.ChanSend && w.Kind != goroutine.ChanReceive || w.Object == 0 {
			continue
		}
		ch, ok := j.Channels[w.Object]
		switch {
		case !ok:
			return fmt.Sprintf("chan %#x", w.Object)
		case ch.Cap == 0:
			return fmt.Sprintf("chan %#x (unbuffered)", w.Object)
		}
		return fmt.Sprintf("chan %#x (%d of %d buffered)", w.Object, ch.Len, ch.Cap)
	}
	return "a channel"
}

func (j *judge) remark(format string, args ...any) {
	j.remarks = append(j.remarks, fmt.Sprintf(format, args...))
}
