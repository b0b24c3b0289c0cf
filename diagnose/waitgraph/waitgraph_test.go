package waitgraph

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKnownGraphs(t *testing.T) {
	const a, b, c = 0xa0, 0xb0, 0xc0
	for name, tc := range map[string]struct {
		waits  []Wait
		holds  []Hold
		cycles []Cycle
		behind []int64 // of all cycles
	}{
		"nothing": {},
		"a plain wait": {
			waits: []Wait{{Goroutine: 1, Object: a}},
			holds: []Hold{{Goroutine: 2, Object: a}},
		},
		"two mutexes crosswise, two more behind": {
			waits: []Wait{{Goroutine: 19, Object: a}, {Goroutine: 18, Object: b}, {Goroutine: 20, Object: a},
				{Goroutine: 21, Object: c}, {Goroutine: 22, Object: 0xd0}},
			holds: []Hold{{Goroutine: 18, Object: a}, {Goroutine: 19, Object: b}, {Goroutine: 20, Object: c},
				{Goroutine: 23, Object: 0xd0}},
			cycles: []Cycle{{{Goroutine: 18, Object: b}, {Goroutine: 19, Object: a}}},
			behind: []int64{18, 19, 20, 21},
		},
		"itself": {
			waits:  []Wait{{Goroutine: 5, Object: a}, {Goroutine: 6, Object: a}},
			holds:  []Hold{{Goroutine: 5, Object: a}, {Goroutine: 5, Object: a}},
			cycles: []Cycle{{{Goroutine: 5, Object: a}}},
			behind: []int64{5, 6},
		},
		"write, then read, by the same": {
			waits:  []Wait{{Goroutine: 5, Object: a, Mode: Shared}},
			holds:  []Hold{{Goroutine: 5, Object: a}},
			cycles: []Cycle{{{Goroutine: 5, Object: a, Mode: Shared}}},
			behind: []int64{5},
		},
		"read, then write, with another reader": {
			waits:  []Wait{{Goroutine: 5, Object: a}},
			holds:  []Hold{{Goroutine: 4, Object: a, Mode: Shared}, {Goroutine: 5, Object: a, Mode: Shared}},
			cycles: []Cycle{{{Goroutine: 5, Object: a}}},
			behind: []int64{5},
		},
		"readers do not wait for readers": {
			waits: []Wait{{Goroutine: 5, Object: a, Mode: Shared}},
			holds: []Hold{{Goroutine: 5, Object: a, Mode: Shared}},
		},
		"but for a writer in the queue": {
			waits: []Wait{{Goroutine: 5, Object: a, Mode: Shared}, {Goroutine: 6, Object: a}},
			holds: []Hold{{Goroutine: 5, Object: a, Mode: Shared}},
			cycles: []Cycle{{{Goroutine: 5, Object: a, Mode: Shared, Queued: true},
				{Goroutine: 6, Object: a}}},
			behind: []int64{5, 6},
		},
		"a select may end otherwise": {
			waits: []Wait{{Goroutine: 1, Object: a, Any: true}, {Goroutine: 2, Object: b}},
			holds: []Hold{{Goroutine: 2, Object: a}, {Goroutine: 1, Object: b}},
		},
		"the shorter of two that share a goroutine": {
			waits: []Wait{{Goroutine: 1, Object: a}, {Goroutine: 2, Object: b}, {Goroutine: 3, Object: c}},
			holds: []Hold{{Goroutine: 2, Object: a}, {Goroutine: 3, Object: b}, {Goroutine: 1, Object: c},
				{Goroutine: 2, Object: c}},
			cycles: []Cycle{{{Goroutine: 2, Object: b}, {Goroutine: 3, Object: c}}},
			behind: []int64{1, 2, 3},
		},
		"two apart": {
			waits:  []Wait{{Goroutine: 9, Object: a}, {Goroutine: 4, Object: b}},
			holds:  []Hold{{Goroutine: 9, Object: a}, {Goroutine: 4, Object: b}},
			cycles: []Cycle{{{Goroutine: 4, Object: b}}, {{Goroutine: 9, Object: a}}},
			behind: []int64{4, 9},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(tc.waits, tc.holds)
			require.Equal(t, tc.cycles, g.Cycles())
			require.Equal(t, tc.behind, stuck(g))
		})
	}
}

// stuck is all that stands behind some cycle.
func stuck(g *Graph) []int64 {
	var roots []int64
	for _, c := range g.Cycles() {
		for _, s := range c {
			roots = append(roots, s.Goroutine)
		}
	}
	if roots == nil {
		return nil
	}
	return g.Behind(roots...)
}

// Every graph of three goroutines and two locks, each goroutine waiting for nothing or one lock in one mode and holding
// each lock not at all, or in one mode: against the definition of a deadlock, worked out pair by pair.
func TestExhaustive(t *testing.T) {
	const goroutines, locks = 3, 2
	modes := []Mode{Exclusive, Shared}
	graphs := 0
	var waits []Wait
	var holds []Hold
	var wantOf func(id int64)
	var holdOf func(id int64, lock uint64)
	holdOf = func(id int64, lock uint64) {
		switch {
		case id > goroutines:
			checkAgainstPairs(t, waits, holds)
			graphs++
		case lock > locks:
			holdOf(id+1, 1)
		default:
			holdOf(id, lock+1)
			for _, m := range modes {
				holds = append(holds, Hold{id, lock, m})
				holdOf(id, lock+1)
				holds = holds[:len(holds)-1]
			}
		}
	}
	wantOf = func(id int64) {
		if id > goroutines {
			holdOf(1, 1)
			return
		}
		wantOf(id + 1)
		for lock := uint64(1); lock <= locks; lock++ {
			for _, m := range modes {
				waits = append(waits, Wait{Goroutine: id, Object: lock, Mode: m})
				wantOf(id + 1)
				waits = waits[:len(waits)-1]
			}
		}
	}
	wantOf(1)
	require.Equal(t, 5*5*5*9*9*9, graphs)
}

// blockers tells, from the definitions alone, whom a wait waits for.
func blockers(w Wait, waits []Wait, holds []Hold) []int64 {
	var by []int64
	exclusive, shared := false, false
	for _, h := range holds {
		if h.Object == w.Object {
			exclusive = exclusive || h.Mode == Exclusive
			shared = shared || h.Mode == Shared
			if w.Mode == Exclusive || h.Mode == Exclusive {
				by = append(by, h.Goroutine)
			}
		}
	}
	if w.Mode == Shared && shared && !exclusive {
		for _, other := range waits {
			if other.Object == w.Object && other.Mode == Exclusive {
				by = append(by, other.Goroutine)
			}
		}
	}
	return by
}

func checkAgainstPairs(t *testing.T, waits []Wait, holds []Hold) {
	edges := make(map[int64][]int64)
	for _, w := range waits {
		edges[w.Goroutine] = blockers(w, waits, holds)
	}
	// Whoever waits for nobody in the set leaves it; what remains can never move.
	var want []int64
	for id := range edges {
		want = append(want, id)
	}
	for {
		n := len(want)
		want = slices.DeleteFunc(want, func(id int64) bool {
			return !slices.ContainsFunc(edges[id], func(by int64) bool { return slices.Contains(want, by) })
		})
		if len(want) == n {
			break
		}
	}
	slices.Sort(want)
	g := New(waits, holds)
	if got := stuck(g); !slices.Equal(want, got) {
		t.Fatalf("%v %v: stuck %v, want %v", waits, holds, got, want)
	}
	for _, c := range g.Cycles() {
		seen := make(map[int64]bool)
		for i, s := range c {
			next := c[(i+1)%len(c)].Goroutine
			if seen[s.Goroutine] || !slices.Contains(edges[s.Goroutine], next) {
				t.Fatalf("%v %v: %v is no cycle", waits, holds, c)
			}
			seen[s.Goroutine] = true
			if slices.Contains(edges[s.Goroutine], s.Goroutine) && len(c) != 1 {
				t.Fatalf("%v %v: %v is not the shortest", waits, holds, c)
			}
		}
	}
}

func TestBehindWithoutAGraph(t *testing.T) {
	require.Equal(t, []int64{3, 7}, New(nil, nil).Behind(7, 3, 7))
}

func TestWaitersAndHolders(t *testing.T) {
	g := New([]Wait{{Goroutine: 3, Object: 1}, {Goroutine: 2, Object: 1}}, []Hold{{Goroutine: 9, Object: 1}})
	require.Equal(t, []Wait{{Goroutine: 2, Object: 1}, {Goroutine: 3, Object: 1}}, g.Waiters(1))
	require.Equal(t, []Hold{{Goroutine: 9, Object: 1}}, g.Holders(1))
	require.Empty(t, g.Waiters(2))
}

// A chain of waits as long as a large process has goroutines, and a lock that thousands read and want: linear both.
func TestLarge(t *testing.T) {
	const n = 20_000
	var waits []Wait
	var holds []Hold
	for i := int64(1); i <= n; i++ {
		holds = append(holds, Hold{Goroutine: i, Object: uint64(i)})
		waits = append(waits, Wait{Goroutine: i, Object: uint64(i + 1)})
	}
	g := New(waits, holds)
	require.Empty(t, g.Cycles())
	require.Len(t, g.Behind(n), n)

	waits, holds = waits[:0], holds[:0]
	for i := int64(1); i <= n; i++ {
		holds = append(holds, Hold{Goroutine: i, Object: 1, Mode: Shared})
		waits = append(waits, Wait{Goroutine: n + i, Object: 1}, Wait{Goroutine: i, Object: 2})
	}
	holds = append(holds, Hold{Goroutine: n + 1, Object: 2})
	g = New(waits, holds)
	require.Equal(t, []Cycle{{{Goroutine: 1, Object: 2}, {Goroutine: n + 1, Object: 1}}}, g.Cycles())
	require.Len(t, g.Behind(1), 2*n)
}

func ExampleGraph_Cycles() {
	g := New(
		[]Wait{{Goroutine: 18, Object: 0xb}, {Goroutine: 19, Object: 0xa}, {Goroutine: 20, Object: 0xa}},
		[]Hold{{Goroutine: 18, Object: 0xa}, {Goroutine: 19, Object: 0xb}})
	for _, step := range g.Cycles()[0] {
		fmt.Printf("g%d waits for %#x\n", step.Goroutine, step.Object)
	}
	fmt.Println("stuck:", g.Behind(18))
	// Output:
	// g18 waits for 0xb
	// g19 waits for 0xa
	// stuck: [18 19 20]
}
