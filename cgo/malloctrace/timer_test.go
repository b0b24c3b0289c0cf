package malloctrace_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	_ "innards/cgo/malloctrace"
)

// A program that imports the package and asks it nothing: what the timer looks at is in order for the race detector, too.
func TestNobodyAsks(t *testing.T) {
	const child = "INNARDS_NOBODY_ASKS"
	if os.Getenv(child) != "" {
		time.Sleep(500 * time.Millisecond) // the timer has gone off twice by then; nothing here can see it
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNobodyAsks$")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}
