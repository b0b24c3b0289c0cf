package foreign

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"innards/bench/child"
)

//go:embed cxx/container.cc
var source string

// flags are for speed, as one who measures would have them. Each container adds its macro, and the user CXXFLAGS.
var flags = []string{"-std=c++17", "-O3", "-DNDEBUG"}

// compileWithin bounds a compilation: Boost takes five seconds on a machine with nothing else to do.
const compileWithin = 2 * time.Minute

// ErrMissing says that a compiler, or the headers of a library, are not there.
var ErrMissing = errors.New("not installed")

// A Program is a container, compiled.
type Program struct {
	Container
	Library string // and its version
	How     string // compiler and flags
	path    string
}

// A compiler is what compiles.
type compiler struct {
	command []string
	version string // the first line that it says of itself
}

// Packages names what Debian calls all that the containers need.
func Packages(containers []Container) string {
	names := "g++"
	for _, c := range containers {
		if len(c.modules) > 0 && !strings.Contains(names, "pkg-config") {
			names += " pkg-config"
		}
		if c.debian != "" && !strings.Contains(names, c.debian) {
			names += " " + c.debian
		}
	}
	return names
}

// Compile makes the container's program for a level of the instruction set ("" or "v1" to "v4", on amd64), or finds it in the
// user's cache. An error that wraps ErrMissing is no more than a lack.
func Compile(ctx context.Context, c Container, level string) (Program, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Program{}, fmt.Errorf("foreign: compile %s: nowhere to keep it: %w; set XDG_CACHE_HOME", c.Type, err)
	}
	dir, options := filepath.Join(cache, "innards"), slices.Clone(flags)
	if level != "" && level != "v1" {
		options = append(options, "-march=x86-64-"+level)
	}
	options = append(options, strings.Fields(os.Getenv("CXXFLAGS"))...)
	ctx, cancel := context.WithTimeout(ctx, compileWithin)
	defer cancel()
	lacks := func(err error) (Program, error) {
		if ctx.Err() != nil {
			return Program{}, fmt.Errorf("foreign: compile %s: %w", c.Type, ctx.Err())
		}
		return Program{}, fmt.Errorf("foreign: compile %s: %w: %w: try apt-get install %s", c.Type, ErrMissing, err, Packages([]Container{c}))
	}
	cxx, err := findCompiler(ctx)
	if err != nil {
		return lacks(err)
	}
	libraries, err := librariesOf(ctx, c.modules)
	if err != nil {
		return lacks(err)
	}
	p := Program{Container: c, How: cxx.version + ", " + strings.Join(options, " ")}
	args := slices.Concat(cxx.command[1:], options, []string{"-D" + c.macro})
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", cxx, args, libraries, source))
	p.path = filepath.Join(dir, fmt.Sprintf("%s-%x", c.Name, key[:8]))
	if p.Library, err = about(ctx, p.path); err == nil { // it is there, and runs
		return p, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return p, fmt.Errorf("foreign: compile %s: %w", c.Type, err)
	}
	work, err := os.MkdirTemp(dir, "compile-")
	if err != nil {
		return p, fmt.Errorf("foreign: compile %s: %w", c.Type, err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // a leftover in the cache does no harm
	made := filepath.Join(work, c.Name)
	args = slices.Concat(args, []string{"-o", made, "-x", "c++", "-", "-x", "none"}, libraries)
	command := child.Program(ctx, cxx.command[0], args...)
	command.Stdin = strings.NewReader(source)
	command.WaitDelay = time.Second // the compiler proper may outlive its driver
	if out, err := command.CombinedOutput(); err != nil {
		return lacks(fmt.Errorf("%w: %s", err, firstError(string(out))))
	}
	// Whoever else compiles it at the same moment puts the same program there.
	if err := os.Rename(made, p.path); err != nil {
		return p, fmt.Errorf("foreign: compile %s: %w", c.Type, err)
	}
	if p.Library, err = about(ctx, p.path); err != nil {
		return p, fmt.Errorf("foreign: %s was compiled and does not run: %w", c.Type, err)
	}
	return p, nil
}

// findCompiler returns CXX where that is set, else g++.
func findCompiler(ctx context.Context) (compiler, error) {
	command := strings.Fields(os.Getenv("CXX"))
	if len(command) == 0 {
		command = []string{"g++"}
	}
	out, err := exec.CommandContext(ctx, command[0], slices.Concat(command[1:], []string{"--version"})...).Output()
	if err != nil {
		return compiler{}, err
	}
	version, _, _ := strings.Cut(string(out), "\n")
	return compiler{command, version}, nil
}

// librariesOf returns what the linker needs for modules of pkg-config.
func librariesOf(ctx context.Context, modules []string) ([]string, error) {
	if len(modules) == 0 {
		return nil, nil
	}
	out, err := exec.CommandContext(ctx, "pkg-config", slices.Concat([]string{"--cflags", "--libs"}, modules)...).Output()
	if err != nil {
		return nil, fmt.Errorf("pkg-config %s: %w", strings.Join(modules, " "), err)
	}
	return strings.Fields(string(out)), nil
}

// about asks a program for its library and the version of that.
func about(ctx context.Context, path string) (string, error) {
	out, err := child.Program(ctx, path, "about").Output()
	return strings.TrimSpace(string(out)), err
}

// firstError picks the line of a compiler's output that tells most.
func firstError(out string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, "error") {
			return strings.TrimSpace(line)
		}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	return line
}
