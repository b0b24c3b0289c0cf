package cdemo

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"
)

// Demo is a fault with its known answer, and the same program repaired.
type Demo struct {
	Name  string
	Title string
	Want  Want

	// Run commits the fault, Fixed does the same work without it. Both write "ready" once their steady work has begun,
	// go on for as long as the pace says, and then return; ending the process is the caller's business.
	Run, Fixed func(ctx context.Context, w io.Writer, p Pace) error
}

// Want is what must be found. Its line is where the source says so, not a number that an edit would make wrong.
type Want struct {
	Class string // leak or growing
	Func  string // the function's name without its package
	File  string
	Line  int
	// Bytes of C memory lost in each round.
	BytesPerRound int
}

// Pace says how long a demo works: so many rounds, so far apart. The zero value is what a person watches.
type Pace struct {
	Rounds int
	Pause  time.Duration
}

func (p Pace) orDefault() Pace {
	if p.Rounds == 0 {
		p.Rounds = 300
	}
	if p.Pause == 0 {
		p.Pause = 10 * time.Millisecond
	}
	return p
}

// Bytes is what a run at that pace loses.
func (d Demo) Bytes(p Pace) int { return p.orDefault().Rounds * d.Want.BytesPerRound }

// All gives the demos.
func All() []Demo {
	return []Demo{
		{
			Name: "cstring", Title: "a C string is made for every request and never freed",
			Want: want("greet", "cstring.go", cstringSource, requestsPerRound*(nameBytes+1)),
			Run:  steady(greetRound(false)), Fixed: steady(greetRound(true)),
		},
		{
			Name: "errorpath", Title: "the path that reports an error forgets to destroy the parser",
			Want: want("parse", "errorpath.go", errorpathSource, failuresPerRound*(parserBytes+parserBufferBytes)),
			Run:  steady(parseRound(false)), Fixed: steady(parseRound(true)),
		},
		{
			Name: "callback", Title: "C calls back into Go, which makes C memory that nobody keeps",
			Want: want("onRow", "callback.go", callbackSource, rowsPerRound*rowBytes),
			Run:  steady(scanRound(false)), Fixed: steady(scanRound(true)),
		},
	}
}

// Find gives the demo of that name.
func Find(name string) (Demo, bool) {
	for _, d := range All() {
		if d.Name == name {
			return d, true
		}
	}
	return Demo{}, false
}

//go:embed cstring.go
var cstringSource string

//go:embed errorpath.go
var errorpathSource string

//go:embed callback.go
var callbackSource string

// want finds the line that its own source marks.
func want(fn, file, source string, bytesPerRound int) Want {
	n := 0
	for line := range strings.Lines(source) {
		if n++; strings.HasSuffix(strings.TrimSpace(line), "// WANT: the leak") {
			return Want{Class: "leak", Func: fn, File: file, Line: n, BytesPerRound: bytesPerRound}
		}
	}
	panic("cdemo: no line of " + file + " is marked")
}

// steady makes a demo of a round of work. Beside it runs what a healthy program does as well, so that a finder that takes
// any C memory for a leak is found out: a table is filled at the start and kept, a pool of buffers comes and goes.
func steady(round func() error) func(context.Context, io.Writer, Pace) error {
	return func(ctx context.Context, w io.Writer, p Pace) error {
		p = p.orDefault()
		if err := fillTable(); err != nil {
			return err
		}
		pool := newPool()
		tick := time.NewTicker(p.Pause)
		defer tick.Stop()
		for i := range p.Rounds {
			if err := round(); err != nil {
				return err
			}
			pool.turn()
			if i == 0 {
				fmt.Fprintln(w, "ready")
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
		return nil
	}
}
