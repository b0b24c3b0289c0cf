package bench

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A slice of 300,000 integers copies more than a megabyte when it last grows.
func TestProfileKeepsATraceOfTheLongestOperation(t *testing.T) {
	stdout, _, err := run(t, t.Context(), "dynarray", "--quick", "--count=6", "--len=300000", "--op=append", "--profile", "--out=kept")
	require.NoError(t, err)
	said := regexp.MustCompile(`(?m)^longest operation of slice: append int64 300000: Append \d+ of 300000, [\d.]+m?.?s: go tool trace (\S+)$`).
		FindStringSubmatch(stdout)
	require.NotNil(t, said, stdout)
	assert.Equal(t, "kept/longest-slice.trace", said[1])
	assert.Contains(t, stdout, "kept kept/longest-slice.trace\n")
	kept, err := os.ReadFile(said[1])
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(kept, []byte("go 1.")))
	assert.Contains(t, string(kept), "slice Append")
	assert.Less(t, len(kept), 4<<20)
}
