package diagnose

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/cdemo"
	"innards/diagnose/leak"
)

// builds are the ways to build the program that is traced; the tracer must not care.
var builds = map[string][]string{
	"default":      nil,
	"stripped":     {"-ldflags=-s -w"},
	"pie trimpath": {"-buildmode=pie", "-trimpath"},
}

var (
	victimsOnce sync.Once
	victims     map[string]string
	victimsErr  error
)

// victim builds the program that the tests trace, once in each way.
func victim(t *testing.T, build string) string {
	t.Helper()
	victimsOnce.Do(func() {
		// Not a test's own folder: the programs outlive the test that comes first.
		dir, err := os.MkdirTemp("", "innards-victims-")
		if err != nil {
			victimsErr = err
			return
		}
		victims = make(map[string]string)
		for name, flags := range builds {
			victims[name] = filepath.Join(dir, name)
			args := append(append([]string{"build", "-o", victims[name]}, flags...), "innards/cgo/testdata/victim")
			if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
				victimsErr = fmt.Errorf("build %s: %w: %s", name, err, out)
			}
		}
	})
	require.NoError(t, victimsErr)
	return victims[build]
}

// runLeak runs the command and gives its exit status, what it printed, and its error.
func runLeak(t *testing.T, args ...string) (status int, stdout, stderr string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := LeakCommand()
	var out, errOut bytes.Buffer
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetArgs(append([]string{}, args...)) // of nil it would take our own
	cmd.SetIn(strings.NewReader(""))
	cmd.SetOut(&out)
	cmd.SetErr(&errOut)
	err = cmd.ExecuteContext(ctx)
	var found interface{ ExitStatus() int }
	switch {
	case errors.As(err, &found):
		status, err = found.ExitStatus(), nil
	case err != nil:
		status = 2
	}
	return status, out.String(), errOut.String(), err
}

// traceJSON runs the command with --json and decodes what it prints.
func traceJSON(t *testing.T, args ...string) (int, *leak.Report, string) {
	t.Helper()
	status, stdout, stderr, err := runLeak(t, append([]string{"--json", "--out", t.TempDir()}, args...)...)
	require.NoError(t, err)
	var r leak.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &r), stdout)
	return status, &r, stderr
}

// patiently runs something until it is as it should be, three times at most and slower each time. On a busy machine a program
// works so unevenly, or is looked at so rarely, that there is rightly no verdict. What came of the last run is then held to all
// that is asked of it.
func patiently(t *testing.T, run func(slower int) bool) {
	t.Helper()
	for _, slower := range []int{1, 4, 16} {
		if run(slower) {
			return
		}
		t.Logf("not as it should be, at a pace of 1/%d", slower)
	}
}

func TestLeakFindsTheLineOfEveryDemo(t *testing.T) {
	// Slow enough that a busy machine, which stops a process for a tenth of a second, does not make its growth uneven.
	pace := cdemo.Pace{Rounds: 60, Pause: 10 * time.Millisecond}
	type run struct{ build, period string }
	runs := []run{{"default", "1"}, {"stripped", "16384"}, {"pie trimpath", "1"}}
	for i, d := range cdemo.All() {
		if !d.Want.Found() || d.Want.Resource == "handle" || d.Want.Resource == "pinner" {
			continue
		}
		runs := runs
		if i >= 3 {
			runs = runs[:1] // how a program was built matters to the stacks, of which the first have all kinds
		}
		period := []string{"1", "4096"}[i%2]
		twin := func(t *testing.T, exe string) {
			status, report, _ := traceJSON(t, "--sample", period, "--",
				exe, "fixed", d.Name, fmt.Sprint(pace.Rounds), pace.Pause.String())
			assert.Equal(t, 0, status)
			assert.Empty(t, report.Found())
			assert.NotEmpty(t, report.Sites, "the pool and the table are there")
		}
		for _, r := range runs {
			t.Run(d.Name+"/"+r.build+"/"+r.period, func(t *testing.T) {
				exe := victim(t, r.build)
				t.Parallel()
				if i >= 3 { // both at once: they sleep nearly all of the time
					var other sync.WaitGroup
					other.Go(func() { twin(t, exe) })
					defer other.Wait()
				}
				var status int
				var report *leak.Report
				var bytes, objects int64
				patiently(t, func(slower int) bool {
					status, report, _ = traceJSON(t, "--sample", r.period, "--",
						exe, "demo", d.Name, fmt.Sprint(pace.Rounds), (time.Duration(slower) * pace.Pause).String())
					bytes, objects = 0, 0
					classes := true
					for _, s := range report.Found() {
						bytes, objects = bytes+s.LiveBytes, objects+s.LiveObjects
						classes = classes && (r.period != "1" || string(s.Class) == d.Want.Class)
					}
					enough := bytes > int64(d.Bytes(pace))*8/10
					if d.Want.BytesPerRound == 0 {
						enough = objects == int64(2*pace.Rounds)
					}
					return status == 1 && report.Looks > 0 && classes && enough
				})
				require.Positive(t, report.Looks, "the program was never looked at")
				assert.Equal(t, 1, status)
				for _, s := range report.Found() {
					assert.Equal(t, d.Want.Resource, s.Resource)
					assert.Equal(t, d.Want.File, filepath.Base(s.Go.File))
					assert.Equal(t, d.Want.Line, s.Go.Line)
					assert.Equal(t, "innards/cgo/cdemo."+d.Want.Func, s.Go.Func)
					if r.period == "1" { // sampled, what reaches a block may be one that was not recorded
						assert.Equal(t, d.Want.Class, string(s.Class))
					}
					last := s.Stack[len(s.Stack)-1]
					assert.Contains(t, []string{"runtime.main", "innards/cgo/cdemo.useThread.func1"}, last.Func,
						"the stack reaches the goroutine's beginning")
				}
				switch {
				case d.Want.BytesPerRound == 0:
					assert.EqualValues(t, 2*pace.Rounds, objects)
				case r.period == "1":
					assert.EqualValues(t, d.Bytes(pace), bytes)
				default:
					assert.InEpsilon(t, d.Bytes(pace), bytes, 0.3) // 300 samples and more: five standard deviations
				}
			})
		}
		if i < 3 {
			t.Run(d.Name+"/fixed", func(t *testing.T) {
				exe := victim(t, "default")
				t.Parallel()
				twin(t, exe)
			})
		}
	}
}

// Of what is kept in one way or another, nothing may be called lost; of what is lost, a pointer that was left behind on a
// stack may hide a block here and there.
func TestLeakTellsWhatNothingReaches(t *testing.T) {
	const perWay = 500
	victim(t, "default")
	t.Parallel()
	for _, build := range []string{"default", "stripped"} {
		status, report, _ := traceJSON(t, "--sample", "1", "--duration", "1s", "--", victim(t, build), "reach")
		assert.Equal(t, 1, status)
		assert.Positive(t, report.Looks)
		assert.Empty(t, report.Warnings)
		kept, lost, unreached := 0, 0, 0
		for _, s := range report.Sites {
			if strings.HasPrefix(s.Go.Func, "main.lose") {
				assert.Equal(t, leak.Leak, s.Class, "%s:%d", s.Go.Func, s.Go.Line)
				lost, unreached = lost+int(s.LiveObjects), unreached+int(s.Unreachable)
				continue
			}
			kept += int(s.LiveObjects)
			assert.Zero(t, s.Unreachable, "%s:%d %v", s.Go.Func, s.Go.Line, s.Stack)
		}
		assert.Equal(t, 6*perWay, lost)
		assert.GreaterOrEqual(t, kept, 8*perWay)
		assert.GreaterOrEqual(t, unreached, lost*99/100)
		t.Logf("%d of %d lost blocks found, 0 of %d others; stood still for %.1f ms", unreached, lost, kept, report.LongestPause*1e3)
	}
}

// What Go keeps for C is seen at looks only, of which it takes three to tell growth.
func TestLeakSeesWhatGoKeepsForC(t *testing.T) {
	victim(t, "default")
	for _, name := range []string{"handle", "pinner"} {
		d, ok := cdemo.Find(name)
		require.True(t, ok)
		for _, mode := range []string{"demo", "fixed"} {
			t.Run(name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				var status int
				var report *leak.Report
				patiently(t, func(slower int) bool {
					bound := 2700*time.Millisecond + time.Duration(slower-1)*time.Second
					status, report, _ = traceJSON(t, "--duration", bound.String(), "--", victim(t, "default"), mode, name, "10000", "10ms")
					return mode == "fixed" || status == 1
				})
				if mode == "fixed" {
					assert.Zero(t, status)
					assert.Empty(t, report.Found())
					return
				}
				assert.Equal(t, 1, status)
				require.Len(t, report.Found(), 1)
				s := report.Found()[0]
				assert.Equal(t, name, s.Resource)
				assert.Equal(t, leak.Growing, s.Class)
				assert.Equal(t, "innards/cgo/cdemo."+d.Want.Func, s.Go.Func)
				assert.Equal(t, d.Want.Line, s.Go.Line)
				assert.Greater(t, s.LiveObjects, int64(100))
				assert.LessOrEqual(t, s.LiveObjects, int64(2*1900), "two a round")
			})
		}
	}
}

// What is no leak must be named as what it is.
func TestLeakTellsWhatIsNone(t *testing.T) {
	victim(t, "default")
	for _, d := range cdemo.All() {
		if d.Want.Found() {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			look := func(mode string, slower int) (*leak.Report, bool) {
				pause := time.Duration(slower) * 10 * time.Millisecond
				status, report, _ := traceJSON(t, "--sample", "1", "--", victim(t, "default"), mode, d.Name, "130", pause.String())
				assert.Zero(t, status)
				assert.Empty(t, report.Found())
				return report, report.Resident.CFree >= 40<<20 && strings.HasPrefix(report.Account, "not a leak: ")
			}
			var both sync.WaitGroup
			both.Go(func() {
				_, retained := look("fixed", 1)
				assert.False(t, retained)
			})
			defer both.Wait()
			var report *leak.Report
			var retained bool
			site := -1
			patiently(t, func(slower int) bool {
				report, retained = look("demo", slower)
				site = slices.IndexFunc(report.Sites, func(s leak.Site) bool {
					return s.Go.Line == d.Want.Line && filepath.Base(s.Go.File) == d.Want.File
				})
				return retained || site >= 0 && string(report.Sites[site].Class) == d.Want.Class && report.Sites[site].Confidence == leak.Likely
			})
			assert.Equal(t, d.Want.Retained > 0, retained, "%+v", report.Resident)
			if retained {
				assert.GreaterOrEqual(t, report.Resident.CFree, d.Want.Retained)
				return
			}
			require.NotEqual(t, -1, site)
			assert.Equal(t, d.Want.Class, string(report.Sites[site].Class))
			assert.Equal(t, leak.Likely, report.Sites[site].Confidence)
		})
	}
}

func TestLeakWithoutAStop(t *testing.T) {
	victim(t, "default")
	t.Parallel()
	var status int
	var report *leak.Report
	patiently(t, func(slower int) bool {
		pause := time.Duration(slower) * 10 * time.Millisecond
		status, report, _ = traceJSON(t, "--sample", "1", "--no-stop", "--", victim(t, "default"), "demo", "cstring", "60", pause.String())
		return status == 1
	})
	assert.Equal(t, 1, status)
	assert.Zero(t, report.Looks)
	for _, s := range report.Found() {
		assert.Equal(t, leak.Growing, s.Class)
	}
}

func TestLeakReportHasTheAgreedForm(t *testing.T) {
	dir := t.TempDir()
	var status int
	var stdout, stderr string
	patiently(t, func(slower int) bool {
		pause := time.Duration(slower) * 10 * time.Millisecond
		var err error
		status, stdout, stderr, err = runLeak(t, "--json", "--out", dir, "--sample", "1", "--",
			victim(t, "default"), "demo", "cstring", "60", pause.String())
		require.NoError(t, err)
		return status == 1 && strings.Contains(stdout, `"class": "leak"`)
	})
	assert.Equal(t, 1, status)
	assert.Equal(t, "ready\n", stderr, "the program's own output")
	var r map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	keys := func(m any) (keys []string) {
		for k := range m.(map[string]any) {
			keys = append(keys, k)
		}
		return keys
	}
	assert.Equal(t, "innards.leak/1", r["schema"])
	assert.ElementsMatch(t, []string{"schema", "target", "duration_s", "sites", "resident", "profile", "warnings",
		"looks", "longest_pause_s"}, keys(r))
	assert.ElementsMatch(t, []string{"kind", "pid", "exe", "go"}, keys(r["target"]))
	assert.ElementsMatch(t, []string{"rss", "go", "c_live", "c_free", "mmap", "stacks", "tracer", "other"}, keys(r["resident"]))
	site := r["sites"].([]any)[0]
	assert.ElementsMatch(t, []string{"resource", "class", "confidence", "live_bytes", "live_objects", "bytes_per_second", "go", "stack",
		"unreachable_objects", "growth"}, keys(site))
	assert.ElementsMatch(t, []string{"func", "file", "line"}, keys(site.(map[string]any)["go"]))
	assert.ElementsMatch(t, []string{"func", "file", "line", "lang"}, keys(site.(map[string]any)["stack"].([]any)[0]))

	var report leak.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	var live int64
	for i, s := range report.Sites {
		live += s.LiveBytes
		assert.True(t, i == 0 || s.LiveBytes <= report.Sites[i-1].LiveBytes, "largest first")
	}
	assert.Equal(t, live, report.Resident.CLive)
	assert.Greater(t, report.Resident.RSS, report.Resident.CLive)

	kept, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	assert.JSONEq(t, stdout, string(kept))
	f, err := os.Open(report.Profile)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // opened for reading
	p, err := profile.Parse(f)
	require.NoError(t, err)
	var lost int64
	for _, s := range p.Sample {
		if s.Label["class"][0] == "leak" {
			lost += s.Value[3]
		}
	}
	assert.EqualValues(t, report.Sites[0].LiveBytes, lost)
}

func TestLeakText(t *testing.T) {
	d, _ := cdemo.Find("callback")
	var status int
	var stdout string
	patiently(t, func(slower int) bool {
		pause := time.Duration(slower) * 10 * time.Millisecond
		var err error
		status, stdout, _, err = runLeak(t, "--watch", "--out", t.TempDir(), "--sample", "1", "--",
			victim(t, "default"), "demo", "callback", "130", pause.String())
		require.NoError(t, err)
		return status == 1 && strings.Contains(stdout, "\nafter 1s, ") && strings.Contains(stdout, "pool ") && strings.Contains(stdout, "warm-up ")
	})
	assert.Equal(t, 1, status)
	own, report, _ := strings.Cut(stdout, "\n")
	assert.Equal(t, "ready", own)
	live, report, found := strings.Cut(report, "\nleak: ")
	require.True(t, found, stdout)
	report = "leak: " + report
	assert.Regexp(t, fmt.Sprintf(`(?s)^after 1s, of \d+ sites those that grew most:\n[▁▂▃▄▅▆▇█ ]{10} .*callback\.go:%d\n`, d.Want.Line), live)
	first, _, _ := strings.Cut(report, "\n")
	assert.Regexp(t, fmt.Sprintf(`^leak: .*callback\.go:%d  innards/cgo/cdemo\.onRow$`, d.Want.Line), first)
	for _, want := range []string{"in 6500 blocks, +", "c  row_new", "go innards/cgo/cdemo.scanRows", "pool ", "warm-up ", "leak.pb.gz"} {
		assert.Contains(t, report, want)
	}
	assert.NotContains(t, stdout, "\x1b", "no colours but on a terminal")
}

func TestLeakEndsTheProgramAfterItsDuration(t *testing.T) {
	exe := victim(t, "default")
	var status int
	var report *leak.Report
	patiently(t, func(slower int) bool {
		status, report, _ = traceJSON(t, "--sample", "1", "--duration", fmt.Sprint(slower, "s"), "--", exe, "demo", "errorpath", "100000", "5ms")
		return status == 1
	})
	assert.Less(t, report.Duration, 25., "the program would go on for minutes")
	assert.Equal(t, 1, status)
	require.NotEmpty(t, report.Found())
	assert.Equal(t, "errorpath.go", filepath.Base(report.Found()[0].Go.File))
	assert.Empty(t, report.Warnings, "its end was our doing")
	require.Error(t, findProcess(report.Target.PID), "it still runs")
}

func findProcess(pid int) error {
	_, err := os.Stat(fmt.Sprintf("/proc/%d/exe", pid))
	return err
}

// afterReady calls a function when the program has said that it is ready.
type afterReady func()

func (f afterReady) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("ready\n")) {
		f()
	}
	return len(p), nil
}

func TestLeakReportsWhenItIsInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := LeakCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetArgs([]string{"--out", dir, "--sample", "1", "--", victim(t, "default"), "hold"})
	cmd.SetIn(strings.NewReader(""))
	cmd.SetOut(afterReady(cancel))
	err := cmd.ExecuteContext(ctx)
	if found := new(interface{ ExitStatus() int }); !errors.As(err, found) { // it leaks, which may be seen by then
		require.NoError(t, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	var report leak.Report
	require.NoError(t, json.Unmarshal(b, &report))
	assert.Contains(t, strings.Join(report.Warnings, "\n"), "interrupted")
	require.Error(t, findProcess(report.Target.PID), "it still runs")
}

func TestLeakThroughAWrapper(t *testing.T) {
	exe := victim(t, "default")
	for _, args := range [][]string{
		{"--", "sh", "-c", "exec " + exe + " exit 0"},
		{"--", "env", "X=1", "timeout", "20", exe, "exit", "0"},
		{"--exe", exe, "--", "sh", "-c", `v=` + exe + `; "$v" exit 0; sleep 0`},
	} {
		status, report, _ := traceJSON(t, append([]string{"--sample", "1"}, args...)...)
		assert.Equal(t, 0, status)
		assert.Equal(t, exe, report.Target.Exe)
		held := false
		for _, s := range report.Sites {
			held = held || s.Go.Func == "main.hold" && s.LiveObjects == 50
		}
		assert.True(t, held, args)
	}
}

func TestLeakTellsOfABadEnd(t *testing.T) {
	_, report, _ := traceJSON(t, "--sample", "1", "--", victim(t, "default"), "exit", "3")
	assert.Contains(t, strings.Join(report.Warnings, "\n"), "exit status 3")
}

func TestLeakRefusesInOneLine(t *testing.T) {
	exe := victim(t, "default")
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.txt")
	require.NoError(t, os.WriteFile(plain, []byte("text\n"), 0o600))
	tool, err := exec.Command("go", "tool", "-n", "compile").Output() // a Go program that is always there, and has no cgo
	require.NoError(t, err)
	pure := strings.TrimSpace(string(tool))

	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nothing":        {nil, "no command"},
		"nothing behind": {[]string{"--"}, "no command"},
		"no dash":        {[]string{exe}, "stands before --"},
		"no file":        {[]string{"--", "./none"}, "no such file"},
		"no command":     {[]string{"--", "no-such-command"}, "not found"},
		"no program":     {[]string{"--", plain}, "permission denied"},
		"no Go":          {[]string{"--", "true"}, "not a Go program"},
		"no cgo":         {[]string{"--", pure}, "without cgo"},
		"never started":  {[]string{"--exe", exe, "--", "sh", "-c", "exit 4"}, "never started"},
		"no sampling":    {[]string{"--sample", "0", "--", exe}, "--sample 0"},
		"negative":       {[]string{"--duration", "-1s", "--", exe}, "negative"},
		"watch as JSON":  {[]string{"--watch", "--json", "--", exe}, "choose one"},
		"no place":       {[]string{"--out", filepath.Join(plain, "x"), "--", exe, "exit", "0"}, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, _, err := runLeak(t, c.args...)
			assert.Equal(t, 2, status)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "\n")
			assert.True(t, strings.HasPrefix(err.Error(), "leak: "), err)
			assert.Empty(t, stdout)
		})
	}
	t.Run("no compiler", func(t *testing.T) {
		t.Setenv("PATH", dir)
		t.Setenv("CC", "")
		_, _, _, err := runLeak(t, "--", exe, "exit", "0")
		require.ErrorContains(t, err, "no C compiler")
	})
}
