//go:build cgo && linux && amd64

package malloctrace

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program that may not write so large a file as the stream is goes on without a tracer, and none of its allocations look for one.
func TestATracerThatCannotBeginRests(t *testing.T) {
	const child = "INNARDS_CANNOT_BEGIN"
	if os.Getenv(child) != "" {
		runtime.LockOSThread()
		_, err := Since(Mark{})
		assert.ErrorContains(t, err, "file too large")
		assert.True(t, passesBy())
		return
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `ulimit -f 1024; exec "$0" -test.run='^TestATracerThatCannotBeginRests$'`, os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
