package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// The words of status are those of wait(2).
func TestAThreadThatEndsInsteadOfStoppingSaysSo(t *testing.T) {
	for _, c := range []struct {
		status unix.WaitStatus
		err    error
		want   string
	}{
		{status: 0x057f}, // stopped
		{status: 0, err: unix.ECHILD, want: "no child processes"},
		{status: 0x0300, want: "it ended with exit status 3"},
		{status: 9, want: "it was ended by killed"},
	} {
		err := unstopped(c.status, c.err)
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, c.want)
		assert.NotContains(t, err.Error(), "%!")
	}
}
