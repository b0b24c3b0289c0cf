package waitpicture

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// Schema names the form of the file.
const Schema = "innards.waits/1"

// Picture is who waits for whom, folded.
type Picture struct {
	Schema  string   `json:"schema"`
	Total   int      `json:"goroutines"`
	Groups  []Group  `json:"groups"` // those of a knot first, then the largest
	Objects []Object `json:"objects"`
}

// Group is goroutines that are alike.
type Group struct {
	Count      int      `json:"count"`
	Goroutines []int64  `json:"goroutines"` // some of them, the smallest numbers first
	State      string   `json:"state"`
	Func       string   `json:"func"` // the innermost frame that is the program's own
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Stack      []string `json:"stack"` // innermost first: "main.work main.go:12"
	Waits      []int    `json:"waits"` // indices of objects
	Holds      []Hold   `json:"holds"`
	Knot       bool     `json:"knot"` // it waits, round a cycle, for itself
	Root       bool     `json:"root"` // a verdict names it
}

// Hold is an object that a group has.
type Hold struct {
	Object int    `json:"object"`
	At     string `json:"at"` // since where, "main.go:12"; "" where that is not known
}

// Object is what is waited for.
type Object struct {
	Name  string `json:"name"` // "sync.Mutex 0xc000012340": the first of those that are alike
	Count int    `json:"count"`
	Knot  bool   `json:"knot"`
}

// How much of a group is kept.
const (
	someGoroutines = 50
	someFrames     = 64
	smallKnot      = 12 // members of a knot up to which each has a box of its own
	rounds         = 3
)

// node is a goroutine or an object before folding.
type node struct {
	waits, holds []int // of goroutines: indices of objects
	waiters, has []int // of objects: indices of goroutines
	at           []string
	colour       string
	knot         int // 1 + the number of its knot; 0: none
	rank         int // its place in a small knot
}

// Fold makes the picture. The verdicts' evidence adds what the goroutines themselves do not tell: of a dump, that is all.
func Fold(goroutines []*goroutine.Goroutine, holds []hang.Hold, verdicts []hang.Verdict) *Picture {
	f := &folding{index: map[int64]int{}, objects: map[uint64]int{}, roots: map[int64]bool{}}
	for _, g := range goroutines {
		if !g.System {
			f.index[g.ID] = len(f.all)
			f.all = append(f.all, g)
		}
	}
	f.gs = make([]node, len(f.all))
	for _, v := range verdicts {
		for _, id := range v.Goroutines {
			f.roots[id] = true
		}
		for _, e := range v.Evidence {
			f.testify(e)
		}
	}
	for i, g := range f.all {
		for _, w := range g.Waits {
			f.wait(i, f.object(w.Object, objectName(w)))
		}
	}
	for _, h := range holds {
		if i, ok := f.index[h.Goroutine]; ok {
			f.hold(i, f.object(h.Lock, "lock "+hex(h.Lock)), place(h.File, h.Line))
		}
	}
	f.knots()
	f.paint()
	return f.picture()
}

type folding struct {
	all     []*goroutine.Goroutine
	index   map[int64]int
	roots   map[int64]bool
	objects map[uint64]int
	gs, os  []node
	names   []string
}

// object is the index of the object at an address.
func (f *folding) object(address uint64, name string) int {
	i, ok := f.objects[address]
	if !ok {
		i = len(f.os)
		f.objects[address] = i
		f.os = append(f.os, node{})
		f.names = append(f.names, name)
	}
	return i
}

func (f *folding) wait(g, o int) {
	if !slices.Contains(f.gs[g].waits, o) {
		f.gs[g].waits = append(f.gs[g].waits, o)
		f.os[o].waiters = append(f.os[o].waiters, g)
	}
}

func (f *folding) hold(g, o int, at string) {
	if i := slices.Index(f.gs[g].holds, o); i >= 0 {
		f.gs[g].at[i] = cmp.Or(f.gs[g].at[i], at)
		return
	}
	f.gs[g].holds = append(f.gs[g].holds, o)
	f.gs[g].at = append(f.gs[g].at, at)
	f.os[o].has = append(f.os[o].has, g)
}

// testify takes an arrow out of a piece of evidence. Its object ends in its address.
func (f *folding) testify(e hang.Evidence) {
	g, known := f.index[e.Goroutine]
	_, last, found := strings.Cut(e.Object, " 0x")
	address, err := strconv.ParseUint(last, 16, 64)
	if !known || !found || err != nil {
		return
	}
	switch e.Role {
	case "waits":
		f.wait(g, f.object(address, e.Object))
	case "holds":
		f.hold(g, f.object(address, e.Object), place(e.File, e.Line))
	}
}

func objectName(w goroutine.Wait) string {
	kind := "object"
	switch w.Kind {
	case goroutine.MutexLock:
		kind = "sync.Mutex"
	case goroutine.RWMutexRead, goroutine.RWMutexWrite:
		kind = "sync.RWMutex"
	case goroutine.WaitGroup:
		kind = "sync.WaitGroup"
	case goroutine.CondWait:
		kind = "sync.Cond"
	case goroutine.ChanSend, goroutine.ChanReceive:
		kind = "chan"
		if w.Object == 0 {
			return "nil chan"
		}
	case goroutine.Semaphore:
		kind = "semaphore"
	}
	return kind + " " + hex(w.Object)
}

func hex(address uint64) string { return "0x" + strconv.FormatUint(address, 16) }

func place(file string, line int) string {
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", path.Base(file), line)
}

// paint gives everyone a colour, and refines it by the colours of its neighbours.
func (f *folding) paint() {
	short := map[string]string{} // colours grow with each round, unless they are numbered
	number := func(colour string) string {
		if short[colour] == "" {
			short[colour] = strconv.Itoa(len(short) + 1)
		}
		return short[colour]
	}
	for i, g := range f.all {
		n := &f.gs[i]
		n.colour = number(fmt.Sprint("g", g.State, "|", stackOf(g), "|", n.knot > 0, n.rank, f.roots[g.ID], n.at))
	}
	for i := range f.os {
		n := &f.os[i]
		kind, _, _ := strings.Cut(f.names[i], " 0x")
		n.colour = number(fmt.Sprint("o", kind, "|", n.knot > 0, n.rank, len(n.has) > 0))
	}
	for range rounds {
		next := make([]string, len(f.gs))
		for i, n := range f.gs {
			next[i] = number(fmt.Sprint("g", n.colour, colours(f.os, n.waits), colours(f.os, n.holds)))
		}
		for i := range f.os {
			n := &f.os[i]
			n.colour = number(fmt.Sprint("o", n.colour, colours(f.gs, n.waiters), colours(f.gs, n.has)))
		}
		for i := range f.gs {
			f.gs[i].colour = next[i]
		}
	}
}

// colours is the set of the colours of some nodes.
func colours(of []node, which []int) []string {
	set := make(map[string]bool, len(which))
	for _, i := range which {
		set[of[i].colour] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func stackOf(g *goroutine.Goroutine) string {
	var b strings.Builder
	for _, frame := range g.Frames[:min(len(g.Frames), someFrames)] {
		b.WriteString(frame.Func)
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(frame.Line))
		b.WriteByte('\n')
	}
	return b.String()
}

// picture gathers those of one colour.
func (f *folding) picture() *Picture {
	p := &Picture{Schema: Schema, Total: len(f.all), Groups: []Group{}, Objects: []Object{}}
	byColour := map[string]int{}
	groupOf := func(g int) *Group { return &p.Groups[byColour[f.gs[g].colour]] }
	order := make([]int, len(f.all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(f.all[a].ID, f.all[b].ID) })
	for _, i := range order {
		g, n := f.all[i], &f.gs[i]
		if _, ok := byColour[n.colour]; !ok {
			byColour[n.colour] = len(p.Groups)
			p.Groups = append(p.Groups, newGroup(g, n.knot > 0, f.roots[g.ID]))
		}
		group := groupOf(i)
		group.Count++
		if len(group.Goroutines) < someGoroutines {
			group.Goroutines = append(group.Goroutines, g.ID)
		}
	}
	objects := map[string]int{}
	for i, n := range f.os {
		at, ok := objects[n.colour]
		if !ok {
			at = len(p.Objects)
			objects[n.colour] = at
			p.Objects = append(p.Objects, Object{Name: f.names[i], Knot: n.knot > 0})
		}
		p.Objects[at].Count++
		for _, g := range n.waiters {
			if group := groupOf(g); !slices.Contains(group.Waits, at) {
				group.Waits = append(group.Waits, at)
			}
		}
		for _, g := range n.has {
			group := groupOf(g)
			hold := Hold{Object: at, At: f.gs[g].at[slices.Index(f.gs[g].holds, i)]}
			if !slices.ContainsFunc(group.Holds, func(h Hold) bool { return h.Object == at }) {
				group.Holds = append(group.Holds, hold)
			}
		}
	}
	slices.SortStableFunc(p.Groups, func(a, b Group) int {
		return cmp.Or(first(a.Knot, b.Knot), first(a.Root, b.Root), first(len(a.Holds) > 0, len(b.Holds) > 0), cmp.Compare(b.Count, a.Count))
	})
	return p
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func newGroup(g *goroutine.Goroutine, knot, root bool) Group {
	group := Group{State: g.State, Knot: knot, Root: root, Goroutines: []int64{}, Stack: []string{}, Waits: []int{}, Holds: []Hold{}}
	for _, frame := range g.Frames[:min(len(g.Frames), someFrames)] {
		group.Stack = append(group.Stack, frame.Func+"  "+frame.File+":"+strconv.Itoa(frame.Line))
		if group.Func == "" && !goroutine.IsPlumbing(frame.Func) {
			group.Func, group.File, group.Line = frame.Func, frame.File, frame.Line
		}
	}
	return group
}

// Check reports whether a picture that was read from a file is one: all that it refers to is there.
func (p *Picture) Check() error {
	if p.Schema != Schema {
		return fmt.Errorf("waits: schema %.40q is not %s: it was kept by another release", p.Schema, Schema)
	}
	for i, g := range p.Groups {
		for _, o := range g.Waits {
			if o < 0 || o >= len(p.Objects) {
				return fmt.Errorf("waits: group %d waits for object %d of %d", i, o, len(p.Objects))
			}
		}
		for _, h := range g.Holds {
			if h.Object < 0 || h.Object >= len(p.Objects) {
				return fmt.Errorf("waits: group %d holds object %d of %d", i, h.Object, len(p.Objects))
			}
		}
	}
	return nil
}
