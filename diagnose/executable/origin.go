package executable

import (
	"runtime/debug"
	"strings"
)

// Origin tells whose code a function is.
type Origin int

// The origins. What someone can act on comes first.
const (
	MainModule      Origin = iota // the user's own
	Dependency                    // another module
	StandardLibrary               // any package of the Go distribution that is not Runtime
	Runtime                       // the runtime itself, and what the compiler and cgo make: wrappers, equality functions
)

func (o Origin) String() string {
	return [...]string{"main module", "dependency", "standard library", "runtime"}[o]
}

// originTable holds the modules of the build information.
type originTable struct {
	main string
	deps []string
}

func newOriginTable(info *debug.BuildInfo) originTable {
	t := originTable{main: info.Main.Path}
	for _, dep := range info.Deps {
		t.deps = append(t.deps, dep.Path)
	}
	return t
}

// Origin tells whose code the function of that name is, from the modules that the build recorded. Where the build knew
// no modules, a package whose path begins with a domain name counts as a dependency.
func (f *File) Origin(name string) Origin {
	if isGenerated(name) {
		return Runtime
	}
	pkg := PackagePath(name)
	if pkg == "" || pkg == "runtime" || strings.HasPrefix(pkg, "runtime/internal/") || pkg == "runtime/cgo" ||
		strings.HasPrefix(pkg, "internal/runtime/") {
		return Runtime
	}
	if pkg == "main" {
		return MainModule
	}
	// A module may lie inside another's path: the longest that fits is the one.
	origin, longest := StandardLibrary, 0
	if within(pkg, f.origins.main) {
		origin, longest = MainModule, len(f.origins.main)
	}
	for _, dep := range f.origins.deps {
		if len(dep) > longest && within(pkg, dep) {
			origin, longest = Dependency, len(dep)
		}
	}
	first, _, _ := strings.Cut(pkg, "/")
	if longest == 0 && strings.Contains(first, ".") {
		return Dependency
	}
	return origin
}

func within(pkg, module string) bool {
	rest, ok := strings.CutPrefix(pkg, module)
	// A package's external tests form a package of their own beside it.
	return module != "" && ok && (rest == "" || rest[0] == '/' || rest == "_test")
}

// isGenerated tells of functions that no one wrote.
func isGenerated(name string) bool {
	if strings.HasPrefix(name, "type:") || strings.HasPrefix(name, "go:") || strings.HasPrefix(name, "_cgo") ||
		strings.HasPrefix(name, "_rt0_") || strings.HasPrefix(name, "x_cgo") || !strings.Contains(name, ".") {
		return true
	}
	_, local, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ".")
	return strings.HasPrefix(local, "_Cfunc_") || strings.HasPrefix(local, "_cgo") || strings.HasPrefix(local, "_Cgo_")
}

// PackagePath gives the import path of the package that holds the function of that name: what stands before the first
// dot after the last slash. The linker writes the dots inside the path's last element as %2e, and those are undone.
func PackagePath(name string) string {
	// Type arguments may hold slashes and dots of their own.
	if i := strings.IndexByte(name, '['); i >= 0 {
		name = name[:i]
	}
	slash := strings.LastIndexByte(name, '/') + 1
	dot := strings.IndexByte(name[slash:], '.')
	if dot < 0 {
		return ""
	}
	path := name[:slash+dot]
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if hi, lo := unhex(path[i+1]), unhex(path[i+2]); hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
