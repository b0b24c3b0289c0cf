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
// called them. Callers of that line may be many; they share the site. Where each of several C functions that a line calls
// has too few samples for a verdict, but all of them together have enough, they are one site too.
type Site struct {
	Resource    string     `json:"resource"`
	Class       Class      `json:"class"`
	Confidence  Confidence `json:"confidence"`
	LiveBytes   int64      `json:"live_bytes"`
	LiveObjects int64      `json:"live_objects"`
	Rate        float64    `json:"bytes_per_second"`
	Go          Place      `json:"go"`
	Stack       []Frame    `json:"stack"` // of the way here that holds most

	// Unreachable counts, of the objects that are alive, those that nothing reached at the last look.
	Unreachable int64 `json:"unreachable_objects"`

	// Growth is what was alive after each tenth of the time: bytes of memory, else the number of things.
	Growth []int64 `json:"growth,omitempty"`

	ways []way // all of them, by stack
}

// way is one stack that leads to a site: what it holds, and what it ever took.
type way struct {
	stack        uint32
	frames       []Frame
	alive, taken amount
	lost         amount // of what is alive
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
	survivors := h.survivors(end, lost.Frees > 0)
	groups := make(map[string]*group)
	for stack, hist := range h.stacks {
		w := way{stack: stack, frames: names.Frames(stack)}
		end := h.seenUntil(hist.resource, end)
		g := group{resource: hist.resource, brief: hist.resource >= tracefmt.Handle && h.looks < wrapperLooks,
			course: evidence{span: end - h.begin, exact: h.period == 1 || hist.resource != tracefmt.Memory, lossy: lost.Frees > 0}}
		for i, win := range h.rescale(hist, end) {
			g.course.windows[i] = win
			w.taken.add(win.allocated)
		}
		if s := survivors[stack]; s != nil {
			g.course.births, g.looked, w.lost = s.births, s.looked, s.lost
		}
		for _, a := range g.course.births {
			w.alive.add(a)
		}
		g.ways = []way{w}
		key := siteKey(w.frames)
		if there := groups[key]; there != nil {
			there.merge(&g)
		} else {
			groups[key] = &g
		}
	}
	sites := make([]Site, 0, len(groups))
	type call struct {
		resource string
		place    Place
	}
	unclear := make(map[call][]*group)
	for _, g := range groups {
		if s, ok := g.leak(); ok {
			sites = append(sites, s)
			if !g.rest() {
				continue
			}
		}
		s := g.site()
		if s.Class == Live && s.Go != (Place{}) {
			at := call{s.Resource, s.Go}
			unclear[at] = append(unclear[at], g)
			continue
		}
		sites = append(sites, s)
	}
	// A library allocates in many places for one call: each has few samples, but together they may tell enough.
	for _, of := range unclear {
		all := group{resource: of[0].resource, course: of[0].course, ways: slices.Clone(of[0].ways)}
		for _, g := range of[1:] {
			all.merge(g)
		}
		if s := all.site(); s.Class != Live {
			sites = append(sites, s)
			continue
		}
		for _, g := range of {
			sites = append(sites, g.site())
		}
	}
	slices.SortFunc(sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(b.LiveBytes, a.LiveBytes), cmp.Compare(a.Go.File, b.Go.File),
			cmp.Compare(a.Go.Line, b.Go.Line), cmp.Compare(a.ways[0].stack, b.ways[0].stack))
	})
	return sites
}

// group is a site in the making.
type group struct {
	resource tracefmt.Resource
	course   evidence
	brief    bool   // it was looked at too few times for a verdict
	looked   amount // of what is alive: that of which it is known whether something reaches it
	ways     []way
}

func (g *group) merge(other *group) {
	for i := range judged {
		g.course.windows[i].add(other.course.windows[i])
		g.course.births[i].add(other.course.births[i])
	}
	g.looked.add(other.looked)
	g.ways = append(g.ways, other.ways...)
}

// lostPart of a site's blocks is enough to call the whole site a leak: those that were not lost at the look were on their
// way to be.
const lostPart = 0.5

// unownedLosses is the least for a leak in which no code of the user's took part. A library may hide a pointer or two.
const unownedLosses = 6

// leak makes the site of what is lost, if something is: all of the group, or the lost part of it.
func (g *group) leak() (Site, bool) {
	var lost amount
	for _, w := range g.ways {
		lost.add(w.lost)
	}
	if lost.samples == 0 || lost.samples < unownedLosses && userFrame(g.ways[0].frames) < 0 {
		return Site{}, false
	}
	of := *g
	of.ways = slices.Clone(g.ways)
	if g.split() {
		for i := range of.ways {
			of.ways[i].alive, of.ways[i].taken = of.ways[i].lost, of.ways[i].lost
		}
	}
	s := of.site()
	s.Class, s.Confidence = Leak, lostConfidence(lost.samples)
	if s.Rate == 0 || g.split() {
		s.Rate = lost.bytes / max(g.course.span.Seconds(), 1e-3)
	}
	return s, true
}

// split tells whether only a part of the group is a leak.
func (g *group) split() bool {
	var lost amount
	for _, w := range g.ways {
		lost.add(w.lost)
	}
	return lost.objects < lostPart*g.looked.objects
}

// rest takes what is lost out of the group, and says whether something is left of it.
func (g *group) rest() bool {
	if !g.split() {
		return false
	}
	for i := range g.ways {
		w := &g.ways[i]
		w.alive.sub(w.lost)
		w.taken.sub(w.lost)
		w.lost = amount{}
	}
	return true
}

func (g *group) site() Site {
	slices.SortFunc(g.ways, func(a, b way) int { return cmp.Compare(a.stack, b.stack) })
	var alive, lost amount
	most := g.ways[0]
	for _, w := range g.ways {
		alive.add(w.alive)
		lost.add(w.lost)
		if w.alive.bytes > most.alive.bytes {
			most = w
		}
	}
	s := Site{Resource: g.resource.String(), LiveBytes: round(alive.bytes), LiveObjects: round(alive.objects), Stack: most.frames, ways: g.ways,
		Unreachable: round(lost.objects), Growth: g.growth()}
	s.Class, s.Confidence, s.Rate = judge(g.course)
	if g.brief || g.resource == tracefmt.Memory && ofThread(most.frames) {
		s.Class, s.Confidence, s.Rate = Live, Possible, 0
	}
	if g.resource > tracefmt.Mapping {
		s.LiveBytes, s.Rate = 0, 0 // they are counted, not weighed
	}
	if user := userFrame(most.frames); user >= 0 {
		f := most.frames[user]
		s.Go = Place{f.Func, f.File, f.Line}
	}
	return s
}

// ofThread tells of what the C library keeps for a thread: it stays as long as the thread does, which is told of by itself.
func ofThread(frames []Frame) bool {
	return slices.ContainsFunc(frames, func(f Frame) bool { return f.Lang == "c" && f.Func == "pthread_create" })
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
