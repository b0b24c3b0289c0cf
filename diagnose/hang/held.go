package hang

import (
	"fmt"
	"strings"
	"time"

	"innards/diagnose/goroutine"
)

// longWait is what nobody waits for a lock on purpose.
const longWait = 30 * time.Second

// heldOutside judges goroutines that have a lock which others want, while they wait for what is neither Go's nor of this process.
// Such a wait is no fault by itself: every idle connection waits so. The lock makes it one.
func (j *judge) heldOutside() {
	for _, gr := range j.groupsAt(callerFrame, func(g *goroutine.Goroutine) bool {
		return len(j.wantedHolds(g.ID)) > 0 && j.heldOver(g) != nil
	}) {
		f := j.heldOver(gr.members[0])
		h := j.wantedHolds(gr.members[0].ID)[0]
		v := Verdict{Class: f.class, Confidence: f.confidence, Goroutines: gr.ids()}
		v.Summary = fmt.Sprintf("goroutine %d holds %s since %s (%s), and %s %s: %s%s", h.Goroutine, j.lockName(h.Lock),
			at(h.File, h.Line), short(h.Func), gr.who(f.verb, f.many), gr.where(), f.why, gr.started())
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(func(g *goroutine.Goroutine) string { return j.heldOver(g).object })
		j.addHeld(gr, &v)
		j.add(v)
	}
}

func (j *judge) heldOver(g *goroutine.Goroutine) *finding {
	o, ok := j.Outside[g.ID]
	if !ok {
		return nil
	}
	if f := j.cCall(g, o); f != nil {
		return f
	}
	return j.netNoDeadline(g, o)
}

// cCall: a call of C does not return, while others wait for a lock that its caller has: it waits for a signal, and for
// nothing else; or its thread has not run for half a minute. (One that waits for a mutex of C is judged with its owner: c-lock.)
func (j *judge) cCall(g *goroutine.Goroutine, o Outside) *finding {
	if !o.InC || o.Call == "lock" || o.Call != "signal" && o.Asleep < longWait {
		return nil
	}
	f := &finding{class: CCall, confidence: Likely, verb: "is in C", many: "are in C", object: j.calledC(g)}
	f.why = f.object + " waits for a signal, and nothing else will end that"
	if o.Call != "signal" {
		f.why = fmt.Sprintf("%s has not returned, and its thread has slept for %s", f.object, o.Asleep.Truncate(time.Second))
	}
	return f
}

// calledC names the function of C that a goroutine is in, or where it began there.
func (j *judge) calledC(g *goroutine.Goroutine) string {
	for _, f := range g.Frames {
		if _, name, ok := strings.Cut(f.Func, "._Cfunc_"); ok {
			return "C." + name
		}
	}
	return "C"
}

// netNoDeadline: reads from a connection, with no deadline set, while others wait for a lock that it has; and there is no
// answer to come, since all who have the other end open are stopped by a signal; or there was none for half a minute.
func (j *judge) netNoDeadline(g *goroutine.Goroutine, o Outside) *finding {
	if o.Call != "read" || !o.Socket || o.Deadline || o.Peer == "" {
		return nil
	}
	f := &finding{class: NetNoDeadline, confidence: Likely, object: "connection to " + o.Peer,
		verb: "reads from a connection without a deadline", many: "read from connections without a deadline"}
	stopped := len(o.Ends) > 0
	for _, t := range o.Ends {
		stopped = stopped && t.Stopped && t.PID != j.PID
	}
	switch {
	case stopped:
		f.why = fmt.Sprintf("its peer at %s, %v, is stopped by a signal", o.Peer, o.Ends[0])
	case g.Waiting >= longWait:
		f.why = "its peer at " + o.Peer + " is silent"
	default:
		return nil
	}
	return f
}
