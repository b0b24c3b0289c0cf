package waitpicture

import (
	"cmp"
	"slices"
)

// knots numbers the strongly connected components of more than one node: goroutines lead to the objects that they wait for,
// objects to the goroutines that hold them. A goroutine that waits for what it holds is a knot of two.
//
// Readers of an RWMutex that hold it and wait for it are taken for a knot too. They are one if a writer stands between,
// and without one nobody would wait.
func (f *folding) knots() {
	n := len(f.gs)
	next := func(v int) []int {
		if v < n {
			return f.gs[v].waits
		}
		return f.os[v-n].has
	}
	at := func(v, i int) int { // the i-th successor of v
		w := next(v)[i]
		if v < n {
			return n + w
		}
		return w
	}
	// Tarjan's algorithm, with a stack of its own: a chain of locks may be as long as there are goroutines.
	total := n + len(f.os)
	order, low := make([]int, total), make([]int, total)
	open := make([]bool, total)
	var stack []int
	type call struct{ v, i int }
	count, knot := 0, 0
	for root := range total {
		if order[root] != 0 {
			continue
		}
		calls := []call{{root, 0}}
		for len(calls) > 0 {
			c := &calls[len(calls)-1]
			if c.i == 0 {
				count++
				order[c.v], low[c.v], open[c.v] = count, count, true
				stack = append(stack, c.v)
			}
			if c.i < len(next(c.v)) {
				w := at(c.v, c.i)
				c.i++
				if order[w] == 0 {
					calls = append(calls, call{w, 0})
				} else if open[w] {
					low[c.v] = min(low[c.v], order[w])
				}
				continue
			}
			v := c.v
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				up := calls[len(calls)-1].v
				low[up] = min(low[up], low[v])
			}
			if low[v] != order[v] {
				continue
			}
			var members []int // never fewer than one goroutine and one object, if more than one
			for {
				w := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				open[w] = false
				members = append(members, w)
				if w == v {
					break
				}
			}
			if len(members) > 1 {
				knot++
				f.tie(members, knot)
			}
		}
	}
}

// tie marks the members of a knot, and numbers those of a small one: in an order that is the same in all knots alike, so
// that these fold into one.
func (f *folding) tie(members []int, knot int) {
	var gs []int
	for _, v := range members {
		if v < len(f.gs) {
			gs = append(gs, v)
			f.gs[v].knot = knot
		} else {
			f.os[v-len(f.gs)].knot = knot
		}
	}
	if len(members) > smallKnot {
		return
	}
	slices.SortFunc(gs, func(a, b int) int {
		return cmp.Or(cmp.Compare(stackOf(f.all[a]), stackOf(f.all[b])), cmp.Compare(f.all[a].ID, f.all[b].ID))
	})
	for i, g := range gs {
		f.gs[g].rank = i + 1
		for _, o := range f.gs[g].holds {
			if f.os[o].knot == knot && f.os[o].rank == 0 {
				f.os[o].rank = i + 1
			}
		}
	}
}
