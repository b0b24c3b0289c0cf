package bench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// evidence is the directory in which a run keeps its files. Each appears whole or not at all.
type evidence struct {
	dir     string
	paths   []string // of the files written, in order
	remarks []string // lines about them
}

// keep makes the directory now, so that a run that could not keep its results does not start.
func keep(dir string) (*evidence, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("bench: make the evidence directory: %w: try another --out", err)
	}
	return &evidence{dir: dir}, nil
}

// write makes the file beside its final name and moves it there.
func (e *evidence) write(name string, content func(io.Writer) error) error {
	var text bytes.Buffer
	if err := content(&text); err != nil {
		return fmt.Errorf("bench: %s: %w", name, err)
	}
	file, err := os.CreateTemp(e.dir, "."+name+"-*")
	if err != nil {
		return fmt.Errorf("bench: keep %s: %w", name, err)
	}
	path := filepath.Join(e.dir, name)
	_, err = file.Write(text.Bytes())
	if err == nil {
		err = file.Chmod(0o644)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("bench: keep %s: %w", name, err)
	}
	e.paths = append(e.paths, path)
	return nil
}

// raw is the content of a file that is there already.
func raw(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}
