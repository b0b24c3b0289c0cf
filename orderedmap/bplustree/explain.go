package bplustree

import (
	"cmp"
	"fmt"

	"innards/hashmap/explain"
)

// What `innards explain` asks of a tree: its layout, and the looks of a look-up. Both only read. No operation knows of them.

// NewExplained returns an empty tree whose nodes hold at most fanout keys or children, from 3 to 64: so that a dozen keys make
// several levels of it.
func NewExplained[K cmp.Ordered, V any](fanout int) *Tree[K, V] {
	if fanout < 3 || fanout > width {
		panic("bplustree: NewExplained: fanout out of range")
	}
	t := New[K, V]()
	t.leafMax, t.innerMax = fanout, fanout
	return t
}

// nodeID names a node after its address, so that a split leaves the other nodes their names.
func nodeID(n *node) string { return fmt.Sprintf("node %p", n) }

// Layout describes the nodes, level by level, from the root down.
func (t *Tree[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no node", Rule: "the first Set makes a leaf", Slides: true}
	if t.Len() == 0 {
		return l
	}
	l.Entries = t.length
	l.Rule = "a full node is halved; the first key of a right leaf, or the middle key of an inner node, goes up between the two"
	nodes := 0
	level := []*node{t.root}
	for height := t.height; height >= 0; height-- {
		var below []*node
		for i, n := range level {
			nodes++
			row := explain.Row{ID: nodeID(n), Level: height, Name: fmt.Sprintf("leaf %d", i), Part: "leaves"}
			keys, room, state := headOf[K](n).keys[:n.n], t.leafMax, explain.Full
			if height > 0 {
				in := innerOf[K](n)
				row.Name, row.Part = fmt.Sprintf("node %d", i), fmt.Sprintf("level %d", height)
				if n == t.root {
					row.Name = "root"
				}
				row.Note = fmt.Sprintf("%d below", in.total())
				keys, room, state = in.keys[:n.n-1], t.innerMax-1, explain.Pointer
				below = append(below, in.kids[:n.n]...)
			}
			for i := range room {
				cell := explain.Cell{ID: fmt.Sprintf("%s place %d", row.ID, i), State: explain.Empty}
				if i < len(keys) {
					cell.State, cell.Key = state, fmt.Sprint(keys[i])
				}
				row.Cells = append(row.Cells, cell)
			}
			l.Rows = append(l.Rows, row)
		}
		level = below
	}
	l.Shape = fmt.Sprintf("%d nodes in %d levels", nodes, t.height+1)
	if nodes == 1 {
		l.Shape = "1 leaf"
	}
	l.Fill = fmt.Sprintf("%d entries; a node holds %d", t.length, t.leafMax)
	return l
}

// Trace tells which way a search of key takes. The way is that of locate, the search itself; what is said of each node is read
// off its keys.
func (t *Tree[K, V]) Trace(key K) (tr explain.Trace) {
	if t.Len() == 0 {
		tr.Look("the tree is empty: the key is absent")
		return tr
	}
	leaf, i, path, found := t.locate(t.root, t.height, key)
	n := t.root
	for level := t.height; level > 0; level-- {
		in, c := innerOf[K](n), child(path, level)
		id := nodeID(n)
		if c == 0 {
			tr.Look(fmt.Sprintf("level %d: %v comes before the first separator, %v: down to child 0", level, key, in.keys[0]), id+" place 0")
		} else {
			tr.Look(fmt.Sprintf("level %d: %v is the last separator that is not greater than %v: down to child %d", level, in.keys[c-1], key, c),
				fmt.Sprintf("%s place %d", id, c-1))
		}
		n = in.kids[c]
	}
	at := fmt.Sprintf("%s place %d", nodeID(leaf), i)
	keys := headOf[K](leaf).keys[:leaf.n]
	switch {
	case found:
		tr.Found, tr.At = true, at
		tr.Look(fmt.Sprintf("the leaf: %d keys are less, and the next is %v: found", i, key), at)
	case i < len(keys):
		tr.Look(fmt.Sprintf("the leaf: %d keys are less, and the next is %v: the key is absent, and would belong before it", i, keys[i]), at)
	default:
		tr.Look(fmt.Sprintf("the leaf: all %d keys are less: the key is absent, and would belong behind them", i), nodeID(leaf))
	}
	return tr
}
