package goroutine

import "strings"

// Package cuts the import path out of a linker symbol: it ends at the first dot after the last slash. A slash in the
// type arguments of a generic function does not count.
func Package(function string) string {
	path := function
	if i := strings.IndexByte(path, '['); i >= 0 {
		path = path[:i]
	}
	slash := strings.LastIndexByte(path, '/') + 1
	dot := strings.IndexByte(path[slash:], '.')
	if dot < 0 {
		return ""
	}
	return path[:slash+dot]
}

// IsPlumbing tells the functions that every wait ends in, whoever waits: those of the runtime, of sync and syscall, and of the
// library's internal packages. Who reads of a stuck goroutine looks for the first other one.
func IsPlumbing(function string) bool {
	switch pkg := Package(function); pkg {
	case "runtime", "sync", "sync/atomic", "syscall", "":
		return true
	case "time":
		return function == "time.Sleep"
	default:
		return strings.HasPrefix(pkg, "runtime/") || strings.HasPrefix(pkg, "internal/")
	}
}
