package web

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
)

// driverLock serialises driver.PProf: it reads and writes a configuration that is global to the process.
// It guards another library's state; this package keeps none of its own.
var driverLock sync.Mutex

// mount is pprof's web interface for one profile. The interface is made at the first request: that takes tens of
// milliseconds (pprof looks for objdump, nm and addr2line by running them), and a folder may hold a hundred profiles of which two
// are looked at.
type mount struct {
	loaded
	name string           // NAME of /pprof/NAME/
	file string           // the path as the user gave it, for people; never opened again
	base *profile.Profile // what prof is compared with; nil for none

	once  sync.Once
	pages map[string]http.Handler
	err   error
}

// open makes the handlers of pprof's interface.
func (m *mount) open() error {
	m.once.Do(func() {
		driverLock.Lock()
		defer driverLock.Unlock()
		// Only source flags: a report flag (-sample_index, -focus) would change every other mount.
		args := []string{"-http=localhost:0", "-no_browser", "-symbolize=none"}
		if m.base != nil {
			args = append(args, "-diff_base=base")
		}
		err := driver.PProf(&driver.Options{
			Fetch:   fetcher{profile: m.prof, base: m.base, title: m.name},
			Flagset: newFlags(append(args, "profile")),
			UI:      silent{},
			Sym:     asGiven{},
			HTTPServer: func(a *driver.HTTPServerArgs) error {
				m.pages = a.Handlers
				return nil
			},
		})
		if err != nil {
			m.err = fmt.Errorf("opening pprof's interface for %s: %w", m.name, err)
			return
		}
		// Both write the user's own pprof settings, even on a GET.
		delete(m.pages, "/saveconfig")
		delete(m.pages, "/deleteconfig")
	})
	return m.err
}

// serve answers page, one of pprof's own paths such as "/flamegraph".
func (m *mount) serve(w http.ResponseWriter, r *http.Request, page string) {
	if err := m.open(); err != nil {
		explain(w, http.StatusInternalServerError, notice{Title: "pprof does not open this profile", Text: oneLine(err)})
		return
	}
	h := m.pages[page]
	if h == nil {
		explain(w, http.StatusNotFound, notice{"No such page", "pprof has no page of this name, or it is not served here.", m.name})
		return
	}
	if page == "/graph" {
		if _, err := exec.LookPath("dot"); err != nil {
			// 200: nothing failed, and a browser reports any other status of a document as an error on its console.
			explain(w, http.StatusOK, notice{"The graph needs Graphviz",
				"pprof lays out its call graph with the program dot, which is not on the PATH of this innards. " +
					"Install the package graphviz and reload this page, or read the same callers and callees in the flame graph.", m.name})
			return
		}
	}
	page = strings.TrimPrefix(page, "/")
	got := &recording{header: make(http.Header), status: http.StatusOK}
	if !got.run(h, r) {
		explain(w, http.StatusInternalServerError, notice{"pprof cannot draw this page",
			"pprof gave up on this profile while it drew the page " + page + "; the other pages may still work.", m.name})
		return
	}
	if got.status >= http.StatusBadRequest {
		explain(w, got.status, notice{"pprof has no such page for this profile", refusal(page, got.body.String()), m.name})
		return
	}
	for key, values := range got.header {
		w.Header()[key] = values
	}
	body := got.body.Bytes()
	if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", pprofPolicy)
		body = dress(body, m.name)
	}
	w.WriteHeader(got.status)
	_, _ = w.Write(body) // where the reader went away there is nobody left to tell
}

// refusal puts pprof's own words into the sentence that helps: what it says of a profile whose program is not on this
// machine ("no matches found for regexp") sends the reader looking for a mistake in a search that was never made.
func refusal(page, said string) string {
	said = strings.TrimSpace(said)
	switch page {
	case "disasm", "source":
		return "pprof says: " + said + ". This page reads the program and the sources that the profile names; " +
			"they must be on this machine, under the same paths."
	}
	return "pprof says: " + said + "."
}

// recording keeps an answer until it is whole, so that it can be dressed, or replaced when the handler panics.
type recording struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recording) Header() http.Header         { return r.header }
func (r *recording) WriteHeader(status int)      { r.status = status }
func (r *recording) Write(p []byte) (int, error) { return r.body.Write(p) }

// run reports whether h came to its end: a profile that is well-formed and yet impossible can make pprof panic.
func (r *recording) run(h http.Handler, req *http.Request) (done bool) {
	defer func() {
		if !done {
			_ = recover() //nolint:errcheck // the page says that it failed; the value is pprof's own and means nothing to the reader
		}
	}()
	h.ServeHTTP(r, req)
	return true
}

// fetcher hands pprof the profiles that were read before; whatever pprof asks for, nothing else is opened or fetched.
type fetcher struct {
	profile, base *profile.Profile
	title         string
}

func (f fetcher) Fetch(src string, _, _ time.Duration) (*profile.Profile, string, error) {
	p := f.profile
	if src == "base" {
		p = f.base
	}
	if p == nil { // a nil profile without an error would send pprof to the file system, then to the network
		return nil, "", fmt.Errorf("no profile %q", src)
	}
	p = p.Copy() // pprof prunes, scales and labels what it is given
	name(p, f.title)
	return p, "", nil
}

// name gives the profile of a program that is not named (fgprof and hand-made ones have no mapping) a title;
// pprof takes its titles from the first mapping and writes "unknown" where there is none.
func name(p *profile.Profile, title string) {
	if len(p.Mapping) == 0 {
		m := &profile.Mapping{ID: 1}
		p.Mapping = []*profile.Mapping{m}
		for _, l := range p.Location {
			l.Mapping = m
		}
	}
	if p.Mapping[0].File == "" {
		p.Mapping[0].File = title
	}
}

// asGiven leaves a profile as it is: pprof's own symbolizer runs programs and may ask servers.
type asGiven struct{}

func (asGiven) Symbolize(string, driver.MappingSources, *profile.Profile) error { return nil }

// silent is a terminal that nobody reads. What matters of pprof's messages also stands in its pages.
type silent struct{}

func (silent) ReadLine(string) (string, error)     { return "", io.EOF }
func (silent) Print(...any)                        {}
func (silent) PrintErr(...any)                     {}
func (silent) IsTerminal() bool                    { return false }
func (silent) WantBrowser() bool                   { return false }
func (silent) SetAutoComplete(func(string) string) {}

// flags is the command line that pprof believes it was started with.
type flags struct {
	*flag.FlagSet
	args []string
}

func newFlags(args []string) *flags {
	set := flag.NewFlagSet("pprof", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	return &flags{set, args}
}

func (f *flags) StringList(name, def, usage string) *[]*string {
	return &[]*string{f.String(name, def, usage)}
}
func (f *flags) ExtraUsage() string   { return "" }
func (f *flags) AddExtraUsage(string) {}

func (f *flags) Parse(usage func()) []string {
	if err := f.FlagSet.Parse(f.args); err != nil {
		usage()
		return nil
	}
	return f.Args()
}
