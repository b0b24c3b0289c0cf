package web

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for path, want := range map[string]string{
		"cpu.pb.gz":             "cpu",
		"a/b/heap.prof":         "heap",
		"x.pprof":               "x",
		"/dev/fd/63":            "63",
		"../..":                 "profile",
		".pb.gz":                "profile",
		"...":                   "profile",
		"<script>.prof":         "script",
		"ünïcode größe.pb.gz":   "n-code-gr--e",
		"a%2Fb?c#d.prof":        "a-2Fb-c-d",
		"cpu profile 1.pb.gz":   "cpu-profile-1",
		"server-v1.2.3.pb.gz":   "server-v1.2.3",
		"--addr=0.0.0.0:0.prof": "addr-0.0.0.0-0",
	} {
		assert.Equal(t, want, urlName(path), path)
	}
}

func TestNamesAreUnique(t *testing.T) {
	raw := encode(t, synthetic("leaf", 1))
	var files []string
	for _, name := range []string{"cpu.pb.gz", "cpu-2.pb.gz", "cpu.prof", "cpu.pprof"} {
		files = append(files, put(t, t.TempDir(), name, raw))
	}
	s := open(t, files...)
	assert.Equal(t, []string{"cpu", "cpu-2", "cpu-3", "cpu-4"}, s.Profiles())
	for _, name := range s.Profiles() {
		code, _ := get(t, s, "/pprof/"+name+"/top")
		assert.Equal(t, http.StatusOK, code)
	}
}

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	s := open(t, put(t, dir, "made.pb.gz", encode(t, synthetic("leaf", 3))), put(t, dir, "<b>&.prof", encode(t, synthetic("other", 10000))))
	w := ask(s, "/", nil)
	require.Equal(t, http.StatusOK, w.Code)
	page := w.Body.String()
	for _, want := range []string{
		"2 profiles", ">samples</a> <span>450</span>", ">cpu</a> <span>4.5 s</span>", "<span>1,500,000</span>", "<span>4.17 h</span>",
		"over 1.5 min", "/<wbr>made.pb.gz<wbr>", `<time datetime="2026-03-0`, "of leaf-server", "&lt;b&gt;&amp;.prof",
		`href="/pprof/made/flamegraph"`, `href="/pprof/made/top"`, `href="/pprof/made/graph"`, `href="/pprof/made/source"`,
		`href="/pprof/made/peek"`, `href="/pprof/made/download"`, `href="/pprof/b/flamegraph?si=cpu"`,
	} {
		holds(t, page, want)
	}
	holdsNot(t, page, "<script", "the overview works without JavaScript")
	holdsNot(t, page, "No profiles yet")
	assert.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe-inline")
}

func TestIndexOfNothing(t *testing.T) {
	code, page := get(t, open(t), "/")
	assert.Equal(t, http.StatusOK, code)
	for _, want := range []string{"innards bench --profile", "innards leak", "innards hang --out"} {
		holds(t, page, want)
	}
}

func TestFolder(t *testing.T) {
	raw := encode(t, synthetic("leaf", 3))
	dir := filepath.Join(t.TempDir(), "run")
	put(t, dir, "cpu.pb.gz", raw)
	put(t, dir, "deep/heap.prof", raw)
	put(t, dir, "deep/deeper/mutex.pprof", raw)
	put(t, dir, ".hidden/cpu.prof", raw)
	put(t, dir, "cut.pb.gz", raw[:len(raw)/2])
	put(t, dir, "report.json", []byte(`{"verdicts": []}`))
	put(t, dir, "deep/report.txt", []byte("<script>alert(1)</script>\n"))
	put(t, dir, "report.html", []byte("<script>draw()</script>"))
	put(t, dir, "notes.txt", []byte("secret"))
	require.NoError(t, os.Symlink("/etc/hostname", filepath.Join(dir, "report.txt")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "cpu.pb.gz"), filepath.Join(dir, "link.pb.gz")))

	s := open(t, dir)
	assert.Equal(t, []string{"run-cpu", "run-deep-heap"}, s.Profiles())
	require.Len(t, s.Warnings(), 1)
	assert.Contains(t, s.Warnings()[0], "cut.pb.gz: truncated")
	_, page := get(t, s, "/")
	holds(t, page, "cut.pb.gz: truncated")
	holds(t, page, "2 profiles, 3 reports")

	w := ask(s, "/report/run-report.json", nil)
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, `{"verdicts": []}`, w.Body.String())
	w = ask(s, "/report/run-deep-report.txt", nil)
	assert.Equal(t, "<script>alert(1)</script>\n", w.Body.String())
	assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))

	w = ask(s, "/report/run-report.html", nil)
	assert.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	assert.Contains(t, w.Header().Get("Content-Security-Policy"), "sandbox allow-scripts; default-src 'none'",
		"a page of its own, without our origin")

	// A report replaced by a link that leads out of the folder, after it was listed.
	require.NoError(t, os.Remove(filepath.Join(dir, "report.json")))
	require.NoError(t, os.Symlink("/etc/hostname", filepath.Join(dir, "report.json")))
	code, _ := get(t, s, "/report/run-report.json")
	assert.Equal(t, http.StatusNotFound, code)
}

// TestReportByItself: the files that a benchmark names to be opened are its report and its profiles.
func TestReportByItself(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bench")
	report := put(t, dir, "report.json", []byte("{}"))
	s := open(t, report, put(t, dir, "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	assert.Equal(t, []string{"cpu"}, s.Profiles())
	_, page := get(t, s, "/")
	holds(t, page, "1 profile, 1 report")
	code, body := get(t, s, "/report/bench-report.json")
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, "{}", body)

	put(t, dir, "bench.txt", []byte("BenchmarkGet 1 2 ns/op\n"))
	put(t, dir, "longest-a.trace", []byte("go 1.26 trace\x00\x00\x00"))
	w := ask(open(t, dir), "/report/bench-longest-a.trace", nil)
	assert.Equal(t, "go 1.26 trace\x00\x00\x00", w.Body.String())
	assert.Equal(t, `attachment; filename=longest-a.trace`, w.Header().Get("Content-Disposition"))
	assert.Equal(t, "application/octet-stream", w.Header().Get("Content-Type"))
	_, body = get(t, open(t, dir), "/report/bench-bench.txt")
	assert.Equal(t, "BenchmarkGet 1 2 ns/op\n", body)

	_, err := New([]string{filepath.Join(dir, "none", "report.json")}, Options{})
	assert.ErrorContains(t, err, "no such file")
	_, err = New([]string{put(t, t.TempDir(), "dump.txt", []byte("nothing much"))}, Options{})
	assert.ErrorContains(t, err, "not a pprof profile", "beside a report, not by itself")
}

// TestTraversal: no part of an address becomes a path, in whatever way it is written.
func TestTraversal(t *testing.T) {
	outer := t.TempDir()
	put(t, outer, "secret.txt", []byte("the secret"))
	put(t, outer, "report.txt", []byte("the secret"))
	dir := filepath.Join(outer, "run")
	put(t, dir, "cpu.pb.gz", encode(t, synthetic("leaf", 3)))
	put(t, dir, "report.txt", []byte("the report"))
	server := serve(t, open(t, dir))
	for _, path := range []string{
		"/../secret.txt", "/report/../secret.txt", "/report/..%2fsecret.txt", "/report/..%2f..%2freport.txt",
		"/report/run-report.txt/../../secret.txt",
		"/report/%2e%2e/secret.txt", "/report/" + strings.ReplaceAll(filepath.Join(outer, "secret.txt"), "/", "%2f"),
		"/pprof/run-cpu/../../secret.txt", "/pprof/..%2f..%2fetc%2fpasswd/top", "/pprof/run-cpu/..%2f..%2fetc%2fpasswd",
		"/pprof//top", "/pprof/./top", "/pprof/run-cpu/download/../../../etc/passwd", "/report/", "/report/report.txt",
		"/pprof/run-cpu%00/top",
		"/page.html", "/pprof/run-cpu/TOP", "//etc/passwd",
	} {
		status, body := raw(t, server, "GET "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
		assert.NotEqual(t, http.StatusOK, status, path)
		holdsNot(t, body, "the secret", path)
		holdsNot(t, body, "root:", path)
	}
	status, body := raw(t, server, "GET /report/run-report.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
	assert.Equal(t, http.StatusOK, status)
	holds(t, body, "the report")
}
