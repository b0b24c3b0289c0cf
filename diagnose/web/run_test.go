package web

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
	"innards/diagnose/leak"
	"innards/diagnose/waitpicture"
)

func putJSON(t testing.TB, dir, name string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	put(t, dir, name, text)
}

// hangFolder keeps the evidence of a deadlock of two goroutines and of n that wait behind it.
func hangFolder(t testing.TB, dir string, n int) {
	t.Helper()
	locked := func(id int64, f string, lock uint64) *goroutine.Goroutine {
		return &goroutine.Goroutine{ID: id, State: "sync.Mutex.Lock", Waits: []goroutine.Wait{{Kind: goroutine.MutexLock, Object: lock}},
			Frames: []goroutine.Frame{{Func: "sync.(*Mutex).Lock", File: "/go/sync/mutex.go", Line: 46}, {Func: f, File: "/src/bank.go", Line: 28}}}
	}
	gs := []*goroutine.Goroutine{locked(1, "main.transfer", 0xb0), locked(2, "main.audit", 0xa0)}
	for i := range n {
		gs = append(gs, locked(int64(10+i), "main.serve", 0xa0))
	}
	holds := []hang.Hold{{Goroutine: 1, Lock: 0xa0, File: "bank.go", Line: 23}, {Goroutine: 2, Lock: 0xb0, File: "bank.go", Line: 36}}
	verdicts := []hang.Verdict{{Class: hang.LockCycle, Confidence: hang.Certain, Summary: "deadlock over <2> locks", Goroutines: []int64{1, 2}, Blocked: n + 2,
		Evidence: []hang.Evidence{{Goroutine: 1, Role: "holds", Object: "sync.Mutex 0xa0", Func: "main.transfer", File: "/src/bank.go", Line: 23}}}}
	putJSON(t, dir, "waits.json", waitpicture.Fold(gs, holds, verdicts))
	putJSON(t, dir, "report.json", map[string]any{"schema": "innards.hang/1", "target": map[string]any{"kind": "pid", "pid": 412, "exe": "/usr/bin/bank"},
		"goroutines": n + 2, "verdicts": verdicts, "warnings": []string{"a warning"}})
}

func leakFolder(t testing.TB, dir string) {
	t.Helper()
	putJSON(t, dir, "report.json", leak.Report{Schema: leak.Schema, Target: leak.Target{PID: 413, Exe: "/usr/bin/bank"}, Duration: 6,
		Sites: []leak.Site{{Resource: "malloc", Class: leak.Leak, Confidence: leak.Certain, LiveBytes: 3 << 20, LiveObjects: 300, Rate: 5e5,
			Go: leak.Place{Func: "main.greet", File: "/src/bank.go", Line: 16}, Stack: []leak.Frame{{Func: "malloc", Lang: "c"}}, Growth: []int64{1, 2, 3 << 20}},
			{Resource: "fd", Class: leak.Live, LiveObjects: 2}},
		Resident: leak.Resident{RSS: 8 << 20, Go: 4 << 20, CLive: 3 << 20}, Warnings: []string{}})
}

// TestRuns: the newest stands first, each with what was found, and leads to its page.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	hangFolder(t, filepath.Join(dir, "stuck"), 40)
	leakFolder(t, filepath.Join(dir, "grows"))
	put(t, filepath.Join(dir, "grows"), "leak.pb.gz", encode(t, synthetic("leaf", 3)))
	put(t, filepath.Join(dir, "compared"), "report.json", []byte(`{"schema": "innards.bench/1"}`))
	put(t, filepath.Join(dir, "compared"), "report.html", []byte(`<!doctype html>`))
	put(t, filepath.Join(dir, "sampled"), "wall.pb.gz", encode(t, synthetic("leaf", 3)))
	put(t, filepath.Join(dir, "compared"), "wall.pb.gz", encode(t, synthetic("leaf", 3)))
	for i, name := range []string{"compared", "grows", "stuck"} {
		at := time.Date(2026, 5, 1+i, 0, 0, 0, 0, time.UTC)
		files, err := filepath.Glob(filepath.Join(dir, name, "*"))
		require.NoError(t, err)
		for _, file := range files {
			require.NoError(t, os.Chtimes(file, at, at))
		}
	}
	s := open(t, dir)
	_, index := get(t, s, "/")
	last := 0
	for _, want := range []string{`href="/run/stuck"`, "lock-cycle, 42 blocked", `href="/run/grows"`, "1 site: 3 MB in main.greet", `href="/run/compared"`, `href="/run/sampled"`} {
		at := strings.Index(index, want)
		assert.Greater(t, at, last, "%s stands where the newest comes first", want)
		last = at
	}

	_, page := get(t, s, "/run/stuck")
	for _, want := range []string{"deadlock over &lt;2&gt; locks", "40 goroutines", "goroutine 1", `class="arrow red wait"`, "held since", "bank.go:36",
		`id="goroutines-0"`, "/src/bank.go:28", "a warning"} {
		holds(t, page, want)
	}
	assert.Less(t, len(page), 40_000)
	_, page = get(t, s, "/run/grows")
	for _, want := range []string{"main.greet", "/src/bank.go:16", "488.28 kB/s", `<path class="line"`, "8 MB resident", "/pprof/" + urlName(dir) + "-grows-leak/flamegraph"} {
		holds(t, page, want)
	}
	_, page = get(t, s, "/run/compared")
	holds(t, page, "/report/"+urlName(dir)+"-compared-report.html")
	holds(t, page, `class="badge bench"`)
	_, page = get(t, s, "/run/sampled")
	holds(t, page, `class="badge record"`)
	holds(t, page, "flamegraph")
	status, _ := get(t, s, "/run/nothing")
	assert.Equal(t, http.StatusNotFound, status)
}

// A run that is not whole, or of another release, says so and shows the rest.
func TestBrokenRun(t *testing.T) {
	dir := t.TempDir()
	hangFolder(t, dir, 3)
	put(t, dir, "waits.json", []byte(`{"schema": "innards.waits/1", "groups": [{"waits": [5]}], "objects": []}`))
	s := open(t, dir)
	_, page := get(t, s, "/run/"+urlName(dir))
	holds(t, page, "deadlock over")
	holds(t, page, "waits for object 5 of 0")
	put(t, dir, "report.json", []byte(`{"schema": "innards.hang/1", "verdicts": [`))
	_, page = get(t, open(t, dir), "/run/"+urlName(dir))
	holds(t, page, "unexpected end of JSON")
	_, index := get(t, s, "/")
	holds(t, index, "unexpected end of JSON")
}

// TestCompare: any profile can be compared with any other of its kind, without --base.
func TestCompare(t *testing.T) {
	dir := t.TempDir()
	s := open(t, put(t, dir, "before.pb.gz", encode(t, synthetic("leaf", 2))), put(t, dir, "after.pb.gz", encode(t, synthetic("leaf", 5))),
		put(t, dir, "heap.pb.gz", realHeap(t)))
	_, index := get(t, s, "/")
	holds(t, index, `href="/compare/after"`)
	_, page := get(t, s, "/compare/after")
	holds(t, page, `href="/pprof/after-minus-before/flamegraph"`)
	holdsNot(t, page, "minus-heap")
	_, page = get(t, s, "/compare/heap")
	holds(t, page, "No other profile here holds")
	status, top := get(t, s, "/pprof/after-minus-before/top?si=cpu")
	assert.Equal(t, http.StatusOK, status)
	holds(t, top, "main.leaf")
	for _, path := range []string{"/pprof/after-minus-heap/top", "/pprof/after-minus-after/top", "/pprof/after-minus-/top", "/compare/nothing",
		"/pprof/after-minus-before-minus-after/top"} {
		status, _ := get(t, s, path)
		assert.Equal(t, http.StatusNotFound, status, path)
	}
}

// TestExplained: every structure has a page, every step an address, and what cannot be is said on the page.
func TestExplained(t *testing.T) {
	s := open(t)
	_, page := get(t, s, "/explain/")
	for _, name := range []string{"openaddr", "linear", "quadratic", "doublehash", "perturb", "robinhood", "chaining", "orderedmap", "bplustree"} {
		holds(t, page, `href="/explain/`+name+`"`)
		status, tour := get(t, s, "/explain/"+name)
		assert.Equal(t, http.StatusOK, status)
		holds(t, tour, "1 of ")
		holds(t, tour, "All steps")
		holds(t, tour, `id="on"`)
		holdsNot(t, tour, `id="back"`)
	}
	_, page = get(t, s, "/explain/linear?keys=ape,bee,%3Fape,-bee&seed=5&step=3")
	holds(t, page, `value="ape,bee,?ape,-bee"`)
	holds(t, page, `href="?keys=ape%2Cbee%2C%3Fape%2C-bee&amp;seed=5&amp;step=4"`)
	_, page = get(t, s, "/explain/linear?hostile=9&step=99999")
	holdsNot(t, page, `id="on"`)
	for query, want := range map[string]string{"keys=%3Cscript%3E,,": "&lt;script&gt;", "seed=x": "is not a number", "hostile=-2": "give a number up to", "step=z": "is not a number"} {
		status, page := get(t, s, "/explain/linear?"+query)
		assert.Equal(t, http.StatusOK, status)
		holds(t, page, want)
		holdsNot(t, page, "<script>", query)
	}
	status, _ := get(t, s, "/explain/btree")
	assert.Equal(t, http.StatusNotFound, status)
}
