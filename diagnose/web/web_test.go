package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// synthetic returns a CPU profile of known content: main.work spends seconds in leaf, and half of it in main.rest.
func synthetic(leaf string, seconds int64) *profile.Profile {
	m := &profile.Mapping{ID: 1, Start: 0x400000, Limit: 0x500000, File: "/nowhere/" + leaf + "-server", HasFunctions: true}
	p := &profile.Profile{
		SampleType:    []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		PeriodType:    &profile.ValueType{Type: "cpu", Unit: "nanoseconds"},
		Period:        10e6,
		TimeNanos:     time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).UnixNano(),
		DurationNanos: 90e9,
		Mapping:       []*profile.Mapping{m},
	}
	stack := func(names ...string) []*profile.Location {
		var locations []*profile.Location
		for _, name := range names {
			line := int64(len(p.Function)+1) * 100 // far apart, or pprof lists two functions as one stretch of source
			f := &profile.Function{ID: uint64(len(p.Function) + 1), Name: name, SystemName: name, Filename: "/nowhere/main.go", StartLine: line - 1}
			p.Function = append(p.Function, f)
			l := &profile.Location{ID: uint64(len(p.Location) + 1), Mapping: m, Address: 0x401000 + uint64(len(p.Location))*16,
				Line: []profile.Line{{Function: f, Line: line}}}
			p.Location = append(p.Location, l)
			locations = append(locations, l)
		}
		return locations
	}
	p.Sample = []*profile.Sample{
		{Location: stack("main."+leaf, "main.work", "main.main"), Value: []int64{seconds * 100, seconds * 1e9}},
		{Location: stack("main.rest", "main.main"), Value: []int64{seconds * 50, seconds * 5e8}},
	}
	return p
}

func encode(t testing.TB, p *profile.Profile) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, p.Write(&b))
	return b.Bytes()
}

func put(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// realCPU is a CPU profile of this process, with at least one sample in burn.
func realCPU(t testing.TB) []byte {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		var b bytes.Buffer
		if err := pprof.StartCPUProfile(&b); err != nil {
			t.Skipf("a CPU profile is being taken already: %v", err)
		}
		burn(150 * time.Millisecond)
		pprof.StopCPUProfile()
		p, err := profile.ParseData(b.Bytes())
		require.NoError(t, err)
		for _, f := range p.Function {
			if strings.HasSuffix(f.Name, "web.burn") {
				return b.Bytes()
			}
		}
	}
	t.Fatal("no CPU profile of ten seconds caught burn")
	return nil
}

//go:noinline
func burn(d time.Duration) (n int) {
	words := strings.Fields(strings.Repeat("pprof needs something to see ", 100))
	for start := time.Now(); time.Since(start) < d; {
		w := append([]string(nil), words...)
		sort.Strings(w)
		n += len(w[0])
	}
	return n
}

func realHeap(t testing.TB) []byte {
	t.Helper()
	hold := make([][]byte, 0, 64)
	for range 64 {
		hold = append(hold, make([]byte, 1<<20))
	}
	runtime.GC()
	var b bytes.Buffer
	require.NoError(t, pprof.WriteHeapProfile(&b))
	runtime.KeepAlive(hold)
	return b.Bytes()
}

func open(t testing.TB, files ...string) *Site {
	t.Helper()
	s, err := New(files, Options{})
	require.NoError(t, err)
	return s
}

// get asks a site as a person's browser would.
func get(t testing.TB, s http.Handler, path string) (int, string) {
	t.Helper()
	r := ask(s, path, nil)
	return r.Code, r.Body.String()
}

func ask(s http.Handler, path string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "127.0.0.1:4711"
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
	r.RequestURI = path
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func gz(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

func ungz(t testing.TB, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	plain, err := io.ReadAll(z)
	require.NoError(t, err)
	return plain
}

// holds is assert.Contains without the page, thirty thousand characters of pprof's, in every complaint.
func holds(t testing.TB, body, want string, about ...any) {
	t.Helper()
	if !strings.Contains(body, want) {
		assert.Fail(t, fmt.Sprintf("the page (%d bytes) does not hold %q", len(body), want), about...)
	}
}

func holdsNot(t testing.TB, body, unwanted string, about ...any) {
	t.Helper()
	if strings.Contains(body, unwanted) {
		assert.Fail(t, fmt.Sprintf("the page holds %q", unwanted), about...)
	}
}
