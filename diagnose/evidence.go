package diagnose

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// keepHang writes the evidence of a hang into the report's folder: report.json and report.txt, the goroutines as dump.txt, in the
// runtime's own form, and as goroutines.pb.gz, a profile with the state as a label, and who waits for whom
// as waits.json.
func keepHang(r *hangReport) error {
	return keepEvidence(r.Out, []evidenceFile{
		{"dump.txt", r.dump.WriteText},
		{"goroutines.pb.gz", func(w io.Writer) error { return r.dump.Profile().Write(w) }},
		{"waits.json", func(w io.Writer) error { return writeWaits(w, r) }},
		{"report.txt", func(w io.Writer) error { return writeHang(terminal(w), r) }},
		{"report.json", func(w io.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			return enc.Encode(r)
		}},
	})
}

// evidenceFile is one file of an evidence folder.
type evidenceFile struct {
	name  string
	write func(io.Writer) error
}

// keepEvidence writes files into a folder, which it makes if need be. Each is written under another name and renamed
// once it is whole, so whoever opens the folder meanwhile never sees half a file.
func keepEvidence(dir string, files []evidenceFile) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the evidence folder: %w", err)
	}
	for _, file := range files {
		if err := keepFile(filepath.Join(dir, file.name), file.write); err != nil {
			return fmt.Errorf("keep the evidence: %w", err)
		}
	}
	return nil
}

func keepFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
