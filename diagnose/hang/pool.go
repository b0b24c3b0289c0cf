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
		if slices.ContainsFunc(j.Goroutines, func(g *goroutine.Goroutine) bool {
			return j.byID[g.ID] == g && bringsBack(g, pool.at)
		}) {
			continue
		}
		v := Verdict{Class: PoolExhausted, Confidence: Likely, Goroutines: gr.ids()}
		v.Summary = fmt.Sprintf("%s for %s %s, but all that there may be are out, and none is at work: %s was forgotten, "+
			"or comes after this%s", gr.who("waits", "wait"), pool.what, gr.where(), pool.remedy, gr.started())
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(func(*goroutine.Goroutine) string { return pool.what })
		j.add(v)
		j.drained = append(j.drained, goroutine.Package(pool.wait))
	}
}

// serves tells a goroutine that the library keeps for a connection, of a pool that is judged already.
func (j *judge) serves(g *goroutine.Goroutine) bool {
	return slices.Contains(j.drained, goroutine.Package(userFrame(g).Func))
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
