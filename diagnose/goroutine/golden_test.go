package goroutine

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the .want files anew")

// Each file in testdata is a dump; its first line names the Go version and how it was made, and the .want file beside
// it holds what Parse must see in it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(data, []byte("# go1.")), "the first line names the Go version")
			d, err := Parse(bytes.NewReader(data))
			require.NoError(t, err)
			got := outline(d)
			want := strings.TrimSuffix(file, ".txt") + ".want"
			if *update {
				require.NoError(t, os.WriteFile(want, []byte(got), 0o644))
			}
			wanted, err := os.ReadFile(want)
			require.NoError(t, err)
			require.Equal(t, string(wanted), got)
		})
	}
}

// outline writes every field of a dump.
func outline(d *Dump) string {
	var b strings.Builder
	fmt.Fprintf(&b, "goroutines %d, all asleep %t\n", len(d.Goroutines), d.AllAsleep)
	for _, w := range d.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	for _, g := range d.Goroutines {
		fmt.Fprintf(&b, "\n%d %q", g.ID, g.State)
		if g.Waiting > 0 {
			fmt.Fprintf(&b, " %v", g.Waiting)
		}
		if g.LockedToThread {
			b.WriteString(" locked")
		}
		if g.System {
			b.WriteString(" system")
		}
		if g.Elided > 0 {
			fmt.Fprintf(&b, " elided=%d", g.Elided)
		}
		if len(g.Annotations) > 0 {
			fmt.Fprintf(&b, " %q", g.Annotations)
		}
		if len(g.Labels) > 0 {
			fmt.Fprintf(&b, " %q", g.Labels)
		}
		b.WriteString("\n")
		for _, f := range g.Frames {
			inlined := ""
			if f.Inlined {
				inlined = " inlined"
			}
			fmt.Fprintf(&b, "  %s(%s) at %s:%d%s\n", f.Func, f.Args, f.File, f.Line, inlined)
		}
		if g.CreatedBy.Func != "" {
			fmt.Fprintf(&b, "  created by %s at %s:%d in %d\n", g.CreatedBy.Func, g.CreatedBy.File, g.CreatedBy.Line, g.CreatorID)
		}
	}
	return b.String()
}

func mustParse(t testing.TB, text string) *Dump {
	t.Helper()
	d, err := Parse(strings.NewReader(text))
	require.NoError(t, err)
	return d
}

// What WriteText writes, Parse reads back to the same dump.
func TestRoundTrip(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		first := mustParse(t, string(data))
		first.Warnings = nil
		var text bytes.Buffer
		require.NoError(t, first.WriteText(&text))
		require.Equal(t, outline(first), outline(mustParse(t, text.String())), file)
	}
}

// A dump cut anywhere gives the goroutines before the cut, and never fails once a header was whole.
func TestCutAnywhere(t *testing.T) {
	for _, file := range []string{"go1.25-synctest.txt", "go1.26-asleep.txt", "go1.21-panic-windows.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		require.NoError(t, err)
		whole := mustParse(t, string(data))
		require.Empty(t, whole.Warnings)
		for n := bytes.Index(data, []byte("]:")) + 2; n < len(data); n++ {
			d, err := Parse(bytes.NewReader(data[:n]))
			require.NoError(t, err)
			require.LessOrEqual(t, len(d.Goroutines), len(whole.Goroutines))
			for i, g := range d.Goroutines[:len(d.Goroutines)-1] {
				require.Equal(t, whole.Goroutines[i], g, "%s cut at %d", file, n)
			}
			_, tail, _ := bytes.Cut(data[bytes.LastIndexByte(data[:n], '\n'):n], []byte("\n"))
			if bytes.HasSuffix(tail, []byte(")")) || bytes.HasSuffix(tail, []byte("]:")) {
				require.NotEmpty(t, d.Warnings, "%s cut at %d, after %q", file, n, tail)
			}
		}
	}
}

func TestNoDump(t *testing.T) {
	for _, text := range []string{"", "\n\n", "hello\nworld\n", "goroutine", "goroutine x [running]:\n", "goroutine 1 [runn",
		"goroutine 99999999999999999999 [running]:\n", strings.Repeat("\x00", 1<<20)} {
		_, err := Parse(strings.NewReader(text))
		require.ErrorIs(t, err, ErrNoDump, "%.40q", text)
	}
	_, err := Parse(failingReader{})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestLogPrefixes(t *testing.T) {
	data, err := os.ReadFile("testdata/go1.26-debug2.txt")
	require.NoError(t, err)
	want := outline(mustParse(t, string(data)))
	for name, prefix := range map[string]func(i int) string{
		"compose":  func(int) string { return "web_1  | " },
		"kubectl":  func(i int) string { return fmt.Sprintf("2026-11-22T21:30:%02d.%dZ stderr F ", i%60, 7*i+1) },
		"journald": func(i int) string { return fmt.Sprintf("Nov 22 21:30:%02d box app[4711]: ", i%60) },
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for i, line := range strings.SplitAfter(string(data), "\n") {
				b.WriteString(prefix(i) + line)
			}
			require.Equal(t, want, outline(mustParse(t, b.String())))
			trimmed := strings.ReplaceAll(b.String(), " \n", "\n") // collectors trim blanks at the end
			require.Equal(t, want, outline(mustParse(t, trimmed)))
		})
	}
	t.Run("CRLF", func(t *testing.T) {
		require.Equal(t, want, outline(mustParse(t, strings.ReplaceAll(string(data), "\n", "\r\n"))))
	})
	t.Run("tab to blanks", func(t *testing.T) {
		require.Equal(t, want, outline(mustParse(t, strings.ReplaceAll(string(data), "\n\t", "\n        "))))
	})
	t.Run("blank lines lost", func(t *testing.T) {
		require.Equal(t, want, outline(mustParse(t, strings.ReplaceAll(string(data), "\n\n", "\n"))))
	})
	t.Run("first line alone", func(t *testing.T) {
		require.Equal(t, want, outline(mustParse(t, "ERROR request failed: goroutine 1 [running]:"+
			strings.SplitAfterN(string(data), "]:", 2)[1])))
	})
}

func TestLongLines(t *testing.T) {
	args := strings.Repeat("0x1, ", maxLine)
	d := mustParse(t, "goroutine 7 [select]:\nmain.f("+args+"0x2)\n\t/m.go:3 +0x1\nmain.g()\n\t/m.go:9 +0x1\n")
	require.Len(t, d.Goroutines, 1)
	frames := d.Goroutines[0].Frames
	require.Equal(t, "main.g", frames[len(frames)-1].Func)
	require.NotEmpty(t, d.Warnings)
}

func TestHeaders(t *testing.T) {
	for text, want := range map[string]Goroutine{
		"goroutine 1 [running]:":                 {ID: 1, State: "running"},
		"goroutine 1 [select (no cases)]:":       {ID: 1, State: "select (no cases)"},
		"goroutine 1 [chan send (nil chan)]:":    {ID: 1, State: "chan send (nil chan)"},
		"goroutine 8 [chan receive, 3 minutes]:": {ID: 8, State: "chan receive", Waiting: 3 * time.Minute},
		"goroutine 8 [chan receive (nil chan) (leaked)]:": {ID: 8, State: "chan receive (nil chan)",
			Annotations: []string{"leaked"}},
		"goroutine 9 gp=0xc000002380 m=nil [chan receive (leaked) (scan) (durable), 12 minutes, locked to thread, " +
			"synctest bubble 2, something new labels:{\"a\": \"b, \\\"c\\\"]:\", \"d\": \"\\u00e9\"}]:": {
			ID: 9, State: "chan receive", Waiting: 12 * time.Minute, LockedToThread: true,
			Annotations: []string{"gp=0xc000002380", "m=nil", "durable", "scan", "leaked", "synctest bubble 2", "something new"},
			Labels:      map[string]string{"a": "b, \"c\"]:", "d": "é"}},
	} {
		d := mustParse(t, text+"\nmain.f()\n\t/m.go:1 +0x1\n")
		require.Len(t, d.Goroutines, 1, text)
		want.Frames = []Frame{{Func: "main.f", File: "/m.go", Line: 1}}
		require.Equal(t, &want, d.Goroutines[0], text)
	}
}

// What the header says stays, whatever comes after it.
func TestLaterAnnotations(t *testing.T) {
	d := mustParse(t, `goroutine 5 gp=0xc0 m=3 mp=0xc1 [running]:
	goroutine running on other thread; stack unavailable
created by main.main in goroutine 1
	/a.go:2 +0x1

goroutine 6 gp=0xc2 m=nil [select]:
main.f(0x1)
	/a.go:5 +0x1
[originating from goroutine 1]:
main.main()
	/a.go:2 +0x1
`)
	require.Len(t, d.Goroutines, 2)
	require.Equal(t, []string{"gp=0xc0", "m=3", "mp=0xc1", noStack}, d.Goroutines[0].Annotations)
	require.Equal(t, []string{"gp=0xc2", "m=nil", originatingFrom + "1"}, d.Goroutines[1].Annotations)
	require.Equal(t, []Frame{{Func: "main.f", Args: "0x1", File: "/a.go", Line: 5}}, d.Goroutines[1].Frames)
}

func TestFrames(t *testing.T) {
	for text, want := range map[string]Frame{
		"main.(*server[...]).work(0x1, {0x2, 0x3})\n\t/a.go:17 +0x4a": {Func: "main.(*server[...]).work",
			Args: "0x1, {0x2, 0x3}", File: "/a.go", Line: 17},
		"a.b/c%2ed.f.func1.2()\n\tC:/Program Files/x: y/a.go:3 +0x1": {Func: "a.b/c%2ed.f.func1.2",
			File: "C:/Program Files/x: y/a.go", Line: 3},
		"main.f(...)\n\tC:\\x\\a.go:3":                            {Func: "main.f", Args: "...", Inlined: true, File: `C:\x\a.go`, Line: 3},
		"panic({0x1?, 0x2?})\n\t/p.go:9 +0x1":                     {Func: "runtime.gopanic", Args: "0x1?, 0x2?}", File: "/p.go", Line: 9},
		"main.f(0x1)\n\t/a.go:5 +0x1 fp=0xc000 sp=0xc001 pc=0x47": {Func: "main.f", Args: "0x1", File: "/a.go", Line: 5},
		"c_function\n\t/x y/c.c:8 pc=0x7f00":                      {Func: "c_function", File: "/x y/c.c", Line: 8},
		"non-Go function at pc=7f00":                              {Func: "non-Go function"},
	} {
		if want.Func == "runtime.gopanic" {
			want.Args = "{" + want.Args
		}
		d := mustParse(t, "goroutine 5 [running]:\n"+text+"\nmain.g()\n\t/a.go:9 +0x1\n")
		require.Empty(t, d.Warnings, text)
		require.Len(t, d.Goroutines[0].Frames, 2, text)
		require.Equal(t, want, d.Goroutines[0].Frames[0], text)
	}
}

func TestOddLines(t *testing.T) {
	d := mustParse(t, `goroutine 5 [running]:
main.f()
some other thread's output got in between
	/a.go:5 +0x1
main.g()
main.h()
	/a.go:7 +0x1
created by main.main in goroutine 1
	/a.go:2 +0x1

goroutine 5 [running]:
main.f()
	/a.go:5 +0x1
`)
	require.Len(t, d.Goroutines, 1)
	require.Len(t, d.Warnings, 2)
	var names []string
	for _, f := range d.Goroutines[0].Frames {
		names = append(names, f.Func)
	}
	require.Equal(t, []string{"main.f", "main.g", "main.h"}, names)
	require.Equal(t, Frame{Func: "main.main", File: "/a.go", Line: 2}, d.Goroutines[0].CreatedBy)
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("x goroutine 1 [a (b) labels:{\"\": \"\"}]:\nx ...3 frames elided...\nx f()\nx created by g\nx \x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(bytes.NewReader(data))
		if err != nil {
			require.ErrorIs(t, err, ErrNoDump)
			return
		}
		require.NotEmpty(t, d.Goroutines)
		require.LessOrEqual(t, len(d.Warnings), maxWarnings+3)
		frames := 0
		for _, g := range d.Goroutines {
			frames += len(g.Frames)
		}
		require.LessOrEqual(t, frames, len(data)) // no input makes more of itself
		var text bytes.Buffer
		require.NoError(t, d.WriteText(&text))
		require.NoError(t, d.Profile().CheckValid())
	})
}
