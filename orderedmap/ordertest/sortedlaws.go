package ordertest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// sortedLaws are the known answers that a reader can check by eye.
func sortedLaws[M SortedMap[int, int, M]](t *testing.T, newMap func() M) {
	for _, law := range []struct {
		name string
		do   func(t *testing.T, m M)
		want []int
	}{
		{"keys come sorted", func(_ *testing.T, m M) { m.Set(25, 0); m.Set(5, 0) }, []int{5, 10, 20, 25, 30, 40, 50}},
		{"the ends", func(t *testing.T, m M) {
			if k, v, ok := m.PopFront(); k != 10 || v != 1 || !ok {
				t.Errorf("PopFront gave %d=%d", k, v)
			}
			if k, v, ok := m.PopBack(); k != 50 || v != 5 || !ok {
				t.Errorf("PopBack gave %d=%d", k, v)
			}
		}, []int{20, 30, 40}},
		{"neighbours", func(t *testing.T, m M) {
			for _, c := range []struct{ key, floor, ceiling, rank int }{
				{9, 0, 10, 0}, {10, 10, 10, 0}, {11, 10, 20, 1}, {49, 40, 50, 4}, {50, 50, 50, 4}, {51, 50, 0, 5},
			} {
				floor, _, _ := m.Floor(c.key)
				ceiling, _, _ := m.Ceiling(c.key)
				if floor != c.floor || ceiling != c.ceiling || m.Rank(c.key) != c.rank {
					t.Errorf("%d: Floor %d, Ceiling %d, Rank %d, want %v", c.key, floor, ceiling, m.Rank(c.key), c)
				}
			}
		}, []int{10, 20, 30, 40, 50}},
		{"a range holds its first key and not its last", func(t *testing.T, m M) {
			var visited []int
			for k := range m.Range(20, 40) {
				visited = append(visited, k)
			}
			if !slices.Equal(visited, []int{20, 30}) {
				t.Errorf("Range(20, 40) visits %v", visited)
			}
			if n := m.DeleteRange(20, 40); n != 2 {
				t.Errorf("DeleteRange removed %d", n)
			}
			if n := m.DeleteRange(50, 10); n != 0 {
				t.Errorf("a range that ends before it begins has %d entries", n)
			}
		}, []int{10, 40, 50}},
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
		{"a loop visits what is set before it", func(t *testing.T, m M) {
			var visited []int
			for k := range m.All() {
				visited = append(visited, k)
				if k%10 == 0 && k < 50 {
					m.Set(k-5, 0) // behind the loop
					m.Set(k+7, 0)
					m.Delete(k + 10)
				}
			}
			if !slices.Equal(visited, []int{10, 17, 30, 37, 50}) {
				t.Errorf("visited %v", visited)
			}
		}, []int{5, 10, 17, 25, 30, 37, 50}},
		{"a clone is a moment kept", func(t *testing.T, m M) {
			c := m.Clone()
			m.Delete(10)
			c.Set(60, 6)
			if c.Len() != 6 || !c.Contains(10) || m.Contains(60) {
				t.Errorf("the clone has %d entries", c.Len())
			}
		}, []int{20, 30, 40, 50}},
	} {
		t.Run(law.name, func(t *testing.T) {
			m := newMap()
			for _, i := range []int{3, 1, 5, 2, 4} {
				m.Set(10*i, i)
			}
			law.do(t, m)
			if got := slices.Collect(m.Keys()); !slices.Equal(got, law.want) {
				t.Errorf("the keys are %v, want %v", got, law.want)
			}
		})
	}
	t.Run("Nth panics out of range", func(t *testing.T) {
		m := newMap()
		m.Set(1, 1)
		for _, i := range []int{-1, 1} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("Nth(%d) of 1 entry returned", i)
					}
				}()
				m.Nth(i)
			}()
		}
	})
}

// fillings are ways to come to the same keys by different trees: even ones from 0 on.
func fillings[M SortedMap[int, int, M]](newMap func() M, n int) map[string]M {
	fill := func(order []int) M {
		m := newMap()
		for _, k := range order {
			m.Set(2*k, k)
		}
		return m
	}
	up := make([]int, n)
	for i := range up {
		up[i] = i
	}
	down := slices.Clone(up)
	slices.Reverse(down)
	mixed := rand.New(rand.NewPCG(uint64(n), 5)).Perm(n)
	bulk := newMap()
	bulk.SetAll(func(yield func(int, int) bool) {
		for k := range n {
			if !yield(2*k, k) {
				return
			}
		}
	})
	thinned := newMap() // grown to three times the size, and back
	for _, k := range rand.New(rand.NewPCG(uint64(n), 6)).Perm(3 * n) {
		thinned.Set(2*k-2*n, k-n)
	}
	for k := range n {
		thinned.Delete(-2 * (k + 1))
		thinned.Delete(2 * (n + k))
	}
	return map[string]M{"up": fill(up), "down": fill(down), "mixed": fill(mixed), "bulk": bulk, "thinned": thinned}
}

// exhaustive makes every tree of up to Large entries in several ways, and does every single thing to a clone of each:
// sets every new key, deletes every key and every range. Neither the invariants nor the original may suffer.
func (s Sorted[M]) exhaustive(t *testing.T) {
	runs := 0
	for n := 0; n <= s.Large; n += 1 + n/20 {
		model := make(sortedModel, n)
		for i := range model {
			model[i] = entry{2 * i, i}
		}
		for name, m := range fillings(s.New, n) {
			try := func(what string, change func(m M, model *sortedModel) error) {
				t.Helper()
				runs++
				c, want := m.Clone(), slices.Clone(model)
				if err := change(c, &want); err != nil {
					t.Fatalf("%d keys, %s, %s: %v", n, name, what, err)
				}
				if c.Len() != len(want) {
					t.Fatalf("%d keys, %s, %s: Len is %d, want %d", n, name, what, c.Len(), len(want))
				}
				if err := s.check(c); err != nil {
					t.Fatalf("%d keys, %s, %s: %v", n, name, what, err)
				}
				if runs%5 == 0 {
					if err := sameSorted(c, want); err != nil {
						t.Fatalf("%d keys, %s, %s: %v", n, name, what, err)
					}
				}
			}
			for key := -1; key <= 2*n; key++ {
				if err := sameAround(m, model, key); err != nil {
					t.Fatalf("%d keys, %s: %v", n, name, err)
				}
				try(fmt.Sprint("Set ", key), func(m M, model *sortedModel) error {
					m.Set(key, 1)
					model.set(key, 1)
					return nil
				})
				if key%2 == 0 {
					try(fmt.Sprint("Delete ", key), func(m M, model *sortedModel) error {
						m.Delete(key)
						model.remove(key)
						return nil
					})
				}
			}
			for lo := 0; lo < n; lo += 1 + n/25 {
				for hi := lo + 1; hi <= n; hi += 1 + n/25 {
					try(fmt.Sprintf("DeleteRange %d, %d", 2*lo, 2*hi), func(m M, model *sortedModel) error {
						return differ("DeleteRange", m.DeleteRange(2*lo, 2*hi), model.removeRange(2*lo, 2*hi))
					})
				}
			}
			if err := s.check(m); err != nil {
				t.Fatalf("%d keys, %s, after its clones were changed: %v", n, name, err)
			}
			if err := sameSorted(m, model); err != nil {
				t.Fatalf("%d keys, %s, after its clones were changed: %v", n, name, err)
			}
			if err := s.empty(m, model, n); err != nil {
				t.Fatalf("%d keys, %s, emptied: %v", n, name, err)
			}
		}
	}
	t.Logf("%d trees changed", runs)
}

// empty deletes everything, in an order that depends on n.
func (s Sorted[M]) empty(m M, model sortedModel, n int) error {
	model = slices.Clone(model)
	r := rand.New(rand.NewPCG(uint64(n), 7))
	for len(model) > 0 {
		i := []int{0, len(model) - 1, r.IntN(len(model)), len(model) / 2}[n%4]
		key := model[i].key
		old, deleted := m.Delete(key)
		want, _ := model.remove(key)
		if err := differ("Delete", pairOf(old, deleted), pairOf(want, true)); err != nil {
			return err
		}
		if len(model)%3 == 0 {
			if err := s.check(m); err != nil {
				return err
			}
		}
	}
	return sameSorted(m, model)
}

// loops deletes, in a loop over every part of a tree and in both directions, the entry of every step and those around
// it, which empties, merges and unlinks the leaf under the loop in every way.
func (s Sorted[M]) loops(t *testing.T) {
	for n := 1; n <= s.Large; n += 1 + n/3 {
		tree := fillings(s.New, n)
		for name := range tree {
			for _, around := range [][]int{{0}, {2}, {-2}, {0, 2, 4}, {0, -2, -4}, {1}, {-1}, {0, 1}, {2, 1}, {4, 6, 8, 10, 12, 14}} {
				for _, backward := range []bool{false, true} {
					m := tree[name].Clone()
					model := make(sortedModel, 0, 2*n)
					for i := range n {
						model = append(model, entry{2 * i, i})
					}
					seq, place := m.All(), 0
					if backward {
						seq, place = m.Backward(), n-1
					}
					for k := range seq {
						want, _, ok := model.at(place)
						if !ok || k != want {
							t.Fatalf("%d keys, %s, %v: yields %d, want %d", n, name, around, k, want)
						}
						for _, d := range around {
							if d%2 == 0 {
								m.Delete(k + d)
								model.remove(k + d)
							} else if k%2 == 0 { // only beside what was there at first: loops must end
								m.Set(k+d, k)
								model.set(k+d, k)
							}
						}
						i, found := model.rank(k)
						place = i
						if backward {
							place = i - 1
						} else if found {
							place = i + 1
						}
					}
					if k, _, ok := model.at(place); ok {
						t.Fatalf("%d keys, %s, %v: ends before %d", n, name, around, k)
					}
					if err := s.check(m); err != nil {
						t.Fatalf("%d keys, %s, %v: %v", n, name, around, err)
					}
				}
			}
		}
	}
}
