package cgo_test

import (
	"bufio"
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"innards/cgo"
	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// victim builds the program that the tests trace, once.
var victim = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "innards-victim-")
	if err != nil {
		return "", err
	}
	exe := filepath.Join(dir, "victim")
	out, err := exec.Command("go", "build", "-o", exe, "./testdata/victim").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out) //nolint:errcheck // the test fails anyway
	}
	return exe, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if exe, err := victim(); err == nil {
		_ = os.RemoveAll(filepath.Dir(exe))
	}
	os.Exit(code)
}

// heap is what a stream tells, followed to its end.
type heap struct {
	live   map[uint64]tracefmt.Event
	freed  map[uint64]bool // addresses that were, and are not since
	starts int
	bad    []tracefmt.Event // what is freed a second time, allocations over what was not
	allocs int
}

func (h *heap) add(e tracefmt.Event) {
	_, was := h.live[e.Addr]
	switch e.Kind {
	case tracefmt.Start:
		h.starts++
		clear(h.live)
		clear(h.freed)
	case tracefmt.Alloc:
		if was {
			h.bad = append(h.bad, e)
		}
		h.allocs++
		h.live[e.Addr] = e
	case tracefmt.Free:
		if !was && h.freed[e.Addr] { // one that was never seen is of before the tracer
			h.bad = append(h.bad, e)
		}
		if was && h.freed == nil {
			h.freed = make(map[uint64]bool)
		}
		if was {
			h.freed[e.Addr] = true
		}
		delete(h.live, e.Addr)
	}
}

// ofSize counts the live blocks of that size: what the C library and the runtime keep for themselves is of others.
func (h *heap) ofSize(n uint64) int {
	count := 0
	for _, e := range h.live {
		if e.Size == n {
			count++
		}
	}
	return count
}

type run struct {
	cmd    *exec.Cmd
	stream *tracefmt.Stream
	stdout *bufio.Reader
	heap   heap
}

func start(t *testing.T, period uint64, args ...string) *run {
	t.Helper()
	exe, err := victim()
	require.NoError(t, err)
	target, err := cgo.Examine(exe)
	require.NoError(t, err)
	layout, ok := cgo.Layout(target.GoVersion, tlsgOffset(t, exe))
	require.True(t, ok, "no layout of %s", target.GoVersion)
	return startWith(t, layout, period, args...)
}

func startWith(t *testing.T, layout tracefmt.GoRuntime, period uint64, args ...string) *run {
	t.Helper()
	exe, err := victim()
	require.NoError(t, err)
	target, err := cgo.Examine(exe)
	require.NoError(t, err)
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "VICTIM", exe)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	r := &run{cmd: exec.CommandContext(ctx, args[0], args[1:]...), heap: heap{live: map[uint64]tracefmt.Event{}}}
	r.cmd.Stderr = os.Stderr
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := r.cmd.StdoutPipe()
	require.NoError(t, err)
	r.stdout = bufio.NewReader(out)
	r.stream, err = cgo.Preload(ctx, r.cmd, cgo.Options{Target: target, Go: layout, Period: period})
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, r.stream.Close())
		assert.NoError(t, os.Remove(r.stream.Path))
	})
	require.NoError(t, r.cmd.Start())
	return r
}

// tlsgOffset computes what the linker did: the executable's thread-local storage ends at the thread pointer.
func tlsgOffset(t testing.TB, exe string) int32 {
	t.Helper()
	f, err := elf.Open(exe)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // opened for reading
	symbols, err := f.Symbols()
	require.NoError(t, err)
	for _, s := range symbols {
		if s.Name != "runtime.tlsg" {
			continue
		}
		for _, p := range f.Progs {
			if p.Type == elf.PT_TLS {
				return int32(s.Value) - int32((p.Memsz+p.Align-1)&^(p.Align-1))
			}
		}
	}
	t.Fatal("no runtime.tlsg")
	return 0
}

// finish waits for the process and reads all that it left.
func (r *run) finish(t *testing.T) *heap {
	t.Helper()
	err := r.cmd.Wait()
	require.NoError(t, err)
	r.stream.Finish(r.heap.add)
	return &r.heap
}

func traced(t *testing.T, args ...string) *heap {
	t.Helper()
	return start(t, 1, args...).finish(t)
}

func TestEveryBlockIsSeen(t *testing.T) {
	h := traced(t, "VICTIM", "exit", "0")
	assert.Equal(t, 50, h.ofSize(1000))
	assert.Equal(t, 1, h.starts)
	assert.Empty(t, h.bad)
}

func TestThreads(t *testing.T) {
	h := traced(t, "VICTIM", "threads")
	assert.Equal(t, 8*10, h.ofSize(100))
	assert.Greater(t, h.allocs, 8*2000)
	assert.Empty(t, h.bad)
}

func TestRealloc(t *testing.T) {
	h := traced(t, "VICTIM", "realloc")
	assert.Equal(t, 1, h.ofSize(4096), "the block that a failed realloc leaves alone")
	assert.Empty(t, h.bad)
}

// A forked child has the parent's heap at the same addresses; what it does there is no business of the stream.
func TestAForkedChildKeepsOut(t *testing.T) {
	h := traced(t, "VICTIM", "fork")
	assert.Equal(t, 1, h.ofSize(123))
	assert.Zero(t, h.ofSize(77))
	assert.Empty(t, h.bad)
}

func TestAnExecBeginsANewHeap(t *testing.T) {
	h := traced(t, "VICTIM", "reexec")
	assert.Equal(t, 2, h.starts)
	assert.Equal(t, 50, h.ofSize(1000), "not those of the image that is gone as well")
}

func TestWrappersAreNotTouched(t *testing.T) {
	for _, args := range [][]string{
		{"sh", "-c", "exec VICTIM exit 0"},
		{"sh", "-c", "VICTIM exit 0; true"},
		{"env", "X=1", "timeout", "20", "nice", "VICTIM", "exit", "0"},
	} {
		h := traced(t, args...)
		assert.Equal(t, 50, h.ofSize(1000), args)
		assert.Equal(t, 1, h.starts, args)
	}
}

func TestAnotherProgramIsLeftAlone(t *testing.T) {
	r := start(t, 1, "perl", "-e", "my @a = map { 'x' x 1000 } 1..1000; print qq(done\\n)")
	line, err := r.stdout.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "done\n", line)
	h := r.finish(t)
	assert.Zero(t, r.stream.PID())
	assert.Zero(t, h.allocs+h.starts)
}

func TestWhatAKilledProcessWroteIsThere(t *testing.T) {
	r := start(t, 1, "VICTIM", "hold")
	line, err := r.stdout.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	require.NoError(t, r.cmd.Process.Kill())
	require.Error(t, r.cmd.Wait())

	again, err := tracefmt.Open(r.stream.Path) // as another reader would, that comes later
	require.NoError(t, err)
	again.Finish(r.heap.add)
	assert.Equal(t, r.cmd.Process.Pid, again.PID())
	assert.Equal(t, 50, r.heap.ofSize(1000))
	require.NoError(t, again.Close())
}

// The sum of the weights must come out near the truth, at every size.
func TestSamplingIsUnbiased(t *testing.T) {
	r := start(t, 16<<10, "VICTIM", "demo", "errorpath", "400", "100us")
	h := r.finish(t)
	truth := 400 * 10 * (64 + 8192)
	var sum float64
	n := 0
	for _, e := range h.live {
		if e.Size == 64 || e.Size == 8192 {
			sum += tracefmt.Weight(e.Size, r.stream.Period()) * float64(e.Size)
			n++
		}
	}
	assert.InEpsilon(t, truth, sum, 0.12, "%d samples", n) // 1600 samples: six standard deviations
	assert.Empty(t, h.bad)
}

func TestTheTableAgreesWithDWARF(t *testing.T) {
	exe, err := victim()
	require.NoError(t, err)
	f, err := elf.Open(exe)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // opened for reading
	d, err := f.DWARF()
	require.NoError(t, err)
	target, err := cgo.Examine(exe)
	require.NoError(t, err)
	table, ok := cgo.Layout(target.GoVersion, -8)
	require.True(t, ok)
	read, err := cgo.LayoutFromDWARF(d, -8)
	require.NoError(t, err)
	assert.Equal(t, read, table)
}

func TestLayoutOfOtherVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"go1.26": true, "go1.26.8": true, "go1.26rc2": true, "go1.26.8 X:simd": true,
		"go1.2": false, "go1.261": false, "devel": false, "": false, "go1.19.1": false,
	} {
		_, ok := cgo.Layout(version, 0)
		assert.Equal(t, want, ok, version)
	}
}

// The stacks reach from malloc through a callback to main, or end early where the runtime's layout is wrong; but they
// never end the program.
func TestGoFrames(t *testing.T) {
	r := start(t, 1, "VICTIM", "demo", "callback", "5", "1ms")
	h := r.finish(t)
	deepest := 0
	for _, e := range h.live {
		s, ok := r.stream.Stack(e.Stack)
		require.True(t, ok)
		if e.Size == 2000 {
			assert.Equal(t, "malloc", s.Hook.String())
			deepest = max(deepest, len(s.Go))
		}
	}
	assert.GreaterOrEqual(t, deepest, 15, "frames on both sides of the callback")
}

// functionsOf names the functions of the victim that return addresses lie in.
func functionsOf(t *testing.T) func(pcs []uint64) []string {
	t.Helper()
	exe, err := victim()
	require.NoError(t, err)
	f, err := elf.Open(exe)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // opened for reading
	symbols, err := f.Symbols()
	require.NoError(t, err)
	return func(pcs []uint64) (names []string) {
		for _, pc := range pcs {
			for _, sym := range symbols {
				if elf.ST_TYPE(sym.Info) == elf.STT_FUNC && pc > sym.Value && pc <= sym.Value+sym.Size {
					names = append(names, sym.Name)
				}
			}
		}
		return names
	}
}

// The walk by table must notice functions whose frames are not always of one size, and a walk that is recalled that another way
// led to the same place.
func TestStacksThroughFramesThatVary(t *testing.T) {
	functions := functionsOf(t)
	r := start(t, 1, "VICTIM", "vary")
	h := r.finish(t)
	count := map[uint64]int{}
	for _, e := range h.live {
		want := map[uint64][]string{
			111: {"keep", "in_between", "caller_of_odd"}, 222: {"keep", "in_between", "caller_of_even"},
			333: {"keep", "caller_of_few", "alternate"}, 444: {"keep", "caller_of_many", "alternate"},
		}[e.Size]
		if want == nil {
			continue
		}
		s, ok := r.stream.Stack(e.Stack)
		require.True(t, ok)
		names := functions(s.C)
		require.GreaterOrEqual(t, len(names), 4, names)
		assert.Equal(t, want, names[:3])
		assert.NotEmpty(t, s.Go)
		count[e.Size]++
	}
	assert.Equal(t, map[uint64]int{111: 100, 222: 100, 333: 50, 444: 50}, count)
}

// The Go half is looked at once for a call of C. Calls that follow each other, and those that a callback makes in the middle
// of another, must not be taken for the same.
func TestStacksOfCallsWithinCalls(t *testing.T) {
	functions := functionsOf(t)
	r := start(t, 1, "VICTIM", "calls")
	h := r.finish(t)
	count := map[string]int{}
	for _, e := range h.live {
		if e.Size < 610 || e.Size > 631 {
			continue
		}
		s, ok := r.stream.Stack(e.Stack)
		require.True(t, ok)
		var way []string
		for _, name := range functions(s.Go) {
			if called, ok := strings.CutPrefix(name, "main.callFrom"); ok {
				way = append(way, called)
			}
		}
		count[strconv.FormatUint(e.Size, 10)+" "+strings.Join(way, " < ")]++
	}
	assert.Equal(t, map[string]int{
		"610 Even": 50, "611 Even": 50, "620 Odd": 50, "621 Odd": 50,
		"630 Within < Even": 50, "631 Within < Even": 50, "630 Within < Odd": 50, "631 Within < Odd": 50,
	}, count)
}

func TestAWrongLayoutDoesNoHarm(t *testing.T) {
	exe, err := victim()
	require.NoError(t, err)
	right := tlsgOffset(t, exe)
	target, err := cgo.Examine(exe)
	require.NoError(t, err)
	layout, ok := cgo.Layout(target.GoVersion, right)
	require.True(t, ok)
	for name, change := range map[string]func(l *tracefmt.GoRuntime){
		"g is the thread's own block": func(l *tracefmt.GoRuntime) { l.TLSG = 0 },
		"g is a function of libc":     func(l *tracefmt.GoRuntime) { l.TLSG = -64 },
		"m is goid":                   func(l *tracefmt.GoRuntime) { l.GM = 152 },
		"curg is a number":            func(l *tracefmt.GoRuntime) { l.MCurg = 256 },
		"the stack has no bounds":     func(l *tracefmt.GoRuntime) { l.GStackLo, l.GStackHi = 152, 104 },
	} {
		wrong := layout
		change(&wrong)
		r := startWith(t, wrong, 1, "VICTIM", "demo", "callback", "5", "1ms")
		assert.Equal(t, 5*50, r.finish(t).ofSize(2000), name)
	}
}
