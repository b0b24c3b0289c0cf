package ordertest

import (
	"fmt"
	"slices"
	"testing"
)

// laws are the known answers that a reader can check by eye.
func laws[M Map[int, int, M]](t *testing.T, newMap func(capacity int) M) {
	filled := func() M {
		m := newMap(0)
		for k := range 5 {
			m.Set(k, k*10)
		}
		return m
	}
	expect := func(t *testing.T, m M, keys ...int) {
		t.Helper()
		if got := slices.Collect(m.Keys()); !slices.Equal(got, keys) {
			t.Errorf("the order is %v, want %v", got, keys)
		}
	}
	for _, law := range []struct {
		name string
		do   func(t *testing.T, m M)
		want []int
	}{
		{"an update keeps the place", func(_ *testing.T, m M) { m.Set(1, 7) }, []int{0, 1, 2, 3, 4}},
		{"delete and set goes to the back", func(_ *testing.T, m M) { m.Delete(1); m.Set(1, 7) }, []int{0, 2, 3, 4, 1}},
		{"GetOrSet does not move", func(_ *testing.T, m M) { m.GetOrSet(0, 1) }, []int{0, 1, 2, 3, 4}},
		{"move to the front", func(_ *testing.T, m M) { m.MoveToFront(3) }, []int{3, 0, 1, 2, 4}},
		{"move to the back", func(_ *testing.T, m M) { m.MoveToBack(1) }, []int{0, 2, 3, 4, 1}},
		{"move where it is", func(_ *testing.T, m M) { m.MoveToBack(4); m.MoveToFront(0) }, []int{0, 1, 2, 3, 4}},
		{"every move to the front", func(_ *testing.T, m M) {
			for k := range 5 {
				m.MoveToFront(k)
			}
		}, []int{4, 3, 2, 1, 0}},
		{"deleting in a loop visits all", func(t *testing.T, m M) {
			visited := 0
			for k := range m.All() {
				visited++
				m.Delete(k)
			}
			if visited != 5 {
				t.Errorf("visited %d of 5", visited)
			}
		}, nil},
		{"a moved entry takes the loop with it", func(t *testing.T, m M) {
			var visited []int
			for k := range m.All() {
				visited = append(visited, k)
				if k == 2 {
					m.MoveToBack(k)
				}
			}
			if !slices.Equal(visited, []int{0, 1, 2}) {
				t.Errorf("visited %v", visited)
			}
		}, []int{0, 1, 3, 4, 2}},
		{"an entry deleted and set again is a new one", func(t *testing.T, m M) {
			var visited []int
			for k := range m.All() {
				visited = append(visited, k)
				if k == 2 && len(visited) == 3 {
					m.Delete(k)
					m.Set(k, 9)
				}
			}
			if !slices.Equal(visited, []int{0, 1, 2, 3, 4, 2}) {
				t.Errorf("visited %v", visited)
			}
		}, []int{0, 1, 3, 4, 2}},
		{"entries set in a loop are visited", func(t *testing.T, m M) {
			visited := 0
			for k := range m.All() {
				if visited++; k < 100 {
					m.Set(k+100, 0)
				}
			}
			if visited != 10 {
				t.Errorf("visited %d of 10", visited)
			}
		}, []int{0, 1, 2, 3, 4, 100, 101, 102, 103, 104}},
		{"an end popped in a loop over it", func(_ *testing.T, m M) {
			for range m.Backward() {
				m.PopBack()
				m.PopFront()
			}
		}, nil},
	} {
		t.Run(law.name, func(t *testing.T) {
			m := filled()
			law.do(t, m)
			expect(t, m, law.want...)
		})
	}
	t.Run("values follow the keys", func(t *testing.T) {
		m := filled()
		m.MoveToFront(2)
		if got := slices.Collect(m.Values()); !slices.Equal(got, []int{20, 0, 10, 30, 40}) {
			t.Errorf("the values are %v", got)
		}
		if m.At(3) != 30 || m.At(9) != 0 {
			t.Error("At returns the wrong value")
		}
	})
	t.Run("Nth panics out of range", func(t *testing.T) {
		m := filled()
		for _, i := range []int{-1, 5} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("Nth(%d) of 5 entries returned", i)
					}
				}()
				m.Nth(i)
			}()
		}
	})
}

// exhaustive tries every change, at every step of a loop in either direction, to every entry of every
// small map, fresh or with a hole, with or without room to spare.
func exhaustive[M Map[int, int, M]](t *testing.T, newMap func(capacity int) M) {
	// In a loop, operation keys 0, 2 and 3 mean the current entry, the next and the one before; 4 to 7 mean
	// themselves (see machine.key).
	keys := []uint8{0, 2, 3, 4, 5, 6, 7}
	var changes [][]Op
	for _, key := range keys {
		for _, kind := range []Kind{set, remove, moveToFront, moveToBack} {
			changes = append(changes, []Op{{kind, key, 1}})
		}
		changes = append(changes, []Op{{remove, key, 0}, {set, key, 2}}, []Op{{remove, key, 0}, {fill, 0, 40}},
			[]Op{{remove, key, 0}, {popBack, 0, 0}, {set, 12, 2}}, []Op{{remove, key, 0}, {popFront, 0, 0}, {moveToFront, 5, 0}})
	}
	for _, kind := range []Kind{popFront, popBack, clearAll, shrink} {
		changes = append(changes, []Op{{kind, 0, 0}}, []Op{{kind, 0, 0}, {kind, 0, 0}, {set, 12, 3}})
	}
	changes = append(changes, []Op{{deleteFunc, 0, 1}, {fill, 0, 20}}, []Op{{cloneIt, 5, 0}}, []Op{{grow, 0, 100}})

	runs := 0
	for n := range 7 {
		for hole := range n {
			for at := range n {
				for _, change := range changes {
					for _, direction := range []Kind{loop, loopBack} {
						// Keys 4, 5, … so that operations in the loop can name them.
						var ops []Op
						for k := range n {
							ops = append(ops, Op{set, uint8(4 + k), uint8(k)})
						}
						if hole > 0 {
							ops = append(ops, Op{remove, uint8(4 + hole), 0})
						}
						// A loop of up to 31 steps, three operations each: idle ones up to step at.
						ops = append(ops, Op{direction, 0, 31})
						for range 3 * at {
							ops = append(ops, Op{get, 4, 0})
						}
						ops = append(ops, change...)
						if err := Replay(newMap, ops); err != nil {
							t.Fatal(fmt.Errorf("%d entries, hole at %d, %v at step %d, %v: %w", n, hole, direction, at, change, err))
						}
						runs++
					}
				}
			}
		}
	}
	t.Logf("%d maps", runs)
}
