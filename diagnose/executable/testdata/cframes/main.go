// Command cframes is frames for an executable that the C linker made: it prints its stacks across calls to C and back.
package main

/*
static __thread int other = 1; // so that g does not stand alone in the thread's block
extern int goBack(int);
static int cDouble(int x) { other += x; return other + goBack(2 * x); }
*/
import "C"

import (
	"encoding/json"
	"os"
	"runtime"
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

//export goBack
func goBack(x C.int) C.int {
	capture()
	return x
}

func main() {
	capture()
	C.cDouble(2)
	if err := json.NewEncoder(os.Stdout).Encode(stacks); err != nil {
		panic(err)
	}
}
