package web

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxReport bounds how much of a report one page shows. A dump of a hundred thousand goroutines is larger; a browser
// takes minutes over it, and an editor does not.
const maxReport = 32 << 20

// report is a readable file of an evidence folder.
type report struct {
	name string // its segment of the address
	dir  string // the folder, as given
	file string // the path inside the folder
	size int64
}

// addDirectory adds what an evidence folder holds: its profiles and reports, and those of the folders directly in it.
func (c *catalog) addDirectory(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("reading directory %s: %w", dir, err)
	}
	defer func() { _ = root.Close() }()
	var broken []error
	found := 0
	err = fs.WalkDir(root.FS(), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			c.warnings = append(c.warnings, fmt.Sprintf("%s: not read: %s", filepath.Join(dir, file), oneLine(err)))
			return nil
		case d.IsDir():
			if strings.Count(file, "/") > 0 || (file != "." && strings.HasPrefix(file, ".")) {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular(): // a link may lead out of the folder
			return nil
		}
		switch {
		case isProfileName(file):
			full := filepath.Join(dir, filepath.FromSlash(file))
			info, err := d.Info()
			if err != nil {
				return nil // deleted meanwhile
			}
			name := urlName(dirName(dir) + "-" + strings.ReplaceAll(file, "/", "-"))
			if err := c.addProfile(full, name, info); err != nil {
				broken = append(broken, err)
				return nil
			}
			found++
		case isReportName(d.Name()):
			info, err := d.Info()
			if err != nil {
				return nil // deleted meanwhile
			}
			if slices.Contains(reportNames, d.Name()) {
				found++
			}
			c.addReport(dir, file, info.Size())
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading directory %s: %w", dir, err)
	}
	if found == 0 && !c.await {
		if len(broken) > 0 {
			return fmt.Errorf("directory %s: no profile in it can be read; the first: %w", dir, broken[0])
		}
		return fmt.Errorf("directory %s: holds no profile (*.pb.gz, *.prof, *.pprof) and no report (report.json, report.txt, "+
			"report.html): name the profile itself if it is called otherwise", dir)
	}
	for _, err := range broken {
		c.warnings = append(c.warnings, err.Error())
	}
	return nil
}

func isProfileName(file string) bool {
	return slices.ContainsFunc([]string{".pb.gz", ".prof", ".pprof"}, func(suffix string) bool { return strings.HasSuffix(file, suffix) })
}

// isTraceName says whether a file is an execution trace: nothing to show, but to save, and to open with go tool trace.
func isTraceName(file string) bool { return strings.HasSuffix(file, ".trace") }

// reportNames are the reports that commands leave behind; textNames what they leave beside them, of interest only there.
var (
	reportNames = []string{"report.json", "report.txt", "report.html"}
	textNames   = []string{"bench.txt", "dump.txt", "waits.json"}
)

// isReportName says whether a file in a folder is shown, though it is no profile.
func isReportName(file string) bool {
	return slices.Contains(reportNames, file) || slices.Contains(textNames, file) || isTraceName(file)
}

// addReportFile adds a report that was given by itself.
func (c *catalog) addReportFile(file string) error {
	full, err := filepath.EvalSymlinks(file) // a link given on purpose leads where its giver wants it to
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: no such file: check the path, or have a report kept with --out", file)
		}
		return fmt.Errorf("reading report %s: %w", file, err)
	}
	info, err := os.Stat(full)
	if err != nil {
		return fmt.Errorf("reading report %s: %w", file, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a file: give a report or the directory that holds it", file)
	}
	c.addReport(filepath.Dir(full), filepath.Base(full), info.Size())
	return nil
}

func (c *catalog) addReport(dir, file string, size int64) {
	want := urlName(dirName(dir) + "-" + strings.ReplaceAll(file, "/", "-"))
	name := want
	taken := func(r *report) bool { return r.name == name }
	for n := 2; slices.ContainsFunc(c.reports, taken); n++ {
		name = fmt.Sprintf("%s-%d", want, n)
	}
	c.reports = append(c.reports, &report{name: name, dir: dir, file: file, size: size})
}

// dirName is the name of a directory even where it is given as "." or "..".
func dirName(dir string) string {
	if full, err := filepath.Abs(dir); err == nil {
		dir = full
	}
	return filepath.Base(dir)
}

// sandbox lets a report in HTML draw its charts with its own scripts, and nothing else: to the browser it is of no
// origin, so it can neither read the other pages here nor ask anyone for anything.
const sandbox = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// reportPage answers a report: as plain text, or, where it is a page, in a sandbox, or, where it is a trace, to be saved. It is read anew each time, since a
// run may still be writing it, and through os.Root: should the file have become a link that leads out of its folder, it
// is refused.
func (c *catalog) reportPage(w http.ResponseWriter, r *http.Request) {
	at := slices.IndexFunc(c.reports, func(rep *report) bool { return rep.name == r.PathValue("name") })
	if at < 0 {
		explainNotice(w, http.StatusNotFound, notice{Title: "No such report",
			Text: "No report has this name; the overview lists those that there are."})
		return
	}
	rep := c.reports[at]
	text, err := rep.read()
	if err != nil {
		explainNotice(w, http.StatusNotFound, notice{Title: "The report is gone",
			Text: "It stood in its folder a moment ago: " + oneLine(err) + "."})
		return
	}
	kind := "text/plain; charset=utf-8"
	switch {
	case path.Ext(rep.file) == ".html":
		kind = "text/html; charset=utf-8"
		w.Header().Set("Content-Security-Policy", sandbox)
	case isTraceName(rep.file):
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(rep.file)}))
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(text)
}

func (rep *report) read() ([]byte, error) {
	root, err := os.OpenRoot(rep.dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Lstat(rep.file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no longer a regular file")
	}
	f, err := root.Open(rep.file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxReport))
	if err == nil && int64(len(text)) < info.Size() {
		text = fmt.Appendf(text, "\n\n[cut here: the file has %s; open it in an editor]\n", quantity(info.Size(), "bytes"))
	}
	return text, err
}
