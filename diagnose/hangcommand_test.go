package diagnose_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/diagnose"
	"innards/diagnose/hang"
)

// runCommand runs `innards hang` with a child, whose outputs are kept apart.
func runCommand(t *testing.T, args ...string) (stdout, stderr string, status int, err error) {
	t.Helper()
	cmd := diagnose.HangCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out, complaint bytes.Buffer
	cmd.SetIn(strings.NewReader(""))
	cmd.SetOut(&out)
	cmd.SetErr(&complaint)
	cmd.SetArgs(args)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = cmd.ExecuteContext(ctx)
	return out.String(), complaint.String(), exitStatus(err), err
}

// A program that hangs is looked at once it stands still, and ended.
func TestHangCommand(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	out, complaint, status, err := runCommand(t, "--json", "--", self, "demo", "--only-run", "lock-cycle")
	require.Equal(t, 1, status, "%v", err)
	var report hangReport
	require.NoError(t, json.Unmarshal([]byte(out), &report), out)
	require.Equal(t, "command", report.Target.Kind)
	require.Len(t, report.Verdicts, 1)
	require.Equal(t, hang.LockCycle, report.Verdicts[0].Class)
	word, number, _ := strings.Cut(strings.TrimSpace(complaint), " ")
	require.Equal(t, "ready", word, "the child's output goes to stderr")
	pid, err := strconv.Atoi(number)
	require.NoError(t, err)
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH, "the child is gone")

	// Behind a shell, and with its output where it was printed.
	out, _, status, err = runCommand(t, "--", "sh", "-c", self+" demo --only-run lock-cycle; true")
	require.Equal(t, 1, status, "%v", err)
	require.True(t, strings.HasPrefix(out, "ready "), out)
	require.Contains(t, out, "lock-cycle (")

	// The repaired twin rests until the time is up.
	out, _, status, err = runCommand(t, "--json", "--duration", "1s", "--", self, "demo", "--only-run", "lock-cycle", "--fixed")
	require.Zero(t, status, "%v", err)
	require.Contains(t, out, `"verdicts": []`)
	_, _, status, _ = runCommand(t, "--after", "100ms", "--", self, "demo", "--only-run", "lock-cycle", "--fixed")
	require.Zero(t, status)
}

// One that ends by itself is judged by what the runtime printed, if it did.
func TestHangCommandEnds(t *testing.T) {
	out, _, status, err := runCommand(t, "--", "sh", "-c", "echo done")
	require.Zero(t, status, "%v", err)
	require.True(t, strings.HasPrefix(out, "done\nno hang found in "), out)

	asleep := filepath.Join(t.TempDir(), "asleep.txt")
	require.NoError(t, os.WriteFile(asleep, []byte("fatal error: all goroutines are asleep - deadlock!\n\n"+
		"goroutine 1 [chan receive]:\nmain.main()\n\t/m.go:3 +0x1\n"), 0o600))
	out, complaint, status, err := runCommand(t, "--json", "--", "sh", "-c", "cat "+asleep+" >&2; exit 2")
	require.Equal(t, 1, status, "%v", err)
	require.Contains(t, complaint, "all goroutines are asleep")
	var report hangReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, hang.ChanNoPeer, report.Verdicts[0].Class)
	require.Contains(t, strings.Join(report.Warnings, "\n"), "exit status 2")
}

// startSelf runs a demo and gives its PID.
func startSelf(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	ready := make([]byte, 5)
	_, err = stdout.Read(ready)
	require.NoError(t, err)
	require.Equal(t, "ready", string(ready))
	return cmd
}

func TestHangWatchAndStop(t *testing.T) {
	stuck := strconv.Itoa(startSelf(t, "demo", "--only-run", "lock-cycle").Process.Pid)
	for _, flag := range []string{"--watch", "--stop"} {
		report, status := hangJSON(t, "", flag, stuck)
		require.Equal(t, 1, status)
		require.Equal(t, hang.LockCycle, report.Verdicts[0].Class)
	}
	healthy := startSelf(t, "demo", "--only-run", "lock-cycle", "--fixed")
	pid := strconv.Itoa(healthy.Process.Pid)
	_, status := hangJSON(t, "", "--stop", pid)
	require.Zero(t, status)
	require.NotContains(t, state(t, pid), "T", "it goes on afterwards")
	_, status = hangJSON(t, "", "--watch", "--duration", "300ms", pid)
	require.Zero(t, status)
}

func state(t *testing.T, pid string) string {
	t.Helper()
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(stat), ") ")
	return rest[:1]
}
