package cgo_test

import (
	"context"
	"os"
	"os/exec"
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
// of its own, untraced, sampled and with every allocation recorded. It gives medians of processor time.
// Nobody reads the streams meanwhile, so they have to hold all that happens.
func BenchmarkTracing(b *testing.B) {
	exe, err := victim()
	require.NoError(b, err)
	target, err := cgo.Examine(exe)
	require.NoError(b, err)
	layout, ok := cgo.Layout(target.GoVersion, tlsgOffset(b, exe))
	require.True(b, ok)
	const rounds = 7
	var alone, sampled, all []float64
	for range b.N {
		for range rounds {
			alone = append(alone, pairs(b, target, layout, 0, 20_000_000))
			sampled = append(sampled, pairs(b, target, layout, cgo.DefaultPeriod, 20_000_000))
			all = append(all, pairs(b, target, layout, 1, 300_000))
		}
	}
	median := func(of []float64) float64 { slices.Sort(of); return of[len(of)/2] }
	b.ReportMetric(median(alone), "alone-ns/pair")
	b.ReportMetric(median(sampled)/median(alone), "sampled/alone")
	b.ReportMetric(median(all), "all-ns/pair")
	b.ReportMetric(0, "ns/op") // the time of the whole says nothing
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
