package cgo_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"innards/cgo"
	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSoak follows a program that forks, calls back and churns in many threads, every allocation recorded, and compares what
// it holds at its end with what it says itself. A second by default; for longer:
//
//	INNARDS_SOAK=10m go test -run Soak -timeout 20m -v ./cgo
func TestSoak(t *testing.T) {
	long := os.Getenv("INNARDS_SOAK")
	if long == "" {
		long = "1s"
	}
	bound, err := time.ParseDuration(long)
	require.NoError(t, err)
	t.Parallel()
	exe, err := victim()
	require.NoError(t, err)
	target, err := cgo.Examine(exe)
	require.NoError(t, err)
	layout, ok := cgo.Layout(target.GoVersion, tlsgOffset(t, exe))
	require.True(t, ok)
	ctx, cancel := context.WithTimeout(context.Background(), 2*bound+time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, "soak", long)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	stream, err := cgo.Preload(ctx, cmd, cgo.Options{Target: target, Go: layout, Period: 1})
	require.NoError(t, err)
	defer func() {
		assert.NoError(t, stream.Close())
		assert.NoError(t, os.Remove(stream.Path))
	}()
	require.NoError(t, cmd.Start())
	h := heap{live: map[uint64]tracefmt.Event{}}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for running := true; running; {
		select {
		case err := <-ended:
			require.NoError(t, err)
			running = false
		case <-time.After(time.Millisecond):
			stream.Drain(h.add)
		}
	}
	stream.Finish(h.add)
	require.Equal(t, tracefmt.Lost{}, stream.Lost())
	var churned, forked, grown int
	_, err = fmt.Sscan(out.String(), &churned, &forked, &grown)
	require.NoError(t, err, out.String())
	assert.Equal(t, churned, h.ofSize(100))
	assert.Equal(t, forked, h.ofSize(123))
	assert.Equal(t, grown+2*64, h.ofSize(4096), "and the rows of the tables of two demos")
	assert.Zero(t, h.ofSize(2000), "rows of callbacks are freed")
	assert.Zero(t, h.ofSize(77), "what a child takes is not the parent's")
	assert.Empty(t, h.bad)
	t.Logf("%s: %d allocations, %d forks, %d blocks of churning threads", bound, h.allocs, forked, churned)
}
