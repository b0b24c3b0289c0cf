package hang

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"innards/diagnose/goroutine"
)

// Outside is what a goroutine waits for in the kernel.
type Outside struct {
	Call  string // "read", "write", "wait" or "lock"; "signal": nothing else ends it; "": another
	File  string // of a read or write, as the kernel names it: "pipe:[4711]"
	Pipe  bool
	Ends  []Task // who has the other end of a pipe or a connection open
	Child Task   // of a wait
	Mutex uint64 // of a lock: a mutex of the C library
	Owner int64  // of a lock: the goroutine whose thread has that; 0: not known

	InC    bool          // C waits, not Go
	Asleep time.Duration // of one in C: its thread has not run for so long; 0: not known

	Socket   bool   // File is a socket
	Deadline bool   // of a socket: the wait ends by itself
	Peer     string // of a connection: its address; Ends are those who have it open, if they are on this machine
}

// Task is a process.
type Task struct {
	PID     int
	Name    string
	Stopped bool // by a signal, or a debugger
}

func (t Task) String() string { return fmt.Sprintf("process %d (%s)", t.PID, t.Name) }

// outside judges waits for what lies outside of the process.
func (j *judge) outside() {
	for _, gr := range j.groupsAt(callerFrame, func(g *goroutine.Goroutine) bool { return j.outsideOf(g) != nil }) {
		first := j.outsideOf(gr.members[0])
		v := Verdict{Class: first.class, Confidence: first.confidence, Goroutines: gr.ids()}
		v.Summary = fmt.Sprintf("%s %s: %s%s", gr.who(first.verb, first.many), gr.where(), first.why, gr.started())
		v.Blocked = len(j.graph.Behind(v.Goroutines...))
		v.Evidence = gr.evidence(func(g *goroutine.Goroutine) string { return j.outsideOf(g).object })
		j.add(v)
	}
}

// callerFrame is the innermost frame outside of the library that reads, writes and waits in the program's name.
func callerFrame(g *goroutine.Goroutine) goroutine.Frame {
	for _, f := range g.Frames {
		root, _, _ := strings.Cut(goroutine.Package(f.Func), "/")
		switch root {
		case "os", "io", "bufio", "fmt", "log", "net", "bytes", "encoding", "compress", "archive", "crypto", "text", "database":
			continue
		}
		if !isPlumbing(f.Func) {
			return f
		}
	}
	return userFrame(g)
}

// finding is what one goroutine's wait in the kernel comes to.
type finding struct {
	class           Class
	confidence      Confidence
	verb, many, why string
	object          string
}

func (j *judge) outsideOf(g *goroutine.Goroutine) *finding {
	o, ok := j.Outside[g.ID]
	if !ok && g.State != "chan receive" {
		return nil
	}
	if f := j.childStopped(o); f != nil {
		return f
	}
	if f := j.childWait(g); f != nil {
		return f
	}
	return j.pipeStuck(o)
}

// childStopped: waits for a child that a signal has stopped. It goes on, and ends, only if somebody sends SIGCONT.
func (j *judge) childStopped(o Outside) *finding {
	if o.Call != "wait" || !o.Child.Stopped {
		return nil
	}
	return &finding{class: ChildStopped, confidence: Certain, verb: "waits for a child", many: "wait for a child",
		object: o.Child.String(), why: o.Child.String() + " is stopped by a signal, and nothing but SIGCONT will let it go on"}
}

// childWait: the child has ended, and Wait of os/exec goes on to wait for the end of its output. That comes when the last
// process has closed the pipe, and a grandchild inherited it. (That a child still runs is no fault by itself.)
func (j *judge) childWait(g *goroutine.Goroutine) *finding {
	if !slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool { return f.Func == "os/exec.(*Cmd).awaitGoroutines" }) {
		return nil
	}
	for _, copies := range j.Goroutines {
		o, ok := j.Outside[copies.ID]
		if !ok || o.Call != "read" || copies.CreatedBy.Func != "os/exec.(*Cmd).Start" || len(o.Ends) == 0 {
			continue
		}
		if copies.CreatorID != g.ID && copies.CreatorID != g.CreatorID {
			continue // of another command, as far as can be told
		}
		if slices.ContainsFunc(o.Ends, func(t Task) bool { return t.PID == j.PID }) {
			continue
		}
		return &finding{class: ChildWait, confidence: Likely, verb: "waits for a child", many: "wait for a child", object: o.File,
			why: fmt.Sprintf("it has ended, but %v has inherited its output and keeps it open", o.Ends[0])}
	}
	return nil
}

// pipeStuck: writes to a full pipe whose readers are all stopped; or that this process alone can read, while none of its
// goroutines does, nor one is left that may still come to it.
func (j *judge) pipeStuck(o Outside) *finding {
	if o.Call != "write" || !o.Pipe || len(o.Ends) == 0 {
		return nil
	}
	f := &finding{class: PipeStuck, confidence: Likely, object: o.File,
		verb: "writes to a full pipe", many: "write to a full pipe"}
	if !slices.ContainsFunc(o.Ends, func(t Task) bool { return !t.Stopped || t.PID == j.PID }) {
		f.why = fmt.Sprintf("its reader, %v, is stopped by a signal", o.Ends[0])
		return f
	}
	own := !slices.ContainsFunc(o.Ends, func(t Task) bool { return t.PID != j.PID })
	if !own || slices.ContainsFunc(j.Goroutines, func(g *goroutine.Goroutine) bool {
		return j.Outside[g.ID].Call == "read" && j.Outside[g.ID].File == o.File || j.byID[g.ID] == g && mayAct(g)
	}) {
		return nil
	}
	f.why = "this process alone has its other end open, and none of its goroutines reads there"
	return f
}

// mayAct tells a goroutine that goes on by itself. That of os/signal only waits for signals.
func mayAct(g *goroutine.Goroutine) bool {
	switch g.State {
	case "running", "runnable", "sleep", "syscall", "preempted":
		return !slices.ContainsFunc(g.Frames, isSignalLoop)
	}
	return false
}

func isSignalLoop(f goroutine.Frame) bool { return f.Func == "os/signal.loop" }
