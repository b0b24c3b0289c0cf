package hang

import (
	"fmt"
	"slices"
)

// Circle is a set of goroutines that pass control to each other through channels for ever. For each it is proved from the
// machine code and the stack that it comes round to the state in which it was, and does no more on the way than to send, to
// receive, to read and to let others run; and of all of them that nothing else which may run can reach the channels, or what
// they read.
type Circle struct {
	Passes map[int64][]Place // what each does in a round
	Behind []int64           // others that can be woken by these alone, and so by nobody
}

// livelocks: two goroutines or more were seen to run, and all of what each does, over and over, is to pass control to the
// others (see Circle). None of them is ever blocked for long, each round ends in the state in which it began, and nobody
// outside can change what they decide upon: so none will ever do anything else.
func (j *judge) livelocks() {
	for _, c := range j.Circles {
		var ids []int64
		for id := range c.Passes {
			if j.byID[id] != nil && len(c.Passes[id]) > 0 {
				ids = append(ids, id)
			}
		}
		if slices.Sort(ids); len(ids) < 2 {
			continue
		}
		v := Verdict{Class: Livelock, Confidence: Likely, Goroutines: ids, Blocked: len(ids) + len(c.Behind)}
		one := c.Passes[ids[0]][0]
		v.Summary = fmt.Sprintf("%d goroutines (%d, %d%s) hand control to each other for ever, as at %s (%s), and do nothing else: "+
			"what they look at stays as it is, and nothing else can reach it", len(ids), ids[0], ids[1], more(len(ids) > 2),
			at(one.File, one.Line), short(one.Func))
		if n := len(c.Behind); n > 0 {
			v.Summary += "; " + count(n, "more goroutine waits", "more goroutines wait") + " for them"
		}
		for _, id := range first(maxShown, ids) {
			for _, p := range first(maxShown, c.Passes[id]) {
				v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Runs, Func: p.Func, File: p.File, Line: p.Line})
			}
			if f := j.byID[id].CreatedBy; f.Func != "" {
				v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Created, Func: f.Func, File: f.File, Line: f.Line})
			}
		}
		for _, id := range first(maxShown, c.Behind) {
			if g := j.byID[id]; g != nil {
				f := userFrame(g)
				v.Evidence = append(v.Evidence, Evidence{Goroutine: id, Role: Waits, Func: f.Func, File: f.File, Line: f.Line})
			}
		}
		j.add(v)
	}
}

func more(some bool) string {
	if some {
		return ", …"
	}
	return ""
}
