package waitgraph

import (
	"cmp"
	"slices"
)

// Step is one goroutine of a cycle: it waits for Object, which the next step's goroutine has. Queued: that one does not
// have it, but is a writer that came before this reader.
type Step struct {
	Goroutine int64
	Object    uint64
	Mode      Mode
	Queued    bool
}

// Cycle is a closed chain of waits. It begins with its smallest goroutine; one of a single step waits for itself.
type Cycle []Step

// Objects gives the distinct objects of a cycle, in its order.
func (c Cycle) Objects() []uint64 {
	var objects []uint64
	for _, s := range c {
		if !slices.Contains(objects, s.Object) {
			objects = append(objects, s.Object)
		}
	}
	return objects
}

// maxStarts bounds from how many goroutines of a component the shortest cycle is sought: a component of thousands (all
// the readers of one RWMutex) has thousands of cycles alike.
const maxStarts = 64

// Cycles gives one cycle, of the shortest, for each knot of goroutines that wait for one another, ordered by first
// goroutine.
func (g *Graph) Cycles() []Cycle {
	var cycles []Cycle
	for _, component := range g.components() {
		var best []int
		starts := 0
		for _, node := range component {
			if node >= len(g.ids) {
				break // ascending: from here on objects
			}
			if starts++; starts > maxStarts {
				break
			}
			if path := g.shortest(node, component); path != nil && (best == nil || len(path) < len(best)) {
				best = path
			}
		}
		if best != nil {
			cycles = append(cycles, g.cycle(best))
		}
	}
	slices.SortFunc(cycles, func(a, b Cycle) int { return cmp.Compare(a[0].Goroutine, b[0].Goroutine) })
	return cycles
}

// cycle turns a closed path of nodes (goroutine, want, goroutine, want …) into steps.
func (g *Graph) cycle(path []int) Cycle {
	steps := make(Cycle, 0, len(path)/2)
	for i := 0; i < len(path); i += 2 {
		w := g.wanted[path[i+1]-len(g.ids)]
		s := Step{Goroutine: g.ids[path[i]], Object: w.object, Mode: w.mode}
		nextID := g.ids[path[(i+2)%len(path)]]
		s.Queued = !slices.ContainsFunc(g.holders[w.object], func(h Hold) bool { return h.Goroutine == nextID })
		steps = append(steps, s)
	}
	first := 0
	for i, s := range steps {
		if s.Goroutine < steps[first].Goroutine {
			first = i
		}
	}
	return append(steps[first:len(steps):len(steps)], steps[:first]...)
}

// shortest finds, by breadth-first search, a shortest way from start back to itself.
func (g *Graph) shortest(start int, component []int) []int {
	from := make(map[int]int, len(component))
	todo := []int{start}
	for len(todo) > 0 {
		node := todo[0]
		todo = todo[1:]
		for _, next := range g.next[node] {
			if next == start {
				path := []int{node}
				for node != start {
					node = from[node]
					path = append(path, node)
				}
				slices.Reverse(path)
				return path
			}
			if _, ok := from[next]; !ok {
				if _, in := slices.BinarySearch(component, next); in {
					from[next] = node
					todo = append(todo, next)
				}
			}
		}
	}
	return nil
}

// components gives the strongly connected components of more than one node, each ascending (Tarjan's algorithm; no edge
// leads from a node to itself, since goroutines and objects alternate). It keeps its own stack: a chain of waits may be
// as long as there are goroutines.
func (g *Graph) components() [][]int {
	const unseen = 0
	order := make([]int, len(g.next)) // 1-based order of discovery
	low := make([]int, len(g.next))
	onStack := make([]bool, len(g.next))
	var stack []int
	var out [][]int
	type visit struct{ node, edge int }
	seen := 0
	for root := range g.next {
		if order[root] != unseen {
			continue
		}
		calls := []visit{{root, 0}}
		for len(calls) > 0 {
			v := &calls[len(calls)-1]
			node := v.node
			if v.edge == 0 {
				seen++
				order[node], low[node] = seen, seen
				stack, onStack[node] = append(stack, node), true
			}
			if v.edge < len(g.next[node]) {
				next := g.next[node][v.edge]
				v.edge++
				switch {
				case order[next] == unseen:
					calls = append(calls, visit{next, 0})
				case onStack[next]:
					low[node] = min(low[node], order[next])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				parent := calls[len(calls)-1].node
				low[parent] = min(low[parent], low[node])
			}
			if low[node] != order[node] {
				continue
			}
			i := len(stack) - 1
			for stack[i] != node {
				i--
			}
			if component := slices.Clone(stack[i:]); len(component) > 1 {
				slices.Sort(component)
				out = append(out, component)
			}
			for _, n := range stack[i:] {
				onStack[n] = false
			}
			stack = stack[:i]
		}
	}
	return out
}
