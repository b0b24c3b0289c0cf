package diagnose_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/cgo/cdemo"
	"innards/diagnose"
	"innards/diagnose/hang"
	"innards/diagnose/hangdemo"
)

// child is this test binary, run as something else.
type child struct {
	pid    int
	cmd    *exec.Cmd
	stderr *bytes.Buffer
}

// startChild returns once the child said that it is ready. It ends with the test at the latest.
func startChild(t *testing.T, args ...string) child {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	c := child{cmd: cmd, stderr: new(bytes.Buffer)}
	cmd.Stderr = c.stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, "%s", c.stderr)
	_, err = fmt.Sscanf(line, "ready %d\n", &c.pid)
	require.NoError(t, err, line)
	require.Equal(t, cmd.Process.Pid, c.pid)
	return c
}

// dump ends the child the way a person would, and gives what the runtime printed.
func (c child) dump(t *testing.T) string {
	t.Helper()
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGQUIT))
	require.Error(t, c.cmd.Wait())
	return c.stderr.String()
}

// hangDemos gives the demos that this build has.
func hangDemos() []hangdemo.Demo {
	return slices.DeleteFunc(hangdemo.All(), func(d hangdemo.Demo) bool { return d.InC && !cdemo.Linked })
}

// Every demo, looked at from outside and in the runtime's own dump, gives its known answer.
func TestHangDemos(t *testing.T) {
	for _, d := range hangDemos() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			c := startChild(t, "demo", "--only-run", d.Name)
			how := []string{fmt.Sprint(c.pid)}
			if d.Class == hang.Livelock {
				how = append(how, "--stop")
			}
			report, status := hangJSON(t, "", how...)
			// All demos run at once here. Of two that pass control to each other, a look sees little if they get no processor
			// during it.
			again := d.Then != nil || d.Class == hang.Livelock
			for begin := time.Now(); status == 0 && again && time.Since(begin) < 30*time.Second; {
				report, status = hangJSON(t, "", how...)
			}
			require.Equal(t, 1, status)
			require.Equal(t, "pid", report.Target.Kind)
			require.True(t, strings.HasPrefix(report.Target.Go, "go1."))
			require.Positive(t, report.Threads)
			require.Len(t, report.Verdicts, 1)
			v := report.Verdicts[0]
			require.Empty(t, d.Differs(v))
			require.NotEqual(t, hang.Possible, v.Confidence)
			if d.Roots > 0 {
				require.Len(t, v.Goroutines, d.Roots)
				require.Equal(t, d.Roots+d.Behind, v.Blocked)
			}

			// A dump knows no owners and no reachability: only the nil channel shows in it. But it must show the same
			// goroutines in the same lines.
			text := c.dump(t)
			fromDump, _ := hangJSON(t, text, "-")
			if !d.Others {
				require.Equal(t, report.Goroutines, fromDump.Goroutines)
			}
			if d.Class == hang.NilChan {
				require.Len(t, fromDump.Verdicts, 1)
				require.Empty(t, d.Differs(fromDump.Verdicts[0]))
			} else {
				require.Empty(t, fromDump.Verdicts)
				require.Equal(t, d.Class != hang.STWStuck, len(fromDump.Warnings) > 0)
			}
			for _, e := range v.Evidence {
				if e.Role != hang.Waits {
					continue
				}
				_, after, ok := strings.Cut(text, fmt.Sprintf("\ngoroutine %d ", e.Goroutine))
				require.True(t, ok)
				stack, _, _ := strings.Cut(after, "\n\n")
				if d.Class == hang.STWStuck && strings.Contains(stack, "\nruntime.systemstack(") {
					continue // the signal came while the runtime read its clock: its dump ends at the system stack then
				}
				require.Contains(t, stack, e.Func+"(")
				require.Contains(t, stack, fmt.Sprintf("\t%s:%d", e.File, e.Line))
			}
		})
	}
}

func TestHangTwins(t *testing.T) {
	for _, d := range hangDemos() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			requireHealthy(t, startChild(t, "demo", "--only-run", "--fixed", d.Name))
		})
	}
}

func TestHangHealthy(t *testing.T) {
	for name := range healthy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireHealthy(t, startChild(t, "healthy", name))
		})
	}
}

// requireHealthy looks several times: a busy process is never the same twice.
func requireHealthy(t *testing.T, c child) {
	t.Helper()
	for range 5 {
		report, status := hangJSON(t, "", fmt.Sprint(c.pid))
		require.Empty(t, report.Verdicts)
		require.Zero(t, status)
	}
	report, _ := hangJSON(t, "", fmt.Sprint(c.pid), "--stop")
	require.Empty(t, report.Verdicts)
	report, _ = hangJSON(t, c.dump(t), "-")
	require.Empty(t, report.Verdicts)
}

func TestHangRefusesProcesses(t *testing.T) {
	foreign := exec.Command("sleep", "60")
	foreign.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, foreign.Start())
	defer func() {
		_ = foreign.Process.Kill()
		_ = foreign.Wait()
	}()
	dead := exec.Command("true")
	require.NoError(t, dead.Run())
	for name, tc := range map[string]struct {
		pid  int
		says string
	}{
		"dead":   {dead.Process.Pid, "no such process"},
		"not Go": {foreign.Process.Pid, "Go"},
	} {
		t.Run(name, func(t *testing.T) {
			out, status, err := runHang(t, "", fmt.Sprint(tc.pid))
			require.Equal(t, 2, status)
			require.Empty(t, out)
			require.ErrorContains(t, err, tc.says)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func runDemo(t *testing.T, args ...string) (string, int, error) {
	t.Helper()
	cmd := diagnose.DemoCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), exitStatus(err), err
}

func TestDemo(t *testing.T) {
	list, status, _ := runDemo(t)
	require.Zero(t, status)
	for _, d := range hangDemos() {
		require.Contains(t, list, d.Name)
		if d.Class != hang.LockCycle && d.Class != hang.GoroutineLeak { // the table test goes through them all
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			out, status, err := runDemo(t, d.Name)
			require.Equal(t, 1, status, "%v", err)
			require.Contains(t, out, string(d.Class))
			require.Contains(t, out, "as expected")
			out, status, err = runDemo(t, "--fixed", d.Name)
			require.Zero(t, status, "%v", err)
			require.Contains(t, out, "as expected")
		})
	}
}

// The demos in C stand in the same table: one of each outcome, as the leak tests go through them all.
func TestDemoInC(t *testing.T) {
	if testing.Short() {
		t.Skip("it watches a leak for seconds")
	}
	t.Run("fault", func(t *testing.T) {
		t.Parallel()
		out, status, err := runDemo(t, "cstring")
		require.Equal(t, 1, status, "%v", err)
		require.Contains(t, out, "cstring.go:")
		require.Contains(t, out, "as expected")
	})
	t.Run("twin", func(t *testing.T) {
		t.Parallel()
		_, status, err := runDemo(t, "--fixed", "cstring")
		require.Zero(t, status, "%v", err)
	})
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		startChild(t, "demo", "--only-run", "errorpath")
	})
}

func TestDemoRefuses(t *testing.T) {
	for _, args := range [][]string{{"none"}, {"nil-chan", "lock-cycle"}, {"--fixed"}, {"--only-run"}} {
		_, status, err := runDemo(t, args...)
		require.Equal(t, 2, status)
		require.ErrorContains(t, err, "demo: ")
	}
}
