package diagnose_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose"
)

func goroutineProfile(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&b, 0))
	path := filepath.Join(t.TempDir(), "goroutine.pb.gz")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

// runUI starts `innards ui` and returns its address once it says so, and the channel of its result.
func runUI(t *testing.T, ctx context.Context, args ...string) (string, <-chan error) {
	t.Helper()
	cmd := diagnose.UICommand()
	cmd.SetArgs(args)
	r, w := io.Pipe()
	cmd.SetOut(w)
	cmd.SetErr(io.Discard)
	ended := make(chan error, 1)
	go func() {
		err := cmd.ExecuteContext(ctx)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	address, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "innards ui: ")
	require.True(t, ok, line)
	return address, ended
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	return string(body)
}

func TestUI(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	start := time.Now()
	address, ended := runUI(t, ctx, goroutineProfile(t))
	assert.Contains(t, fetch(t, address), "1 profile")
	t.Logf("start to first page: %v", time.Since(start).Round(100*time.Microsecond))
	assert.Contains(t, fetch(t, address+"pprof/goroutine/flamegraph"), "TestUI")
	stop()
	assert.NoError(t, <-ended)
}

func TestUIEndsOnSignal(t *testing.T) {
	_, ended := runUI(t, context.Background())
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	assert.NoError(t, <-ended)
}

func TestUIEndsInTime(t *testing.T) {
	address, ended := runUI(t, context.Background(), "--duration", "300ms")
	assert.Contains(t, address, "http://127.0.0.1:")
	assert.NoError(t, <-ended)
}

// TestUIOpensNoBrowser: only --open does. A pipe stands in for the browser, and hears the address.
func TestUIOpensNoBrowser(t *testing.T) {
	bin := t.TempDir()
	heard := filepath.Join(bin, "heard")
	require.NoError(t, syscall.Mkfifo(heard, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\necho \"$1\" >'"+heard+"'\n"), 0o700))
	t.Setenv("PATH", bin)
	pipe, err := os.OpenFile(heard, os.O_RDWR, 0) // read and write, so that opening it waits for nobody
	require.NoError(t, err)
	defer func() { _ = pipe.Close() }()

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	_, ended := runUI(t, ctx)
	address, endedToo := runUI(t, ctx, "--open")
	line, err := bufio.NewReader(pipe).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, address+"\n", line, "the first to be heard is the one that was asked for")
	stop()
	assert.NoError(t, <-ended)
	assert.NoError(t, <-endedToo)
}

func TestUIRefuses(t *testing.T) {
	png := filepath.Join(t.TempDir(), "flame.png")
	require.NoError(t, os.WriteFile(png, []byte("\x89PNG\r\n\x1a\n"), 0o600))
	address, ended := runUI(t, t.Context(), "--duration", "10s")
	for want, args := range map[string][]string{
		"ui: " + png + ": an image, not a pprof profile": {png},
		"no such file":           {png + ".pb.gz"},
		"holds no profile":       {t.TempDir()},
		"not loopback":           {"--addr", "0.0.0.0:0"},
		"in use":                 {"--addr", strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")},
		"negative":               {"--duration", "-1s"},
		"base: " + png + ": an ": {"--base", png},
	} {
		cmd := diagnose.UICommand()
		cmd.SetArgs(args)
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(io.Discard)
		cmd.SilenceUsage, cmd.SilenceErrors = true, true // as main does
		err := cmd.ExecuteContext(t.Context())
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "\n")
		assert.Empty(t, out.String(), "nothing is served")
	}
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT))
	assert.NoError(t, <-ended)
}
