package bplustree

import (
	"math"
	"math/rand/v2"
	"testing"

	"innards/orderedmap/nodesearch"
)

// The locators of this processor and the portable ones find the same, in trees of every height and with keys that equal
// the padding.
func TestWideLocators(t *testing.T) {
	agree(t, func(r *rand.Rand) int64 {
		return [...]int64{int64(r.Uint64()), r.Int64N(100) - 50, math.MinInt64, math.MaxInt64}[r.IntN(4)]
	})
	agree(t, func(r *rand.Rand) uint64 {
		return [...]uint64{r.Uint64(), r.Uint64N(100), 0, math.MaxUint64}[r.IntN(4)]
	})
}

func agree[K int64 | uint64](t *testing.T, random func(*rand.Rand) K) {
	t.Helper()
	order := nodesearch.Natural[K]()
	wide, portable := wideLocatorOf[K](order.Kind), portableLocatorOf(order)
	if wide == nil {
		t.Skip("this processor has no wide comparisons")
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, fanout := range []int{4, 7, 64} {
		tree := New[K, int]().Narrow(fanout)
		for i := range 6000 {
			tree.Set(random(r), i)
			key := random(r)
			n, at, path, found := wide(tree.root, tree.height, key)
			wantN, wantAt, wantPath, want := portable(tree.root, tree.height, key)
			if n != wantN || at != wantAt || path != wantPath || found != want {
				t.Fatalf("fanout %d, %d keys: %v is at %d of path %o, %v; want %d of path %o, %v",
					fanout, tree.Len(), key, at, path, found, wantAt, wantPath, want)
			}
		}
	}
}
