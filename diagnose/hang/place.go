package hang

import (
	"fmt"
	"strings"
	"time"

	"innards/diagnose/goroutine"
)

// at writes a position for a summary: the file's name alone, since the evidence has its path.
func at(file string, line int) string {
	if file == "" {
		return "an unknown line"
	}
	base := file[strings.LastIndexAny(file, `/\`)+1:]
	if line == 0 {
		return base
	}
	return fmt.Sprintf("%s:%d", base, line)
}

// short cuts the import path off a function's name, down to its last element.
func short(function string) string {
	pkg := goroutine.Package(function)
	if pkg == "" {
		return function
	}
	return function[strings.LastIndexByte(pkg, '/')+1:]
}

// since tells how long, where it is known. The runtime notes it at a collection, so it is a lower bound.
func since(g *goroutine.Goroutine) string {
	if g.Waiting < time.Second {
		return ""
	}
	return " for at least " + g.Waiting.Truncate(time.Second).String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
