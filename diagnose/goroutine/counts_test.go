package goroutine

import (
	"bytes"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const countsText = `goroutine profile: total 4
3 @ 0x43e5ce 0x44f0a5 0x499fb9 0x46b7c1
# labels: {"kind":"worker", "n":"a \"b\""}
#	0x44f0a4	runtime.chanrecv+0x24			/usr/local/go/src/runtime/chan.go:583
#	0x499fb8	main.(*pool).work+0x38	/src/a b/main.go:12

1 @ 0x1
#	0x1	main.main+0x0	/src/main.go:3
`

func TestParseCounts(t *testing.T) {
	d, err := ParseCounts(strings.NewReader(countsText))
	require.NoError(t, err)
	require.Len(t, d.Goroutines, 4)
	g := d.Goroutines[0]
	require.Equal(t, map[string]string{"kind": "worker", "n": `a "b"`}, g.Labels)
	require.Equal(t, "chan receive", g.State)
	require.Equal(t, []Frame{
		{Func: "runtime.chanrecv", File: "/usr/local/go/src/runtime/chan.go", Line: 583},
		{Func: "main.(*pool).work", File: "/src/a b/main.go", Line: 12},
	}, g.Frames)
	require.Equal(t, "main.main", d.Goroutines[3].Frames[0].Func)
	require.Len(t, d.Warnings, 1)

	_, err = ParseCounts(strings.NewReader("hello\n"))
	require.ErrorContains(t, err, "no goroutine profile")
	d, err = ParseCounts(strings.NewReader("goroutine profile: total 9\n999999999999 @ 0x1\n#\tx\nodd\n"))
	require.NoError(t, err)
	require.Len(t, d.Goroutines, maxProfiled)
	require.Len(t, d.Warnings, 3)
}

// The two forms of one program's profile hold the same stacks.
func TestCountsAgreeWithProfile(t *testing.T) {
	var text, proto bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&text, 1))
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&proto, 0))
	a, err := ParseCounts(&text)
	require.NoError(t, err)
	b, err := ParseProfile(&proto)
	require.NoError(t, err)
	require.Equal(t, len(b.Goroutines), len(a.Goroutines))
	waiting := func(d *Dump) (frames []Frame) { // of the test's main goroutine; the other one was at two places
		for _, g := range d.Goroutines {
			if !slices.ContainsFunc(g.Frames, func(f Frame) bool { return f.Func == "main.main" }) {
				continue
			}
			for _, f := range g.Frames {
				if !strings.HasPrefix(f.Func, "runtime.") { // the text leaves those at the top out
					f.Inlined = false // and does not tell this
					frames = append(frames, f)
				}
			}
		}
		return frames
	}
	require.NotEmpty(t, waiting(a))
	require.Equal(t, waiting(b), waiting(a))
}

func FuzzParseCounts(f *testing.F) {
	f.Add([]byte(countsText))
	f.Fuzz(func(t *testing.T, data []byte) {
		if d, err := ParseCounts(bytes.NewReader(data)); err == nil {
			require.LessOrEqual(t, len(d.Goroutines), maxProfiled)
		}
	})
}
