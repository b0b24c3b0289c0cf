package ordertest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Run holds a map to the laws of order.
func Run[M Map[int, int, M]](t *testing.T, newMap func(capacity int) M) {
	t.Run("laws", func(t *testing.T) { laws(t, newMap) })
	t.Run("exhaustive", func(t *testing.T) { exhaustive(t, newMap) })
	t.Run("random", func(t *testing.T) {
		streams := 600
		if testing.Short() {
			streams = 100
		}
		for seed := range uint64(streams) {
			r := rand.New(rand.NewPCG(seed, 1))
			n := 1 + r.IntN(200)
			if seed%20 == 0 {
				n = 4000
			}
			if !Check(t, newMap, random(r, n)) {
				t.Fatalf("stream of seed %d", seed)
			}
		}
	})
}

// Check runs a stream, and if it fails reports the shortest one it can cut it down to.
func Check[M Map[int, int, M]](t testing.TB, newMap func(capacity int) M, ops []Op) bool {
	t.Helper()
	if Replay(newMap, ops) == nil {
		return true
	}
	ops = Minimize(ops, func(ops []Op) bool { return Replay(newMap, ops) != nil })
	var s strings.Builder
	for _, op := range ops {
		fmt.Fprintf(&s, "\n\t%v", op)
	}
	t.Errorf("%v\nstream:%s", Replay(newMap, ops), s.String())
	return false
}

// Minimize cuts pieces out of a failing stream, halves first and single operations last, as long as it
// goes on failing.
func Minimize[O any](ops []O, fails func([]O) bool) []O {
	for size := len(ops) / 2; size > 0; {
		cut := false
		for at := 0; at+size <= len(ops); {
			if shorter := slices.Delete(slices.Clone(ops), at, at+size); fails(shorter) {
				ops, cut = shorter, true
			} else {
				at += size
			}
		}
		if !cut || size > len(ops) {
			size /= 2
		}
	}
	return ops
}
