package hang

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Stop is an attempt of the runtime to stop the world that did not come to its end.
type Stop struct {
	By      int64           // the goroutine that asked for it
	For     time.Duration   // it was seen to wait for so long
	Running map[int64]Place // those that ran at every look, never paused, and where they are
}

// stwStuck: a goroutine wants the world stopped, and waits for that as long as it was looked at, while some others ran
// without a pause, on a processor. A stop takes less than a millisecond: each goroutine pauses where it next can. One that
// cannot turns in a loop without calls, with asynchronous preemption switched off or in code that has none. Until it does,
// nothing else runs.
func (j *judge) stwStuck() {
	if j.Stop == nil || len(j.Stop.Running) == 0 || j.byID[j.Stop.By] == nil {
		return
	}
	by := j.byID[j.Stop.By]
	ids := slices.Sorted(maps.Keys(j.Stop.Running))
	v := Verdict{Class: STWStuck, Confidence: Likely, Goroutines: ids, Blocked: len(j.byID)}
	asked := userFrame(by)
	one := j.Stop.Running[ids[0]]
	v.Summary = fmt.Sprintf("goroutine %d at %s (%s) does not pause, so that the world cannot be stopped: goroutine %d waits for "+
		"that at %s (%s), and did for all the %s that it was looked at; nothing else runs", ids[0], at(one.File, one.Line),
		short(one.Func), by.ID, at(asked.File, asked.Line), short(asked.Func), j.Stop.For.Truncate(100*time.Millisecond))
	if len(ids) > 1 {
		v.Summary += "; " + count(len(ids)-1, "more runs", "more run") + " as long"
	}
	for _, id := range first(maxShown, ids) {
		p := j.Stop.Running[id]
		v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Runs, Func: p.Func, File: p.File, Line: p.Line})
		if g := j.byID[id]; g != nil && g.CreatedBy.Func != "" {
			v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Created, Func: g.CreatedBy.Func,
				File: g.CreatedBy.File, Line: g.CreatedBy.Line})
		}
	}
	v.Evidence = append(v.Evidence, Evidence{Goroutine: by.ID, Role: Waits, Object: "the world", Func: asked.Func,
		File: asked.File, Line: asked.Line})
	j.add(v)
}
