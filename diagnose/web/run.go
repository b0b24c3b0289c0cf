package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"innards/diagnose/hang"
	"innards/diagnose/leak"
)

// run is one folder of evidence: what one command left behind.
type run struct {
	name    string // its segment of the address
	folder  string
	kind    string // hang, leak, bench, record; "" where that cannot be told
	when    time.Time
	reports []*report
	mounts  []*mount
}

// schemaMark finds the kind of a report near its beginning, without reading all of it.
var schemaMark = regexp.MustCompile(`"schema":\s*"innards\.([a-z]+)/`)

// gather makes runs of what lies in one folder together, the newest first.
func (c *catalog) gather() {
	at := map[string]*run{}
	of := func(folder string) *run {
		r := at[folder]
		if r == nil {
			name := urlName(dirName(folder))
			for n := 2; slices.ContainsFunc(c.runs, func(r *run) bool { return r.name == name }); n++ {
				name = fmt.Sprintf("%s-%d", urlName(dirName(folder)), n)
			}
			r = &run{name: name, folder: folder}
			at[folder] = r
			c.runs = append(c.runs, r)
		}
		return r
	}
	for _, rep := range c.reports {
		r := of(filepath.Join(rep.dir, filepath.Dir(rep.file)))
		r.reports = append(r.reports, rep)
		if info, err := os.Stat(filepath.Join(rep.dir, rep.file)); err == nil && info.ModTime().After(r.when) {
			r.when = info.ModTime()
		}
		if filepath.Base(rep.file) == "report.json" {
			if head, err := rep.head(4096); err == nil {
				if found := schemaMark.FindSubmatch(head); found != nil {
					r.kind = string(found[1])
				}
			}
		}
	}
	for _, m := range c.mounts {
		folder := filepath.Dir(m.file)
		if m.base != nil || at[folder] == nil && filepath.Base(m.file) != "wall.pb.gz" {
			continue // a profile that was given by itself
		}
		r := of(folder)
		r.mounts = append(r.mounts, m)
		if len(r.reports) == 0 { // a benchmark keeps such a profile too, beside its report
			r.kind, r.when = "record", time.Unix(0, m.prof.TimeNanos)
		}
	}
	slices.SortStableFunc(c.runs, func(a, b *run) int { return b.when.Compare(a.when) })
}

// report finds a file of the run by its name; nil if it has none.
func (r *run) report(name string) *report {
	i := slices.IndexFunc(r.reports, func(rep *report) bool { return filepath.Base(rep.file) == name })
	if i < 0 {
		return nil
	}
	return r.reports[i]
}

// decode reads a file of the run as JSON.
func (r *run) decode(name string, into any) error {
	rep := r.report(name)
	if rep == nil {
		return fmt.Errorf("there is no %s in the folder", name)
	}
	text, err := rep.read()
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// head reads the first bytes of a report.
func (rep *report) head(n int64) ([]byte, error) {
	root, err := os.OpenRoot(rep.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(rep.file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, n))
}

// runRow is a run in the overview.
type runRow struct {
	Name, Kind, Folder, Subject, Found string
	Bad                                bool
	When, WhenMachine                  string
}

func (r *run) row() runRow {
	row := runRow{Name: r.name, Kind: cmp.Or(r.kind, "report"), Folder: r.folder, When: r.when.Format("2006-01-02 15:04:05"),
		WhenMachine: r.when.Format(time.RFC3339)}
	switch r.kind {
	case "hang":
		var report hangReport
		if err := r.decode("report.json", &report); err != nil {
			row.Found = oneLine(err)
			break
		}
		row.Subject = report.Target.String()
		row.Found, row.Bad = "nothing found", len(report.Verdicts) > 0
		if row.Bad {
			row.Found = fmt.Sprintf("%s, %d blocked", report.Verdicts[0].Class, report.Verdicts[0].Blocked)
			if more := len(report.Verdicts) - 1; more > 0 {
				row.Found += ", and " + plural(more, "more verdict")
			}
		}
	case "leak":
		var report leak.Report
		if err := r.decode("report.json", &report); err != nil {
			row.Found = oneLine(err)
			break
		}
		row.Subject = fmt.Sprintf("%s (pid %d)", filepath.Base(report.Target.Exe), report.Target.PID)
		found := report.Found()
		row.Found, row.Bad = "nothing found", len(found) > 0
		if row.Bad {
			row.Found = fmt.Sprintf("%s: %s in %s", plural(len(found), "site"), quantity(found[0].LiveBytes, "bytes"), cmp.Or(found[0].Go.Func, "C code"))
		}
	case "bench":
		var report struct{ Area string }
		if err := r.decode("report.json", &report); err != nil {
			row.Found = oneLine(err)
			break
		}
		row.Subject, row.Found = report.Area, "charts"
	case "record":
		row.Found = "a profile"
	}
	return row
}

// runPage is what the page of a run shows.
type runPage struct {
	runRow
	Hang    *hangPage
	Leak    *leakPage
	Text    string // the report as text, where there is no better form
	Problem string
	HTML    string // the report that is a page of its own
	Reports []reportRow
	Rows    []row
}

func (c *catalog) runPage(w http.ResponseWriter, req *http.Request) {
	at := slices.IndexFunc(c.runs, func(r *run) bool { return r.name == req.PathValue("name") })
	if at < 0 {
		explainNotice(w, http.StatusNotFound, notice{Title: "No such run", Text: "No run has this name; the overview lists those that there are."})
		return
	}
	r := c.runs[at]
	page := runPage{runRow: r.row()}
	for _, rep := range r.reports {
		page.Reports = append(page.Reports, reportRow{rep.name, filepath.Base(rep.file), quantity(rep.size, "bytes")})
	}
	for _, m := range r.mounts {
		page.Rows = append(page.Rows, m.row())
	}
	if html := r.report("report.html"); html != nil {
		page.HTML = html.name
	}
	var err error
	switch r.kind {
	case "hang":
		page.Hang, err = newHangPage(r)
	case "leak":
		page.Leak, err = newLeakPage(r)
	}
	if err != nil {
		page.Problem = oneLine(err)
	}
	if rep := r.report("report.txt"); rep != nil && page.Hang == nil && page.Leak == nil {
		if text, err := rep.read(); err == nil {
			page.Text = string(bytes.ToValidUTF8(text, []byte("\uFFFD")))
		}
	}
	render(w, http.StatusOK, "run", page)
}

// hangReport is what this page reads of a hang's report.json.
type hangReport struct {
	Target     hangTarget     `json:"target"`
	Goroutines int            `json:"goroutines"`
	Threads    int            `json:"threads"`
	Verdicts   []hang.Verdict `json:"verdicts"`
	Warnings   []string       `json:"warnings"`
}

type hangTarget struct {
	Kind string `json:"kind"`
	PID  int    `json:"pid"`
	Exe  string `json:"exe"`
	Go   string `json:"go"`
	Name string `json:"name"`
}

func (t hangTarget) String() string {
	if t.PID == 0 {
		return cmp.Or(t.Name, t.Kind)
	}
	return fmt.Sprintf("%s (pid %d)", filepath.Base(t.Exe), t.PID)
}
