package leak

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWaitToBeKilled is the process of the test below: one with several threads, as all Go programs are.
func TestWaitToBeKilled(t *testing.T) {
	if os.Getenv("LEAK_WAIT_TO_BE_KILLED") == "" {
		t.Skip("only as a child")
	}
	fmt.Println("ready")
	time.Sleep(time.Minute)
}

// A process that is killed while we hold its threads ends for its parent, who waits for it, as any other.
func TestAKilledProcessIsNotHeldBack(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestWaitToBeKilled$")
	cmd.Env = append(os.Environ(), "LEAK_WAIT_TO_BE_KILLED=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)

	runtime.LockOSThread() // the process is held by this thread
	defer runtime.UnlockOSThread()
	urgency := func() int {
		n, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid())
		require.NoError(t, err)
		return n
	}
	held, before := 0, urgency()
	_, err = stopped(cmd.Process.Pid, func(s *stop) error {
		held = len(s.threads)
		assert.GreaterOrEqual(t, urgency(), before) // more only where that is permitted
		return syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
	})
	require.NoError(t, err)
	assert.Greater(t, held, 1)
	assert.Equal(t, before, urgency())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		assert.ErrorContains(t, err, "killed")
	case <-time.After(20 * time.Second):
		t.Error("its parent still waits for it")
	}
}
