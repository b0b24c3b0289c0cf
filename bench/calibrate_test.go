package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/report"
)

// Whether a loaded machine keeps the promises is not for a test to say; that the trials are real ones is.
func TestCalibrationRunsTrials(t *testing.T) {
	stdout, stderr, err := run(t, t.Context(), "aa", "--trials=6", "--count=6", "--sample=100us", "--json")
	if err != nil {
		require.ErrorIs(t, err, mistaken{})
	}
	assert.Empty(t, stderr)
	var c report.CalibrationReport
	require.NoError(t, json.Unmarshal([]byte(stdout), &c))
	assert.Equal(t, 6, c.Trials)
	assert.Equal(t, 6.0, c.Rounds)
	assert.Equal(t, c.Kept(), err == nil)
	assert.Positive(t, c.Slower.Median)

	for args, want := range map[string]string{
		"aa --trials=5": "try something from 6", "aa --count=3": "at least 6", "aa --sample=0s": "from 100µs", "aa hashmap": "hashmap",
	} {
		_, _, err := run(t, t.Context(), strings.Fields(args)...)
		require.ErrorContains(t, err, want, args)
	}
}

func TestCompletion(t *testing.T) {
	for line, want := range map[string][]string{
		"hashmap --impl openaddr,ch": {"openaddr,chaining"},
		"hashmap --op ":              {"get-hit", "get-many"},
		"orderedmap --impl ":         {"listmap", "sorted"},
		"dynarray --keys int64,":     {"int64,float64"},
		"--format ":                  {"text", "markdown"},
		"":                           {"hashmap", "dynarray", "aa", "readme"},
	} {
		args := append([]string{"__complete"}, strings.Split(line, " ")...)
		stdout, _, err := run(t, t.Context(), args...)
		require.NoError(t, err, line)
		var offered []string
		for answer := range strings.Lines(stdout) {
			name, _, _ := strings.Cut(strings.TrimSuffix(answer, "\n"), "\t")
			offered = append(offered, name)
		}
		assert.Subset(t, offered, want, line)
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		stdout, _, err := run(t, t.Context(), "completion", shell)
		require.NoError(t, err)
		assert.Contains(t, stdout, "__complete", shell)
	}
}

func TestProgressTellsTheTimeLeft(t *testing.T) {
	var now time.Duration
	var out strings.Builder
	say := progress(&out, measure.Clock{Read: func() time.Duration { return now }}, 10*time.Minute)
	say(0, 20, "get-hit")
	assert.NotContains(t, out.String(), "left")
	now = 30 * time.Second
	out.Reset()
	say(5, 20, "churn")
	assert.Equal(t, "\r\x1b[K█████··············· 6/20  1m30s left  churn", out.String())
	now = 9 * time.Minute
	out.Reset()
	say(9, 20, "iterate")
	assert.Contains(t, out.String(), "  1m0s left  iterate", "never more than there is")
	out.Reset()
	say(20, 20, "")
	assert.Equal(t, "\r\x1b[K", out.String())
}

func TestReadme(t *testing.T) {
	_, _, err := run(t, t.Context(), tiny("--out=kept")...)
	require.NoError(t, err)
	const text = "before\n<!-- begin: hashmap times -->\n<!-- end: hashmap times -->\n<!-- begin: dynarray times -->\nold\n<!-- end: dynarray times -->\n"
	kept, err := filepath.Abs("kept")
	require.NoError(t, err)
	readme := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(readme, []byte(text), 0o600))
	stdout, _, err := run(t, t.Context(), "readme", readme, kept)
	require.NoError(t, err)
	assert.Equal(t, "wrote "+readme+"\n", stdout)
	filled, err := os.ReadFile(readme)
	require.NoError(t, err)
	assert.Contains(t, string(filled), "| iterate | uint64 | 50 |")
	assert.Contains(t, string(filled), "dynarray times -->\nold\n", "no run of it was given")
	stdout, _, err = run(t, t.Context(), "readme", readme, kept)
	require.NoError(t, err)
	assert.Empty(t, stdout, "the same once more")

	_, _, err = run(t, t.Context(), "readme", readme, kept, kept)
	require.ErrorContains(t, err, "a second run of hashmap")
	_, _, err = run(t, t.Context(), "readme", readme)
	require.ErrorContains(t, err, "a file and runs")
	require.NoError(t, os.WriteFile(readme, []byte("<!-- begin: hashmap what -->\n<!-- end: hashmap what -->\n"), 0o600))
	_, _, err = run(t, t.Context(), "readme", readme, kept)
	require.ErrorContains(t, err, "try one of figures")
}
