package waitgraph

import (
	"cmp"
	"slices"
)

// Mode is how an object is wanted or held.
type Mode bool

// A Mutex knows Exclusive alone.
const (
	Exclusive Mode = false
	Shared    Mode = true
)

// Wait says that a goroutine waits for an object.
type Wait struct {
	Goroutine int64
	Object    uint64
	Mode      Mode
	Any       bool // one case of several
}

// Hold says that a goroutine has an object.
type Hold struct {
	Goroutine int64
	Object    uint64
	Mode      Mode
}

// Graph is a wait-for graph. It does not change once made.
type Graph struct {
	waiters map[uint64][]Wait
	holders map[uint64][]Hold
	ids     []int64       // the goroutines, ascending; node i is goroutine ids[i]
	index   map[int64]int // of a goroutine's node
	wanted  []want        // node len(ids)+i is wanted[i]
	next    [][]int       // edges
	prev    [][]int       // the same, backwards
}

// want is an object in the mode that somebody wants it in.
type want struct {
	object uint64
	mode   Mode
}

// New builds the graph. The order of its input does not matter.
func New(waits []Wait, holds []Hold) *Graph {
	g := &Graph{waiters: make(map[uint64][]Wait), holders: make(map[uint64][]Hold)}
	for _, w := range waits {
		g.waiters[w.Object] = append(g.waiters[w.Object], w)
		g.ids = append(g.ids, w.Goroutine)
	}
	for _, h := range holds {
		g.holders[h.Object] = append(g.holders[h.Object], h)
		g.ids = append(g.ids, h.Goroutine)
	}
	for _, of := range g.waiters {
		slices.SortFunc(of, func(a, b Wait) int { return cmp.Compare(a.Goroutine, b.Goroutine) })
	}
	for object, of := range g.holders {
		slices.SortFunc(of, func(a, b Hold) int {
			switch order := cmp.Compare(a.Goroutine, b.Goroutine); {
			case order != 0 || a.Mode == b.Mode:
				return order
			case a.Mode == Exclusive:
				return -1
			}
			return 1
		})
		g.holders[object] = slices.Compact(of) // two pieces of evidence for one fact
	}
	slices.Sort(g.ids)
	g.ids = slices.Compact(g.ids)
	g.index = make(map[int64]int, len(g.ids))
	for i, id := range g.ids {
		g.index[id] = i
	}
	g.link()
	return g
}

func (g *Graph) link() {
	nodes := make(map[want]int)
	objects := make([]uint64, 0, len(g.waiters))
	for object := range g.waiters {
		objects = append(objects, object)
	}
	slices.Sort(objects)
	for _, object := range objects {
		for _, w := range g.waiters[object] {
			if key := (want{object, w.Mode}); !w.Any {
				if _, ok := nodes[key]; !ok {
					nodes[key] = len(g.ids) + len(g.wanted)
					g.wanted = append(g.wanted, key)
				}
			}
		}
	}
	g.next = make([][]int, len(g.ids)+len(g.wanted))
	g.prev = make([][]int, len(g.next))
	edge := func(from, to int) {
		g.next[from] = append(g.next[from], to)
		g.prev[to] = append(g.prev[to], from)
	}
	for _, object := range objects {
		for _, w := range g.waiters[object] {
			if !w.Any {
				edge(g.index[w.Goroutine], nodes[want{object, w.Mode}])
			}
		}
	}
	for i, wanted := range g.wanted {
		shared := 0
		for _, h := range g.holders[wanted.object] {
			if h.Mode == Shared {
				shared++
			}
			if wanted.mode == Exclusive || h.Mode == Exclusive {
				edge(len(g.ids)+i, g.index[h.Goroutine])
			}
		}
		if wanted.mode == Exclusive || shared == 0 || shared < len(g.holders[wanted.object]) {
			continue
		}
		for _, w := range g.waiters[wanted.object] {
			if w.Mode == Exclusive && !w.Any {
				edge(len(g.ids)+i, g.index[w.Goroutine])
			}
		}
	}
}

// Waiters gives those that wait for an object, by goroutine. There may be tens of thousands: it is no copy, and must not
// be changed.
func (g *Graph) Waiters(object uint64) []Wait { return slices.Clip(g.waiters[object]) }

// Holders gives those that have an object, by goroutine; no copy either.
func (g *Graph) Holders(object uint64) []Hold { return slices.Clip(g.holders[object]) }

// Behind gives the goroutines that cannot go on until the roots do, the roots included, ascending.
func (g *Graph) Behind(roots ...int64) []int64 {
	seen := make([]bool, len(g.next))
	behind := make(map[int64]bool, len(roots))
	var todo []int
	for _, id := range roots {
		behind[id] = true
		if i, ok := g.index[id]; ok && !seen[i] {
			seen[i] = true
			todo = append(todo, i)
		}
	}
	for len(todo) > 0 {
		node := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if node < len(g.ids) {
			behind[g.ids[node]] = true
		}
		for _, from := range g.prev[node] {
			if !seen[from] {
				seen[from] = true
				todo = append(todo, from)
			}
		}
	}
	ids := make([]int64, 0, len(behind))
	for id := range behind {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
