// Command crowd is for the cost of a look. Its arguments are two numbers: n goroutines, eleven calls deep, wait for one mutex. It
// serves net/http/pprof, and prints where. With no busy ones, the second number, the holder of the mutex waits for what never
// comes; else it sleeps, so that nothing is wrong, and the busy ones send each other messages, and count them.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	n, err := strconv.Atoi(os.Args[1])
	must(err)
	busy, err := strconv.Atoi(os.Args[2])
	must(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	var count atomic.Uint64
	http.HandleFunc("/count", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, count.Load()) })
	go func() { panic(http.Serve(ln, nil)) }()
	for range busy / 2 {
		there, back := make(chan int), make(chan int)
		go func() {
			for i := range there {
				back <- i
			}
		}()
		go func() {
			for i := 0; ; i++ {
				there <- i
				<-back
				count.Add(1)
			}
		}()
	}
	var mu sync.Mutex
	mu.Lock()
	for range n {
		go deep(10, &mu)
	}
	time.AfterFunc(10*time.Minute, func() { os.Exit(1) }) // whoever started it
	for waiting := []metrics.Sample{{Name: "/sched/goroutines/waiting:goroutines"}}; ; runtime.Gosched() {
		if metrics.Read(waiting); waiting[0].Value.Uint64() >= uint64(n) {
			break
		}
	}
	fmt.Println("ready", os.Getpid(), "http://"+ln.Addr().String())
	if busy > 0 {
		time.Sleep(10 * time.Minute)
	}
	<-make(chan int)
}

//go:noinline
func deep(calls int, mu *sync.Mutex) {
	if calls > 0 {
		deep(calls-1, mu)
		return
	}
	mu.Lock()
	defer mu.Unlock()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
