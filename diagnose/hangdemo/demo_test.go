package hangdemo

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/diagnose/hang"
)

// The answers name real functions and the lines that a reader finds marked.
func TestAnswers(t *testing.T) {
	functions := make(map[string]bool)
	for _, f := range []any{(*bank).transfer, (*bank).audit, (*ledger).total, (*ledger).addWithin, firstAnswer, relay,
		(*logger).log, breakNilChan, (*feed).follow, watchOnce, (*crawl).run, breakWaitgroupShort, (*gate).pass,
		breakCondLostWakeup, (*registry).set, (*registry).get, (*settings).get, (*settings).folder, (*stock).count,
		(*stock).isEmpty, (*stock).add, (*account).withdraw, (*account).deposit,
		lookUp, bring, (*capture).print, breakPipeStuck, runScript, breakChildWait, await, breakChildStopped,
		(*walk).visit, (*probe).healthy, breakPoolExhausted, (*engine).awaitSpinning, breakBusyLoop,
		(*diner).dineAfterYou, clearTable, breakLivelock,
		countUp, breakSTWStuck, collectGarbage, (*remote).ask, (*remote).isReady, breakNetNoDeadline} {
		functions[runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()] = true
	}
	for _, d := range All() {
		waiting := 0
		for _, l := range d.Answer {
			folder := "."
			if d.InC { // its functions exist only with cgo; the looks from outside name them
				folder = "../../cgo/cdemo"
			} else {
				require.True(t, functions[l.Func], "%s: %+v", d.Name, l)
			}
			source, err := os.ReadFile(filepath.Join(folder, l.File))
			require.NoError(t, err)
			require.Contains(t, strings.Split(string(source), "\n")[l.Line-1], "// want "+string(l.Role))
			if l.Role == hang.Waits || l.Role == hang.Runs {
				waiting++
			}
		}
		require.NotZero(t, waiting, "%s has no line that it stays in", d.Name)
	}
}

// Every twin comes to its end.
func TestMend(t *testing.T) {
	for _, d := range All() {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		ready := false
		ended := make(chan error, 1)
		go func() {
			ended <- d.Run(ctx, true, func() {
				ready = true
				cancel()
			})
		}()
		require.NoError(t, <-ended, d.Name)
		require.True(t, ready, d.Name)
	}
}

// A fault that does not come about is reported, not waited for.
func TestFaultNotInPlace(t *testing.T) {
	d := All()[0]
	d.Break = func() {}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, d.Run(ctx, false, func() { t.Error("ready") }), "not in place")
}

func TestDiffers(t *testing.T) {
	d := All()[1]
	v := hang.Verdict{Class: d.Class}
	for _, l := range d.Answer {
		v.Evidence = append(v.Evidence, hang.Evidence{Role: l.Role, Func: l.Func, File: "/home/x/diagnose/hangdemo/" + l.File, Line: l.Line})
	}
	require.Empty(t, d.Differs(v))
	v.Evidence[0].Line++
	require.Len(t, d.Differs(v), 1)
	v.Evidence[1].Role = hang.Created
	v.Class = hang.NilChan
	require.Len(t, d.Differs(v), 3)
}
