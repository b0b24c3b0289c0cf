package cgo_test

import (
	"context"
	"fmt"
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

// BenchmarkTracingSQLite measures what tracing adds to a program that works: mattn/go-sqlite3 inserts rows into a table in
// memory. It runs in turns, each time in a process of its own: untraced, sampled, with every allocation recorded, and under
// heaptrack where that is installed. A reader follows the stream, as innards leak does. Of the processor time that the program
// itself took for a row it gives the medians, and of the ratios of each turn the median and the quartiles.
//
// The program is a module of its own (testdata/sqlite), for which the C library has to be fetched, and compiled once.
func BenchmarkTracingSQLite(b *testing.B) {
	exe := filepath.Join(b.TempDir(), "sqlite")
	build := exec.Command("go", "build", "-C", filepath.Join("testdata", "sqlite"), "-o", exe, ".")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		b.Skipf("the program with SQLite in it cannot be built here: %v\n%s", err, out)
	}
	target, err := cgo.Examine(exe)
	require.NoError(b, err)
	layout, ok := cgo.Layout(target.GoVersion, tlsgOffset(b, exe))
	require.True(b, ok)
	const rows, rounds = 200_000, 11
	heaptrack, _ := exec.LookPath("heaptrack")
	ways := []struct {
		name  string
		row   func() float64
		taken []float64
	}{
		{name: "alone", row: func() float64 { return inserts(b, target, layout, 0, rows) }},
		{name: "sampled", row: func() float64 { return inserts(b, target, layout, cgo.DefaultPeriod, rows) }},
		{name: "all", row: func() float64 { return inserts(b, target, layout, 1, rows) }},
		{name: "heaptrack", row: func() float64 {
			return figure(b, exec.Command(heaptrack, "--raw", "-o", filepath.Join(b.TempDir(), "trace"), exe, strconv.Itoa(rows)))
		}},
	}
	if heaptrack == "" {
		ways = ways[:3]
	}
	for range b.N * rounds {
		for i := range ways {
			ways[i].taken = append(ways[i].taken, ways[i].row())
		}
	}
	for _, w := range ways[1:] {
		ratios := make([]float64, len(w.taken))
		for i := range w.taken {
			ratios[i] = w.taken[i] / ways[0].taken[i]
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], w.name+"/alone")
		b.Logf("%s: %.3f of what the row takes alone, quartiles %.3f and %.3f", w.name, ratios[len(ratios)/2], ratios[len(ratios)/4],
			ratios[len(ratios)*3/4])
	}
	for _, w := range ways {
		slices.Sort(w.taken)
		b.ReportMetric(w.taken[len(w.taken)/2], w.name+"-ns/row")
		b.Logf("%s: %.0f ns a row, least %.0f, most %.0f", w.name, w.taken[len(w.taken)/2], w.taken[0], w.taken[len(w.taken)-1])
	}
	b.ReportMetric(0, "ns/op") // the time of the whole says nothing
}

// inserts runs the program, and gives what a row took in nanoseconds; a period of 0 leaves it untraced.
func inserts(b *testing.B, target *cgo.Target, layout tracefmt.GoRuntime, period uint64, rows int) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, target.Path, strconv.Itoa(rows))
	if period == 0 {
		return figure(b, cmd)
	}
	stream, err := cgo.Preload(ctx, cmd, cgo.Options{Target: target, Go: layout, Period: period})
	require.NoError(b, err)
	defer func() {
		lost := stream.Lost()
		require.NoError(b, stream.Close())
		require.NoError(b, os.Remove(stream.Path))
		require.Zero(b, lost, "what is lost costs less")
	}()
	h := heap{live: map[uint64]tracefmt.Event{}}
	ended, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		for every := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-every.C:
				stream.Drain(h.add)
			case <-ended:
				every.Stop()
				return
			}
		}
	}()
	ns := figure(b, cmd)
	close(ended)
	<-read
	stream.Finish(h.add)
	require.Equal(b, 1, h.starts)
	if period == 1 {
		require.Greater(b, h.allocs, rows, "it allocates for each row")
	}
	return ns
}

// figure runs a program that prints a number, and perhaps more.
func figure(b *testing.B, cmd *exec.Cmd) float64 {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(b, err)
	for line := range strings.Lines(string(out)) {
		var f float64
		if _, err := fmt.Sscanf(line, "%g\n", &f); err == nil {
			return f
		}
	}
	b.Fatalf("no figure in %q", out)
	return 0
}
