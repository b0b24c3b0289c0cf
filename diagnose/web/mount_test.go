package web

import (
	"debug/elf"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryPage(t *testing.T) {
	dir := t.TempDir()
	s := open(t,
		put(t, dir, "cpu.pb.gz", realCPU(t)),
		put(t, dir, "heap.pb.gz", realHeap(t)),
		put(t, dir, "made.prof", encode(t, synthetic("leaf", 3))))
	require.Equal(t, []string{"cpu", "heap", "made"}, s.Profiles())
	want := map[string]string{"cpu": "web.burn", "heap": "web.realHeap", "made": "main.leaf"}
	for name, function := range want {
		for _, page := range []string{"flamegraph", "top", "graph", "source", "peek"} {
			start := time.Now()
			code, body := get(t, s, "/pprof/"+name+"/"+page)
			t.Logf("/pprof/%s/%s: %v", name, page, time.Since(start).Round(100*time.Microsecond))
			assert.Equal(t, http.StatusOK, code, "%s of %s: %s", page, name, body)
			if page == "graph" && strings.Contains(body, "needs Graphviz") {
				holds(t, body, "/pprof/"+name+"/flamegraph")
				continue
			}
			holds(t, body, function, "%s of %s", page, name)
			holds(t, body, `<a href="/" title="Overview`, "pprof changed the heading that leads back")
			holds(t, body, "/pprof.css", "pprof changed the head that takes our style")
			holds(t, body, "<title>"+name+": ", "pprof changed the title")
		}
		code, _ := get(t, s, "/pprof/"+name)
		assert.Equal(t, http.StatusTemporaryRedirect, code, "to the folder")
		redirect := ask(s, "/pprof/"+name+"/?si=samples", nil)
		assert.Equal(t, http.StatusMovedPermanently, redirect.Code)
		assert.Equal(t, "flamegraph?si=samples", redirect.Header().Get("Location"), "relative, so that it stays under its prefix")
	}
}

func TestDownloadIsTheFile(t *testing.T) {
	raw := encode(t, synthetic("leaf", 3))
	s := open(t, put(t, t.TempDir(), `odd "name".pb.gz`, raw))
	got := ask(s, "/pprof/odd--name/download", nil)
	assert.Equal(t, http.StatusOK, got.Code)
	assert.Equal(t, raw, got.Body.Bytes())
	assert.Equal(t, `attachment; filename="odd \"name\".pb.gz"`, got.Header().Get("Content-Disposition"))
}

// TestNoCrossTalk asks two profiles of different totals at once, with and without report options in the address.
// pprof's configuration is one for the process: had a mount or a page changed it, a total would come out wrong.
func TestNoCrossTalk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, put(t, dir, "a.pb.gz", encode(t, synthetic("alpha", 2))), put(t, dir, "b.pb.gz", encode(t, synthetic("beta", 4))))
	// The details box of each page says the total of what it shows.
	pages := []struct{ path, total, absent string }{
		{"/pprof/a/top", "Total samples = 3s ", "main.beta"},
		{"/pprof/b/top", "Total samples = 6s ", "main.alpha"},
		{"/pprof/a/top?si=samples", "Total samples = 300 ", "main.beta"},
		{"/pprof/b/flamegraph", "Total samples = 6s ", "main.alpha"},
		{"/pprof/a/top?f=rest", "Total samples = 3s ", "main.beta"},
		{"/pprof/b/peek?f=beta", "Total samples = 6s ", "main.alpha"},
	}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 6 * len(pages) / 2 {
				page := pages[(worker+i)%len(pages)]
				code, body := get(t, s, page.path)
				assert.Equal(t, http.StatusOK, code, page.path)
				holds(t, body, page.total, page.path)
				holdsNot(t, body, page.absent, page.path)
			}
		})
	}
	all.Wait()
}

func TestDifference(t *testing.T) {
	dir := t.TempDir()
	before, after := synthetic("leaf", 2), synthetic("leaf", 6)
	base := put(t, dir, "before.pb.gz", encode(t, before))
	s, err := New([]string{put(t, dir, "after.pb.gz", encode(t, after))}, Options{Base: base})
	require.NoError(t, err)
	require.Equal(t, []string{"after", "after-minus-before"}, s.Profiles())
	// 9 s now, 3 s then.
	_, body := get(t, s, "/pprof/after/top")
	holds(t, body, "Total samples = 9s ")
	_, body = get(t, s, "/pprof/after-minus-before/top")
	holds(t, body, `"FlatFormat":"4s"`, "main.leaf gained 4 s")
	_, index := get(t, s, "/")
	holds(t, index, "<span>6 s</span>")
	got := ask(s, "/pprof/after-minus-before/download", nil)
	require.Equal(t, http.StatusOK, got.Code)
	diff, err := profile.ParseData(got.Body.Bytes())
	require.NoError(t, err)
	assert.Equal(t, int64(6e9), totals(diff)[1])

	heap := put(t, dir, "heap.pb.gz", realHeap(t))
	s, err = New([]string{heap, base}, Options{Base: base})
	require.NoError(t, err)
	assert.Equal(t, []string{"heap", "before", "before-minus-before"}, s.Profiles(), "a heap is not compared with a CPU profile")
	for _, none := range [][]string{{heap}, nil} {
		_, err = New(none, Options{Base: base})
		assert.ErrorContains(t, err, "only profiles of one kind can be compared")
	}
}

// TestSettingsStayUnwritten: with pprof's own server a GET from anywhere writes into the user's configuration.
func TestSettingsStayUnwritten(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	for _, page := range []string{"saveconfig?config=mine&f=leaf", "deleteconfig?config=mine", "top?f=leaf", "flamegraph"} {
		code, _ := get(t, s, "/pprof/cpu/"+page)
		if strings.Contains(page, "config") {
			assert.Equal(t, http.StatusNotFound, code, page)
		}
	}
	left, err := os.ReadDir(home)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestNoHome(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "")
	_, err := New([]string{put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1)))}, Options{})
	assert.ErrorContains(t, err, "set HOME")
	_, err = New(nil, Options{})
	assert.NoError(t, err, "the overview alone needs no settings")
}

func TestGraphWithoutDot(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	code, body := get(t, s, "/pprof/cpu/graph")
	assert.Equal(t, http.StatusOK, code)
	holds(t, body, "Graphviz")
	holds(t, body, `href="/pprof/cpu/flamegraph"`)
}

// TestGraphWithDot has the call graph drawn by a stand-in for dot, so that the page is tested where Graphviz is not
// installed.
func TestGraphWithDot(t *testing.T) {
	bin := t.TempDir()
	put(t, bin, "dot", []byte("#!/bin/sh\n/bin/cat >/dev/null\necho '<svg><g id=\"graph0\"></g></svg>'\n"))
	require.NoError(t, os.Chmod(filepath.Join(bin, "dot"), 0o755))
	t.Setenv("PATH", bin)
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	code, body := get(t, s, "/pprof/cpu/graph")
	assert.Equal(t, http.StatusOK, code)
	holds(t, body, `<g id="graph0">`)
}

// TestUntitled: the profiles of fgprof have no mapping, and pprof would call them "unknown".
func TestUntitled(t *testing.T) {
	p := synthetic("leaf", 1)
	p.Mapping = nil
	for _, l := range p.Location {
		l.Mapping, l.Address = nil, 0
	}
	s := open(t, put(t, t.TempDir(), "wall.pb.gz", encode(t, p)))
	for _, page := range []string{"flamegraph", "top", "peek", "source", "graph"} {
		code, body := get(t, s, "/pprof/wall/"+page)
		assert.Equal(t, http.StatusOK, code, page)
		holdsNot(t, body, "unknown", page)
	}
	_, body := get(t, s, "/pprof/wall/flamegraph")
	holds(t, body, "File: wall")
}

// TestDisassembly reads a program that is not stripped, as that of a test is: the go command.
func TestDisassembly(t *testing.T) {
	program, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command on the PATH to take apart")
	}
	if _, err := exec.LookPath("objdump"); err != nil {
		t.Skip("no objdump on the PATH: install binutils")
	}
	program, err = filepath.EvalSymlinks(program)
	require.NoError(t, err)
	file, err := elf.Open(program)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	symbols, err := file.Symbols()
	if err != nil {
		t.Skipf("the go command here is stripped: %v", err)
	}
	at := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == "runtime.memmove" })
	require.GreaterOrEqual(t, at, 0)
	text := file.Progs[slices.IndexFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 })]

	p := synthetic("leaf", 1)
	m := p.Mapping[0]
	m.File, m.Start, m.Limit, m.Offset = program, text.Vaddr, text.Vaddr+text.Memsz, text.Off
	p.Location[0].Address = symbols[at].Value
	p.Function[0].Name, p.Function[0].SystemName = "runtime.memmove", "runtime.memmove"
	s := open(t, put(t, t.TempDir(), "go.pb.gz", encode(t, p)))
	code, body := get(t, s, "/pprof/go/disasm?f=memmove")
	require.Equal(t, http.StatusOK, code)
	holds(t, body, "ROUTINE ======================== runtime.memmove")
	holds(t, body, "ret")
}

func TestPprofErrorsAreExplained(t *testing.T) {
	empty := synthetic("leaf", 1)
	empty.Sample = nil
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))), put(t, t.TempDir(), "empty.pb.gz", encode(t, empty)))
	code, body := get(t, s, "/pprof/cpu/disasm?f=leaf")
	assert.Equal(t, http.StatusBadRequest, code)
	holds(t, body, "must be on this machine")
	code, body = get(t, s, "/pprof/cpu/top?f=(")
	assert.Equal(t, http.StatusBadRequest, code)
	holds(t, body, "missing closing )")
	code, _ = get(t, s, "/pprof/empty/flamegraph")
	assert.Equal(t, http.StatusOK, code, "a profile without samples is a profile")
}

func TestPanicOfPprof(t *testing.T) {
	m := &mount{name: "cpu"}
	m.plain.once.Do(func() {
		top := func(http.ResponseWriter, *http.Request) { panic("index out of range") }
		m.plain.pages = map[string]http.Handler{"/top": http.HandlerFunc(top)}
	})
	w := ask(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(w, r, "/top") }), "/pprof/cpu/top", nil)
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	holds(t, w.Body.String(), "the other pages may still work")
}

// TestPanicWhileOpening: profile.Copy is within its rights to panic on what no file can hold.
func TestPanicWhileOpening(t *testing.T) {
	p := synthetic("leaf", 1)
	p.Sample[0] = nil
	m := &mount{name: "cpu", loaded: loaded{prof: p}}
	for range 2 { // and again, since the first attempt is the only one
		w := ask(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(w, r, "/top") }), "/pprof/cpu/top", nil)
		assert.Equal(t, http.StatusInternalServerError, w.Code)
		holds(t, w.Body.String(), "pprof gave up on cpu")
	}
}

func BenchmarkOpen(b *testing.B) {
	p, err := profile.ParseData(realCPU(b))
	require.NoError(b, err)
	for name, obj := range map[string]driver.ObjTool{"none": noObjects{}, "pprof": nil} {
		b.Run("objects="+name, func(b *testing.B) {
			for b.Loop() {
				m := &mount{name: "cpu", loaded: loaded{prof: p}}
				if err := m.plain.open(m, obj); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPage(b *testing.B) {
	s := open(b, put(b, b.TempDir(), "cpu.pb.gz", realCPU(b)))
	for _, page := range []string{"/", "/pprof/cpu/flamegraph", "/pprof/cpu/top", "/pprof/cpu/peek", "/pprof/cpu/source"} {
		b.Run(fmt.Sprintf("page=%s", page[strings.LastIndex(page, "/")+1:]), func(b *testing.B) {
			for b.Loop() {
				if code, _ := get(b, s, page); code != http.StatusOK {
					b.Fatal(code)
				}
			}
		})
	}
}
