package cgo

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"innards/cgo/tracefmt"
)

// pathMarker stands in the library where, in a copy of it, the path of the stream is put; malloctrace.c has it too.
const (
	pathMarker = "?innards: the path of the stream?"
	pathRoom   = 512
)

// ErrForeign says that a process is not ours to look into.
var ErrForeign = errors.New("it belongs to another user: run innards as that user, or as root")

// ExamineProcess says whether a process that runs can be traced.
func ExamineProcess(pid int) (*Target, error) {
	link := fmt.Sprintf("/proc/%d/exe", pid)
	path, err := os.Readlink(link)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("cgo: pid %d: %w", pid, ErrForeign)
	case err != nil:
		if _, statErr := os.Stat(filepath.Dir(link)); statErr == nil {
			return nil, fmt.Errorf("cgo: pid %d has no executable: it has ended and was not waited for, or is a thread of the kernel", pid)
		}
		return nil, fmt.Errorf("cgo: pid %d: no such process", pid)
	}
	// The link leads to the file that runs, even where the path has another one by now, or none.
	t, err := Examine(link)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	t.Path = path
	return t, nil
}

// Attachment is what a process needs to be traced from now on: a library of its own, and the stream that this leads to.
type Attachment struct {
	Stream  *tracefmt.Stream
	Library string
	Request uint64 // address of the tracer's function for requests, in the file
}

// PrepareAttachment makes the library and the stream for a process. To have it load the library is left to the caller, who
// may remove both files once it has: the process keeps them.
func PrepareAttachment(ctx context.Context, pid int, o Options) (*Attachment, error) {
	plain, err := Compile(ctx)
	if err != nil {
		return nil, err
	}
	stream, err := createStream(o.Dir, o.config())
	if err != nil {
		return nil, err
	}
	a := &Attachment{Stream: stream}
	if err := a.prepare(pid, plain); err != nil {
		a.Remove()
		_ = stream.Close()
		return nil, fmt.Errorf("cgo: attach to pid %d: %w", pid, err)
	}
	return a, nil
}

// Remove removes the files.
func (a *Attachment) Remove() {
	_ = os.Remove(a.Stream.Path)
	if a.Library != "" {
		_ = os.Remove(a.Library)
	}
}

func (a *Attachment) prepare(pid int, plain string) error {
	code, err := os.ReadFile(plain)
	if err != nil {
		return err
	}
	at := bytes.Index(code, []byte(pathMarker))
	if at < 0 || len(a.Stream.Path) >= pathRoom {
		return fmt.Errorf("the path of the stream, %s, finds no room in the tracer", a.Stream.Path)
	}
	copy(code[at:at+pathRoom], append([]byte(a.Stream.Path), make([]byte, pathRoom-len(a.Stream.Path))...))
	// Not in the user's cache: the process may be somebody else's, if we are root.
	dir := os.TempDir()
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) == nil && st.Flags&unix.ST_NOEXEC != 0 {
		dir = filepath.Dir(plain)
	}
	f, err := os.CreateTemp(dir, fmt.Sprintf("malloctrace-%d-*.so", pid))
	if err != nil {
		return err
	}
	a.Library = f.Name()
	_, err = f.Write(code)
	if err := errors.Join(err, f.Chmod(0o755), f.Close()); err != nil {
		return err
	}
	if a.Request, err = symbolOf(a.Library, tracefmt.RequestFunc); err != nil {
		return err
	}
	return a.reachable(pid)
}

// reachable hands the stream to the user whom the process runs as, and sees whether the process has the files where we have.
func (a *Attachment) reachable(pid int) error {
	proc, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	if err != nil {
		return errors.New("it has ended")
	}
	if owner, ok := proc.Sys().(*syscall.Stat_t); ok && int(owner.Uid) != os.Geteuid() {
		if err := os.Chown(a.Stream.Path, int(owner.Uid), int(owner.Gid)); err != nil {
			return ErrForeign
		}
	}
	for _, path := range []string{a.Library, a.Stream.Path} {
		here, err := os.Stat(path)
		if err != nil {
			return err
		}
		there, err := os.Stat(fmt.Sprintf("/proc/%d/root%s", pid, path))
		if err != nil || !os.SameFile(here, there) {
			return fmt.Errorf("it does not see %s: it lives in a container or a chroot of its own; run innards in there", filepath.Dir(path))
		}
	}
	return nil
}

func symbolOf(path, name string) (uint64, error) {
	f, err := elf.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return 0, err
	}
	for _, s := range symbols {
		if s.Name == name {
			return s.Value, nil
		}
	}
	return 0, fmt.Errorf("%s has no %s", path, name)
}

// isMusl tells whether an executable is linked against musl, whose dynamic linker and allocator are other ones.
func isMusl(f *elf.File) bool {
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			name := make([]byte, p.Filesz)
			_, err := p.ReadAt(name, 0)
			return err == nil && strings.Contains(string(name), "/ld-musl")
		}
	}
	return false
}
