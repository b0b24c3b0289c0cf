package web

import (
	"bytes"
	"errors"
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

// mount is pprof's web interface for one profile.
type mount struct {
	loaded
	name string           // NAME of /pprof/NAME/
	file string           // the path as the user gave it, for people; never opened again
	base *profile.Profile // what prof is compared with; nil for none

	// Of the file when it was read: while they stay the same, it need not be read again.
	size     int64
	modified time.Time

	// The interface is made twice, each time when it is first asked for. With pprof's own tools for object files the
	// disassembly works, but the listing of sources takes a second and is empty for every stripped program, because
	// pprof then prefers what addr2line says to the lines that the profile holds; without them it is right, in
	// milliseconds, and no other program is run.
	plain, object view
}

// view is one set of pprof's handlers.
type view struct {
	once  sync.Once
	pages map[string]http.Handler
	err   error
}

// open makes the handlers of v, for the profile of m. A nil obj stands for pprof's own: objdump, nm and addr2line.
func (v *view) open(m *mount, obj driver.ObjTool) error {
	v.once.Do(func() {
		driverLock.Lock()
		defer driverLock.Unlock()
		defer func() {
			if recover() != nil {
				v.err = fmt.Errorf("pprof gave up on %s", m.name)
			}
		}()
		// Copies, because pprof prunes, scales and labels what it is given; and made here, where a panic can be caught:
		// the driver fetches on goroutines of its own.
		fetch := fetcher{profile: m.prof.Copy()}
		name(fetch.profile, m.name)
		// Only source flags: a report flag (-sample_index, -focus) would change every other mount.
		args := []string{"-http=localhost:0", "-no_browser", "-symbolize=none"}
		if m.base != nil {
			fetch.base = m.base.Copy()
			args = append(args, "-diff_base=base")
		}
		err := driver.PProf(&driver.Options{
			Fetch:   fetch,
			Flagset: newFlags(append(args, "profile")),
			UI:      silent{},
			Obj:     obj,
			Sym:     asGiven{},
			HTTPServer: func(a *driver.HTTPServerArgs) error {
				v.pages = a.Handlers
				return nil
			},
		})
		if err != nil {
			v.err = fmt.Errorf("opening pprof's interface for %s: %w", m.name, err)
			return
		}
		// Both write the user's own pprof settings, even on a GET.
		delete(v.pages, "/saveconfig")
		delete(v.pages, "/deleteconfig")
	})
	return v.err
}

// serve answers page, one of pprof's own paths such as "/flamegraph".
func (m *mount) serve(w http.ResponseWriter, r *http.Request, page string) {
	v, obj := &m.plain, driver.ObjTool(noObjects{})
	if page == "/disasm" {
		v, obj = &m.object, nil
	}
	if err := v.open(m, obj); err != nil {
		explainNotice(w, http.StatusInternalServerError, notice{Title: "pprof does not open this profile", Text: oneLine(err)})
		return
	}
	h := v.pages[page]
	if h == nil {
		explainNotice(w, http.StatusNotFound, notice{"No such page", "pprof has no page of this name, or it is not served here.", m.name})
		return
	}
	if page == "/graph" {
		if _, err := exec.LookPath("dot"); err != nil {
			// 200: nothing failed, and a browser reports any other status of a document as an error on its console.
			explainNotice(w, http.StatusOK, notice{"The graph needs Graphviz",
				"pprof lays out its call graph with the program dot, which is not on the PATH of this innards. " +
					"Install the package graphviz and reload this page, or read the same callers and callees in the flame graph.", m.name})
			return
		}
	}
	got := &recording{header: make(http.Header), status: http.StatusOK}
	if !got.run(h, r) {
		explainNotice(w, http.StatusInternalServerError, notice{"pprof cannot make this page",
			"pprof gave up on this profile while it made " + page + "; the other pages may still work.", m.name})
		return
	}
	if got.status >= http.StatusBadRequest {
		explainNotice(w, got.status, notice{"pprof cannot make this page", refusal(page, got.body.String()), m.name})
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

// refusal puts pprof's own words into the sentence that helps: what it says of a program that is not on this machine
// ("no matches found for regexp") sends the reader looking for a mistake in a search that was never made.
func refusal(page, said string) string {
	said = "pprof says: " + strings.TrimSpace(said) + "."
	if page == "/disasm" {
		said += " This page reads the program that the profile names: it must be on this machine, under the same path, " +
			"with its symbols, and so must objdump."
	}
	return said
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
	defer func() { _ = recover() }() // the page says that it failed; the value is pprof's own and means nothing to its reader
	h.ServeHTTP(r, req)
	return true
}

// fetcher hands pprof the profiles that were read before; whatever pprof asks for, nothing else is opened or fetched.
type fetcher struct{ profile, base *profile.Profile }

func (f fetcher) Fetch(src string, _, _ time.Duration) (*profile.Profile, string, error) {
	p := f.profile
	if src == "base" {
		p = f.base
	}
	if p == nil { // a nil profile without an error would send pprof to the file system, then to the network
		return nil, "", fmt.Errorf("no profile %q", src)
	}
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

// noObjects is a machine without any program: see mount.
type noObjects struct{}

var errNoObjects = errors.New("no object files are read for this page")

func (noObjects) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoObjects
}

func (noObjects) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) {
	return nil, errNoObjects
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
