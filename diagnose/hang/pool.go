package hang

import (
	"fmt"
	"slices"
	"strings"

	"innards/diagnose/goroutine"
)

// pools are the library's pools of connections, by the function that waits for a free one; with what is at work on one
// that is out, and what releases it.
var pools = []struct {
	wait, what, remedy string
	at                 []string
}{
	{"database/sql.(*DB).conn", "a connection to the database", "Rows.Close, Tx.Commit or Conn.Close", []string{"database/sql."}},
	{"net/http.(*Transport).getConn", "a connection to the host", "Response.Body.Close",
		[]string{"net/http.(*persistConn).roundTrip", "net/http.(*Transport).dial", "net/http.(*bodyEOFSignal).Read",
			"net/http.(*body).Read"}},
}

// poolOf gives the index of the pool that a goroutine waits for a connection of; -1 for none.
func poolOf(g *goroutine.Goroutine) int {
	if g.State != "select" {
		return -1
	}
	for i, p := range pools {
		if inCall(g, p.wait) {
			return i
		}
	}
	return -1
}

func inCall(g *goroutine.Goroutine, function string) bool {
	return slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool { return f.Func == function })
}

// poolExhausted: all connections that the pool may have are out, none of them is at work, and none will come back: there
// is no goroutine that goes on by itself or waits for the network on the program's behalf, which might give one back.
// So each is held by one who has forgotten it, or who waits here for a second one.
func (j *judge) poolExhausted() {
	for _, gr := range j.groupsAt(callerFrame, func(g *goroutine.Goroutine) bool { return poolOf(g) >= 0 }) {
		pool := pools[poolOf(gr.members[0])]
		if slices.ContainsFunc(j.Goroutines, func(g *goroutine.Goroutine) bool { return j.byID[g.ID] == g && bringsBack(g, pool.at) }) {
			continue
		}
		v := Verdict{Class: PoolExhausted, Confidence: Likely, Goroutines: gr.ids()}
		v.Summary = fmt.Sprintf("%s for %s %s, but all that there may be are out, and none is at work: %s was forgotten, "+
			"or comes after this%s", gr.who("waits", "wait"), pool.what, gr.where(), pool.remedy, gr.started())
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(func(*goroutine.Goroutine) string { return pool.what })
		j.add(v)
		j.drained = append(j.drained, packageOf(pool.wait))
	}
}

// serves tells a goroutine that the library keeps for a connection, of a pool that is judged already.
func (j *judge) serves(g *goroutine.Goroutine) bool {
	return slices.Contains(j.drained, packageOf(userFrame(g).Func))
}

// bringsBack tells a goroutine that may give a connection back before long: one that works on one, that goes on by
// itself, or that waits for the network. Those that wait for clients to come do not count.
func bringsBack(g *goroutine.Goroutine, at []string) bool {
	if poolOf(g) >= 0 {
		return false
	}
	if mayAct(g) {
		return true
	}
	for _, f := range g.Frames {
		keeper := strings.HasPrefix(f.Func, "database/sql.(*DB).connection") || strings.HasSuffix(f.Func, ").awaitDone")
		if !keeper && slices.ContainsFunc(at, func(prefix string) bool { return strings.HasPrefix(f.Func, prefix) }) {
			return true
		}
	}
	return g.State == "IO wait" && !slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool {
		return strings.HasSuffix(f.Func, ").Accept") || strings.HasPrefix(f.Func, "net/http.(*conn).") ||
			strings.HasPrefix(f.Func, "net/http.(*connReader).") || strings.HasPrefix(f.Func, "net/http.(*persistConn).")
	})
}

// slotHolders finds who holds the slots of a buffered channel that serves as a semaphore: each goroutine that is stuck
// beyond the very line that the group waits in; and with closures, each that the function with this line has started.
func (j *judge) slotHolders(gr *group, closures bool) []*goroutine.Goroutine {
	var holders []*goroutine.Goroutine
	for _, g := range j.Goroutines {
		if j.byID[g.ID] == g && (j.AllAsleep || j.Stranded[g.ID]) &&
			(closures && g.CreatedBy.Func == gr.place.Func || slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool {
				return f.Func == gr.place.Func && f.Line > gr.place.Line
			})) {
			holders = append(holders, g)
		}
	}
	return holders
}

// semaphoreSelfWait: a stranded send to a full channel, and exactly as many are stuck with a slot of it as it has. They
// wait for one another's slots, or for those who want one.
func (j *judge) semaphoreSelfWait(gr *group, v *Verdict) {
	if gr.state != "chan send" || j.objectsOf(gr) != 1 || len(gr.members[0].Waits) == 0 {
		return
	}
	ch := j.Channels[gr.members[0].Waits[0].Object]
	holders := j.slotHolders(gr, false)
	if len(holders) != ch.Cap {
		holders = j.slotHolders(gr, true)
	}
	if ch.Cap == 0 || ch.Len != ch.Cap || len(holders) != ch.Cap {
		return
	}
	v.Class, v.Confidence = SemaphoreSelfWait, Likely
	object := j.objectName(gr.members[0])
	for _, g := range holders {
		if !slices.Contains(v.Goroutines, g.ID) {
			v.Goroutines = append(v.Goroutines, g.ID)
		}
		if len(v.Evidence) < 2*maxShown {
			at := userFrame(g)
			v.Evidence = append(v.Evidence,
				Evidence{Goroutine: g.ID, Role: Holds, Object: object, Func: gr.place.Func, File: gr.place.File, Line: gr.place.Line},
				Evidence{Goroutine: g.ID, Role: Waits, Func: at.Func, File: at.File, Line: at.Line})
		}
	}
	slices.Sort(v.Goroutines)
	v.Blocked = len(j.graph.Behind(v.Goroutines...))
	v.Summary = fmt.Sprintf("%s for a slot of %s %s, and %s, the first at %s (%s)%s", gr.who("waits", "wait"), object, gr.where(),
		count(len(holders), "goroutine holds it and is stuck", "goroutines hold them all and are stuck"),
		at(userFrame(holders[0]).File, userFrame(holders[0]).Line), short(userFrame(holders[0]).Func), gr.started())
}
