package leaktest_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/cdemo"
	"innards/cgo/leaktest"
	"innards/dynarray"
)

// judged runs a test of its own, and gives what that would have failed with.
type judged struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (j *judged) Helper()           {}
func (j *judged) Cleanup(f func())  { j.cleanups = append(j.cleanups, f) }
func (j *judged) Error(args ...any) { j.errors = append(j.errors, fmt.Sprint(args...)) }
func (j *judged) Errorf(format string, args ...any) {
	j.errors = append(j.errors, fmt.Sprintf(format, args...))
}

func verdict(t *testing.T, test func(t testing.TB)) []string {
	t.Helper()
	j := &judged{TB: t}
	leaktest.StartLeakCheck(j)
	test(j)
	for i := len(j.cleanups) - 1; i >= 0; i-- {
		j.cleanups[i]()
	}
	return j.errors
}

// All demos in one check, and all of their twins in another: it waits for what might yet be given back, and beside each demo a
// table and a pool are kept, at lines of their own.
func TestALeakFailsTheTestAndItsTwinDoesNot(t *testing.T) {
	pace := cdemo.Pace{Rounds: 3, Pause: time.Millisecond}
	var demos []cdemo.Demo
	for _, name := range []string{"cstring", "errorpath", "callback", "outparam", "getline", "cycle", "perthread", "registry", "mmap", "fd", "thread"} {
		d, ok := cdemo.Find(name)
		require.True(t, ok)
		demos = append(demos, d)
	}
	ofLine := func(errors []string, d cdemo.Demo) (of []string) {
		for _, e := range errors {
			if strings.Contains(e, fmt.Sprintf("/%s:%d, and not given back", d.Want.File, d.Want.Line)) {
				of = append(of, e)
			}
		}
		return of
	}
	faulty := verdict(t, func(t testing.TB) {
		for _, d := range demos {
			require.NoError(t, d.Run(context.Background(), io.Discard, pace))
		}
	})
	fixed := verdict(t, func(t testing.TB) {
		for _, d := range demos {
			require.NoError(t, d.Fixed(context.Background(), io.Discard, pace))
		}
	})
	assert.Len(t, faulty, len(demos)+2)
	assert.Len(t, fixed, 2, "the table and the pool: %v", fixed)
	for _, d := range demos {
		found := ofLine(faulty, d)
		if assert.Len(t, found, 1, d.Name) {
			assert.Contains(t, found[0], "cdemo."+d.Want.Func)
			amount := fmt.Sprintf("leak: %d bytes ", d.Bytes(pace))
			if d.Want.BytesPerRound == 0 {
				amount = fmt.Sprintf("leak: %d of %s", 2*pace.Rounds, d.Want.Resource)
			}
			assert.True(t, strings.HasPrefix(found[0], amount), found[0])
		}
		assert.Empty(t, ofLine(fixed, d), d.Name)
	}
}

func TestWhatIsGivenBackInTimeIsNoLeak(t *testing.T) {
	var kept *dynarray.Array[int64]
	take := func() { kept = dynarray.New[int64](1000); kept.Append(7) }
	_, file, line, _ := runtime.Caller(0)
	line-- // of take

	assert.Empty(t, verdict(t, func(testing.TB) {}))
	assert.Empty(t, verdict(t, func(t testing.TB) {
		t.Cleanup(func() { require.NoError(t, kept.Close()) })
		take()
	}), "a cleanup that was registered after the check comes before it")
	assert.Empty(t, verdict(t, func(testing.TB) { take(); kept = nil }), "the array is freed when the collector finds it")
	found := verdict(t, func(testing.TB) { take() })
	require.NotEmpty(t, found)
	require.NotNil(t, kept)
	assert.Contains(t, strings.Join(found, "\n"), fmt.Sprintf("%s:%d", filepath.Base(file), line))
	require.NoError(t, kept.Close())
}

func ExampleStartLeakCheck() {
	_ = func(t *testing.T) {
		leaktest.StartLeakCheck(t)
		a := dynarray.New[float64](100)
		defer func() { _ = a.Close() }() // without it the test fails, and names the line above
	}
	// Output:
}
