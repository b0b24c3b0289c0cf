package holder

import (
	"strings"
	"testing"

	"innards/diagnose/executable"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/arch/x86/x86asm"
)

// compiled builds the child and opens it, without running it.
func compiled(t *testing.T) *executable.File {
	t.Helper()
	exe, err := executable.Open(build(t, "locks"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, exe.Close()) })
	return exe
}

// TestFlowUnderstandsCompilerOutput runs every compiled function of a program on values: the runtime's, the standard
// library's and its own. Assembly may do what it likes.
func TestFlowUnderstandsCompilerOutput(t *testing.T) {
	exe := compiled(t)
	compiled, bytes := 0, uint64(0)
	for fn := range exe.Funcs {
		frames := exe.Frames(fn.Entry, false)
		if len(frames) == 0 || !strings.HasSuffix(frames[0].File, ".go") || fn.End-fn.Entry > maxCode {
			continue
		}
		compiled++
		bytes += fn.End - fn.Entry
		f, err := newFlow(exe, fn)
		if !assert.NoError(t, err) {
			continue
		}
		// The compiler restores the stack pointer before each return: a value that is lost on the way would show here.
		for _, b := range f.code.rpo {
			last := f.code.blocks[b].last
			if f.code.instrs[last].Op == x86asm.RET && !fn.SPWrite {
				assert.Equal(t, frameAddr(-8), f.before(last).regs[regSP], "%s: stack pointer at its return", fn.Name)
			}
		}
	}
	assert.Greater(t, compiled, 1000)
	t.Logf("%d functions, %d bytes of code", compiled, bytes)
}

// TestFlowAgreesWithFrameTable compares the stack pointer that the analysis finds with the table that the runtime unwinds
// by, at every call.
func TestFlowAgreesWithFrameTable(t *testing.T) {
	exe := compiled(t)
	calls := 0
	for fn := range exe.Funcs {
		if !strings.HasPrefix(fn.Name, "main.") && !strings.HasPrefix(fn.Name, "fmt.") {
			continue
		}
		f, err := newFlow(exe, fn)
		require.NoError(t, err)
		for _, b := range f.code.rpo {
			s := f.in[b].clone()
			for i := f.code.blocks[b].first; i <= f.code.blocks[b].last; i++ {
				in := &f.code.instrs[i]
				if delta, ok := exe.SPDelta(fn, in.pc); ok && in.Op == x86asm.CALL {
					calls++
					require.Equal(t, frameAddr(-8-int64(delta)), s.regs[regSP], "%s+%#x", fn.Name, in.pc-fn.Entry)
				}
				f.step(s, in)
			}
		}
	}
	assert.Greater(t, calls, 500)
}

func TestJumpTable(t *testing.T) {
	exe := compiled(t)
	fn, ok := exe.FuncNamed("main.(*account).dispatch")
	require.True(t, ok)
	code, err := readCode(exe, fn)
	require.NoError(t, err)
	most := 0
	for _, b := range code.blocks {
		most = max(most, len(b.succ))
	}
	assert.Equal(t, 10, most, "cases of the switch")
}

func TestReach(t *testing.T) {
	exe := compiled(t)
	r := newReach(exe, methodEntries(exe), depth)
	for name, away := range map[string]int{
		"main.(*account).leave": 0, "main.(*account).deep2": 1, "main.(*account).deep1": 2, "main.(*account).finish": 1,
	} {
		fn, ok := exe.FuncNamed(name)
		require.True(t, ok, name)
		got, ok := r[fn.Entry]
		assert.True(t, ok, name)
		assert.Equal(t, away, got, name)
	}
	fn, ok := exe.FuncNamed("main.(*account).change")
	require.True(t, ok)
	assert.NotContains(t, r, fn.Entry)
}

func TestValuesAlike(t *testing.T) {
	b := newBases()
	receiver := b.argument(regAX)
	first, second := b.loaded(0x10, receiver.plus(8)), b.loaded(0x20, receiver.plus(8))
	assert.NotEqual(t, first, second, "the field may have changed between two loads")
	assert.True(t, b.alike(first.plus(16), second.plus(16)))
	assert.False(t, b.alike(first, second.plus(16)))
	assert.False(t, b.alike(b.loaded(0x10, receiver), first))
	assert.Equal(t, b.add(receiver.plus(8), constant(3), 8), receiver.plus(32))
	assert.Equal(t, b.add(receiver, b.argument(regCX).plus(2), 8), b.add(receiver, b.argument(regCX), 8).plus(16))
}
