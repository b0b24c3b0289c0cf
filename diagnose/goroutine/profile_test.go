package goroutine

import (
	"bytes"
	"os"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// The profile of this very process: three goroutines of one stack, known to wait for a channel.
func TestParseProfile(t *testing.T) {
	release, ready := make(chan struct{}), make(chan struct{})
	for range 3 {
		go waitFor(ready, release)
		<-ready
	}
	defer close(release)
	var buf bytes.Buffer
	// The last of them may not have parked yet; then it has another stack.
	require.Eventually(t, func() bool {
		buf.Reset()
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(&buf, 0))
		d, err := ParseProfile(bytes.NewReader(buf.Bytes()))
		require.NoError(t, err)
		n := 0
		for _, g := range d.Goroutines {
			require.False(t, g.System)
			for _, f := range g.Frames {
				if strings.HasSuffix(f.Func, "goroutine.waitFor") && g.State == "chan receive" {
					require.True(t, strings.HasSuffix(f.File, "profile_test.go"))
					n++
				}
			}
		}
		return n == 3
	}, 5e9, 1e6)
}

func waitFor(ready chan<- struct{}, release <-chan struct{}) {
	ready <- struct{}{}
	<-release
}

func TestParseProfileRefuses(t *testing.T) {
	_, err := ParseProfile(strings.NewReader("goroutine 1 [running]:\n"))
	require.ErrorContains(t, err, "goroutine profile")

	var heap bytes.Buffer
	require.NoError(t, pprof.Lookup("heap").WriteTo(&heap, 0))
	_, err = ParseProfile(&heap)
	require.ErrorContains(t, err, "alloc_objects")
}

// A count is only a number: it must not become as many entries as it likes.
func TestProfileCountIsBounded(t *testing.T) {
	d := mustParse(t, "goroutine 1 [select]:\nmain.f()\n\t/m.go:3 +0x1\n")
	prof := d.Profile()
	prof.Sample[0].Value[0] = 1 << 60
	var buf bytes.Buffer
	require.NoError(t, prof.Write(&buf))
	d, err := ParseProfile(&buf)
	require.NoError(t, err)
	require.Len(t, d.Goroutines, maxProfiled)
	require.Len(t, d.Warnings, 2)
}

// A dump written as a profile and read back keeps stacks, counts, states and labels.
func TestProfileRoundTrip(t *testing.T) {
	data, err := os.ReadFile("testdata/go1.26-debug2.txt")
	require.NoError(t, err)
	d := mustParse(t, string(data))
	prof := d.Profile()
	require.NoError(t, prof.CheckValid())
	var buf bytes.Buffer
	require.NoError(t, prof.Write(&buf))
	reread, err := profile.Parse(bytes.NewReader(buf.Bytes()))
	require.NoError(t, err)
	total, labelled := int64(0), false
	for _, s := range reread.Sample {
		total += s.Value[0]
		labelled = labelled || len(s.Label["tenant"]) == 1
		require.Len(t, s.Label["state"], 1)
		require.Equal(t, s.Value[0] == 1, len(s.NumLabel["goroutine"]) == 1)
	}
	require.EqualValues(t, len(d.Goroutines), total)
	require.True(t, labelled, "the goroutines' own labels are kept")

	back, err := ParseProfile(&buf)
	require.NoError(t, err)
	states, want := make(map[string]int), make(map[string]int)
	for _, g := range back.Goroutines {
		states[g.State+"/"+g.Frames[0].Func]++
	}
	for _, g := range d.Goroutines {
		want[g.State+"/"+g.Frames[0].Func]++
	}
	require.Equal(t, want, states)
}
