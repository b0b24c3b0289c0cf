package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/google/pprof/profile"
)

//go:embed page.html explain.html run.html style.css explain.css run.css explain.js pprof.css icon.svg
var assets embed.FS

var pageTemplate = template.Must(template.ParseFS(assets, "*.html"))

// row is what the index says of one profile.
type row struct {
	Name, Program       string
	File                []string // cut where a line may break
	Types               []typeTotal
	Elapsed             string
	Taken, TakenMachine string
	Diff                bool
}

// typeTotal is a sample type and what all samples of it come to.
type typeTotal struct {
	Type, Total string
	Default     bool // the one that pprof shows unless asked
}

type reportRow struct{ Name, File, Size string }

func (c *catalog) index(w http.ResponseWriter, _ *http.Request) {
	data := struct {
		Summary  string
		Runs     []runRow
		Rows     []row
		Reports  []reportRow
		Warnings []string
	}{Summary: plural(len(c.mounts), "profile"), Warnings: c.warnings}
	for _, r := range c.runs {
		data.Runs = append(data.Runs, r.row())
	}
	for _, m := range c.mounts {
		data.Rows = append(data.Rows, m.row())
	}
	for _, rep := range c.reports {
		data.Reports = append(data.Reports, reportRow{rep.name, filepath.Join(rep.dir, rep.file), quantity(rep.size, "bytes")})
	}
	if len(c.runs) > 0 {
		data.Summary = plural(len(c.runs), "run") + ", " + data.Summary
	}
	if len(c.reports) > 0 {
		data.Summary += ", " + plural(len(c.reports), "report")
	}
	render(w, http.StatusOK, "index", data)
}

func (m *mount) row() row {
	p := m.prof
	r := row{Name: m.name, File: strings.SplitAfter(m.file, "/"), Elapsed: elapsed(p.DurationNanos), Diff: m.base != nil}
	r.Taken, r.TakenMachine = taken(p.TimeNanos)
	if len(p.Mapping) > 0 && p.Mapping[0].File != "" {
		r.Program = filepath.Base(p.Mapping[0].File)
	}
	sums := totals(p)
	if m.base != nil {
		for i, v := range totals(m.base) {
			sums[i] -= v
		}
	}
	shown := shownType(p)
	for i, t := range p.SampleType {
		r.Types = append(r.Types, typeTotal{t.Type, quantity(sums[i], t.Unit), i == shown})
	}
	return r
}

func totals(p *profile.Profile) []int64 {
	sums := make([]int64, len(p.SampleType))
	for _, sample := range p.Sample {
		for i, v := range sample.Value {
			sums[i] += v
		}
	}
	return sums
}

// shownType is the index of the sample type that pprof shows unless asked: the one that the profile names, else the last.
func shownType(p *profile.Profile) int {
	for i, t := range p.SampleType {
		if t.Type == p.DefaultSampleType {
			return i
		}
	}
	return len(p.SampleType) - 1
}

// notice is a page that says what is the matter and leads on.
type notice struct {
	Title, Text string
	Profile     string // whose flame graph to lead to; "" for none
}

// explainNotice answers with a notice. A page of pprof's that fails is a line of bare text without a way on.
func explainNotice(w http.ResponseWriter, status int, n notice) { render(w, status, "notice", n) }

func render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "innards ui: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

func asset(file, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		http.ServeFileFS(w, r, assets, file)
	}
}
