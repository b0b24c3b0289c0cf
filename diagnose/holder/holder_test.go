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

// child runs a program under testdata and returns once it hangs as it should.
func child(t *testing.T, program string, flags ...string) (*inspect.Process, map[string]*answer) {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "child")
	build := exec.Command("go", append(append([]string{"build", "-o", bin}, flags...), "./testdata/"+program)...)
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))

	cmd := exec.Command(bin)
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

// score counts answers.
type score struct{ right, unknown, wrong int }

// judge compares what was inferred about one lock with what is known.
func (a *answer) judge(holdings []Holding) (verdict string) {
	for _, h := range holdings {
		lines, places := append(h.Maybe, h.Line), a.lines
		if h.Line == 0 && h.Maybe == nil {
			lines, places = []int{h.UnlockLine}, a.defers
		}
		marked := slices.ContainsFunc(lines, func(line int) bool {
			return slices.Contains(places, fmt.Sprintf("%s:%d", filepath.Base(h.File), line))
		})
		if !slices.Contains(a.owners, h.Goroutine) || h.Mode != a.mode || h.Lock != a.addr || !marked {
			return "wrong"
		}
	}
	switch {
	case len(holdings) > len(a.owners):
		return "wrong"
	case len(holdings) < len(a.owners):
		return "unknown"
	}
	return "right"
}

func TestInfer(t *testing.T) {
	builds := []struct {
		name    string
		flags   []string
		unknown []string // what is not found in this build, and not expected to be
	}{
		{name: "default"},
		{name: "noinline", flags: []string{"-gcflags=all=-l"}},
		{name: "race", flags: []string{"-race"}},
		{name: "N", flags: []string{"-gcflags=all=-N -l"}},
		{name: "stripped", flags: []string{"-ldflags=-s -w"}},
		{name: "pie", flags: []string{"-buildmode=pie"}},
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
			start := time.Now()
			found, warnings := Infer(p, s, locks)
			t.Log(time.Since(start), warnings)
			cand, _ := newInquiry(p, s, locks).candidates(p, s)
			for name, a := range answers {
				for _, h := range cand[a.addr] {
					if !slices.Contains(a.owners, h.Goroutine) {
						t.Logf("false candidate for %s: %+v", name, h)
					}
				}
			}
			var total score
			for name, a := range answers {
				held := found[a.addr]
				switch a.judge(held) {
				case "right":
					total.right++
				case "unknown":
					total.unknown++
					t.Log("unknown", name)
				case "wrong":
					total.wrong++
					t.Errorf("%s: owners %v, lines %v; inferred %+v", name, a.owners, a.lines, held)
				}
			}
			t.Log(total)
		})
	}
}
