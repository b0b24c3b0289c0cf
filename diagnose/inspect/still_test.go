package inspect

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStill tells a process that does nothing from one that never rests.
func TestStill(t *testing.T) {
	run := func(name string, args ...string) *Process {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		require.NoError(t, cmd.Start())
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		return &Process{pid: cmd.Process.Pid, mem: &memory{pid: cmd.Process.Pid}}
	}
	sleeps := run("sleep", "60")
	assert.Eventually(t, func() bool { return sleeps.stillSince(sleeps.moment()) }, 20*time.Second, time.Millisecond)
	before := sleeps.moment()
	assert.True(t, sleeps.stillSince(before))

	turns := run("sh", "-c", "while :; do :; done")
	begin := turns.moment()
	assert.Eventually(t, func() bool { return turns.moment() != begin }, 20*time.Second, time.Millisecond)
	for range 100 {
		assert.False(t, turns.stillSince(turns.moment()))
	}
	assert.False(t, turns.stillSince(begin))

	gone := &Process{pid: 1 << 30, mem: &memory{}}
	assert.False(t, gone.stillSince(gone.moment()))
}
