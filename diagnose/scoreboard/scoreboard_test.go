//go:build scoreboard

package scoreboard

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/diagnose"
	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
	"innards/diagnose/holder"
	"innards/diagnose/inspect"
)

const (
	tries    = 10
	patience = 1500 * time.Millisecond // for a kernel to get stuck
	bound    = 20 * time.Second        // of one try
)

// process is a running kernel.
type process struct {
	cmd *exec.Cmd
	in  io.Writer
	out *bufio.Reader
}

func start(t *testing.T, bin, kernel string) *process {
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	cmd := exec.CommandContext(ctx, bin, kernel)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	p := &process{cmd, in, bufio.NewReader(out)}
	p.until("ready")
	return p
}

// ask gives the answer to one question, as far as the process still answers.
func (p *process) ask(question string) string {
	_, _ = fmt.Fprintln(p.in, question)
	return p.until("--- end")
}

func (p *process) until(end string) string {
	var all strings.Builder
	for {
		line, err := p.out.ReadString('\n')
		if err != nil || strings.TrimSpace(line) == end {
			return all.String()
		}
		all.WriteString(line)
	}
}

func (p *process) end() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// verdicts runs the command as a user would.
func (p *process) verdicts(t *testing.T) []hang.Verdict {
	cmd := diagnose.HangCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SetArgs([]string{"--json", fmt.Sprint(p.cmd.Process.Pid)})
	err := cmd.ExecuteContext(t.Context())
	var found interface{ ExitStatus() int }
	if err != nil && !errors.As(err, &found) {
		return nil // it has ended
	}
	var report struct{ Verdicts []hang.Verdict }
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	return report.Verdicts
}

// row is a line of the table.
type row struct {
	kernel, bug string
	hung        int // at which try; 0: never
	verdicts    []hang.Verdict
	leaked      int // goroutines that the runtime's leak profile calls so
	asleep      bool
	holders     tally // with the oracle in the process
	lines       tally // by line, in the plain build
	notes       []string
}

// tally counts locks.
type tally struct{ right, unknown, wrong int }

func (t *tally) plus(o tally) {
	t.right, t.unknown, t.wrong = t.right+o.right, t.unknown+o.unknown, t.wrong+o.wrong
}

func (t tally) String() string {
	if t == (tally{}) {
		return "–"
	}
	return fmt.Sprintf("%d/%d/%d", t.right, t.unknown, t.wrong)
}

// TestScoreboard prints the table as Markdown, for NOTES.md.
func TestScoreboard(t *testing.T) {
	only := regexp.MustCompile(os.Getenv("KERNELS"))
	var names []string
	for name := range bugs {
		if only.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	rows := make([]row, len(names))
	t.Run("kernels", func(t *testing.T) {
		for i, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				rows[i] = score(t, build(t, name, false), build(t, name, true), name)
			})
		}
	})
	fmt.Println("| kernel | bug | verdict | of stuck | holders r/u/w | by line r/u/w | leak profile | all asleep |")
	fmt.Println("|---|---|---|--:|--:|--:|--:|---|")
	hung, judged, right := 0, 0, 0
	var holders, lines tally
	for _, r := range rows {
		var classes []string
		for _, v := range r.verdicts {
			classes = append(classes, string(v.Class))
		}
		verdict := strings.Join(slices.Compact(classes), ", ")
		if r.hung > 0 {
			hung++
			if len(r.verdicts) > 0 {
				judged++
			}
			if r.isRight() {
				right++
			} else {
				verdict = "**" + cmp.Or(verdict, "none") + "**"
			}
		}
		blocked := 0
		for _, v := range r.verdicts {
			blocked += v.Blocked
		}
		asleep := ""
		if r.asleep {
			asleep = "yes"
		}
		holders.plus(r.holders)
		lines.plus(r.lines)
		fmt.Printf("| %s | %s | %s | %d | %v | %v | %d | %s |\n", r.kernel, r.bug, verdict, blocked, r.holders, r.lines,
			r.leaked, asleep)
	}
	fmt.Printf("\nhung %d of %d; verdict on %d; class right on %d; "+
		"holders right/unknown/wrong %v in the oracle's build, %v by line in the plain one\n",
		hung, len(rows), judged, right, holders, lines)
	for _, r := range rows {
		for _, w := range r.notes {
			fmt.Printf("note: %s: %s\n", r.kernel, w)
		}
	}
}

func score(t *testing.T, plain, withOracle, kernel string) row {
	r := row{kernel: kernel, bug: bugs[kernel].name}
	owned := make(map[int]bool) // lines that the oracle has seen take a lock that is still held
	for try := 1; try <= tries; try++ {
		p := start(t, withOracle, kernel)
		stuck := p.awaitHang(t)
		got, notes := p.askOracle(t, owned)
		r.holders.plus(got)
		r.notes = append(r.notes, notes...)
		p.end()
		if stuck {
			break
		}
	}
	for try := 1; try <= tries && r.hung == 0; try++ {
		p := start(t, plain, kernel)
		stuck := p.awaitHang(t)
		r.verdicts = p.verdicts(t)
		r.leaked = strings.Count(p.ask("profile"), "(leaked)")
		if len(r.verdicts) == 0 && r.leaked > 0 {
			r.verdicts = p.verdicts(t) // those that got stuck between the two
		}
		if stuck || r.leaked > 0 {
			r.hung = try
		}
		p.end()
	}
	for _, v := range r.verdicts {
		for _, e := range v.Evidence {
			switch {
			case e.Role == hang.Holds && (owned[e.Line] || e.Detail == holder.PendingDefer && owned[e.Line-1]):
				r.lines.right++ // of a deferred Unlock alone, the line that it stands in is told
			case e.Role == hang.Holds && len(owned) > 0:
				r.lines.wrong++
				r.notes = append(r.notes, fmt.Sprintf("plain build: %s %s:%d", e.Func, filepath.Base(e.File), e.Line))
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, plain, kernel, "stay")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, _ := cmd.CombinedOutput()
	r.asleep = strings.Contains(string(out), "all goroutines are asleep")
	return r
}

// awaitHang tells whether there is a verdict within the time that a kernel gets.
func (p *process) awaitHang(t *testing.T) bool {
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if len(p.verdicts(t)) > 0 {
			time.Sleep(100 * time.Millisecond) // for the rest to get stuck as well
			return true
		}
	}
	return false
}

func (r row) isRight() bool {
	return slices.ContainsFunc(r.verdicts[:min(len(r.verdicts), 1)], func(v hang.Verdict) bool {
		return slices.Contains(bugs[r.kernel].classes, v.Class)
	})
}

type owner struct {
	id   int64
	read bool
	line int
}

// askOracle compares what is inferred of each lock that somebody waits for with what the process itself knows.
func (p *process) askOracle(t *testing.T, owned map[int]bool) (sum tally, wrong []string) {
	proc, err := inspect.Open(p.cmd.Process.Pid)
	if err != nil {
		return tally{}, nil
	}
	defer func() { _ = proc.Close() }()
	before, err := proc.Snapshot(t.Context())
	if err != nil {
		return tally{}, nil
	}
	held, leaked, _ := holder.Infer(proc, before, slices.Collect(maps.Keys(before.Locks)))
	owners := make(map[uint64][]owner)
	for line := range strings.Lines(p.ask("owners")) {
		var addr uint64
		var o owner
		if n, _ := fmt.Sscanf(line, "owner %d %d %t %d", &addr, &o.id, &o.read, &o.line); n == 4 {
			owners[addr] = append(owners[addr], o)
			owned[o.line] = true
		}
	}
	after, err := proc.Snapshot(t.Context())
	if err != nil {
		return tally{}, nil
	}
	for addr, lock := range before.Locks {
		if !lock.Locked && lock.Readers == 0 || lock != after.Locks[addr] || len(owners[addr]) == 0 {
			continue
		}
		if slices.ContainsFunc(held[addr], func(h holder.Holding) bool { // it may have given it to another meanwhile
			a, b := before.Live[h.Goroutine], after.Live[h.Goroutine]
			return a.Runs != b.Runs || a.PC != b.PC
		}) {
			continue
		}
		_, free := leaked[addr]
		switch bad := contradicts(held[addr], free, owners[addr], before); {
		case bad != "":
			sum.wrong++
			wrong = append(wrong, bad)
		case len(held[addr]) > 0 || free:
			sum.right++
		case slices.ContainsFunc(owners[addr], func(o owner) bool { return !inOracle(before, o.id) }):
			sum.unknown++
			if len(wrong) == 0 {
				wrong = append(wrong, fmt.Sprintf("not told, as one of several perhaps: %v", owners[addr]))
			}
		}
	}
	return sum, wrong
}

// inOracle tells of a goroutine that is being written down as an owner, or as one no longer. It is in Lock or in Unlock
// then, where without the oracle, which has one lock for all, it would be for some nanoseconds.
func inOracle(s *inspect.Snapshot, id int64) bool {
	return slices.ContainsFunc(s.Goroutines, func(g *goroutine.Goroutine) bool {
		return g.ID == id && slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool { return strings.HasPrefix(f.Func, "sync.owner") })
	})
}

// contradicts says what is wrong with an answer: a goroutine that does not own the lock, or a lock said to be leaked
// whose owner is still in the call that took it.
func contradicts(held []holder.Holding, leaked bool, owners []owner, s *inspect.Snapshot) string {
	for _, h := range held {
		if !slices.ContainsFunc(owners, func(o owner) bool { return o.id == h.Goroutine && o.read == (h.Mode == holder.Read) }) {
			return fmt.Sprintf("goroutine %d is said to hold it since line %d (%s), the oracle says %v", h.Goroutine,
				h.Line, h.Evidence, owners)
		}
	}
	if !leaked {
		return ""
	}
	for _, o := range owners {
		i := slices.IndexFunc(s.Goroutines, func(g *goroutine.Goroutine) bool { return g.ID == o.id })
		if i >= 0 && slices.ContainsFunc(s.Goroutines[i].Frames, func(f goroutine.Frame) bool {
			return f.Line > o.line && f.Line < o.line+10 && strings.HasPrefix(f.Func, "main.")
		}) {
			return fmt.Sprintf("it is said to be leaked, the oracle says %v", owners)
		}
	}
	return ""
}
