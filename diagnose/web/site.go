package web

import (
	"errors"
	"fmt"
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
}

// Site is the whole of what is served: the index, each profile's mount, the runs and the reports. But for differences, which
// are made when asked for, it is read-only once made, and an http.Handler that any number of goroutines may use.
type Site struct {
	mounts   []*mount // in the order of the index
	byName   map[string]*mount
	reports  []*report
	runs     []*run // the newest first
	warnings []string
	pages    http.Handler

	making      sync.Mutex
	differences map[string]*mount // of two profiles, under their names; made when they are first asked for
}

// New reads the files, each a profile, a report or an evidence folder (see the package comment), and makes a site of them. It
// fails when one of the files cannot be read, or is no profile; inside a directory a broken profile becomes a warning
// instead, as long as something else in there can be shown.
func New(files []string, opts Options) (*Site, error) {
	s := &Site{byName: make(map[string]*mount), differences: make(map[string]*mount)}
	var base *profile.Profile
	if opts.Base != "" {
		b, err := load(opts.Base)
		if err != nil {
			return nil, fmt.Errorf("base: %w", err)
		}
		base = b.prof
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			if err := s.addDirectory(file); err != nil {
				return nil, err
			}
			continue
		}
		if slices.Contains(reportNames, filepath.Base(file)) {
			if err := s.addReportFile(file); err != nil {
				return nil, err
			}
			continue
		}
		l, err := load(file)
		if err != nil {
			return nil, err
		}
		s.add(urlName(file), &mount{file: file, loaded: l})
	}
	if base != nil {
		if err := s.compare(base, opts.Base); err != nil {
			return nil, err
		}
	}
	// pprof reads (never writes, here) the user's settings, and refuses to work where they have no place.
	if _, err := os.UserConfigDir(); err != nil && len(s.mounts) > 0 {
		return nil, errors.New("pprof's interface wants a home directory for its settings: set HOME or XDG_CONFIG_HOME to any directory")
	}
	s.gather()
	s.pages = guard(s.routes())
	return s, nil
}

func (s *Site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.index)
	mux.HandleFunc("/style.css", asset("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/pprof.css", asset("pprof.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/favicon.ico", asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("/pprof/{name}/{page...}", s.profilePage)
	mux.HandleFunc("/report/{name}", s.reportPage)
	mux.HandleFunc("/run/{name}", s.runPage)
	mux.HandleFunc("/run.css", asset("run.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/compare/{name}", s.comparePage)
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
	names := make([]string, len(s.mounts))
	for i, m := range s.mounts {
		names[i] = m.name
	}
	return names
}

// Warnings says what could not be shown, one line each.
func (s *Site) Warnings() []string { return slices.Clone(s.warnings) }

func (s *Site) profilePage(w http.ResponseWriter, r *http.Request) {
	m := s.mounted(r.PathValue("name")) // only a name that New made is here: no part of a request ever becomes a path
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

// add mounts m under a name that starts as wanted and is no other's.
func (s *Site) add(want string, m *mount) {
	m.name = want
	for n := 2; s.byName[m.name] != nil; n++ {
		m.name = fmt.Sprintf("%s-%d", want, n)
	}
	s.byName[m.name] = m
	s.mounts = append(s.mounts, m)
}

// compare adds, after each profile of base's kind, its difference from base.
func (s *Site) compare(base *profile.Profile, file string) error {
	given := s.mounts
	s.mounts = nil
	for _, m := range given {
		s.mounts = append(s.mounts, m)
		if alike(m.prof, base) {
			diff := &mount{file: m.file + " minus " + file, loaded: loaded{prof: m.prof}, base: base}
			s.add(m.name+minus+urlName(file), diff)
		}
	}
	if len(s.mounts) == len(given) {
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
