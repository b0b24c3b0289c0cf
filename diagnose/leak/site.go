package leak

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"innards/cgo/tracefmt"
)

// Site is a place in the program that takes C memory: the C functions down to the line of the user's own Go code that
// called them. Callers of that line may be many; they share the site.
type Site struct {
	Resource    string     `json:"resource"`
	Class       Class      `json:"class"`
	Confidence  Confidence `json:"confidence"`
	LiveBytes   int64      `json:"live_bytes"`
	LiveObjects int64      `json:"live_objects"`
	Rate        float64    `json:"bytes_per_second"`
	Go          Place      `json:"go"`
	Stack       []Frame    `json:"stack"` // of the way here that holds most

	ways []way // all of them, by stack
}

// way is one stack that leads to a site: what it holds, and what it ever took.
type way struct {
	stack        uint32
	frames       []Frame
	alive, taken amount
}

// Place is a line of Go code.
type Place struct {
	Func string `json:"func"`
	File string `json:"file"`
	Line int    `json:"line"`
}

// Frame is a call of a stack.
type Frame struct {
	Func string `json:"func"`
	File string `json:"file"`
	Line int    `json:"line"`
	Lang string `json:"lang"` // c or go

	origin string
}

// Names tells what a stack is, innermost call first.
type Names interface {
	Frames(stack uint32) []Frame
}

// Sites judges the heap as it is at end, on the clock of its events, and gives the sites largest first.
func (h *Heap) Sites(end time.Duration, names Names, lost tracefmt.Lost) []Site {
	births := h.births(end)
	groups := make(map[string]*Site)
	courses := make(map[string]*evidence)
	for stack, hist := range h.stacks {
		w := way{stack: stack, frames: names.Frames(stack)}
		key := siteKey(w.frames)
		site, course := groups[key], courses[key]
		if site == nil {
			site = &Site{Resource: "malloc"}
			course = &evidence{span: end - h.begin, exact: h.period == 1, lossy: lost.Frees > 0}
			groups[key], courses[key] = site, course
		}
		for i, win := range h.rescale(hist, end) {
			course.windows[i].add(win)
			w.taken.add(win.allocated)
		}
		if born := births[stack]; born != nil {
			for i, a := range born {
				course.births[i].add(a)
				w.alive.add(a)
			}
		}
		site.ways = append(site.ways, w)
	}
	sites := make([]Site, 0, len(groups))
	for key, site := range groups {
		slices.SortFunc(site.ways, func(a, b way) int { return cmp.Compare(a.stack, b.stack) })
		var alive amount
		most := site.ways[0]
		for _, w := range site.ways {
			alive.add(w.alive)
			if w.alive.bytes > most.alive.bytes {
				most = w
			}
		}
		site.LiveBytes, site.LiveObjects = round(alive.bytes), round(alive.objects)
		site.Class, site.Confidence, site.Rate = judge(*courses[key])
		site.Stack = most.frames
		if user := userFrame(most.frames); user >= 0 {
			f := most.frames[user]
			site.Go = Place{f.Func, f.File, f.Line}
		}
		sites = append(sites, *site)
	}
	slices.SortFunc(sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(b.LiveBytes, a.LiveBytes), cmp.Compare(a.Go.File, b.Go.File),
			cmp.Compare(a.Go.Line, b.Go.Line), cmp.Compare(a.ways[0].stack, b.ways[0].stack))
	})
	return sites
}

func round(f float64) int64 { return int64(f + 0.5) }

// userFrame finds the innermost frame of the user's own Go code: of the main module, else of a dependency. -1: none.
func userFrame(frames []Frame) int {
	for _, origin := range []string{"main", "dependency"} {
		for i, f := range frames {
			if f.Lang == "go" && f.origin == origin {
				return i
			}
		}
	}
	return -1
}

// siteKey is the same for stacks that have the calls down to the user's frame in common.
func siteKey(frames []Frame) string {
	if user := userFrame(frames); user >= 0 {
		frames = frames[:user+1]
	}
	var b strings.Builder
	for _, f := range frames {
		fmt.Fprintf(&b, "%s %s:%d\n", f.Func, f.File, f.Line)
	}
	return b.String()
}
