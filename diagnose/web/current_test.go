package web

import (
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A run that ends while the site is open is there at the next request, and what has not changed is not read again.
func TestNewRunsAppear(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	old := put(t, dir, "old/cpu.pb.gz", encode(t, synthetic("leaf", 1)))
	put(t, dir, "old/report.json", []byte(`{"schema": "innards.bench/1", "area": "hashmap"}`))
	s := open(t, dir)
	assert.Equal(t, []string{"runs-old-cpu"}, s.Profiles())
	first := s.current()
	require.Same(t, first, s.current(), "nothing has changed")

	put(t, dir, "a-new/cpu.pb.gz", encode(t, synthetic("other", 2))) // before the old one in every listing
	put(t, dir, "a-new/report.json", []byte(`{"schema": "innards.bench/1", "area": "dynarray"}`))
	_, page := get(t, s, "/")
	holds(t, page, "2 runs, 2 profiles")
	holds(t, page, "dynarray")
	code, _ := get(t, s, "/pprof/runs-a-new-cpu/top")
	assert.Equal(t, http.StatusOK, code)
	code, _ = get(t, s, "/run/a-new")
	assert.Equal(t, http.StatusOK, code)
	assert.Same(t, first.byName["runs-old-cpu"], s.current().byName["runs-old-cpu"], "read once more")

	put(t, dir, "old/longest.trace", []byte("go 1.26 trace"))
	code, _ = get(t, s, "/report/runs-old-longest.trace")
	assert.Equal(t, http.StatusOK, code)

	// The same file, written anew; then gone, and in the end everything.
	put(t, dir, "old/cpu.pb.gz", encode(t, synthetic("rewritten", 50)))
	_, page = get(t, s, "/pprof/runs-old-cpu/top")
	holds(t, page, "rewritten")
	require.NoError(t, os.Remove(old))
	code, _ = get(t, s, "/pprof/runs-old-cpu/top")
	assert.Equal(t, http.StatusNotFound, code)
	require.NoError(t, os.RemoveAll(dir))
	code, page = get(t, s, "/")
	assert.Equal(t, http.StatusOK, code)
	holds(t, page, "No profiles yet")
}

// Two files of one name keep the addresses that they were first shown under.
func TestNamesStay(t *testing.T) {
	left, right := filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "run")
	require.NoError(t, os.MkdirAll(left, 0o755))
	put(t, right, "cpu.prof", encode(t, synthetic("right", 1)))
	s, err := New([]string{left, right}, Options{Await: true})
	require.NoError(t, err)
	require.Equal(t, []string{"run-cpu"}, s.Profiles())
	put(t, left, "cpu.prof", encode(t, synthetic("left", 1)))
	assert.Equal(t, []string{"run-cpu-2", "run-cpu"}, s.Profiles())
	_, page := get(t, s, "/pprof/run-cpu/top")
	holds(t, page, "right")
}

func TestFoldersCanBeAwaited(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	_, err := New([]string{dir}, Options{})
	require.Error(t, err)
	s, err := New([]string{dir}, Options{Await: true})
	require.NoError(t, err)
	_, page := get(t, s, "/")
	holds(t, page, "No profiles yet")
	put(t, dir, "run/cpu.pb.gz", encode(t, synthetic("leaf", 1)))
	assert.Equal(t, []string{"runs-run-cpu"}, s.Profiles())
	put(t, dir, "run/cut.pb.gz", []byte("no profile"))
	assert.Equal(t, []string{"runs-run-cpu"}, s.Profiles())
	assert.Len(t, s.Warnings(), 1)
}

func TestManyReadersWhileRunsCome(t *testing.T) {
	dir := t.TempDir()
	raw := encode(t, synthetic("leaf", 1))
	put(t, dir, "a/cpu.pb.gz", raw)
	s := open(t, dir)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 10 {
				assert.Equal(t, http.StatusOK, ask(s, "/", nil).Code)
			}
		})
	}
	for _, name := range []string{"b", "c", "d"} {
		put(t, dir, name+"/cpu.pb.gz", raw)
	}
	readers.Wait()
	assert.Len(t, s.Profiles(), 4)
}

// What was given by itself counts whatever it is called, and a folder that is given by a link to it is looked into.
func TestLinksAndOtherNamesAreLookedAt(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "runs/a/cpu.pb.gz", encode(t, synthetic("leaf", 1)))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(filepath.Join(dir, "runs"), link))
	alone := put(t, dir, "profile-of-today", encode(t, synthetic("leaf", 1)))
	s := open(t, link, alone)
	require.Equal(t, []string{"link-a-cpu", "profile-of-today"}, s.Profiles())
	put(t, dir, "runs/b/cpu.pb.gz", encode(t, synthetic("leaf", 1)))
	assert.Equal(t, []string{"link-a-cpu", "link-b-cpu", "profile-of-today"}, s.Profiles())
	put(t, dir, "profile-of-today", encode(t, synthetic("rewritten", 50)))
	_, page := get(t, s, "/pprof/profile-of-today/top")
	holds(t, page, "rewritten")
}

// A profile that is given twice has two addresses, and keeps both.
func TestAProfileGivenTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	file := put(t, dir, "cpu.pb.gz", encode(t, synthetic("leaf", 1)))
	s := open(t, dir, file)
	require.Equal(t, []string{"runs-cpu", "cpu"}, s.Profiles())
	put(t, dir, "heap.pb.gz", encode(t, synthetic("leaf", 1)))
	assert.Equal(t, []string{"runs-cpu", "runs-heap", "cpu"}, s.Profiles())
}

// A profile that comes through a pipe can be read once only.
func TestAPipeIsReadOnce(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	raw := encode(t, synthetic("leaf", 1))
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, raw, 0) }()
	put(t, dir, "runs/cpu.pb.gz", raw)
	s := open(t, filepath.Join(dir, "runs"), pipe)
	require.NoError(t, <-written)
	require.NoError(t, os.Chtimes(pipe, time.Time{}, time.Now().Add(time.Hour)))
	put(t, dir, "runs/heap.pb.gz", raw)
	names := make(chan []string, 1)
	go func() { names <- s.Profiles() }()
	select {
	case got := <-names:
		assert.Equal(t, []string{"runs-cpu", "runs-heap", "pipe"}, got)
	case <-time.After(10 * time.Second):
		t.Fatal("the pipe is read once more")
	}
}

// A file that stays broken is complained of once, however often it changes.
func TestOneComplaint(t *testing.T) {
	dir := t.TempDir()
	file := put(t, dir, "cpu.prof", encode(t, synthetic("leaf", 1)))
	s := open(t, file)
	for n := range 3 {
		put(t, dir, "cpu.prof", []byte("no profile"[n:]))
		assert.Equal(t, []string{"cpu"}, s.Profiles())
		assert.Len(t, s.Warnings(), 1)
	}
}
