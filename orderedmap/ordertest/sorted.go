package ordertest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
)

// SortedMap is the vocabulary of a map sorted by key; M is the map itself, as Clone returns it.
type SortedMap[K, V any, M any] interface {
	Len() int
	Get(key K) (V, bool)
	At(key K) V
	Contains(key K) bool
	Set(key K, value V) (old V, added bool)
	GetOrSet(key K, value V) (actual V, loaded bool)
	Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool)
	Delete(key K) (old V, deleted bool)
	DeleteFunc(del func(K, V) bool)
	SetAll(seq iter.Seq2[K, V])
	All() iter.Seq2[K, V]
	Keys() iter.Seq[K]
	Values() iter.Seq[V]
	Clear()
	Clone() M
	Grow(n int)
	Shrink()

	Backward() iter.Seq2[K, V]
	PopFront() (K, V, bool)
	PopBack() (K, V, bool)
	Nth(i int) (K, V)
	Index(key K) int
	Rank(key K) int
	Min() (K, V, bool)
	Max() (K, V, bool)
	Floor(key K) (K, V, bool)
	Ceiling(key K) (K, V, bool)
	From(lo K) iter.Seq2[K, V]
	Range(lo, hi K) iter.Seq2[K, V]
	DeleteRange(lo, hi K) int
}

// Sorted is a sorted map under test.
type Sorted[M SortedMap[int, int, M]] struct {
	New   func() M      // an empty map
	Check func(M) error // the map's own check of its invariants; may be nil
	Large int           // number of entries from which on the map has three levels or so; 0 means 60
}

// RunSorted holds a sorted map to the laws of order.
func RunSorted[M SortedMap[int, int, M]](t *testing.T, s Sorted[M]) {
	if s.Large == 0 {
		s.Large = 60
	}
	t.Run("laws", func(t *testing.T) { sortedLaws(t, s.New) })
	t.Run("exhaustive", func(t *testing.T) { s.exhaustive(t) })
	t.Run("loops", func(t *testing.T) { s.loops(t) })
	t.Run("random", func(t *testing.T) {
		streams := 60
		if testing.Short() {
			streams = 20
		}
		for seed := range uint64(streams) {
			r := rand.New(rand.NewPCG(seed, 1))
			n := 1 + r.IntN(300)
			if seed%20 == 0 {
				n = 1500
			}
			if !s.CheckStream(t, randomSorted(r, n)) {
				t.Fatalf("stream of seed %d", seed)
			}
		}
	})
}

// CheckStream runs a stream, and if it fails reports the shortest one it can cut it down to.
func (s Sorted[M]) CheckStream(t testing.TB, ops []SortedOp) bool {
	t.Helper()
	if s.Replay(ops) == nil {
		return true
	}
	ops = Minimize(ops, func(ops []SortedOp) bool { return s.Replay(ops) != nil })
	var text strings.Builder
	for _, op := range ops {
		fmt.Fprintf(&text, "\n\t%v", op)
	}
	t.Errorf("%v\nstream:%s", s.Replay(ops), text.String())
	return false
}

func (s Sorted[M]) check(m M) error {
	if s.Check == nil {
		return nil
	}
	return s.Check(m)
}
