package holder

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"

	"github.com/stretchr/testify/require"
)

// Of five locks without a holder on any stack, three will never be given back. The others belong to a session, and to a
// goroutine that will unlock what another has locked.
func TestLeaked(t *testing.T) {
	for name, flags := range map[string][]string{"default": nil, "noinline": noinline} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), build(t, "leaked", flags...))
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
			stdin, err := cmd.StdinPipe()
			require.NoError(t, err)
			stdout, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			t.Cleanup(func() {
				_ = stdin.Close()
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			})
			want := make(map[uint64]bool)
			lines := bufio.NewScanner(stdout)
			for lines.Scan() && lines.Text() != "ready" {
				var lost bool
				var addr uint64
				_, err := fmt.Sscanf(lines.Text(), "%t 0x%x", &lost, &addr)
				require.NoError(t, err)
				want[addr] = lost
			}
			require.Len(t, want, 5)
			p, err := inspect.Open(cmd.Process.Pid)
			require.NoError(t, err)
			defer func() { require.NoError(t, p.Close()) }()
			s := settled(t, p)
			var locks []uint64
			for addr := range want {
				require.Contains(t, s.Locks, addr)
				locks = append(locks, addr)
			}
			_, leaked, warnings := Infer(p, s, locks)
			require.Empty(t, warnings)
			var takers []string
			for addr, lost := range want {
				sites, ok := leaked[addr]
				require.Equal(t, lost, ok, "%+v", sites)
				for _, site := range sites {
					require.Equal(t, "main.go", filepath.Base(site.File))
					require.Positive(t, site.Line)
					takers = append(takers, strings.TrimPrefix(site.Func, "main."))
				}
			}
			slices.Sort(takers)
			require.Equal(t, []string{"(*account).withdraw", "(*shelf).count", "(*tray).fill"}, takers)

			s.Missing = 1 // as of a core: who is missing may hold them all
			_, leaked, _ = Infer(p, s, locks)
			require.Empty(t, leaked)
		})
	}
}

// settled looks until main waits for its input. While it is on its way there from saying so, its stack cannot be read, and
// no lock can be called leaked.
func settled(t *testing.T, p *inspect.Process) *inspect.Snapshot {
	t.Helper()
	reads := func(f goroutine.Frame) bool { return f.Func == "os.(*File).Read" }
	for range 10_000 {
		s, err := p.Snapshot(t.Context())
		require.NoError(t, err)
		if slices.ContainsFunc(s.Goroutines, func(g *goroutine.Goroutine) bool {
			return g.ID == 1 && g.State == "syscall" && slices.ContainsFunc(g.Frames, reads)
		}) {
			return s
		}
	}
	t.Fatal("main never came to wait for its input")
	return nil
}
