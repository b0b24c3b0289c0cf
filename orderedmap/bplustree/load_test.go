package bplustree_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/orderedmap/bplustree"
)

func upTo(n, step int) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for i := 0; i < n && yield(i*step, i); i++ {
		}
	}
}

// Keys that come in order fill the leaves, whether they are set one by one or at once, and so do keys in reverse.
func TestSortedInputFillsLeaves(t *testing.T) {
	const n = 64 * 100
	at := map[string]ints{"SetAll": bplustree.New[int, int](), "Set": bplustree.New[int, int](), "reverse": bplustree.New[int, int]()}
	at["SetAll"].SetAll(upTo(n, 1))
	for i := range n {
		at["Set"].Set(i, i)
		at["reverse"].Set(n-i, i)
	}
	for name, m := range at {
		_, leaves := m.Shape()
		assert.LessOrEqual(t, leaves, 101, name)
		assert.NoError(t, m.Check(), name)
	}
	shrunk := bplustree.New[int, int]()
	for _, k := range rand.New(rand.NewPCG(1, 1)).Perm(n) {
		shrunk.Set(k, k)
	}
	_, before := shrunk.Shape()
	snapshot := shrunk.Clone()
	shrunk.Shrink()
	_, after := shrunk.Shape()
	assert.Greater(t, before, 120)
	assert.LessOrEqual(t, after, 101)
	assert.Equal(t, slices.Collect(snapshot.Keys()), slices.Collect(shrunk.Keys()))
	assert.NoError(t, shrunk.Check())
	assert.NoError(t, snapshot.Check())
}

// SetAll of a sequence that reads the tree, and of keys in order that overlap with what is there.
func TestSetAllOverItself(t *testing.T) {
	m := bplustree.NewNarrow[int, int](4)
	m.SetAll(upTo(50, 2))
	m.SetAll(m.All())
	m.SetAll(func(yield func(int, int) bool) {
		for k, v := range m.All() {
			if k < 300 && !yield(k+3, v) { // each is behind the loop in turn, up to 300
				return
			}
		}
	})
	assert.NoError(t, m.Check())
	last, _, _ := m.Max()
	assert.Equal(t, 302, last)
}

// A tree of one owner allocates nothing but nodes: no paths, no cursors, no closures.
func TestOperationsDoNotAllocate(t *testing.T) {
	if bplustree.Invariants {
		t.Skip("checking allocates")
	}
	m := bplustree.New[int, int]()
	m.SetAll(upTo(10000, 2))
	sum := 0
	for name, f := range map[string]func(){
		"Get":    func() { sum += m.At(5000) },
		"update": func() { m.Set(5000, sum) },
		"Nth":    func() { k, _ := m.Nth(m.Rank(777)); sum += k },
		"Floor":  func() { k, _, _ := m.Floor(777); sum += k },
		"Set and Delete": func() {
			m.Delete(6000)
			m.Set(6000, 1)
		},
		"loop": func() {
			for k := range m.Range(3000, 5000) {
				sum += k
			}
		},
	} {
		assert.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

// A clone costs no nodes, and a write to one copies a path, not a tree.
func TestCloneCopiesOnePath(t *testing.T) {
	if bplustree.Invariants {
		t.Skip("checking allocates")
	}
	m := bplustree.New[int, int]()
	m.SetAll(upTo(200000, 1))
	height, _ := m.Shape()
	var c ints
	assert.LessOrEqual(t, testing.AllocsPerRun(20, func() { c = m.Clone() }), 3.0)
	i := 0
	writes := testing.AllocsPerRun(20, func() {
		c = m.Clone()
		i += 5000
		c.Set(i, -1)
		c.Set(i+1, -1)
	})
	assert.LessOrEqual(t, writes, 3+float64(height)+2)
	assert.Equal(t, i, m.At(i))
	assert.Equal(t, -1, c.At(i))
}
