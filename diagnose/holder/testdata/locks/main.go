// Command locks hangs in many ways at once. Each lock has a name; the goroutine that takes it for good says so first,
// and a comment marks the line:
//
//	// holds: NAME          a Lock that is never given back
//	// holds: NAME read     the same, of a reader
//	// holds: any           of every lock that has no mark of its own
//	// defers: NAME         a deferred unlock that is all one can see of a lock that is held
//
// What nobody owns is held by nobody.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// say writes a line. It takes no lock, so that nobody waits who is not meant to.
func say(format string, args ...any) {
	if _, err := syscall.Write(1, fmt.Appendf(nil, format+"\n", args...)); err != nil {
		os.Exit(2)
	}
}

// owner tells that the calling goroutine is about to take the lock of that name, for good.
func owner(name string) {
	var buf [64]byte
	fields := strings.Fields(string(buf[:runtime.Stack(buf[:], false)]))
	say("owner %s %s", name, fields[1])
}

// lock tells where a lock lies.
func lock(name string, addr any) { say("lock %s %p", name, addr) }

// contend makes someone wait for a lock.
func contend(l sync.Locker) {
	go func() {
		l.Lock()
		panic("a lock that should be held was free")
	}()
}

// forever is what a goroutine does that never comes back.
//
//go:noinline
func forever() { <-never }

var (
	never   = make(chan int)
	garbage func()
)

// settled waits until all goroutines but this one wait for something.
func settled() {
	for buf := make([]byte, 1<<20); ; runtime.Gosched() {
		dump := buf[:runtime.Stack(buf, true)]
		waiting := bytes.Count(dump, []byte(" [sync.")) + bytes.Count(dump, []byte(" [chan "))
		if bytes.Count(dump, []byte("goroutine "))-bytes.Count(dump, []byte("in goroutine ")) == waiting+1 {
			return
		}
	}
}

func main() {
	for _, start := range scenarios {
		start()
	}
	settled()
	for range 3 { // what is dead must not be read as if it were alive
		runtime.GC()
		for range 100_000 {
			n := new(int)
			garbage = func() { *n++ }
		}
	}
	say("ready")
	time.Sleep(time.Minute)
	os.Exit(1)
}

var scenarios = []func(){
	abba, abbaDeferred, receivers, globals, closures, elements, embedded, methodValue, chain, leakedHere,
	readWrite, readReentry, writerHolds, once, selfOneFrame, selfTwoFrames, selfDeferred,
	releasedBefore, conditional, loopHeld, loopReleased, temporaryUnlock, temporaryUnlockOuter, innocents,
	lockHelper, unlockHelper, condition, loopDefer, closureCleanup, handOverHand, panicking, deferredRan, deferOrder,
	replaced, locker, tryLock, recovered, retries, switches, aliased,
	unlockValue, unlockDeferring, unlockDeep, tableOfLocks, handedOver, generic, interfaceUnlock, rangeFunc,
	deferInBranch, loopAgain, onceValue, pathDependent,
}
