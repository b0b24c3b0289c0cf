// Command waits parks goroutines in every kind of wait. Once all of them are where they belong, by its own runtime's
// word, it prints a line of JSON: its own dump, and the addresses of what they wait for. Then it waits for the end of
// its standard input.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

// Report is what the parent gets to know.
type Report struct {
	Dump    string
	Objects map[string]uint64
}

func onMutex(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
}

func onRWRead(rw *sync.RWMutex)   { rw.RLock() }
func onRWWrite(rw *sync.RWMutex)  { rw.Lock() }
func onRWWrite2(rw *sync.RWMutex) { rw.Lock() }
func onSend(ch chan string)       { ch <- "x" }
func onReceive(ch chan string)    { <-ch }
func onBuffered(ch chan int)      { ch <- 3 }
func onNilSend()                  { var ch chan int; ch <- 1 }
func onNilReceive()               { var ch chan int; <-ch }
func onSelectNone()               { select {} }
func onWaitGroup(wg *sync.WaitGroup) {
	wg.Wait()
}
func onSleep() { time.Sleep(time.Hour) }

func onSelect(in chan string, out chan int) {
	select {
	case <-in:
	case out <- 7:
	}
}

func onCond(c *sync.Cond) {
	c.L.Lock()
	c.Wait()
}

func onIO(r *os.File)  { _, _ = r.Read(make([]byte, 1)) }
func onSyscall(fd int) { _, _ = syscall.Read(fd, make([]byte, 1)) }

func locked(ch chan int) {
	runtime.LockOSThread()
	<-ch
}

func deep(n int, ch chan int) int {
	if n == 0 {
		return <-ch
	}
	var pad [200]byte
	pad[n%200] = 1
	return deep(n-1, ch) + int(pad[0])
}

func onDeep(ch chan int) { deep(600, ch) }

func helper(ch chan int) { viaInline(ch) } // both are inlined

func viaInline(ch chan int) { <-ch }

func onInlined(ch chan int) { helper(ch) }

func deferring(ch chan int) {
	for i := range 3 {
		defer func() { fmt.Println(i) }() // in a loop: the runtime keeps a record of each
	}
	<-ch
}

// A method through an interface goes by a wrapper that no dump shows.
type waiter interface{ wait() }
type inner struct{ ch chan int }
type outer struct{ inner }

func (w inner) wait() { <-w.ch }

func onWrapper(w waiter) { w.wait() }

func panicking(ch chan int) {
	defer func() { <-ch }()
	var p *int
	*p = 1
}

var spins int

func spinning() {
	for {
		spins++
	}
}

func address[T any](p *T) uint64 { return uint64(uintptr(unsafe.Pointer(p))) }

func channel[T any](ch chan T) uint64 { return **(**uint64)(unsafe.Pointer(&struct{ p *chan T }{&ch})) }

func main() {
	var (
		mu       = new(sync.Mutex)
		rw       = new(sync.RWMutex)
		read     = new(sync.RWMutex)
		wg       = new(sync.WaitGroup)
		cond     = sync.NewCond(new(sync.Mutex))
		unbuf    = make(chan string)
		recv     = make(chan string)
		full     = make(chan int, 2)
		in       = make(chan string)
		out      = make(chan int)
		rest     = make(chan int)
		raw      [2]int
		r, w, e1 = os.Pipe() // w must live: closed, it would end the reading
		e2       = syscall.Pipe(raw[:])
	)
	if e1 != nil || e2 != nil {
		panic("pipe")
	}
	mu.Lock()
	rw.RLock()
	read.Lock()
	wg.Add(2)
	full <- 1
	full <- 2

	go onMutex(mu)
	go onRWRead(read)
	go onRWWrite(rw)
	await("main.onRWWrite(", "sync.RWMutex.Lock")
	go onRWWrite2(rw)
	go onSend(unbuf)
	go onReceive(recv)
	go onBuffered(full)
	go onNilSend()
	go onNilReceive()
	go onSelectNone()
	go onSelect(in, out)
	go onWaitGroup(wg)
	go onCond(cond)
	go onSleep()
	go onIO(r)
	go onSyscall(raw[0])
	go locked(rest)
	go onDeep(rest)
	go onInlined(rest)
	go deferring(rest)
	go onWrapper(outer{inner{rest}})
	go panicking(rest)
	go pprof.Do(context.Background(), pprof.Labels("kind", "labelled"), func(context.Context) { <-rest })
	if len(os.Args) > 1 && os.Args[1] == "spin" {
		go spinning()
	}

	for name, state := range map[string]string{
		"onMutex": "sync.Mutex.Lock", "onRWRead": "sync.RWMutex.RLock", "onRWWrite2": "sync.Mutex.Lock",
		"onSend": "chan send", "onReceive": "chan receive", "onBuffered": "chan send",
		"onNilSend": "chan send (nil chan)", "onNilReceive": "chan receive (nil chan)",
		"onSelectNone": "select (no cases)", "onSelect": "select", "onWaitGroup": waitGroupWait(),
		"onCond": "sync.Cond.Wait", "onSleep": "sleep", "onIO": "IO wait", "onSyscall": "syscall",
		"locked": "chan receive", "deep": "chan receive", "onInlined": "chan receive", "deferring": "chan receive",
		"onWrapper": "chan receive", "panicking": "chan receive", "main.func": "chan receive",
	} {
		await("main."+name, state)
	}
	report := Report{Dump: dump(), Objects: map[string]uint64{
		"mu": address(mu), "rw": address(rw), "read": address(read), "wg": address(wg), "cond": address(cond),
		"unbuf": channel(unbuf), "recv": channel(recv), "full": channel(full), "in": channel(in), "out": channel(out),
		"rest": channel(rest),
	}}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive([]any{mu, rw, read, wg, cond, unbuf, recv, full, in, out, rest, w})
}

// waitGroupWait is what the runtime calls the wait for a WaitGroup, which had no name of its own until Go 1.23.
func waitGroupWait() string {
	for _, old := range []string{"go1.22", "go1.23"} {
		if strings.HasPrefix(runtime.Version(), old) {
			return "semacquire"
		}
	}
	return "sync.WaitGroup.Wait"
}

func dump() string {
	for size := 1 << 16; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return string(buf[:n])
		}
	}
}

// await looks at the program's own dump until a goroutine that runs fn is in the state.
func await(fn, state string) {
	for {
		for _, g := range strings.Split(dump(), "\n\n") {
			header, frames, _ := strings.Cut(g, "\n")
			if strings.Contains(frames, fn) && (strings.Contains(header, "["+state+"]") || strings.Contains(header, "["+state+",")) {
				return
			}
		}
		runtime.Gosched()
	}
}
