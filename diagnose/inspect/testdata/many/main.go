// Command many parks goroutines (first argument) on a channel at some depth and keeps others (second argument) busy
// sending each other values. It reports once all of the first are parked.
package main

import (
	"encoding/json"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

func parked(ch chan int, depth int) int {
	if depth == 0 {
		return <-ch
	}
	return parked(ch, depth-1) + 1
}

func busy(in, out chan int) {
	for v := range in {
		out <- churn(v, v%20)
	}
}

func churn(v, depth int) int {
	if depth == 0 {
		return v + 1
	}
	return churn(v, depth-1)
}

func count(arg int) int {
	n, err := strconv.Atoi(os.Args[arg])
	if err != nil {
		panic(err)
	}
	return n
}

func main() {
	ch := make(chan int)
	var started atomic.Int64
	for range count(1) {
		go func() {
			started.Add(1)
			parked(ch, 10)
		}()
	}
	var mu sync.Mutex
	for range count(2) / 2 {
		a, b := make(chan int), make(chan int)
		go busy(a, b)
		go func() {
			for v := range b {
				mu.Lock()
				v++
				mu.Unlock()
				a <- v
			}
		}()
		a <- 1
	}
	for started.Load() < int64(count(1)) {
		runtime.Gosched()
	}
	if err := json.NewEncoder(os.Stdout).Encode(struct{ Dump string }{}); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(ch)
}
