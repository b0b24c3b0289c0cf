//go:build cgo && linux && amd64

package malloctrace_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/cdemo"
	"innards/cgo/malloctrace"
)

func get(t *testing.T, query string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, malloctrace.Path+query, nil))
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	return w
}

// ofDemo sums a profile's samples that have the demo's line, by type.
func ofDemo(t *testing.T, d cdemo.Demo) map[string]int64 {
	t.Helper()
	p, err := profile.Parse(get(t, "").Body)
	require.NoError(t, err)
	require.NoError(t, p.CheckValid())
	sums := map[string]int64{"period": p.Period}
	for _, s := range p.Sample {
		for _, l := range s.Location {
			if at := l.Line[0]; filepath.Base(at.Function.Filename) == d.Want.File && at.Line == int64(d.Want.Line) {
				assert.Equal(t, "innards/cgo/cdemo."+d.Want.Func, at.Function.Name)
				assert.Equal(t, []string{d.Want.Resource}, s.Label["resource"])
				for i, typ := range p.SampleType {
					sums[typ.Type] += s.Value[i]
				}
			}
		}
	}
	return sums
}

// First with one sample in 512 KiB, as a program that imports the package has it, then with all recorded: there is no way back.
func TestTheProfileHasWhatIsAliveAndWhatWasTaken(t *testing.T) {
	leaky, ok := cdemo.Find("cstring")
	require.True(t, ok)
	pace := cdemo.Pace{Rounds: 800, Pause: time.Microsecond}
	require.NoError(t, leaky.Run(context.Background(), io.Discard, pace))
	if sampled := ofDemo(t, leaky); sampled["period"] != 1 { // as it is when the test is run once more, by -count
		assert.EqualValues(t, 512<<10, sampled["period"])
		truth := float64(leaky.Bytes(pace))
		require.Greater(t, truth, 75e6, "else there are too few samples")
		assert.InEpsilon(t, truth, float64(sampled["inuse_space"]), 0.6, "seven standard deviations of 150 samples")
	}

	malloctrace.Everything()
	before := ofDemo(t, leaky)
	pace.Rounds = 10
	require.NoError(t, leaky.Run(context.Background(), io.Discard, pace))
	require.NoError(t, leaky.Fixed(context.Background(), io.Discard, pace))
	all := ofDemo(t, leaky)
	assert.EqualValues(t, 1, all["period"])
	assert.EqualValues(t, leaky.Bytes(pace), all["inuse_space"]-before["inuse_space"])
	assert.EqualValues(t, leaky.Bytes(pace), all["alloc_space"]-before["alloc_space"])

	assert.Regexp(t, `(?m)^malloc: \d+ bytes in \d+, of \d+ bytes in \d+$`, get(t, "?debug=1").Body.String())
	assert.Regexp(t, `(?m)^\tinnards/cgo/cdemo\.greet  \S+/cstring\.go:\d+$`, get(t, "?debug=1").Body.String())

	taken, given := malloctrace.Lost()
	assert.Zero(t, taken)
	assert.Zero(t, given)
}
