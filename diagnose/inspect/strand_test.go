package inspect_test

import (
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStrand marks a program whose goroutines are named after their fate.
func TestStrand(t *testing.T) {
	for _, linking := range []int{0, 3} {
		linking := linkings[linking]
		t.Run(linking.name, func(t *testing.T) {
			t.Parallel()
			pid, _ := start(t, build(t, "stranded", linking.args...))
			p := attach(t, pid)
			snap, err := p.Snapshot(t.Context())
			require.NoError(t, err)
			begin := time.Now()
			require.NoError(t, p.Strand(t.Context(), snap))
			t.Logf("marked in %v", time.Since(begin))
			assert.Empty(t, snap.Warnings)
			require.NotNil(t, snap.Stranded)
			var missed, wrong, behindLocks []string
			healthy, stranded := 0, 0
			for _, g := range snap.Goroutines {
				fate := ""
				for _, f := range g.Frames {
					if name, ok := strings.CutPrefix(f.Func, "main."); ok {
						fate = name
					}
				}
				if strings.HasPrefix(fate, "stranded") {
					if stranded++; !snap.Stranded[g.ID] {
						missed = append(missed, fate)
					}
				} else if snap.Stranded[g.ID] {
					wrong = append(wrong, fate)
				}
				if snap.BehindLocks[g.ID] {
					behindLocks = append(behindLocks, fate)
				}
				if strings.HasPrefix(fate, "healthy") {
					healthy++
				}
			}
			sort.Strings(missed)
			assert.Empty(t, missed, "stranded, and not found")
			assert.Empty(t, wrong, "not stranded, and said to be")
			assert.Equal(t, []string{"strandedAsking"}, behindLocks)
			assert.Equal(t, 19, stranded)
			assert.Equal(t, 21, healthy)
		})
	}
}

// TestStrandMoving marks a program of pairs that hand a value to and fro: at any time one of each pair waits for the other,
// and a reading that takes a while sees both wait. That must not look as if both were stuck.
func TestStrandMoving(t *testing.T) {
	pid, _ := start(t, build(t, "many"), "10", "40")
	p := attach(t, pid)
	for range 40 {
		snap, err := p.Snapshot(t.Context())
		require.NoError(t, err)
		require.NoError(t, p.Strand(t.Context(), snap))
		require.Empty(t, snap.Stranded)
	}
}
