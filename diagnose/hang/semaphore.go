package hang

import (
	"fmt"
	"slices"

	"innards/diagnose/goroutine"
)

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
