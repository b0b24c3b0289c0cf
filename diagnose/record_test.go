package diagnose_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"

	"innards/diagnose"
)

func runRecord(t *testing.T, args ...string) error {
	t.Helper()
	cmd := diagnose.RecordCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return cmd.ExecuteContext(ctx)
}

// What stands still for the whole recording gets all of its time.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	pid := strconv.Itoa(startSelf(t, "demo", "--only-run", "lock-cycle").Process.Pid)
	err := runRecord(t, "--duration", "400ms", "--out", dir, pid)
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(dir, "wall.pb.gz"))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	p, err := profile.Parse(f)
	require.NoError(t, err)
	require.NoError(t, p.CheckValid())
	require.Positive(t, p.DurationNanos)
	locked := int64(0)
	for _, s := range p.Sample {
		if s.Label["state"][0] == "sync.Mutex.Lock" {
			require.Positive(t, s.Value[0])
			locked += s.Value[1]
		}
	}
	require.Equal(t, 2*p.DurationNanos, locked, "two goroutines, stuck all the time")
}

func TestRecordRefuses(t *testing.T) {
	for says, args := range map[string][]string{
		"one PID":         nil,
		"is no PID":       {"x"},
		"no such process": {"2147483647"},
		"--duration":      {"--duration", "0s", "1"},
		"--rate":          {"--rate", "0", "1"},
	} {
		err := runRecord(t, append(args, "--out", t.TempDir())...)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "\n")
	}
}
