package hangdemo

import (
	_ "embed"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

//go:embed stwstuck.go
var stwStuckSource string

const noPreemption = "asyncpreemptoff=1"

// countUp turns without a call, and so without a place where the compiler lets the scheduler in. Since Go 1.14 a signal
// interrupts such loops; where that is switched off, nothing does.
func countUp(n *atomic.Uint64, until uint64) {
	for n.Add(1) < until { // want runs
	}
}

// breakSTWStuck is the fault: a loop without an end worth waiting for, in a process without asynchronous preemption, as people
// set it after trouble with signals and C. That is read at the start of a process, so this one starts anew.
func breakSTWStuck() {
	if !strings.Contains(os.Getenv("GODEBUG"), noPreemption) {
		exe, err := os.Executable()
		if err == nil {
			err = syscall.Exec(exe, os.Args, append(os.Environ(), "GODEBUG="+noPreemption))
		}
		panic(err) // it cannot start itself: not what this is about
	}
	debug.SetGCPercent(-1) // not before it is said that the fault is in place
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	var n atomic.Uint64
	go countUp(&n, 1<<63) // want created
	for n.Load() == 0 {
		runtime.Gosched()
	}
}

// collectGarbage first stops the world.
func collectGarbage() {
	runtime.GC() // want waits
}

// mendSTWStuck comes to an end.
func mendSTWStuck() {
	var n atomic.Uint64
	var counting sync.WaitGroup
	counting.Go(func() { countUp(&n, 1<<16) })
	collectGarbage()
	counting.Wait()
}
