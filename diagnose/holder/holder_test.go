package holder

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"innards/diagnose/inspect"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answer is what is known about one lock of the child.
type answer struct {
	addr   uint64
	owners []int64
	lines  []string // "file.go:12" of the marks "holds"
	defers []string // and of the marks "defers"
	mode   Mode
}

// noinline leaves each call of a lock's method a call, and those within the method too. Of the rest of the standard library
// nothing is in a lock's stack but the runtime, which takes longest to compile once more.
var noinline = []string{"-gcflags=-l", "-gcflags=sync=-l", "-gcflags=internal/sync=-l"}

func build(t *testing.T, program string, flags ...string) (path string) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "child")
	build := exec.Command("go", append(append([]string{"build", "-o", bin}, flags...), "./testdata/"+program)...)
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return bin
}

// child runs a program under testdata and returns once it hangs as it should.
func child(t *testing.T, program string, flags ...string) (*inspect.Process, map[string]*answer) {
	t.Helper()
	cmd := exec.Command(build(t, program, flags...))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	limit := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		limit.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})

	answers := marks(t, filepath.Join("testdata", program))
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "ready" {
		f := strings.Fields(lines.Text())
		require.Len(t, f, 3, lines.Text())
		n, err := strconv.ParseUint(f[2], 0, 64)
		require.NoError(t, err)
		a := answers[f[1]]
		if a == nil {
			a = new(answer)
			answers[f[1]] = a
		}
		if f[0] == "lock" {
			a.addr = n
		} else {
			a.owners = append(a.owners, int64(n))
		}
	}
	require.Equal(t, "ready", lines.Text(), stderr.String())
	everywhere := answers["any"]
	delete(answers, "any")
	for _, a := range answers {
		if len(a.lines)+len(a.defers) == 0 {
			a.lines, a.mode = everywhere.lines, everywhere.mode
		}
	}
	p, err := inspect.Open(cmd.Process.Pid)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p, answers
}

// marks reads the known answers from the sources of a child.
func marks(t *testing.T, dir string) map[string]*answer {
	t.Helper()
	answers := make(map[string]*answer)
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	mark := regexp.MustCompile(`// (holds|defers): ([\w.]+)( read)?`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "//") {
				continue
			}
			for _, m := range mark.FindAllStringSubmatch(line, -1) {
				a := answers[m[2]]
				if a == nil {
					a = &answer{mode: Write}
					answers[m[2]] = a
				}
				at := fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
				if m[1] == "holds" {
					a.lines = append(a.lines, at)
				} else {
					a.defers = append(a.defers, at)
				}
				if m[3] != "" {
					a.mode = Read
				}
			}
		}
	}
	return answers
}

// verdict on what was inferred about one lock.
type verdict string

const (
	right   verdict = "right"
	unknown verdict = "unknown"
	wrong   verdict = "wrong"
)

// judge compares what was inferred about one lock with what is known.
func (a *answer) judge(holdings []Holding) verdict {
	for _, h := range holdings {
		lines, places := append(slices.Clone(h.Maybe), h.Line), a.lines
		if h.Line == 0 && h.Maybe == nil {
			lines, places = []int{h.UnlockLine}, a.defers
		}
		marked := slices.ContainsFunc(lines, func(line int) bool {
			return slices.Contains(places, fmt.Sprintf("%s:%d", filepath.Base(h.File), line))
		})
		if !slices.Contains(a.owners, h.Goroutine) || h.Mode != a.mode || h.Lock != a.addr || !marked {
			return wrong
		}
	}
	switch {
	case len(holdings) > len(a.owners):
		return wrong
	case len(holdings) < len(a.owners):
		return unknown
	}
	return right
}

// TestInfer hangs one program in some seventy ways and asks for each lock. A wrong name is a failure always; of the rest,
// what is not found has to be on the list of what cannot be.
func TestInfer(t *testing.T) {
	out := []string{
		"conditional.taken", // held on one of two paths that end at the same place
		"path.taken",        // the same
		"table",             // its address was never kept
		"replaced.first",    // found through a pointer that was changed since
		"handed.over",       // another goroutine gave it back; two look like the holder
		"interface.unlock",  // given back by a function that got it as an interface; two look like the holder
	}
	deceived := []string{"handed.over", "interface.unlock"}
	builds := []struct {
		name  string
		flags []string
	}{
		{"default", nil},
		{"noinline", noinline},
		{"unoptimised", []string{"-gcflags=-N -l"}},
		{"stripped", []string{"-buildmode=pie", "-trimpath", "-ldflags=-s -w"}},
	}
	for _, build := range builds {
		t.Run(build.name, func(t *testing.T) {
			t.Parallel()
			p, answers := child(t, "locks", build.flags...)
			s, err := p.Snapshot(t.Context())
			require.NoError(t, err)
			require.Empty(t, s.Warnings)
			var locks []uint64
			for _, a := range answers {
				locks = append(locks, a.addr)
			}
			found, leaked, _ := Infer(p, s, locks)
			assert.Empty(t, leaked, "each of them has an owner who is still there")
			count := make(map[verdict]int)
			for name, a := range answers {
				require.Contains(t, s.Locks, a.addr, "nobody waits for %s", name)
				v := a.judge(found[a.addr])
				count[v]++
				switch v {
				case unknown:
					assert.Contains(t, out, name, "has an owner that was not found")
				case wrong:
					t.Errorf("%s: owners %v, lines %v, defers %v; inferred %+v", name, a.owners, a.lines, a.defers, found[a.addr])
				}
			}
			t.Logf("%d right, %d unknown, %d wrong", count[right], count[unknown], count[wrong])

			// A false candidate does not show while the true holder is found as well, with better evidence.
			candidates, warnings := newInquiry(p, s, locks).candidates(p, s)
			assert.Empty(t, warnings)
			for name, a := range answers {
				for _, h := range candidates[a.addr] {
					if !slices.Contains(a.owners, h.Goroutine) {
						assert.Contains(t, deceived, name, "%+v", h)
					}
				}
			}
		})
	}
}

func TestInferSaysNothingOfOtherLocks(t *testing.T) {
	p, answers := child(t, "locks")
	s, err := p.Snapshot(t.Context())
	require.NoError(t, err)
	found, _, warnings := Infer(p, s, nil)
	assert.Empty(t, found)
	assert.Empty(t, warnings)

	// Locks are held, but their words are said to be free: nobody is named against them.
	a := answers["abba.a"]
	s.Locks[a.addr] = inspect.Lock{}
	found, _, _ = Infer(p, s, []uint64{a.addr, a.addr + 8, 1})
	assert.Empty(t, found)
	s.Locks[a.addr] = inspect.Lock{Readers: 1}
	found, _, _ = Infer(p, s, []uint64{a.addr})
	assert.Empty(t, found)
}
