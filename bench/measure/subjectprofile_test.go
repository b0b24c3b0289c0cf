package measure

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

var kept [][]byte

//go:noinline
func greedy() { kept = append(kept, make([]byte, 1<<20)) }

func TestEachSubjectHasItsOwnProfiles(t *testing.T) {
	right := func(int) error { return nil }
	idle := func(int) {}
	// Whether the receiver really parks is not left to the scheduler: the sender closes the channel only when everything else in the bubble is
	// blocked for good without it.
	waits := func(int) {
		done := make(chan struct{})
		go func() {
			synctest.Wait()
			close(done)
		}()
		<-done
	}
	plan := Plan{
		Cells: []workload.Cell{{Op: workload.GetHit, Key: workload.Uint64, Len: 5}, {Op: workload.GetHit, Key: workload.Uint64, Len: 1 << 20}},
		Race: func(cell workload.Cell) (Race, error) {
			require.Equal(t, 5, cell.Len, "large ones are left out")
			return Race{Runners: []Runner{
				{Name: "idle", Run: idle, Check: right},
				{Name: "idle-twin", Run: func(int) { t.Error("the twin was profiled") }, Check: right},
				{Name: "greedy", Run: func(int) { greedy() }, Check: right},
				{Name: "waits", Run: waits, Check: right},
			}}, nil
		},
	}
	var all []SubjectProfile
	var err error
	synctest.Test(t, func(t *testing.T) { all, err = Protocol{Wall: Wall()}.ProfileSubjects(t.Context(), plan, time.Minute) })
	require.NoError(t, err)
	found := map[string]*profile.Profile{}
	for _, one := range all {
		found[one.Impl+" "+one.Kind], err = profile.ParseData(one.Data)
		require.NoError(t, err)
	}
	assert.NotContains(t, found, "idle mutex")
	require.Contains(t, found, "greedy heap")
	var bytes int64
	named := false
	for _, sample := range found["greedy heap"].Sample {
		bytes += sample.Value[1]
		named = named || within(sample, "measure.greedy")
	}
	assert.True(t, named)
	assert.InDelta(t, 1<<20, bytes, 1<<18)
	assert.Contains(t, found, "waits block")
}

func TestCPUProfileIsSplitByContender(t *testing.T) {
	f := &profile.Function{ID: 1, Name: "f"}
	l := &profile.Location{ID: 1, Line: []profile.Line{{Function: f}}}
	sample := func(impl string, n int64) *profile.Sample {
		s := &profile.Sample{Location: []*profile.Location{l}, Value: []int64{n}}
		if impl != "" {
			s.Label = map[string][]string{"impl": {impl}}
		}
		return s
	}
	whole := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "cpu", Unit: "nanoseconds"}}, Function: []*profile.Function{f}, Location: []*profile.Location{l},
		Sample: []*profile.Sample{sample("a", 1), sample("b", 2), sample("a", 3), sample("", 4), sample("a-twin", 5)},
	}
	data, err := encoded(map[[2]string]*profile.Profile{{"", ""}: whole})
	require.NoError(t, err)
	parts, err := SplitCPU(data[0].Data)
	require.NoError(t, err)
	require.Len(t, parts, 2)
	for i, want := range []int64{4, 2} {
		p, err := profile.ParseData(parts[i].Data)
		require.NoError(t, err)
		var sum int64
		for _, s := range p.Sample {
			sum += s.Value[0]
		}
		assert.Equal(t, want, sum, parts[i].Impl)
	}
	_, err = SplitCPU([]byte("nothing"))
	require.ErrorContains(t, err, "parse the CPU profile")
}
