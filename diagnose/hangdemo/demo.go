package hangdemo

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"innards/cgo/cdemo"
	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// Demo is one fault with its known answer and its repaired twin.
type Demo struct {
	Name   string
	About  string // one line
	Class  hang.Class
	Answer []Line
	Roots  int  // how many goroutines the verdict puts at its root; 0: not always as many
	Behind int  // how many more wait because of these
	Others bool // it has goroutines that are not stuck
	InC    bool // part of it is in C: without cgo it is not there

	// Break puts the fault in place and returns; what it started stays stuck. Mend does the same work without the fault,
	// and returns when it is done.
	Break, Mend func()

	// Then is the last step of a fault after which nothing of the process runs any more, so that it cannot say that it has come
	// about: it is taken right after the demo has said to be ready.
	Then func()
}

// Line is a line of a demo's source that the verdict must name.
type Line struct {
	Role hang.Role
	Func string // "innards/diagnose/hangdemo.(*bank).transfer"
	File string // its base name
	Line int
}

const (
	pkg  = "innards/diagnose/hangdemo"
	cPkg = "innards/cgo/cdemo" // those that need C
)

// All gives every demo, in the order in which they are best read.
func All() []Demo {
	return []Demo{
		{Name: "lock-cycle", Class: hang.LockCycle, About: "two goroutines take two mutexes in opposite order",
			Answer: answer("lockcycle.go", lockCycleSource), Roots: 2, Break: breakLockCycle, Mend: mendLockCycle},
		{Name: "self-deadlock", Class: hang.SelfDeadlock, About: "a method that holds its mutex calls one that takes it",
			Answer: answer("selfdeadlock.go", selfDeadlockSource), Roots: 1, Break: breakSelfDeadlock, Mend: mendSelfDeadlock},
		{Name: "leaked-lock", Class: hang.LeakedLock, About: "an early return skips the Unlock",
			Answer: answer("leakedlock.go", leakedLockSource), Roots: 2, Break: breakLeakedLock, Mend: mendLeakedLock},
		{Name: "rwmutex-reentry", Class: hang.RWMutexReentry, About: "a reader reads again behind a waiting writer",
			Answer: answer("rwmutexreentry.go", rwMutexReentrySource), Roots: 2, Break: breakRWMutexReentry, Mend: mendRWMutexReentry},
		{Name: "lock-over-block", Class: hang.LockOverBlock, About: "a listener who has left is told under the lock",
			Answer: answer("lockoverblock.go", lockOverBlockSource), Roots: 1, Behind: 1, Break: breakLockOverBlock,
			Mend: mendLockOverBlock},
		{Name: "once-recursion", Class: hang.OnceRecursion, About: "what a Once runs asks for what the Once makes",
			Answer: answer("oncerecursion.go", onceRecursionSource), Roots: 1, Break: breakOnceRecursion, Mend: mendOnceRecursion},
		{Name: "chan-no-peer", Class: hang.ChanNoPeer, About: "the asker has left when the answer comes",
			Answer: answer("channopeer.go", chanNoPeerSource), Roots: 1, Break: breakChanNoPeer, Mend: mendChanNoPeer},
		{Name: "nil-chan", Class: hang.NilChan, About: "a send to a channel that was never made",
			Answer: answer("nilchan.go", nilChanSource), Roots: 1, Break: breakNilChan, Mend: mendNilChan},
		{Name: "select-no-peer", Class: hang.SelectNoPeer, About: "a context is forgotten that nobody has cancelled",
			Answer: answer("selectnopeer.go", selectNoPeerSource), Roots: 1, Break: breakSelectNoPeer, Mend: mendSelectNoPeer},
		{Name: "waitgroup-short", Class: hang.WaitgroupShort, About: "a worker returns early, without Done",
			Answer: answer("waitgroupshort.go", waitgroupShortSource), Roots: 1, Break: breakWaitgroupShort,
			Mend: mendWaitgroupShort},
		{Name: "cond-lost-wakeup", Class: hang.CondLostWakeup, About: "the Broadcast came before the Wait",
			Answer: answer("condlostwakeup.go", condLostWakeupSource), Roots: 1, Break: breakCondLostWakeup,
			Mend: mendCondLostWakeup},
		{Name: "goroutine-leak", Class: hang.GoroutineLeak, About: "each answer that comes too late leaves a goroutine behind",
			Answer: answer("goroutineleak.go", goroutineLeakSource), Others: true, Break: breakGoroutineLeak,
			Mend: mendGoroutineLeak},
		{Name: "semaphore-self-wait", Class: hang.SemaphoreSelfWait, About: "workers keep their slots while they wait for others",
			Answer: answer("semaphoreselfwait.go", semaphoreSelfWaitSource), Roots: 3, Break: breakSemaphoreSelfWait,
			Mend: mendSemaphoreSelfWait},
		{Name: "pool-exhausted", Class: hang.PoolExhausted, About: "an open body keeps the only connection",
			Answer: answer("poolexhausted.go", poolExhaustedSource), Roots: 1, Others: true,
			Break: breakPoolExhausted, Mend: mendPoolExhausted},
		{Name: "busy-loop", Class: hang.BusyLoop, About: "a loop asks again and again for what nobody will set",
			Answer: answer("busyloop.go", busyLoopSource), Roots: 1, Others: true, Break: breakBusyLoop, Mend: mendBusyLoop},
		{Name: "livelock", Class: hang.Livelock, About: "two hand one spoon to each other, and neither eats",
			Answer: answer("livelock.go", livelockSource), Roots: 2, Behind: 1, Others: true, Break: breakLivelock,
			Mend: mendLivelock},
		{Name: "stw-stuck", Class: hang.STWStuck, About: "a loop that nothing can interrupt keeps the collector from starting",
			Answer: answer("stwstuck.go", stwStuckSource), Others: true, Break: breakSTWStuck, Mend: mendSTWStuck,
			Then: collectGarbage},
		{Name: "net-no-deadline", Class: hang.NetNoDeadline, About: "an answer is awaited under a lock, for ever",
			Answer: answer("netnodeadline.go", netNoDeadlineSource), Roots: 1, Behind: 1, Break: breakNetNoDeadline,
			Mend: mendNetNoDeadline},
		{Name: "pipe-stuck", Class: hang.PipeStuck, About: "more is printed to a pipe than it holds, before anybody reads",
			Answer: answer("pipestuck.go", pipeStuckSource), Roots: 1, Break: breakPipeStuck, Mend: mendPipeStuck},
		{Name: "child-wait", Class: hang.ChildWait, About: "a child has ended, and a grandchild keeps its output open",
			Answer: answer("childwait.go", childWaitSource), Roots: 1, Break: breakChildWait, Mend: mendChildWait},
		{Name: "child-stopped", Class: hang.ChildStopped, About: "a child is stopped by a signal",
			Answer: answer("childstopped.go", childStoppedSource), Roots: 1, Break: breakChildStopped, Mend: mendChildStopped},
		{Name: "c-lock", Class: hang.CLock, About: "a lock of Go and one of C are taken in opposite order",
			Answer: answerOf(cPkg, "stuck.go", cdemo.CLockSource), Roots: 2, Others: true, InC: true,
			Break: cdemo.BreakCLock, Mend: cdemo.MendCLock},
		{Name: "c-call", Class: hang.CCall, About: "a call of C does not return, and its caller has a lock",
			Answer: answerOf(cPkg, "await.go", cdemo.CCallSource), Roots: 1, Behind: 1, Others: true, InC: true,
			Break: cdemo.BreakCCall, Mend: cdemo.MendCCall},
		{Name: "c-callback", Class: hang.CCallback, About: "what C calls back into takes the lock that its caller holds",
			Answer: answerOf(cPkg, "reentry.go", cdemo.CCallbackSource), Roots: 1, Others: true, InC: true,
			Break: cdemo.BreakCCallback, Mend: cdemo.MendCCallback},
	}
}

// answer finds the markers of a demo's source. The function is the one declared above the line.
func answer(file, source string) []Line { return answerOf(pkg, file, source) }

func answerOf(pkg, file, source string) []Line {
	var lines []Line
	function := ""
	n := 0
	for text := range strings.Lines(source) {
		n++
		if decl, ok := strings.CutPrefix(text, "func "); ok {
			function = linkName(decl)
		}
		if _, role, ok := strings.Cut(text, "// want "); ok {
			lines = append(lines, Line{Role: hang.Role(strings.TrimSpace(role)), Func: pkg + "." + function, File: file, Line: n})
		}
	}
	return lines
}

// linkName turns the start of a declaration into the linker's name: "(l *ledger) total() int {" into "(*ledger).total".
func linkName(decl string) string {
	if receiver, rest, ok := strings.Cut(decl, ") "); ok && strings.HasPrefix(receiver, "(") {
		_, typ, _ := strings.Cut(receiver, " ")
		if strings.HasPrefix(typ, "*") {
			typ = "(" + typ + ")"
		}
		name, _, _ := strings.Cut(rest, "(")
		return typ + "." + name
	}
	name, _, _ := strings.Cut(decl, "(")
	return name
}

// Run puts the fault, or its repaired twin, in place, calls ready, and stays until the context ends. The process idles
// then as a server does that has nothing to do.
func (d Demo) Run(ctx context.Context, fixed bool, ready func()) error {
	if fixed {
		d.Mend()
	} else {
		d.Break()
		if d.Then == nil {
			if err := d.awaitFault(ctx); err != nil {
				return err
			}
		}
	}
	ready()
	if d.Then != nil && !fixed {
		d.Then()
	}
	<-ctx.Done()
	return nil
}

// faultBound is generous: on a loaded machine a goroutine may take long to get to its line.
const faultBound = 20 * time.Second

// awaitFault returns once a goroutine waits in each line that must have one. For child-wait it must have come
// back from the kernel: the child has ended then.
func (d Demo) awaitFault(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, faultBound)
	defer cancel()
	buf := make([]byte, 1<<20)
	for {
		dump, err := goroutine.Parse(bytes.NewReader(buf[:runtime.Stack(buf, true)]))
		if err != nil {
			return fmt.Errorf("demo %s: its own goroutines: %w", d.Name, err)
		}
		if d.inPlace(dump) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("demo %s: the fault is not in place after %v: the machine is overloaded, try again", d.Name, faultBound)
		case <-time.After(time.Millisecond):
		}
	}
}

func (d Demo) inPlace(dump *goroutine.Dump) bool {
	for _, line := range d.Answer {
		if line.Role == hang.Waits && !slices.ContainsFunc(dump.Goroutines, func(g *goroutine.Goroutine) bool {
			return g.State != "running" && g.State != "runnable" && (g.State != "syscall" || d.Class != hang.ChildWait) &&
				slices.ContainsFunc(g.Frames, line.is)
		}) {
			return false
		}
		if line.Role == hang.Runs && !slices.ContainsFunc(dump.Goroutines, func(g *goroutine.Goroutine) bool {
			return slices.ContainsFunc(g.Frames, line.is)
		}) {
			return false
		}
	}
	if d.Others {
		return true
	}
	// A cycle's goroutines wait in one line, and one of them may not be there yet.
	stuck := 0
	for _, g := range dump.Goroutines {
		own := slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool { return strings.HasPrefix(f.Func, pkg+".") })
		main := slices.ContainsFunc(g.Frames, func(f goroutine.Frame) bool { return f.Func == pkg+".Demo.Run" })
		if !own || main {
			continue
		}
		if !slices.ContainsFunc(d.Answer, func(l Line) bool {
			return l.Role == hang.Waits && slices.ContainsFunc(g.Frames, l.is)
		}) || g.State == "running" || g.State == "runnable" {
			return false
		}
		stuck++
	}
	return stuck > 0
}

func (l Line) is(f goroutine.Frame) bool {
	return f.Func == l.Func && f.Line == l.Line
}

// Differs tells in words what a verdict misses or gets wrong of the known answer; nothing, if it is right.
func (d Demo) Differs(v hang.Verdict) []string {
	var out []string
	if v.Class != d.Class {
		out = append(out, fmt.Sprintf("the class is %s, not %s", v.Class, d.Class))
	}
	for _, want := range d.Answer {
		if !slices.ContainsFunc(v.Evidence, func(e hang.Evidence) bool {
			return e.Role == want.Role && e.Func == want.Func && e.Line == want.Line &&
				(e.File == want.File || strings.HasSuffix(e.File, "/"+want.File))
		}) {
			out = append(out, fmt.Sprintf("it does not say that %s %s at %s:%d", want.Func, want.Role, want.File, want.Line))
		}
	}
	return out
}
