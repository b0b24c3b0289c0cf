package diagnose

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/cdemo"
	"innards/diagnose/leak"
)

// The test binary as a process of its own that attaches, so that it can be killed.
func init() {
	if len(os.Args) > 2 && os.Args[1] == "leak" {
		cmd := LeakCommand()
		cmd.SetArgs(os.Args[2:])
		if cmd.Execute() != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// startVictim returns once the program has said that it is ready.
func startVictim(t *testing.T, build string, args ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cmd := exec.CommandContext(ctx, victim(t, build), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		require.ErrorContains(t, cmd.Wait(), "killed", "it lived until we ended it")
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return cmd.Process.Pid
}

// leftInside tells what of a tracer a process has at work.
func leftInside(t *testing.T, pid int) bool {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	require.NoError(t, err)
	return strings.Contains(string(maps), "/innards-")
}

func TestLeakAttachesToWhatRuns(t *testing.T) {
	d, _ := cdemo.Find("cstring")
	leaks := func(t *testing.T, pid int) {
		var status int
		var report *leak.Report
		patiently(t, func(slower int) bool {
			status, report, _ = traceJSON(t, "--sample", "1", "--duration", fmt.Sprint(slower, "s"), fmt.Sprint(pid))
			return status == 1 && report.Looks > 0 && report.Found()[0].Class == leak.Leak
		})
		assert.Equal(t, 1, status)
		assert.Equal(t, "pid", report.Target.Kind)
		assert.Equal(t, pid, report.Target.PID)
		assert.Positive(t, report.Looks)
		assert.Contains(t, strings.Join(report.Warnings, "\n"), "when innards attached")
		require.NotEmpty(t, report.Found())
		for _, s := range report.Found() {
			assert.Equal(t, leak.Leak, s.Class)
			assert.Equal(t, d.Want.Line, s.Go.Line)
			assert.Equal(t, d.Want.File, filepath.Base(s.Go.File))
			assert.Zero(t, s.LiveBytes%1024, "blocks of 1024 bytes, all of them")
		}
		for _, s := range report.Sites {
			assert.False(t, s.Class != leak.Leak && s.Unreachable > 0, "%v", s)
		}
		assert.Positive(t, report.Resident.CBefore, "%+v %q", report.Resident, report.Warnings)
		assert.NoError(t, syscall.Kill(pid, 0), "it runs on")
	}
	for _, build := range []string{"default", "stripped", "pie trimpath"} {
		t.Run(build, func(t *testing.T) {
			pid := startVictim(t, build, "demo", "cstring", "100000", "10ms")
			t.Parallel()
			leaks(t, pid)
			if build == "default" {
				leaks(t, pid) // once more
			}
		})
	}
	t.Run("fixed", func(t *testing.T) {
		pid := startVictim(t, "default", "fixed", "cstring", "100000", "10ms")
		t.Parallel()
		status, report, _ := traceJSON(t, "--sample", "1", "--duration", "1s", fmt.Sprint(pid))
		assert.Zero(t, status)
		assert.Empty(t, report.Found())
	})
	t.Run("killed", func(t *testing.T) {
		pid := startVictim(t, "default", "demo", "cstring", "100000", "10ms")
		t.Parallel()
		for range 3 {
			attacher := exec.Command(os.Args[0], "leak", "--out", t.TempDir(), "--sample", "1", fmt.Sprint(pid))
			attacher.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
			require.NoError(t, attacher.Start())
			// The moment at which the tracer comes up, in the middle of the call.
			for began := time.Now(); !leftInside(t, pid) && time.Since(began) < 10*time.Second; {
				time.Sleep(100 * time.Microsecond)
			}
			assert.True(t, leftInside(t, pid))
			require.NoError(t, attacher.Process.Kill())
			require.Error(t, attacher.Wait())
		}
		leaks(t, pid) // it goes on with what it did, and can be attached to by another
	})
}

func TestLeakRefusesProcessesInOneLine(t *testing.T) {
	dead := exec.Command("true")
	require.NoError(t, dead.Run())
	sleeper := exec.Command("sleep", "60")
	sleeper.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, sleeper.Start())
	defer func() {
		_ = sleeper.Process.Kill()
		_ = sleeper.Wait()
	}()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"gone":     {[]string{fmt.Sprint(dead.Process.Pid)}, "no such process"},
		"no Go":    {[]string{fmt.Sprint(sleeper.Process.Pid)}, "not a Go program"},
		"too much": {[]string{"99999999999999"}, "not a process ID"},
		"zero":     {[]string{"0"}, "not a process ID"},
		"exe":      {[]string{"--exe", "x", fmt.Sprint(sleeper.Process.Pid)}, "--exe is for a command"},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, _, err := runLeak(t, c.args...)
			assert.Equal(t, 2, status)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "\n")
			assert.Empty(t, stdout)
		})
	}
}
