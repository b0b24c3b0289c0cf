package inspect

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAsleep holds a sleeper's age against the time since it was started.
func TestAsleep(t *testing.T) {
	if _, ok := lastRun("/proc/thread-self/sched"); !ok {
		t.Skip("this kernel does not tell when a thread ran")
	}
	begin := time.Now()
	cmd := exec.CommandContext(t.Context(), "sleep", "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	pid := cmd.Process.Pid
	const long, skew = 200 * time.Millisecond, 50 * time.Millisecond // the clocks of two processors differ a little
	require.Eventually(t, func() bool { return asleep(pid, pid) > long }, 20*time.Second, time.Millisecond)
	assert.LessOrEqual(t, asleep(pid, pid), time.Since(begin)+skew)
	assert.Less(t, asleep(os.Getpid(), syscall.Gettid()), time.Since(begin)+skew)
	assert.Zero(t, asleep(pid, 1<<30))
}
