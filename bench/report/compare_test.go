package report

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/workload"
)

// noisyRun is a run of so many cells in which x takes ratio times as long as the reference, give or take a tenth.
func noisyRun(random *rand.Rand, cells int, ratio float64) Document {
	d := example()
	d.Cells = nil
	for i := range cells {
		r := measure.Result{Cell: workload.Cell{Op: workload.GetHit, Key: workload.Uint64, Len: i + 1}}
		times := func(mean float64) []float64 {
			all := make([]float64, 15)
			for j := range all {
				all[j] = mean * (0.9 + 0.2*random.Float64())
			}
			return all
		}
		reference := times(1)
		twin, x := measure.Compare(times(1), reference), measure.Compare(times(ratio), reference)
		r.Subjects = []measure.Lane{{Impl: "builtin"}, {Impl: "x", Ratio: &x}}
		r.AA = measure.Lane{Impl: "builtin-twin", Ratio: &twin}
		d.Cells = append(d.Cells, r)
	}
	return d
}

func TestCompareFindsWhatIsSlowerAndNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	// Runs that differ by nothing: of forty comparisons of fifty cells each, at most two may raise any alarm.
	alarms := 0
	for range 40 {
		c, err := Compare(noisyRun(random, 50, 0.5), noisyRun(random, 50, 0.5))
		require.NoError(t, err)
		if c.Regressions("builtin") > 0 {
			alarms++
		}
	}
	assert.LessOrEqual(t, alarms, 2)

	c, err := Compare(noisyRun(random, 50, 0.5), noisyRun(random, 50, 0.75))
	require.NoError(t, err)
	assert.Equal(t, 50, c.Regressions("builtin"), "half as slow again, everywhere")
	c, err = Compare(noisyRun(random, 50, 0.75), noisyRun(random, 50, 0.5))
	require.NoError(t, err)
	assert.Zero(t, c.Regressions("builtin"), "faster is no regression")
	assert.Equal(t, measure.Faster, c.Changes[0].Verdict)
}

func TestCompareFigures(t *testing.T) {
	old, now := example(), example()
	weight := &now.Figures[1].Values[1]
	require.Equal(t, "openaddr", weight.Impl)
	weight.Lo, weight.Median, weight.Hi = 37, 38, 39
	now.Machine.Go = "go1.27"
	c, err := Compare(old, now)
	require.NoError(t, err)
	assert.Equal(t, 1, c.Regressions("builtin"))
	var out bytes.Buffer
	require.NoError(t, ComparisonText(&out, nil, c))
	assert.Contains(t, out.String(), "bytes per entry of openaddr: 38.0 B, was 28.5 B: worse")
	assert.Contains(t, out.String(), "another Go: go1.26.8, then go1.27")

	out.Reset()
	require.NoError(t, ComparisonJSON(&out, c))
	var back Comparison
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	assert.Equal(t, c, back)
}

func TestCompareRefusesWhatCannotBeCompared(t *testing.T) {
	other := example()
	other.Area = "dynarray"
	_, err := Compare(example(), other)
	require.ErrorContains(t, err, "try two of one area")
	other = example()
	other.Cells = nil
	_, err = Compare(example(), other)
	require.ErrorContains(t, err, "share no cell")

	dir := t.TempDir()
	_, err = Read(dir)
	require.ErrorContains(t, err, "--out")
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"schema": "innards.hang/1"}`), 0o644))
	_, err = Read(dir)
	require.ErrorContains(t, err, `its schema is "innards.hang/1"`)
	require.NoError(t, os.WriteFile(path, []byte(`{`), 0o644))
	_, err = Read(path)
	require.ErrorContains(t, err, path)
}
