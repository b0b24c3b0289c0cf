package diagnose_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose"
)

// What a look costs, beside the other ways to the same stacks, and what it costs the program that is looked at:
//
//	go test -run '^$' -bench Hang -benchtime 9x ./diagnose
//
// Each iteration is one round, in which the ways take turns. A value is the median of its rounds.

// startCrowd starts crowd in a process of its own, which ends with the test.
func startCrowd(t testing.TB, n, busy int) (pid int, url string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), goBuild(t, "./testdata/crowd"), strconv.Itoa(n), strconv.Itoa(busy))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	_, err = fmt.Fscanf(bufio.NewReader(out), "ready %d %s\n", &pid, &url)
	require.NoError(t, err)
	return pid, url
}

// goBuild builds a command as its users do.
func goBuild(t testing.TB, pkg string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	text, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, pkg).CombinedOutput()
	require.NoError(t, err, string(text))
	return path
}

// A main that waits for nothing parks, unless it has what others want.
func TestMainThatHoldsLockDoesNotPark(t *testing.T) {
	pid, _ := startCrowd(t, 20, 0)
	var out bytes.Buffer
	cmd := diagnose.HangCommand()
	cmd.SetArgs([]string{"--json", strconv.Itoa(pid)})
	cmd.SetOut(&out)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true // as main sets them
	require.Error(t, cmd.ExecuteContext(t.Context()))
	var report struct {
		Verdicts []struct {
			Class   string
			Blocked int
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &report), out.String())
	require.Len(t, report.Verdicts, 1, out.String())
	assert.Equal(t, "lock-over-block", report.Verdicts[0].Class)
	assert.GreaterOrEqual(t, report.Verdicts[0].Blocked, 20)
}

func BenchmarkHang(b *testing.B) {
	innards := goBuild(b, "innards")
	for _, n := range []int{5000, 50000} {
		b.Run(fmt.Sprintf("goroutines=%d", n), func(b *testing.B) {
			pid, url := startCrowd(b, n, 0)
			var look, processor, dump, delve []float64
			for range b.N {
				took, usage := lookOnce(b, innards, pid)
				look, processor = append(look, took), append(processor, usage)
				dump = append(dump, fetchOnce(b, url+"/debug/pprof/goroutine?debug=2"))
				if n > 5000 { // the debugger takes most of a minute for fifty thousand
					continue
				}
				if took, ok := delveOnce(b, pid); ok {
					delve = append(delve, took)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(look), "look-ms")
			b.ReportMetric(slices.Max(look), "look-ms-longest")
			b.ReportMetric(median(processor), "look-cpu-ms")
			b.ReportMetric(median(dump), "debug2-ms")
			b.ReportMetric(median(dump)/median(look), "debug2/look")
			if len(delve) > 0 {
				b.ReportMetric(median(delve), "delve-ms")
				b.ReportMetric(median(delve)/median(look), "delve/look")
			}
		})
	}
}

// BenchmarkHangWatched prints by how much a program gets less done in a second while it is watched. The watcher is stopped by a signal
// every other second, so that both halves are of the same minute.
func BenchmarkHangWatched(b *testing.B) {
	const window = time.Second
	pid, url := startCrowd(b, 1000, 8)
	cmd := exec.CommandContext(b.Context(), goBuild(b, "innards"), "hang", "--watch", "--duration", "5m", strconv.Itoa(pid))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	rate := func(sig os.Signal) float64 {
		require.NoError(b, cmd.Process.Signal(sig))
		before, began := countAt(b, url), time.Now()
		time.Sleep(window)
		return (countAt(b, url) - before) / time.Since(began).Seconds()
	}
	rate(syscall.SIGCONT) // its first look reads the executable
	var lost []float64
	for range b.N {
		alone := rate(syscall.SIGSTOP)
		watched := rate(syscall.SIGCONT)
		alone += rate(syscall.SIGSTOP)
		lost = append(lost, 100*(1-2*watched/alone))
	}
	slices.Sort(lost)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(lost), "%-slower")
	b.ReportMetric(lost[len(lost)/4], "%-slower-q1")
	b.ReportMetric(lost[len(lost)*3/4], "%-slower-q3")
}

func countAt(b *testing.B, url string) float64 {
	text := getPage(b, url+"/count")
	n, err := strconv.ParseFloat(string(text), 64)
	require.NoError(b, err)
	return n
}

// lookOnce runs the whole command, and returns its wall time and its processor time in milliseconds.
func lookOnce(b *testing.B, innards string, pid int) (took, processor float64) {
	cmd := exec.CommandContext(b.Context(), innards, "hang", strconv.Itoa(pid))
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took = milliseconds(time.Since(began))
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		b.Fatalf("innards hang: %v: %s", err, out) // the crowd is stuck: it must say so
	}
	return took, milliseconds(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())
}

func fetchOnce(b *testing.B, url string) float64 {
	began := time.Now()
	getPage(b, url)
	return milliseconds(time.Since(began))
}

func getPage(b *testing.B, url string) []byte {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	require.NoError(b, err)
	resp, err := http.DefaultClient.Do(request)
	require.NoError(b, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(b, err)
	return text
}

// delveOnce has the debugger, if there is one, list all goroutines with their stacks and leave.
func delveOnce(b *testing.B, pid int) (took float64, ok bool) {
	dlv, err := exec.LookPath("dlv")
	if err != nil {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, dlv, "attach", "--allow-non-terminal-interactive=true", strconv.Itoa(pid))
	cmd.Stdin = strings.NewReader("goroutines -t\nexit\nn\n")
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took = milliseconds(time.Since(began))
	if !strings.Contains(string(out), "main.deep") {
		b.Fatalf("dlv attach: %v: %.500s", err, out)
	}
	return took, true
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
