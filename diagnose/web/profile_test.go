package web

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNotAProfile: each mistake gets one line that says what the file is and what to do.
func TestNotAProfile(t *testing.T) {
	good := encode(t, synthetic("leaf", 3))
	var dump bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&dump, 2))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty.pb.gz":   {nil, "empty"},
		"hollow.pb.gz":  {gz(t, nil), "empty"},
		"cut.pb.gz":     {good[:len(good)/2], "truncated"},
		"header.pb.gz":  {good[:4], "truncated"},
		"broken.pb.gz":  {append(bytes.Clone(good[:40]), bytes.Repeat([]byte{0xff}, 100)...), "gzip stream"},
		"cut.pb":        {ungz(t, good)[:len(ungz(t, good))/2], "not a pprof profile"},
		"picture.prof":  {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "an image"},
		"text.prof":     {[]byte("just\na text\n"), "not a pprof profile"},
		"random.prof":   {bytes.Repeat([]byte{7, 99, 1, 0, 250}, 100), "not a pprof profile"},
		"result.json":   {[]byte("{\"schema\": 1}\n"), "JSON"},
		"error.prof":    {[]byte("<!DOCTYPE html><title>502</title>"), "HTML"},
		"program":       {[]byte("\x7fELF\x02\x01\x01"), "ELF"},
		"exec.trace":    {[]byte("go 1.26 trace\x00\x00\x00..."), "go tool trace"},
		"dump.txt":      {dump.Bytes(), "innards hang reads it"},
		"dump.txt.gz":   {gz(t, dump.Bytes()), "innards hang reads it"},
		"perf.data":     {[]byte("PERFILE2hhhhhhhh"), "perf"},
		"nothing.pb":    {[]byte{0x50, 0x01}, "not a pprof profile"}, // time_nanos = 1 and nothing else: well-formed
		"image.prof.gz": {gz(t, []byte("GIF89a")), "an image"},
	} {
		path := put(t, t.TempDir(), name, c.data)
		_, err := New([]string{path}, Options{})
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), c.want, name)
		assert.Contains(t, err.Error(), path, name)
		assert.NotContains(t, err.Error(), "\n", name)
		assert.Contains(t, err.Error(), ": ", "%s: what to try", name)
	}
}

func TestNotAFile(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "missing.pb.gz"): "no such file",
		dir:                                 "holds no profile",
		os.DevNull:                          "neither a file nor a pipe",
		dir + "/a\nb":                       "no such file",
	} {
		_, err := New([]string{path}, Options{})
		assert.ErrorContains(t, err, want)
	}
	put(t, dir, "cut.prof", gz(t, []byte("x"))[:5])
	_, err := New([]string{dir}, Options{})
	assert.ErrorContains(t, err, "no profile in it can be read; the first:")
	assert.ErrorContains(t, err, "cut.prof: truncated")
}

// TestPlainAndLegacy: a profile need not be compressed, nor be a protocol buffer.
func TestPlainAndLegacy(t *testing.T) {
	var legacy bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&legacy, 1))
	require.True(t, strings.HasPrefix(legacy.String(), "goroutine profile: total"))
	generic := strings.Replace(legacy.String(), "+0x", "[...]+0x", 1)
	s := open(t, put(t, t.TempDir(), "plain.pb", ungz(t, encode(t, synthetic("leaf", 3)))), put(t, t.TempDir(), "legacy.txt", []byte(generic)))
	for path, want := range map[string]string{"/pprof/plain/top": "main.leaf", "/pprof/legacy.txt/top": "goroutine"} {
		code, body := get(t, s, path)
		assert.Equal(t, 200, code)
		holds(t, body, want)
	}
}

// FuzzProfile: whatever a file holds, it is refused or shown; it never ends the process, which a panic on one of pprof's own
// goroutines would.
func FuzzProfile(f *testing.F) {
	f.Setenv("PATH", "")
	f.Add(ungz(f, encode(f, synthetic("leaf", 3))))
	f.Add(ungz(f, realHeap(f)))
	f.Add([]byte("goroutine profile: total 1\n1 @ 0x1 0x2\n#\t0x1\tmain.main+0x1\t/main.go:1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parse(data)
		if err != nil {
			return
		}
		c := &catalog{byName: make(map[string]*mount)}
		c.add("fuzzed", &mount{file: "fuzzed", loaded: loaded{prof: p, raw: data}})
		s := &Site{listed: c}
		s.pages = guard(s.routes())
		for _, path := range []string{"/", "/pprof/fuzzed/flamegraph", "/pprof/fuzzed/top", "/pprof/fuzzed/peek", "/pprof/fuzzed/source"} {
			if code, _ := get(t, s, path); path == "/" && code != 200 {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
}

func TestQuantity(t *testing.T) {
	for want, got := range map[string]string{
		"0 ns": quantity(0, "nanoseconds"), "999 ns": quantity(999, "nanoseconds"), "1.5 µs": quantity(1500, "nanoseconds"),
		"-2.25 s": quantity(-2250, "milliseconds"), "1 h": quantity(3600, "seconds"), "1 kB": quantity(1024, "bytes"),
		"1023 B": quantity(1023, "bytes"), "1.5 MB": quantity(3<<19, "bytes"), "-1,234,567": quantity(-1234567, "count"),
		"12 objects": quantity(12, "objects"), "100": quantity(100, "count"), "10 s": quantity(10e9, "nanoseconds"),
	} {
		assert.Equal(t, want, got)
	}
}
