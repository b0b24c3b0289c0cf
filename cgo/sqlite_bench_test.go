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
// memory. It runs in turns, each time in a process of its own: untraced, with every allocation recorded, and under heaptrack
// where that is installed; then untraced and sampled. A reader follows the stream, as innards leak does. Of the processor time
// that the program itself took for a row it gives the medians, and of the ratios of each turn the median and the quartiles.
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
	traced := func(period uint64) func(rows int) float64 {
		return func(rows int) float64 { return inserts(b, target, layout, period, rows) }
	}
	alone := way{"alone", traced(0)}
	all := []way{alone, {"all", traced(1)}}
	if heaptrack, err := exec.LookPath("heaptrack"); err == nil {
		all = append(all, way{"heaptrack", func(rows int) float64 {
			return untraced(b, heaptrack, "--raw", "-o", filepath.Join(b.TempDir(), "trace"), exe, strconv.Itoa(rows))
		}})
	}
	for range b.N {
		inTurns(b, 11, 200_000, all...)
		// A hundredth is looked for where two runs of the same may differ by ten: many turns.
		inTurns(b, 45, 100_000, alone, way{"sampled", traced(cgo.DefaultPeriod)})
	}
	b.ReportMetric(0, "ns/op") // the time of the whole says nothing
}

// way is a way to run the program; row gives what a row took in nanoseconds.
type way struct {
	name string
	row  func(rows int) float64
}

// inTurns runs the program in each way in every turn, back and forth, and holds them all against the first.
func inTurns(b *testing.B, turns, rows int, ways ...way) {
	taken := make([][]float64, len(ways))
	for turn := range turns {
		for i := range ways {
			if turn%2 == 1 {
				i = len(ways) - 1 - i
			}
			taken[i] = append(taken[i], ways[i].row(rows))
		}
	}
	for i, w := range ways {
		if i > 0 {
			ratios := make([]float64, turns)
			for t := range ratios {
				ratios[t] = taken[i][t] / taken[0][t]
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[turns/2], w.name+"/alone")
			b.Logf("%s: %.3f of what a row takes alone, quartiles %.3f and %.3f", w.name, ratios[turns/2], ratios[turns/4], ratios[turns*3/4])
		}
		of := slices.Sorted(slices.Values(taken[i]))
		b.ReportMetric(of[turns/2], w.name+"-ns/row")
		b.Logf("%s: %.0f ns a row, quartiles %.0f and %.0f, least %.0f", w.name, of[turns/2], of[turns/4], of[turns*3/4], of[0])
	}
}

// inserts runs the program, and gives what a row took in nanoseconds; a period of 0 leaves it untraced.
func inserts(b *testing.B, target *cgo.Target, layout tracefmt.GoRuntime, period uint64, rows int) float64 {
	if period == 0 {
		return untraced(b, target.Path, strconv.Itoa(rows))
	}
	for range 5 {
		ns, lost := insertsTraced(b, target, layout, period, rows)
		if lost == (tracefmt.Lost{}) {
			return ns
		}
		b.Logf("the reader was left behind, and what is lost costs less: once more (%+v)", lost)
	}
	b.Fatal("this machine is too busy to follow the program")
	return 0
}

func insertsTraced(b *testing.B, target *cgo.Target, layout tracefmt.GoRuntime, period uint64, rows int) (float64, tracefmt.Lost) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, target.Path, strconv.Itoa(rows))
	stream, err := cgo.Preload(ctx, cmd, cgo.Options{Target: target, Go: layout, Period: period})
	require.NoError(b, err)
	defer func() {
		require.NoError(b, stream.Close())
		require.NoError(b, os.Remove(stream.Path))
	}()
	allocs, live := 0, map[uint64]tracefmt.Event{}
	add := func(e tracefmt.Event) {
		switch e.Kind {
		case tracefmt.Alloc:
			allocs++
			live[e.Addr] = e
		case tracefmt.Free:
			delete(live, e.Addr)
		}
	}
	ended, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		for every := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-every.C:
				stream.Drain(add)
			case <-ended:
				every.Stop()
				return
			}
		}
	}()
	ns := figure(b, cmd)
	close(ended)
	<-read
	stream.Finish(add)
	if period == 1 {
		require.Greater(b, allocs+int(stream.Lost().Allocs), rows, "it allocates for each row")
	} else {
		require.Positive(b, allocs)
	}
	return ns, stream.Lost()
}

func untraced(b *testing.B, name string, args ...string) float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return figure(b, exec.CommandContext(ctx, name, args...))
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
