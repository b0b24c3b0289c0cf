package web

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/google/pprof/profile"
)

// Options of New.
type Options struct {
	_ struct{}

	// Base is the path of a profile to compare all others with; "" for none. Each profile is then shown twice:
	// as it is, and as the difference from this one.
	Base string
	// Await lets the folders be missing, or hold nothing yet: what comes is shown once it is there.
	Await bool
}

// Site is the whole of what is served: an http.Handler that any number of goroutines may use. What there is to show stands in a
// catalog, which is replaced when a folder has changed.
type Site struct {
	files []string
	opts  Options
	base  *profile.Profile
	pages http.Handler

	listing sync.Mutex
	listed  *catalog
}

// catalog is what the files held when they were last looked at: the index, each profile's mount, the runs and the reports. But
// for differences, which are made when asked for, it is read-only once made.
type catalog struct {
	mounts   []*mount // in the order of the index
	byName   map[string]*mount
	reports  []*report
	runs     []*run // the newest first
	warnings []string
	stamp    string   // of the folders: see Site.stamp
	before   *catalog // while this one is being made: the one before it; nil for the first
	await    bool     // a folder need not be there, nor hold anything

	making      sync.Mutex
	differences map[string]*mount // of two profiles, under their names; made when they are first asked for
}

// New reads the files, each a profile, a report or an evidence folder (see the package comment), and makes a site of them. It
// fails when one of the files cannot be read, or is no profile; inside a directory a broken profile becomes a warning
// instead, as long as something else in there can be shown.
func New(files []string, opts Options) (*Site, error) {
	s := &Site{files: slices.Clone(files), opts: opts}
	if opts.Base != "" {
		b, err := load(opts.Base)
		if err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
		s.base = b.prof
	}
	var err error
	if s.listed, err = s.list(s.stamp(), nil); err != nil {
		return nil, err
	}
	s.pages = guard(s.routes())
	return s, nil
}

// list reads the files and makes a catalog of them. Profiles that the catalog before has read, and that have not changed since,
// are taken from there, with their names.
func (s *Site) list(stamp string, before *catalog) (*catalog, error) {
	c := &catalog{
		byName: make(map[string]*mount), differences: make(map[string]*mount), stamp: stamp, before: before,
		await: s.opts.Await || before != nil,
	}
	for _, file := range s.files {
		info, err := os.Stat(file)
		if err == nil && info.IsDir() {
			if err := c.addDirectory(file); err != nil {
				return nil, err
			}
			continue
		}
		if c.await && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if slices.Contains(reportNames, filepath.Base(file)) {
			if err := c.addReportFile(file); err != nil {
				return nil, err
			}
			continue
		}
		if err := c.addProfile(file, urlName(file), info); err != nil {
			return nil, err
		}
	}
	if s.base != nil {
		if err := c.compare(s.base, s.opts.Base); err != nil {
			return nil, err
		}
	}
	// pprof reads (never writes, here) the user's settings, and refuses to work where they have no place.
	if _, err := os.UserConfigDir(); err != nil && len(c.mounts) > 0 {
		return nil, errors.New("pprof's interface wants a home directory for its settings: set HOME or XDG_CONFIG_HOME to any directory")
	}
	c.gather()
	c.before = nil
	return c, nil
}

// addProfile mounts the profile in a file, which is read unless the catalog before has read it.
func (c *catalog) addProfile(file, name string, info fs.FileInfo) error {
	if c.before != nil && info != nil {
		for _, m := range c.before.mounts {
			same := m.size == info.Size() && m.modified.Equal(info.ModTime()) || !info.Mode().IsRegular() // a pipe is read once
			if m.base == nil && m.file == file && c.byName[m.name] == nil && same {
				c.byName[m.name] = m
				c.mounts = append(c.mounts, m)
				return nil
			}
		}
	}
	l, err := load(file)
	if err != nil {
		return err
	}
	m := &mount{file: file, loaded: l}
	if info != nil {
		m.size, m.modified = info.Size(), info.ModTime()
	}
	c.add(name, m)
	return nil
}

// current returns the catalog, made anew if a folder has changed since it was made. What can no longer be read leaves the old one.
func (s *Site) current() *catalog {
	s.listing.Lock()
	defer s.listing.Unlock()
	stamp := s.stamp()
	if stamp == s.listed.stamp {
		return s.listed
	}
	fresh, err := s.list(stamp, s.listed)
	if err != nil { // a new one, since the old may be in use
		old := s.listed
		fresh = &catalog{
			mounts: old.mounts, byName: old.byName, reports: old.reports, runs: old.runs, stamp: stamp,
			warnings: old.warnings, differences: make(map[string]*mount),
		}
		if why := oneLine(err); !slices.Contains(old.warnings, why) {
			fresh.warnings = append(slices.Clone(old.warnings), why)
		}
	}
	s.listed = fresh
	return fresh
}

// stamp tells one state of the folders from another: which files of interest are there, and when each was last written.
func (s *Site) stamp() string {
	var stamp strings.Builder
	for _, dir := range s.files {
		if full, err := filepath.EvalSymlinks(dir); err == nil {
			dir = full // a walk does not follow a link that it begins with
		}
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // what cannot be listed is not there
			case d.IsDir():
				if path != dir && (filepath.Dir(path) != filepath.Clean(dir) || strings.HasPrefix(d.Name(), ".")) {
					return fs.SkipDir
				}
			case path == dir, isProfileName(d.Name()), isReportName(d.Name()):
				if info, err := d.Info(); err == nil {
					fmt.Fprintf(&stamp, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
				}
			}
			return nil
		})
	}
	return stamp.String()
}

// on answers with a page of the catalog as it is now.
func (s *Site) on(page func(*catalog, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { page(s.current(), w, r) }
}

func (s *Site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.on((*catalog).index))
	mux.HandleFunc("/style.css", asset("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/pprof.css", asset("pprof.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/favicon.ico", asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("/pprof/{name}/{page...}", s.on((*catalog).profilePage))
	mux.HandleFunc("/report/{name}", s.on((*catalog).reportPage))
	mux.HandleFunc("/run/{name}", s.on((*catalog).runPage))
	mux.HandleFunc("/run.css", asset("run.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/compare/{name}", s.on((*catalog).comparePage))
	mux.HandleFunc("/explain/{$}", s.toursPage)
	mux.HandleFunc("/explain/{structure}", s.tourPage)
	mux.HandleFunc("/explain.css", asset("explain.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/explain.js", asset("explain.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		explainNotice(w, http.StatusNotFound, notice{Title: "Nothing here",
			Text: "This address leads nowhere; the overview lists all that there is."})
	})
	return mux
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.pages.ServeHTTP(w, r) }

// Profiles returns the names under which the profiles are mounted, in the order of the index: NAME of /pprof/NAME/.
func (s *Site) Profiles() []string {
	mounts := s.current().mounts
	names := make([]string, len(mounts))
	for i, m := range mounts {
		names[i] = m.name
	}
	return names
}

// Warnings says what could not be shown, one line each.
func (s *Site) Warnings() []string { return slices.Clone(s.current().warnings) }

func (c *catalog) profilePage(w http.ResponseWriter, r *http.Request) {
	m := c.mounted(r.PathValue("name")) // only a name of the catalog is here: no part of a request ever becomes a path
	if m == nil {
		explainNotice(w, http.StatusNotFound, notice{Title: "No such profile",
			Text: "No profile has this name; the overview lists those that there are."})
		return
	}
	page := r.PathValue("page")
	if page == "download" && m.raw != nil {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment",
			map[string]string{"filename": filepath.Base(m.file)}))
		_, _ = w.Write(m.raw)
		return
	}
	m.serve(w, r, "/"+page)
}

// add mounts m under a name that starts as wanted and is no other's, nor was a moment ago.
func (c *catalog) add(want string, m *mount) {
	taken := func(name string) bool {
		if c.byName[name] != nil {
			return true
		}
		return c.before != nil && c.before.byName[name] != nil && c.before.byName[name].file != m.file
	}
	m.name = want
	for n := 2; taken(m.name); n++ {
		m.name = fmt.Sprintf("%s-%d", want, n)
	}
	c.byName[m.name] = m
	c.mounts = append(c.mounts, m)
}

// compare adds, after each profile of base's kind, its difference from base.
func (c *catalog) compare(base *profile.Profile, file string) error {
	given := c.mounts
	c.mounts = nil
	for _, m := range given {
		c.mounts = append(c.mounts, m)
		if alike(m.prof, base) {
			diff := &mount{file: m.file + " minus " + file, loaded: loaded{prof: m.prof}, base: base}
			c.add(m.name+minus+urlName(file), diff)
		}
	}
	if len(c.mounts) == len(given) {
		return fmt.Errorf("base %s: holds %s, and no profile given holds the same: only profiles of one kind can be compared",
			file, typeNames(base))
	}
	return nil
}

func sameType(a, b *profile.ValueType) bool { return a.Type == b.Type && a.Unit == b.Unit }

func typeNames(p *profile.Profile) string {
	var names []string
	for _, t := range p.SampleType {
		names = append(names, t.Type+"/"+t.Unit)
	}
	return strings.Join(names, ", ")
}

// urlName makes of a file's path a segment of an address: its base name, without the suffixes of profiles, of letters
// that need no escape. It never yields "", "." or "..", nor a slash.
func urlName(path string) string {
	base := filepath.Base(path)
	for _, suffix := range []string{".gz", ".pb", ".prof", ".pprof"} {
		base = strings.TrimSuffix(base, suffix)
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, base)
	if name = strings.Trim(name, "-."); name == "" {
		return "profile"
	}
	return name
}
