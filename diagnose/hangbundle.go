package diagnose

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// maxReport bounds a saved report: its evidence names a few goroutines, and not all.
const maxReport = 64 << 20

// replay shows what --save kept: the verdicts as they were given, since no dump holds all that they were drawn from, and
// the goroutines for the counts.
func replay(dir string) (*hangReport, error) {
	path := filepath.Join(dir, "report.json")
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is a folder without a report.json: give one that --save made, or a goroutine dump", dir)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxReport:
		return nil, fmt.Errorf("%s is no report of innards hang", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := new(hangReport)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	if r.Schema != hangSchema {
		return nil, fmt.Errorf("%s is no report of innards hang (its schema is %q): another innards may read it", path, r.Schema)
	}
	if r.Verdicts == nil {
		r.Verdicts = []hang.Verdict{}
	}
	for i := range r.Verdicts {
		if r.Verdicts[i].Goroutines == nil {
			r.Verdicts[i].Goroutines = []int64{}
		}
		if r.Verdicts[i].Evidence == nil {
			r.Verdicts[i].Evidence = []hang.Evidence{}
		}
	}
	if r.Warnings == nil {
		r.Warnings = []string{}
	}
	r.Out, r.dump = "", new(goroutine.Dump)
	r.Target.Kind, r.Target.Name = "bundle", dir
	dump, err := os.Open(filepath.Join(dir, "dump.txt"))
	if err == nil {
		defer func() { _ = dump.Close() }()
		r.dump, err = goroutine.Parse(dump)
	}
	if err != nil {
		r.dump = new(goroutine.Dump)
		r.Warnings = append(r.Warnings, fmt.Sprintf("the bundle's goroutines are not there: %v", err))
	}
	return r, nil
}
