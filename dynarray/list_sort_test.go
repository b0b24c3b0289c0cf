package dynarray_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/dynarray"
)

func TestListIsSorted(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	t.Run("39 sizes about the powers of two", func(t *testing.T) {
		sizes := []int{0, 1, 2, 10, 100, 1000}
		for size := 2; size <= 512; size *= 2 {
			sizes = append(sizes, size-1, size, size+1)
		}
		for _, n := range sizes {
			backward, equal := upTo(n), make([]int, n)
			slices.Reverse(backward)
			for _, vs := range [][]int{upTo(n), backward, rng.Perm(n), equal} {
				l := listOf(t, vs...)
				dynarray.Sort(l.Array())
				slices.Sort(vs)
				holds(t, l, vs...)
			}
		}
	})
	type card struct{ suit, number int }
	suit := func(c card) int { return c.suit }
	// decks yields all cards of n with three suits, numbered as they lie.
	decks := func(n int, f func([]card)) {
		for k, all := 0, int(math.Pow(3, float64(n))); k < all; k++ {
			deck := make([]card, n)
			for i, rest := 0, k; i < n; i, rest = i+1, rest/3 {
				deck[i] = card{rest % 3, i}
			}
			f(deck)
		}
	}
	t.Run("40 and 41 what is equal keeps its order, up and down", func(t *testing.T) {
		for n := range 8 {
			decks(n, func(deck []card) {
				l := dynarray.NewList(deck...)
				l.Array().SortFunc(func(a, b card) int { return a.suit - b.suit })
				want := slices.SortedStableFunc(slices.Values(deck), func(a, b card) int { return a.suit - b.suit })
				if !slices.Equal(l.Array().Slice(), want) {
					t.Fatalf("SortFunc of %v: %v", deck, l)
				}
				l.SetSlice(open, open, 1, deck...)
				dynarray.SortBy(l, suit, true)
				want = slices.SortedStableFunc(slices.Values(deck), func(a, b card) int { return b.suit - a.suit })
				if !slices.Equal(l.Array().Slice(), want) {
					t.Fatalf("SortBy of %v, descending: %v", deck, l)
				}
				_ = l.Close()
			})
		}
	})
	t.Run("42 and 43 a comparison that is at odds with itself, or panics", func(t *testing.T) {
		for panics := range 2 {
			l, calls := listOf(t, upTo(300)...), 0
			compare := func() {
				l.Array().SortFunc(func(int, int) int {
					if calls++; panics == 1 && calls == 500 {
						panic("enough")
					}
					return rng.IntN(3) - 1
				})
			}
			if panics == 1 {
				assert.PanicsWithValue(t, "enough", compare)
			} else {
				compare()
			}
			dynarray.Sort(l.Array())
			holds(t, l, upTo(300)...)
		}
	})
	t.Run("44 what changes the list while it is sorted panics", func(t *testing.T) {
		l := listOf(t, 3, 2, 1)
		for _, change := range []func(){
			func() { l.Append(1); l.Pop() }, func() { l.Clear() }, func() { l.Reverse() }, func() { l.Insert(0, 1) },
			func() { l.ExtendSlice([]int{1}) }, func() { l.DeleteSlice(open, open, 1) }, func() { _ = l.Close() },
		} {
			assert.Panics(t, func() { l.Array().SortFunc(func(a, b int) int { change(); return a - b }) })
			assert.Panics(t, func() { dynarray.SortBy(l, func(v int) int { change(); return v }, false) })
			assert.Len(t, elements(l), 3)
		}
	})
	t.Run("45 a key is asked for once, and may fail", func(t *testing.T) {
		l, calls := listOf(t, 3, 1, 2), 0
		dynarray.SortBy(l, func(v int) string { calls++; return strings.Repeat("x", v) }, false)
		holds(t, l, 1, 2, 3)
		assert.Equal(t, 3, calls)
		assert.Panics(t, func() { dynarray.SortBy(l, func(v int) int { return 1 / (v - 3) }, true) })
		holds(t, l, 1, 2, 3)
	})
	t.Run("46 the same order by whatever way", func(t *testing.T) {
		for range 50 {
			vs := make([]float64, rng.IntN(700))
			for i := range vs {
				vs[i] = float64(rng.IntN(50)-25) / 4
			}
			a, b, c := listOf(t, vs...), listOf(t, vs...), listOf(t, vs...)
			dynarray.Sort(a.Array())
			b.Array().SortFunc(cmp.Compare[float64])
			dynarray.SortBy(c, func(v float64) string { return fmt.Sprintf("%08.2f", v+100) }, false)
			assert.True(t, a.Equal(b))
			assert.True(t, a.Equal(c))
		}
	})
	t.Run("47 NaNs first, and the zeros as they were", func(t *testing.T) {
		zero := math.Copysign(0, -1)
		l := listOf(t, 1, 0, math.NaN(), zero, math.Inf(-1), math.NaN())
		dynarray.SortStable(l.Array())
		assert.Equal(t, "[nan, nan, -inf, 0.0, -0.0, 1.0]", l.String())
	})
}
