package diagnose_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose"
)

func explained(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := diagnose.ExplainCommand()
	cmd.SetArgs(args)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out bytes.Buffer
	cmd.SetOut(&out)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestExplain(t *testing.T) {
	text, err := explained(t, "robinhood", "--keys", "42,7,19,64,3,?3,-42")
	require.NoError(t, err)
	for _, want := range []string{"openaddr.RobinHood, seed 1", "delete 42", "home slot", "in the end"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "\x1b", "no colours into a pipe")
	long, err := explained(t, "robinhood", "--keys", "42,7,19,64,3,?3,-42", "--steps")
	require.NoError(t, err)
	assert.Greater(t, len(long), 2*len(text))

	text, err = explained(t, "linear", "--hostile", "--json")
	require.NoError(t, err)
	var story struct {
		Schema     string
		Operations []struct {
			Do    string
			Steps []struct{ Say string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &story))
	assert.Equal(t, "innards.explain/1", story.Schema)
	assert.Greater(t, len(story.Operations), 12)

	for want, args := range map[string][]string{
		"which structure":    {},
		`no structure "map"`: {"map"},
		"an empty key":       {"linear", "--keys", "a,"},
		"hashes nothing":     {"bplustree", "--hostile=3"},
	} {
		text, err := explained(t, args...)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "\n")
		assert.Empty(t, text)
	}
}
