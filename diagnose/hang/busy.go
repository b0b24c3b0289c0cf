package hang

import (
	"fmt"
	"maps"
	"slices"
)

// Spin is the loop that a goroutine was found in at two looks, and that nothing in it can end.
type Spin struct {
	Place
	Endless bool // the code has no way out; else it only reads memory until another goroutine changes it
}

// busyLoops: a goroutine turns in a loop that does nothing but read and compare, and did so before. It takes a whole
// processor, and does not see that what it waits for is not coming; where the loop has no way out, nothing can end it.
func (j *judge) busyLoops() {
	for _, id := range slices.Sorted(maps.Keys(j.Spins)) {
		g, spin := j.byID[id], j.Spins[id]
		if g == nil {
			continue
		}
		if j.Stop != nil && j.Stop.Running[id].Func != "" {
			continue // the world cannot be stopped because of it, which says more
		}
		v := Verdict{Class: BusyLoop, Confidence: Likely, Goroutines: []int64{id}, Blocked: len(j.graph.Behind(id))}
		why := "only reads memory, which nobody changes, and takes a whole processor"
		if spin.Endless {
			v.Confidence, why = Certain, "has no way out, and takes a whole processor"
		}
		gr := &group{from: g.CreatedBy}
		v.Summary = fmt.Sprintf("goroutine %d turns in a loop at %s (%s) that %s%s", id, at(spin.File, spin.Line),
			short(spin.Func), why, gr.started())
		v.Evidence = []Evidence{{Goroutine: id, Role: Runs, Func: spin.Func, File: spin.File, Line: spin.Line}}
		if f := g.CreatedBy; f.Func != "" {
			v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Created, Func: f.Func, File: f.File, Line: f.Line})
		}
		j.add(v)
	}
}
