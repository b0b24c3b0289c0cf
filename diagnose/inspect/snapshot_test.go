package inspect_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"
)

var linkings = []struct {
	name string
	args []string
}{
	{"default", nil},
	{"stripped", []string{"-ldflags=-s -w"}},
	{"pie trimpath", []string{"-buildmode=pie", "-trimpath"}},
	{"pie trimpath stripped", []string{"-buildmode=pie", "-trimpath", "-ldflags=-s -w"}},
}

// TestSnapshotAgreesWithDump compares what is read from outside with what the runtime itself printed inside.
func TestSnapshotAgreesWithDump(t *testing.T) {
	for _, linking := range linkings {
		t.Run(linking.name, func(t *testing.T) {
			t.Parallel()
			pid, r := start(t, build(t, "waits", linking.args...))
			p := attach(t, pid)
			snap, err := p.Snapshot(t.Context())
			require.NoError(t, err)
			assert.Empty(t, snap.Warnings)
			assert.Positive(t, snap.Threads)

			compare(t, snap, r.Dump)
			checkWaits(t, snap, r.Objects)
		})
	}
}

// TestOlderReleases does the same to programs of the older toolchains, as far as they are in the module cache.
func TestOlderReleases(t *testing.T) {
	for minor, toolchain := range inspect.Releases {
		t.Run(toolchain, func(t *testing.T) {
			path := inspect.BuildWith(t, inspect.ToolchainHere(t, toolchain), "waits")
			for _, stripped := range []bool{false, true} {
				if stripped {
					strip, err := exec.LookPath("strip")
					if err != nil {
						t.Skip("no strip")
					}
					require.NoError(t, exec.Command(strip, "-o", path+"-bare", path).Run())
					path += "-bare"
				}
				pid, r := start(t, path)
				p := attach(t, pid)
				snap, err := p.Snapshot(t.Context())
				require.NoError(t, err)
				assert.Empty(t, snap.Warnings)
				if minor < 24 { // whose labels are not read
					find(t, snap, "runtime/pprof.Do").Labels = map[string]string{"kind": "labelled"}
				}
				compare(t, snap, r.Dump)
				checkWaits(t, snap, r.Objects)
				require.NoError(t, p.Strand(t.Context(), snap))
				assert.Empty(t, snap.Warnings)
				assert.NotNil(t, snap.Stranded)
			}
		})
	}
}

// compare holds a snapshot against a dump: the same goroutines, states, stacks, lines and creators.
func compare(t *testing.T, snap *inspect.Snapshot, text string) {
	t.Helper()
	dump, err := goroutine.Parse(strings.NewReader(text))
	require.NoError(t, err)
	got := byID(snap)
	for _, want := range dump.Goroutines {
		g := got[want.ID]
		if !assert.NotNilf(t, g, "goroutine %d is missing", want.ID) || want.ID == 1 {
			continue // the main goroutine printed the dump and has gone on
		}
		assert.Equalf(t, want.State, g.State, "state of goroutine %d", g.ID)
		assert.Equal(t, want.LockedToThread, g.LockedToThread)
		assert.Equal(t, want.CreatorID, g.CreatorID)
		assert.False(t, g.System)
		assert.Equal(t, lines([]goroutine.Frame{want.CreatedBy}), lines([]goroutine.Frame{g.CreatedBy}))
		if want.Elided > 0 {
			assert.Greater(t, len(g.Frames), 600)
			continue
		}
		assert.Equalf(t, lines(want.Frames), lines(g.Frames), "stack of goroutine %d", g.ID)
		live := snap.Live[g.ID]
		for i, f := range g.Frames {
			assert.True(t, f.SP >= live.StackLo && f.SP < f.CFA && f.CFA <= live.StackHi)
			if i > 0 && !g.Frames[i-1].Inlined {
				assert.GreaterOrEqual(t, f.SP, g.Frames[i-1].CFA)
			}
		}
	}
	for _, g := range snap.Goroutines {
		if !g.System {
			assert.Truef(t, has(dump.Goroutines, g.ID), "goroutine %d is not in the dump: %v", g.ID, g.Frames)
		}
	}
}

// TestC walks stacks that lead through C and back into Go.
func TestC(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("no C compiler")
	}
	for _, args := range [][]string{nil, {"-buildmode=pie", "-trimpath", "-ldflags=-s -w"}} {
		pid, r := start(t, build(t, "cwaits", args...))
		snap, err := attach(t, pid).Snapshot(t.Context())
		require.NoError(t, err)
		assert.Empty(t, snap.Warnings)
		compare(t, snap, r.Dump)
		assert.NotZero(t, snap.Live[find(t, snap, "main.blockedInC").ID].Thread)
		assert.True(t, find(t, snap, "main.waitInCallback").LockedToThread)
	}
}

func byID(snap *inspect.Snapshot) map[int64]*goroutine.Goroutine {
	m := make(map[int64]*goroutine.Goroutine)
	for _, g := range snap.Goroutines {
		m[g.ID] = g
	}
	return m
}

func has(gs []*goroutine.Goroutine, id int64) bool {
	for _, g := range gs {
		if g.ID == id {
			return true
		}
	}
	return false
}

type line struct {
	fn, file string
	line     int
}

func lines(frames []goroutine.Frame) []line {
	var out []line
	for _, f := range frames {
		out = append(out, line{f.Func, f.File, f.Line})
	}
	return out
}

// find gives the one goroutine that runs fn.
func find(t *testing.T, snap *inspect.Snapshot, fn string) *goroutine.Goroutine {
	t.Helper()
	var found []*goroutine.Goroutine
	for _, g := range snap.Goroutines {
		for _, f := range g.Frames {
			if f.Func == fn {
				found = append(found, g)
				break
			}
		}
	}
	require.Lenf(t, found, 1, "goroutines that run %s", fn)
	return found[0]
}

func checkWaits(t *testing.T, snap *inspect.Snapshot, object map[string]uint64) {
	t.Helper()
	for fn, want := range map[string][]goroutine.Wait{
		"onMutex":      {{Kind: goroutine.MutexLock, Object: object["mu"]}},
		"onRWRead":     {{Kind: goroutine.RWMutexRead, Object: object["read"]}},
		"onRWWrite":    {{Kind: goroutine.RWMutexWrite, Object: object["rw"]}},
		"onRWWrite2":   {{Kind: goroutine.RWMutexWrite, Object: object["rw"]}},
		"onSend":       {{Kind: goroutine.ChanSend, Object: object["unbuf"]}},
		"onReceive":    {{Kind: goroutine.ChanReceive, Object: object["recv"]}},
		"onBuffered":   {{Kind: goroutine.ChanSend, Object: object["full"]}},
		"onNilSend":    {{Kind: goroutine.ChanSend}},
		"onNilReceive": {{Kind: goroutine.ChanReceive}},
		"onSelectNone": nil,
		"onSelect": {
			{Kind: goroutine.ChanReceive, Object: object["in"], Select: true},
			{Kind: goroutine.ChanSend, Object: object["out"], Select: true},
		},
		"onWaitGroup": {{Kind: goroutine.WaitGroup, Object: object["wg"]}},
		"onCond":      {{Kind: goroutine.CondWait, Object: object["cond"]}},
		"onSleep":     nil,
		"onIO":        nil,
		"onSyscall":   nil,
		"onWrapper":   {{Kind: goroutine.ChanReceive, Object: object["rest"]}},
	} {
		assert.ElementsMatch(t, want, find(t, snap, "main."+fn).Waits, fn)
	}
	id := func(fn string) int64 { return find(t, snap, "main."+fn).ID }
	assert.Equal(t, inspect.Channel{Len: 2, Cap: 2, Senders: []int64{id("onBuffered")}}, snap.Channels[object["full"]])
	assert.Equal(t, inspect.Channel{Senders: []int64{id("onSend")}}, snap.Channels[object["unbuf"]])
	assert.Equal(t, inspect.Channel{Receivers: []int64{id("onSelect")}}, snap.Channels[object["in"]])
	assert.Equal(t, inspect.Channel{Senders: []int64{id("onSelect")}}, snap.Channels[object["out"]])
	assert.Len(t, snap.Channels[object["rest"]].Receivers, 7)

	assert.Equal(t, inspect.Lock{Locked: true, Waiters: 1}, snap.Locks[object["mu"]])
	assert.Equal(t, inspect.Lock{Locked: true, Waiters: 1}, snap.Locks[object["read"]])
	assert.Equal(t, inspect.Lock{Readers: 1, Waiters: 2}, snap.Locks[object["rw"]])
	assert.Equal(t, inspect.Lock{Count: 2, Waiters: 1}, snap.Locks[object["wg"]])
	assert.Equal(t, inspect.Lock{Waiters: 1}, snap.Locks[object["cond"]])

	assert.Equal(t, map[string]string{"kind": "labelled"}, find(t, snap, "runtime/pprof.Do").Labels)
	assert.NotZero(t, snap.Live[id("onSyscall")].Thread)
}

// Where the kernel forbids process_vm_readv, the memory is a file.
func TestReadByFile(t *testing.T) {
	pid, r := start(t, build(t, "waits"))
	p := attach(t, pid)
	require.NoError(t, p.ReadByFile())
	snap, err := p.Snapshot(t.Context())
	require.NoError(t, err)
	compare(t, snap, r.Dump)
	checkWaits(t, snap, r.Objects)
	assert.Error(t, p.Read(8, make([]byte, 8)))
}

func TestDefers(t *testing.T) {
	pid, _ := start(t, build(t, "waits"))
	p := attach(t, pid)
	snap, err := p.Snapshot(t.Context())
	require.NoError(t, err)
	g := find(t, snap, "main.deferring")
	defers, err := p.Defers(snap.Live[g.ID])
	require.NoError(t, err)
	require.Len(t, defers, 3)
	for _, d := range defers {
		entry, err := p.ReadUint64(d.Fn)
		require.NoError(t, err)
		fn, ok := p.Executable().FuncAt(entry - p.Bias())
		require.True(t, ok)
		assert.True(t, strings.HasPrefix(fn.Name, "main.deferring"), fn.Name)
		assert.Equal(t, g.Frames[0].SP, d.SP)
	}
}

// A goroutine that never leaves the processor is listed, but its stack is in registers. It does leave it for a moment when
// the runtime or the machine gives its turn to another: then it is looked at again.
func TestRunning(t *testing.T) {
	pid, _ := start(t, build(t, "waits"), "spin")
	p := attach(t, pid)
	for range 1000 {
		snap, err := p.Snapshot(t.Context())
		require.NoError(t, err)
		for _, g := range snap.Goroutines {
			if g.CreatedBy.Func == "main.main" && g.State == "running" {
				assert.Empty(t, g.Frames)
				assert.NotZero(t, snap.Live[g.ID].Thread)
				return
			}
		}
	}
	t.Fatal("a goroutine that spins was never seen running")
}
