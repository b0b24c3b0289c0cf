package diagnose

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"innards/cgo/cdemo"
)

const (
	// leakWatch is how long a C demo is watched: long enough that what it takes can be seen to pile up on a busy machine.
	leakWatch  = 6 * time.Second
	leakRounds = int(aloneBound / (10 * time.Millisecond))
)

func leakDemos() []demo {
	var out []demo
	for _, d := range cdemo.All() {
		out = append(out, demo{
			name:  d.Name,
			class: d.Want.Class,
			about: d.Title,
			inC:   true,
			run: func(ctx context.Context, fixed bool, ready func()) error {
				run := d.Run
				if fixed {
					run = d.Fixed
				}
				return run(ctx, readyWriter(ready), cdemo.Pace{Rounds: leakRounds})
			},
			prove: func(ctx context.Context, fixed bool, out string, w io.Writer) (outcome, error) {
				return proveLeak(ctx, d, fixed, out, w)
			},
		})
	}
	return out
}

// readyWriter is a function that is called when the line "ready" is written.
type readyWriter func()

func (ready readyWriter) Write(p []byte) (int, error) {
	if string(p) == "ready\n" {
		ready()
	}
	return len(p), nil
}

// foundLeak is what is compared of the report of `innards leak`.
type foundLeak struct {
	Resource    string `json:"resource"`
	Class       string `json:"class"`
	Confidence  string `json:"confidence"`
	LiveBytes   int64  `json:"live_bytes"`
	LiveObjects int64  `json:"live_objects"`
	Go          struct {
		Func string `json:"func"`
		File string `json:"file"`
		Line int    `json:"line"`
	} `json:"go"`
}

// proveLeak runs a demo under the command leak, as anybody would, and compares the JSON that scripts get.
func proveLeak(ctx context.Context, d cdemo.Demo, fixed bool, out string, w io.Writer) (outcome, error) {
	exe, err := os.Executable()
	if err != nil {
		return outcome{}, fmt.Errorf("find this program, to start it as the child: %w", err)
	}
	kept := out
	if kept == "" {
		if out, err = os.MkdirTemp("", "innards-demo-"); err != nil {
			return outcome{}, fmt.Errorf("make a folder for the evidence: %w", err)
		}
		defer func() { _ = os.RemoveAll(out) }()
	}
	// Every allocation, for the answer is to be exact: of a block that only another one points to, sampling does not tell
	// whether that one is reached.
	args := []string{"--json", "--sample", "1", "--out", out, "--duration", leakWatch.String(), "--", exe, "demo", "--only-run", d.Name}
	if fixed {
		args = append(args, "--fixed")
	}
	leak := LeakCommand()
	leak.SilenceUsage, leak.SilenceErrors = true, true
	var document bytes.Buffer
	leak.SetOut(&document)
	leak.SetErr(io.Discard)
	leak.SetArgs(args)
	if err := leak.ExecuteContext(ctx); err != nil && !errors.As(err, new(interface{ ExitStatus() int })) {
		return outcome{}, err
	}
	var report struct {
		Sites    []foundLeak `json:"sites"`
		Account  string      `json:"account"`
		Resident struct {
			CFree int64 `json:"c_free"`
		} `json:"resident"`
	}
	if err := json.Unmarshal(document.Bytes(), &report); err != nil {
		return outcome{}, fmt.Errorf("the report of leak: %w", err)
	}
	var res outcome
	right := false
	for _, site := range report.Sites {
		if site.Class != "leak" && site.Class != "growing" {
			if d.Want.Found() || !site.is(d.Want) {
				continue
			}
		} else {
			res.found = true
		}
		if _, err := fmt.Fprintf(w, "%s (%s): %d bytes in %d objects from %s at %s:%d\n", alarm.Render(site.Class), site.Confidence,
			site.LiveBytes, site.LiveObjects, site.Go.Func, site.Go.File, site.Go.Line); err != nil {
			return outcome{}, err
		}
		if !fixed && site.is(d.Want) {
			right = true
			continue
		}
		res.differs = append(res.differs, fmt.Sprintf("it names %s:%d as %s", site.Go.File, site.Go.Line, site.Class))
	}
	if d.Want.Retained > 0 && report.Account != "" {
		right = report.Resident.CFree >= d.Want.Retained
		if _, err := fmt.Fprintln(w, report.Account); err != nil {
			return outcome{}, err
		}
		if fixed {
			res.differs = append(res.differs, "it says: "+report.Account)
		}
	}
	if kept != "" {
		if _, err := fmt.Fprintf(w, "evidence in %s: innards ui %s\n", kept, kept); err != nil {
			return outcome{}, err
		}
	}
	if !fixed && !right {
		res.differs = append(res.differs, fmt.Sprintf("it does not name %s:%d as %s", d.Want.File, d.Want.Line, d.Want.Class))
	}
	return res, nil
}

func (l foundLeak) is(want cdemo.Want) bool {
	return l.Class == want.Class && l.Resource == want.Resource && path.Base(l.Go.File) == want.File && l.Go.Line == want.Line &&
		strings.HasSuffix(l.Go.Func, "."+want.Func)
}
