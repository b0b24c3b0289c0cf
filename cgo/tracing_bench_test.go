package cgo_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"innards/cgo"
	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/require"
)

// BenchmarkTracing measures what tracing adds to a loop that does nothing but malloc(64) and free: in turns, each a process
// of its own, untraced, sampled, with every allocation recorded,
// and under heaptrack where that is installed. It gives medians of processor time.
// Nobody reads the streams meanwhile, so they have to hold all that happens.
func BenchmarkTracing(b *testing.B) {
	exe, err := victim()
	require.NoError(b, err)
	target, err := cgo.Examine(exe)
	require.NoError(b, err)
	layout, ok := cgo.Layout(target.GoVersion, tlsgOffset(b, exe))
	require.True(b, ok)
	const rounds = 7
	heaptrack, _ := exec.LookPath("heaptrack") // its row is left out where it is not installed
	var alone, sampled, all, theirs []float64
	for range b.N {
		for range rounds {
			alone = append(alone, pairs(b, target, layout, 0, 20_000_000))
			sampled = append(sampled, pairs(b, target, layout, cgo.DefaultPeriod, 20_000_000))
			all = append(all, pairs(b, target, layout, 1, 300_000))
			if heaptrack != "" {
				theirs = append(theirs, pairsUnder(b, heaptrack, exe, 300_000))
			}
		}
	}
	median := func(of []float64) float64 { slices.Sort(of); return of[len(of)/2] }
	b.ReportMetric(median(alone), "alone-ns/pair")
	b.ReportMetric(median(sampled)/median(alone), "sampled/alone")
	b.ReportMetric(median(all), "all-ns/pair")
	if len(theirs) > 0 {
		b.ReportMetric(median(theirs), "heaptrack-ns/pair")
		b.ReportMetric(median(all)/median(theirs), "all/heaptrack")
	}
	b.ReportMetric(0, "ns/op") // the time of the whole says nothing
}

// pairsUnder runs the loop under heaptrack, and gives what one pass took of the program's own processor time; what its writer
// and compressor take besides is not in it.
func pairsUnder(b *testing.B, heaptrack, exe string, n int) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, heaptrack, "--raw", "-o", filepath.Join(b.TempDir(), "trace"), exe, "pairs", strconv.Itoa(n)).Output()
	require.NoError(b, err)
	for line := range strings.Lines(string(out)) { // heaptrack has words of its own around it
		if ns, err := strconv.ParseFloat(strings.TrimSpace(line), 64); err == nil {
			return ns
		}
	}
	b.Fatalf("no figure in %q", out)
	return 0
}

// pairs runs the loop, and gives what one pass took in nanoseconds; a period of 0 leaves it untraced.
func pairs(b *testing.B, target *cgo.Target, layout tracefmt.GoRuntime, period uint64, n int) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, target.Path, "pairs", strconv.Itoa(n))
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if period != 0 {
		stream, err := cgo.Preload(ctx, cmd, cgo.Options{Target: target, Go: layout, Period: period})
		require.NoError(b, err)
		defer func() {
			lost := stream.Lost()
			require.NoError(b, stream.Close())
			require.NoError(b, os.Remove(stream.Path))
			require.Zero(b, lost.Allocs, "what is lost costs less")
		}()
	}
	require.NoError(b, cmd.Run())
	ns, err := strconv.ParseFloat(strings.TrimSpace(out.String()), 64)
	require.NoError(b, err)
	return ns
}
