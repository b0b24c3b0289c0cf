package cold

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGrow(t *testing.T) {
	if _, _, err := use(); err != nil {
		t.Skip(err)
	}
	grown, err := Grow(4 << 20)
	require.NoError(t, err)
	_, spent, _ := use()
	assert.Positive(t, grown.Nanoseconds)
	assert.LessOrEqual(t, grown.Nanoseconds*(4<<20), float64(spent), "no more than the process has spent in its life")
	assert.Greater(t, grown.Peak, 0.5, "32 MiB were written, of which a test has few to begin with")
}
