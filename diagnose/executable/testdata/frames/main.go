// Command frames prints program counters of its own stacks and what its own runtime makes of them, as JSON.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"sort"
	"strings"
)

// Stack is one call of runtime.Callers, and what runtime.CallersFrames makes of it.
type Stack struct {
	PCs    []uintptr
	Frames []Frame
}

// Frame is a runtime.Frame without its pointers.
type Frame struct {
	Func, File string
	Line       int
	Entry      uintptr
}

var stacks []Stack

func capture() {
	pcs := make([]uintptr, 64)
	pcs = pcs[:runtime.Callers(0, pcs)]
	s := Stack{PCs: pcs}
	for frames := runtime.CallersFrames(pcs); ; {
		frame, more := frames.Next()
		s.Frames = append(s.Frames, Frame{frame.Function, frame.File, frame.Line, frame.Entry})
		if !more {
			break
		}
	}
	stacks = append(stacks, s)
}

func inlined(n int) int { // small enough to be inlined, and so are its callers
	if n > 1 {
		capture()
	}
	return n
}

func twice(n int) int { return inlined(n) + inlined(n+1) }

type shape interface{ measure(int) int }

type square struct{ side int }

func (s square) measure(n int) int { return twice(n) + s.side }

type boxed struct{ square }

func generic[T any](v T, f func(T)) { f(v) }

//go:noinline
func callMethod(s shape) int { return s.measure(3) }

func main() {
	capture()
	twice(5)
	callMethod(square{1})
	callMethod(&square{2}) // through a wrapper that the compiler makes
	callMethod(boxed{square{3}})
	generic("x", func(string) { capture() })
	done := make(chan bool)
	go func() { defer close(done); defer capture(); twice(2) }()
	<-done
	go callMethod(square{4}) // a go statement with arguments
	sort.Slice([]int{2, 1}, func(i, j int) bool { capture(); return false })
	strings.Map(func(r rune) rune { capture(); return r }, "a")
	func() {
		defer func() { _ = recover(); capture() }()
		var p *square
		callMethod(p)
	}()
	if err := json.NewEncoder(os.Stdout).Encode(stacks); err != nil {
		panic(err)
	}
}
