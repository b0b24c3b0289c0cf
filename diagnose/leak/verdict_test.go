package leak

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readTrace(t *testing.T, path string) (trace *tracefmt.Trace, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	trace, bad, err := tracefmt.ReadText(strings.NewReader(string(b)), filepath.Base(path))
	require.NoError(t, err)
	require.Empty(t, bad)
	return trace, string(b)
}

// Each text holds a run of one site, and what must be said of it.
func TestVerdicts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.trace")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".trace"), func(t *testing.T) {
			trace, text := readTrace(t, path)
			_, after, ok := strings.Cut(text, "# want ")
			require.True(t, ok)
			want, _, _ := strings.Cut(after, "\n")
			heap, names := FromTrace(trace)
			sites := heap.Sites(trace.End, names, trace.Lost)
			require.Len(t, sites, 1)
			assert.Equal(t, want, string(sites[0].Class)+" "+string(sites[0].Confidence))
			assert.Equal(t, Place{"main.take", "main.go", 16}, sites[0].Go)
		})
	}
}

// A verdict must not hang on where the windows happen to lie, nor on how long the run is.
func TestVerdictsHoldAtAnyLength(t *testing.T) {
	for name, want := range map[string]Class{"steady": Growing, "errorpath": Growing, "pool": Pool, "warmup": WarmUp, "sawtooth": Pool} {
		for _, stretch := range []float64{0.3, 0.77, 1.9, 13, 400} {
			trace, _ := readTrace(t, "testdata/"+name+".trace")
			for i := range trace.Events {
				trace.Events[i].Time = scale(trace.Events[i].Time, stretch)
			}
			heap, names := FromTrace(trace)
			sites := heap.Sites(scale(trace.End, stretch), names, trace.Lost)
			assert.Equal(t, want, sites[0].Class, "%s, %v times as long", name, stretch)
		}
	}
}

func scale[T ~int64](d T, by float64) T { return T(float64(d) * by) }
