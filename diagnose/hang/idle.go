package hang

import (
	"slices"
	"strings"

	"innards/diagnose/goroutine"
)

// parked tells the idiom by which main keeps a process alive:
//
//	forever := make(chan bool)      also: var forever chan struct{}
//	go consume(queue)
//	<-forever
//
// To the runtime it looks exactly like a main that waits for a worker which returned without a word. What tells them
// apart is the rest of the process: under the idiom others still work, and main was never meant to. So main's lonely
// receive is a hang only if nobody else can still do anything. Where a server runs beside a main that does wait for
// something this misses the hang; a false alarm on every parked main would cost more. A buffered channel was made for
// values to pass through, so it is not the idiom's; nor does the idiom's main keep a lock that others want.
func (j *judge) parked(gr *group) bool {
	if len(gr.members) != 1 || gr.holding || gr.members[0].ID != 1 || gr.state == "chan send" || inInit(gr) {
		return false
	}
	for _, w := range gr.members[0].Waits {
		if j.Channels[w.Object].Cap > 0 {
			return false
		}
	}
	return slices.ContainsFunc(j.Goroutines, j.alive)
}

// alive tells a goroutine that may still do some of the program's own work. That of os/signal only waits for signals.
func (j *judge) alive(g *goroutine.Goroutine) bool {
	return j.byID[g.ID] == g && g.ID != 1 && !j.AllAsleep && !j.Stranded[g.ID] && !j.dead[g.ID] &&
		g.State != noCases && !strings.HasSuffix(g.State, nilMark) &&
		!slices.ContainsFunc(g.Frames, isSignalLoop)
}

// fromDone tells a receive from the Done channel of a context. That of context.Background is nil on purpose: "Done may
// return nil if this context can never be canceled". Either the source says so, or the machine code, as far as it can: the
// channel is what a call has just returned, and not a variable that nobody made a channel for. known: one of them was
// there to ask.
func (j *judge) fromDone(gr *group) (done, known bool) {
	if j.Source != nil {
		if text := j.Source(gr.place.File, gr.place.Line); text != "" {
			return strings.Contains(text, ".Done()"), true
		}
	}
	done, known = j.FromCall[gr.members[0].ID]
	return done, known
}

// consequence tells a group whose wait only follows from another's: a goroutine that a member started, or that one of
// those started, is stuck itself and would have been the partner. That one is the root; also where it waits for a lock
// of which nobody knows who holds it, unless a member may be the one. In a dump no lock has a holder, and this says nothing:
// there the group is all that can be told of.
func (j *judge) consequence(gr *group, groups []*group) bool {
	if j.stuckBelow == nil {
		j.stuckBelow = make(map[int64]map[*group]bool)
		for id, g := range j.byID {
			if j.Stranded != nil && j.stuckForLock(g) {
				j.markAncestors(id, nil)
			}
		}
		for _, other := range groups {
			for _, g := range other.members {
				j.markAncestors(g.ID, other)
			}
		}
	}
	for _, g := range gr.members {
		for below := range j.stuckBelow[g.ID] {
			if below != gr && (below != nil || !gr.holding) {
				return true
			}
		}
	}
	return false
}

// maxGenerations bounds the walk up the tree of creation: in a foreign dump a goroutine may be its own ancestor.
const maxGenerations = 1000

func (j *judge) markAncestors(id int64, gr *group) {
	for range maxGenerations {
		g := j.byID[id]
		if g == nil || g.CreatorID == 0 {
			return
		}
		id = g.CreatorID
		if j.stuckBelow[id] == nil {
			j.stuckBelow[id] = make(map[*group]bool)
		}
		if j.stuckBelow[id][gr] {
			return // and so are its own ancestors
		}
		j.stuckBelow[id][gr] = true
	}
}
