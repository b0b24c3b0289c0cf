package leaktest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"innards/cgo/malloctrace"
)

func init() { malloctrace.Everything() }

// rounds of the collector is what finalizers and threads of C have to give back what is theirs, with waits in between that
// double from a millisecond on: one second in all. On a busy machine a second alone might let none of them run.
const rounds = 10

// StartLeakCheck has the test fail at its end if C memory that was taken from now on is still held then. To have the check
// come after the test's own cleanups, call it first.
func StartLeakCheck(t testing.TB) {
	t.Helper()
	begin := malloctrace.Now()
	if _, err := malloctrace.Since(begin); errors.Is(err, malloctrace.ErrAbsent) {
		t.Logf("no check for leaks: %v", err)
		return
	} else if err != nil {
		t.Fatalf("check for leaks: %v", err)
	}
	missed, doubtful := malloctrace.Lost()
	t.Cleanup(func() {
		t.Helper()
		sites := held(begin)
		for round := 0; len(sites) > 0 && round < rounds; round++ {
			runtime.GC()
			time.Sleep(time.Millisecond << round)
			sites = held(begin)
		}
		if m, d := malloctrace.Lost(); m != missed || d != doubtful {
			t.Errorf("check for leaks: the test allocates faster than it can be followed: %d allocations and %d frees were missed", m-missed, d-doubtful)
			return
		}
		for _, s := range sites {
			t.Error(s.String())
		}
	})
}

// site is a line of the user's own that holds something.
type site struct {
	resource string
	at       malloctrace.Frame
	amount   malloctrace.Amount
	calls    string // of the way here that holds most
}

func (s site) String() string {
	what := fmt.Sprintf("%.0f of %s", s.amount.Objects, s.resource)
	switch s.resource {
	case "malloc":
		what = fmt.Sprintf("%.0f bytes of C memory in %.0f blocks", s.amount.Bytes, s.amount.Objects)
	case "mmap":
		what = fmt.Sprintf("%.0f bytes in %.0f mappings", s.amount.Bytes, s.amount.Objects)
	}
	return fmt.Sprintf("leak: %s: taken at %s:%d, and not given back:\n%s", what, s.at.File, s.at.Line, s.calls)
}

// held gives what was taken since a moment and is alive, by the line that took it, largest first.
func held(begin malloctrace.Mark) []site {
	holdings, err := malloctrace.Since(begin)
	if err != nil {
		return nil // which was seen at the beginning
	}
	type key struct {
		resource string
		at       malloctrace.Frame
	}
	var sites []site
	places := make(map[key]int)
	for _, h := range holdings {
		i := slices.IndexFunc(h.Stack, func(f malloctrace.Frame) bool { return f.User })
		// Where nothing had been recorded when the test began, all that was ever taken is listed, alive or not.
		if h.Alive.Objects == 0 || i < 0 || keptByC(h.Stack[:i]) {
			continue
		}
		k := key{h.Resource, h.Stack[i]}
		at, ok := places[k]
		if !ok {
			at = len(sites)
			places[k] = at
			sites = append(sites, site{resource: h.Resource, at: h.Stack[i], calls: h.Calls()})
		}
		sites[at].amount.Objects += h.Alive.Objects
		sites[at].amount.Bytes += h.Alive.Bytes
	}
	slices.SortStableFunc(sites, func(a, b site) int { return cmp.Compare(math.Round(b.amount.Bytes), math.Round(a.amount.Bytes)) })
	return sites
}

// keptByC tells of what the C library takes for itself and keeps: the buffer of a stream of stdio, of which one that is not
// closed is seen by its other block, and what the dynamic linker notes of a library.
func keptByC(c []malloctrace.Frame) bool {
	return slices.ContainsFunc(c, func(f malloctrace.Frame) bool {
		return f.Func == "_IO_file_doallocate" || strings.HasPrefix(f.Func, "ld-linux")
	})
}
