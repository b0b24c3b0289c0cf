package inspect_test

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/inspect"
)

// TestChurn reads a program in which 200 goroutines never rest: not one of the 1,000 that are parked may be missing or
// be given a wrong stack.
func TestChurn(t *testing.T) {
	pid, _ := start(t, build(t, "many"), "1000", "200")
	p := attach(t, pid)
	for range 20 {
		snap, err := p.Snapshot(t.Context())
		require.NoError(t, err)
		parked := 0
		for _, g := range snap.Goroutines {
			if g.State != "chan receive" || len(g.Frames) < 11 || g.Frames[0].Func != "main.parked" {
				continue
			}
			parked++
			assert.Len(t, g.Frames, 12) // eleven calls, and the function of the go statement
			assert.Equal(t, "main.main.func1", g.Frames[11].Func)
			assert.Len(t, g.Waits, 1)
		}
		assert.Equal(t, 1000, parked)
		for _, g := range snap.Goroutines {
			for _, f := range g.Frames {
				assert.NotEmpty(t, f.Func)
			}
		}
		if t.Failed() {
			return
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	sleep := exec.Command("sleep", "60")
	sleep.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, sleep.Start())
	ended := exec.Command("true")
	require.NoError(t, ended.Run())
	defer func() {
		_ = sleep.Process.Kill()
		_ = sleep.Wait()
	}()
	for _, tt := range []struct {
		name    string
		pid     int
		message string
	}{
		{"not Go", sleep.Process.Pid, "not a Go program"},
		{"ended", ended.ProcessState.Pid(), "no such process"},
		{"zero", 0, "not a process ID"},
		{"negative", -1, "not a process ID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := inspect.Open(tt.pid)
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.message)
			assert.Contains(t, err.Error(), fmt.Sprintf("pid %d: ", tt.pid))
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// TestDeletedExecutable reads a process whose file is gone from disk, as after an upgrade.
func TestDeletedExecutable(t *testing.T) {
	content, err := os.ReadFile(build(t, "many", "-buildmode=pie", "-trimpath"))
	require.NoError(t, err)
	path := t.TempDir() + "/gone"
	require.NoError(t, os.WriteFile(path, content, 0o700))
	pid, _ := start(t, path, "3", "0")
	require.NoError(t, os.Remove(path))
	snap, err := attach(t, pid).Snapshot(t.Context())
	require.NoError(t, err)
	parked := 0
	for _, g := range snap.Goroutines {
		if len(g.Frames) > 0 && g.Frames[0].Func == "main.parked" {
			parked++
		}
	}
	assert.Equal(t, 3, parked)
}

// TestEnded asks a process that is no more.
func TestEnded(t *testing.T) {
	pid, _ := start(t, build(t, "many"), "3", "0")
	p := attach(t, pid)
	process, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	for {
		// Until the kernel has taken its memory away, the last reading still works.
		if _, err = p.Snapshot(t.Context()); err != nil {
			break
		}
	}
	assert.Contains(t, err.Error(), "no such process")
}

// TestSelf reads the process of the test itself: nonsense, but no harm.
func TestSelf(t *testing.T) {
	snap, err := attach(t, os.Getpid()).Snapshot(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, snap.Goroutines)
}

func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{100, 5000, 50000} {
		b.Run(fmt.Sprintf("goroutines=%d", n), func(b *testing.B) {
			pid, _ := start(b, build(b, "many"), fmt.Sprint(n), "0")
			p := attach(b, pid)
			for b.Loop() {
				snap, err := p.Snapshot(b.Context())
				require.NoError(b, err)
				require.Greater(b, len(snap.Goroutines), n)
			}
		})
	}
}
