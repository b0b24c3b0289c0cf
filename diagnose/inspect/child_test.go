package inspect_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/inspect"
)

// The programs under test are built once for each way to link them.
var builds struct {
	sync.Mutex
	dir  string
	done map[string]func() (string, error)
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "inspect")
	if err != nil {
		panic(err)
	}
	builds.dir, builds.done = dir, make(map[string]func() (string, error))
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

func build(t testing.TB, prog string, args ...string) string {
	t.Helper()
	builds.Lock()
	key := prog + " " + strings.Join(args, " ")
	once, ok := builds.done[key]
	if !ok {
		out := filepath.Join(builds.dir, fmt.Sprintf("%s%d", prog, len(builds.done)))
		once = sync.OnceValues(func() (string, error) {
			args := append(append([]string{"build", "-o", out}, args...), "./testdata/"+prog)
			text, err := exec.Command("go", args...).CombinedOutput()
			if err != nil {
				err = fmt.Errorf("go %v: %w: %s", args, err, text)
			}
			return out, err
		})
		builds.done[key] = once
	}
	builds.Unlock()
	path, err := once()
	require.NoError(t, err)
	return path
}

// report is the line that a program under test prints once it is where the test wants it.
type report struct {
	Dump    string
	Objects map[string]uint64
}

// start runs a program until it reports. It ends with the test, at the latest.
func start(t testing.TB, path string, args ...string) (pid int, r report) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	timer := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		timer.Stop()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err, "the program ended before it reported")
	require.NoError(t, json.Unmarshal(line, &r))
	return cmd.Process.Pid, r
}

func attach(t testing.TB, pid int) *inspect.Process {
	t.Helper()
	p, err := inspect.Open(pid)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}
