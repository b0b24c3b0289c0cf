package cgo

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The tracer's source is carried along and compiled where it is used: a library compiled beforehand would be tied to one
// libc. It is embedded, not imported, for a program that imports a package with C in it has that C linked in.
//
//go:embed malloctrace/*.c malloctrace/*.h
var source embed.FS

const mainSource = "malloctrace.c"

// compilerFlags: libgcc is linked in, so that the target does not get a second library; hidden names, so that nothing but
// the allocator's own is put before the target's. Warnings are for the tests: a compiler that knows more of them than we do
// must not stop anyone.
var compilerFlags = []string{
	"-std=gnu11", "-O2", "-g", "-fPIC", "-shared", "-fvisibility=hidden",
	"-fno-builtin-malloc", "-fno-builtin-calloc", "-fno-builtin-realloc", "-fno-builtin-free", "-static-libgcc",
	"-Wl,-Bsymbolic-functions", // loaded late, the tracer still means its own hooks by their names
}

// ErrNoCompiler says that the tracer cannot be compiled here.
var ErrNoCompiler = errors.New("no C compiler found: install gcc or clang (Debian: apt-get install gcc libc6-dev), or name one in CC")

// Compile gives the path of the tracer as a library for preloading. It is compiled once for each compiler and source,
// into the user's cache; that takes a fraction of a second.
func Compile(ctx context.Context) (string, error) {
	cc, err := compiler()
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	version, err := exec.CommandContext(ctx, cc[0], append(cc[1:len(cc):len(cc)], "--version")...).Output()
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %s --version: %w", cc[0], err)
	}
	files, err := fs.Sub(source, "malloctrace")
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	key, err := cacheKey(files, strings.Join(cc, " "), string(version))
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: nowhere to keep it: %w; set XDG_CACHE_HOME", err)
	}
	dir := filepath.Join(cache, "innards")
	library := filepath.Join(dir, "malloctrace-"+key+".so")
	if _, err := os.Stat(library); err == nil {
		return library, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	work, err := os.MkdirTemp(dir, "compile-")
	if err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // a leftover in the cache does no harm
	if err := os.CopyFS(work, files); err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	made := filepath.Join(work, "tracer.so")
	args := append(cc[1:len(cc):len(cc)], compilerFlags...)
	args = append(args, "-o", made, filepath.Join(work, mainSource), "-ldl")
	if out, err := exec.CommandContext(ctx, cc[0], args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("cgo: compile the tracer with %s: %w: %s", cc[0], err, firstError(string(out)))
	}
	// Whoever else compiles it at the same moment puts the same library there.
	if err := os.Rename(made, library); err != nil {
		return "", fmt.Errorf("cgo: compile the tracer: %w", err)
	}
	return library, nil
}

// compiler is CC where that is set, as for the go command, else the first that is there.
func compiler() ([]string, error) {
	if cc := strings.Fields(os.Getenv("CC")); len(cc) > 0 {
		if _, err := exec.LookPath(cc[0]); err != nil {
			return nil, fmt.Errorf("%w; CC is %q: %w", ErrNoCompiler, cc[0], err)
		}
		return cc, nil
	}
	for _, name := range []string{"cc", "gcc", "clang"} {
		if _, err := exec.LookPath(name); err == nil {
			return []string{name}, nil
		}
	}
	return nil, ErrNoCompiler
}

func cacheKey(files fs.FS, parts ...string) (string, error) {
	h := sha256.New()
	for _, p := range append(parts, compilerFlags...) {
		fmt.Fprintf(h, "%d %s\n", len(p), p)
	}
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(text), text)
		return err
	})
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), err
}

// firstError picks the line of a compiler's output that tells most.
func firstError(out string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	for l := range strings.Lines(out) {
		if strings.Contains(l, "error") {
			line = strings.TrimSpace(l)
			break
		}
	}
	if strings.Contains(line, ".h: No such file") || strings.Contains(line, "'stdlib.h' file not found") {
		line += " (the C library's headers are missing; Debian: apt-get install libc6-dev)"
	}
	return line
}
