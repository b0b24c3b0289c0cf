// Command stranded parks goroutines that nothing can wake any more, and healthy twins of them that only look so. The
// names of the functions tell which is which. It reports once all are parked.
package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"
	"weak"
)

// What is stranded.

func strandedSend(ch chan int)    { ch <- 1 }
func strandedReceive(ch chan int) { <-ch }
func strandedFull(ch chan int)    { ch <- 1; ch <- 2 }
func strandedPair(a, b chan int)  { <-a; b <- 1 }
func strandedWorker(jobs chan func()) {
	for job := range jobs {
		job()
	}
}
func strandedWaitGroup(wg *sync.WaitGroup) { wg.Wait() }
func strandedMutex(mu *sync.Mutex)         { mu.Lock(); mu.Lock() }
func strandedAnswering(mu *sync.Mutex, answer chan int) {
	mu.Lock()
	mu.Lock()
	answer <- 1
}
func strandedAsking(answer chan int)      { <-answer }
func strandedRWMutex(rw *sync.RWMutex)    { rw.RLock(); rw.Lock() }
func strandedCond(c *sync.Cond)           { c.L.Lock(); c.Wait() }
func strandedNil()                        { var ch chan int; <-ch }
func strandedContext(ctx context.Context) { <-ctx.Done() }
func strandedSelect(a, b chan int) {
	select {
	case <-a:
	case b <- 1:
	}
}
func strandedBehind(done chan bool, wg *sync.WaitGroup) {
	defer close(done)
	wg.Wait() // and strandedFront waits for done
}
func strandedFront(done chan bool) { <-done }

// A mutex alone would share its block of memory with other small things, and their fate.
type guarded struct {
	mu   sync.Mutex
	next *guarded
}

func strand() {
	go strandedSend(make(chan int))
	go strandedReceive(make(chan int))
	go strandedFull(make(chan int, 1))
	a, b := make(chan int), make(chan int)
	go strandedPair(a, b)
	go strandedPair(b, a)
	jobs := make(chan func())
	for range 3 {
		go strandedWorker(jobs)
	}
	wg := new(sync.WaitGroup)
	wg.Add(1)
	go strandedWaitGroup(wg)
	go strandedMutex(&new(guarded).mu)
	answer := make(chan int)
	go strandedAnswering(&new(guarded).mu, answer)
	go strandedAsking(answer)
	go strandedRWMutex(new(sync.RWMutex))
	go strandedCond(sync.NewCond(new(sync.Mutex)))
	go strandedNil()
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	go strandedContext(ctx)
	go strandedSelect(make(chan int), make(chan int))
	done, wg2 := make(chan bool), new(sync.WaitGroup)
	wg2.Add(1)
	go strandedBehind(done, wg2)
	go strandedFront(done)
}

// What is not.

var (
	globalChan  = make(chan int)
	globalMutex sync.Mutex // holds no pointer, and so lies among variables that are no roots
	registry    = map[string]any{}
	concurrent  sync.Map
	weakly      weak.Pointer[holder]
	large       []chan int
)

type holder struct {
	name string
	ch   chan int
	self *holder
}

func healthyGlobal()                { <-globalChan }
func healthyMutex()                 { globalMutex.Lock() }
func healthyRegistry(ch chan int)   { <-ch }
func healthyConcurrent(ch chan int) { ch <- 1 }
func healthyLarge(ch chan int)      { <-ch }
func healthyAfter()                 { <-time.After(time.Hour) }
func healthyTicker() {
	for range time.NewTicker(time.Hour).C {
	}
}
func healthyAfterFunc(ch chan int)        { <-ch }
func healthySignal(ch chan os.Signal)     { <-ch }
func healthyTimeout(ctx context.Context)  { <-ctx.Done() }
func healthySleeper(ch chan int)          { <-ch }
func healthyChain(in, out chan int)       { out <- <-in }
func healthyAccepting(ch chan int)        { <-ch }
func healthyFinalizer(ch chan int)        { <-ch }
func healthyCleanup(ch chan int)          { <-ch }
func healthyWeak(h *holder)               { <-h.ch; runtime.KeepAlive(h) }
func healthySpinner(ch chan int)          { <-ch }
func healthyWaitGroup(wg *sync.WaitGroup) { wg.Wait() }
func healthyCond(c *sync.Cond)            { c.L.Lock(); c.Wait() }
func healthyIdle()                        { select {} }
func healthySelect(a chan int, b chan int) {
	select {
	case <-a:
	case <-b:
	}
}

func keep() {
	go healthyGlobal()
	globalMutex.Lock()
	go healthyMutex()
	ch := make(chan int)
	registry["x"] = &holder{ch: ch}
	go healthyRegistry(ch)
	ch2 := make(chan int)
	concurrent.Store("x", func() { <-ch2 })
	go healthyConcurrent(ch2)
	large = make([]chan int, 10000)
	large[9999] = make(chan int)
	go healthyLarge(large[9999])
	go healthyAfter()
	go healthyTicker()
	ch3 := make(chan int)
	time.AfterFunc(time.Hour, func() { close(ch3) })
	go healthyAfterFunc(ch3)
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, syscall.SIGUSR1)
	go healthySignal(sig)
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), "key", 1), time.Hour)
	_ = cancel
	go healthyTimeout(ctx)
	ch4, ch5 := make(chan int), make(chan int)
	go healthySleeper(ch4)
	go healthyChain(ch5, make(chan int))
	go func() { time.Sleep(time.Hour); ch4 <- 1; ch5 <- 1 }()
	ch6 := make(chan int)
	go healthyAccepting(ch6)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _, _ = listener.Accept(); close(ch6) }()
	ch7 := make(chan int)
	runtime.SetFinalizer(&holder{name: "f"}, func(*holder) { close(ch7) })
	go healthyFinalizer(ch7)
	ch8 := make(chan int)
	runtime.AddCleanup(&holder{name: "c"}, func(ch chan int) { close(ch) }, ch8)
	go healthyCleanup(ch8)
	h := &holder{name: "w", ch: make(chan int)}
	weakly = weak.Make(h)
	go healthyWeak(h)
	wg := new(sync.WaitGroup)
	wg.Add(1)
	go healthyWaitGroup(wg)
	go func() { time.Sleep(time.Hour); wg.Done() }()
	cond := sync.NewCond(new(sync.Mutex))
	go healthyCond(cond)
	go func() { time.Sleep(time.Hour); cond.Signal() }()
	go healthyIdle()
	go healthySelect(make(chan int), globalChan)

	server := &http.Server{Handler: http.NotFoundHandler()}
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = server.Serve(web) }()
	response, err := http.Get("http://" + web.Addr().String())
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close() // the connection stays idle at both ends
}

// spin starts a goroutine that never leaves the processor. All of its stack counts as alive, so it must be one that
// held nothing else before.
func spin() {
	ch9 := make(chan int)
	go func() {
		for i := 0; ; i++ {
			if i < 0 {
				ch9 <- i
			}
		}
	}()
	go healthySpinner(ch9)
}

func main() {
	runtime.GC()
	debug.SetGCPercent(-1) // or the finalizers would run, and nobody would wait for them any more
	spin()
	var started sync.WaitGroup
	started.Go(strand)
	started.Go(keep)
	started.Wait()
	for !parked() {
		runtime.Gosched()
	}
	if err := json.NewEncoder(os.Stdout).Encode(struct{ Dump string }{}); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// parked tells whether every goroutine of a function that is named after its fate waits.
func parked() bool {
	buf := make([]byte, 1<<20)
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		header, frames, _ := strings.Cut(g, "\n")
		if (strings.Contains(frames, "main.stranded") || strings.Contains(frames, "main.healthy")) &&
			(strings.Contains(header, "[run") || !strings.Contains(header, "[")) {
			return false
		}
	}
	return true
}
