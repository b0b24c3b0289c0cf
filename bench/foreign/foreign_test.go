package foreign

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/workload"
)

func TestParse(t *testing.T) {
	a, err := parse("1500 18446744073709551615 3")
	require.NoError(t, err)
	assert.Equal(t, Answer{1500, math.MaxUint64, 3}, a)
	for _, text := range []string{"", "1 2", "1 2 3 4", "1 2 x", "-1 2 3", "1 2 18446744073709551616", "18446744073709551615 1 1"} {
		_, err := parse(text)
		assert.Error(t, err, "%q", text)
	}
}

func sent[K comparable](t *testing.T, keys []K) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, KeysOf(keys)(bufio.NewWriterSize(&out, 16)))
	return out.Bytes()
}

func TestKeysOf(t *testing.T) {
	words := func(all ...uint64) (out []byte) {
		for _, word := range all {
			out = binary.NativeEndian.AppendUint64(out, word)
		}
		return out
	}
	assert.Equal(t, words(2, 7, 1<<63), sent(t, []uint64{7, 1 << 63}))
	assert.Equal(t, words(1, 3, 4), sent(t, []workload.Pair{{A: 3, B: 4}}))
	assert.Equal(t, words(1, math.MaxUint64), sent(t, []int64{-1}))
	assert.Equal(t, words(1, math.Float64bits(0.5)), sent(t, []float64{0.5}))
	assert.Equal(t, words(0), sent(t, []string(nil)))
	lengths := binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(words(2), 3), 1)
	assert.Equal(t, append(lengths, "abcd"...), sent(t, []string{"abc", "d"}))
	assert.PanicsWithValue(t, "foreign: keys of type []int", func() { _ = KeysOf([]int{1})(bufio.NewWriter(&bytes.Buffer{})) })
}

func TestPackages(t *testing.T) {
	assert.Equal(t, "g++", Packages(Arrays()))
	assert.Equal(t, "g++ pkg-config libabsl-dev libboost-dev", Packages(append(Hashes(), Trees()...)))
}

func TestWhatIsNotInstalled(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("CXX", "no-such-compiler")
	_, err := Compile(t.Context(), Arrays()[0], "")
	require.ErrorIs(t, err, ErrMissing)
	assert.ErrorContains(t, err, "try apt-get install g++")
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no g++ here")
	}
	t.Setenv("CXX", "")
	_, err = Compile(t.Context(), Container{Type: "absl::nothing", macro: "NOTHING", debian: "libnothing-dev"}, "")
	require.ErrorIs(t, err, ErrMissing)
	assert.ErrorContains(t, err, "which container?")
	assert.NotContains(t, err.Error(), "\n")
}

// Two containers, compiled in a hurry, and their answers. That each operation does what Go's structures do is tried where
// those are.
func TestProcess(t *testing.T) {
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no g++ here")
	}
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("CXXFLAGS", "-O0")
	var trees, array Program
	var failed [2]error
	var both sync.WaitGroup
	both.Go(func() { trees, failed[0] = Compile(t.Context(), Trees()[1], "") })
	both.Go(func() { array, failed[1] = Compile(t.Context(), Arrays()[0], "") })
	both.Wait()
	require.NoError(t, errors.Join(failed[:]...))
	assert.Contains(t, trees.Library, "libstdc++ ")
	assert.Contains(t, trees.How, "-O3 -DNDEBUG -O0")
	assert.True(t, trees.Does(workload.Range))
	assert.False(t, trees.Does(workload.SetPresized))

	kept, err := filepath.Glob(filepath.Join(cache, "innards", "*"))
	require.NoError(t, err)
	require.Len(t, kept, 2, "left-overs of the compilation")
	require.NoError(t, os.Chtimes(trees.path, time.Unix(1, 0), time.Unix(1, 0)))
	again, err := Compile(t.Context(), Trees()[1], "")
	require.NoError(t, err)
	assert.Equal(t, trees, again)
	info, err := os.Stat(trees.path)
	require.NoError(t, err)
	assert.EqualValues(t, 1, info.ModTime().Unix(), "compiled twice")

	job := Job{
		Op: workload.GetHit, Key: workload.String, Len: 2, Batch: 1,
		Live: KeysOf([]string{"one", "the other"}), Asked: KeysOf([]string{"the other", "a third", "the other"}),
	}
	p, err := trees.Start(job)
	require.NoError(t, err)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} { // of a terminal, or of timeout(1), to parent and child
		require.NoError(t, p.cmd.Process.Signal(signal))
		a, err := p.Run(10)
		require.NoError(t, err)
		assert.Equal(t, Answer{a.Took, 10 * 2 * (workload.FirstValue + 1), 20}, a)
		assert.Positive(t, a.Took)
		require.NoError(t, p.Build())
	}
	p.Close()
	p.Close()
	assert.NotNil(t, p.cmd.ProcessState, "it still runs")
	_, err = p.Run(1)
	require.Error(t, err)

	job.Op = workload.MoveToBack
	p, err = trees.Start(job)
	require.NoError(t, err)
	_, err = p.Run(1)
	require.ErrorContains(t, err, "no operation move-to-back")

	job.Key = workload.Pair16
	_, err = trees.Start(job)
	require.ErrorContains(t, err, "std-map: ")

	job = Job{Op: workload.Sort, Key: workload.Int64, Len: 3, Live: KeysOf([]int64{3, -1, 2}), Asked: KeysOf([]int64{})}
	p, err = array.Start(job)
	require.NoError(t, err)
	defer p.Close()
	a, err := p.Run(2)
	require.NoError(t, err)
	assert.Equal(t, Answer{a.Took, 3*3 + 2*2 - 1, 3}, a)
	p.within = time.Nanosecond
	_, err = p.Run(1)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}
