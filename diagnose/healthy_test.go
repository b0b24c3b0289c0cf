package diagnose_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// healthy holds programs that nothing is wrong with, idle and busy, in the shapes in which servers wait. Each calls ready
// once it is up, and stays.
var healthy = map[string]func(ctx context.Context, ready func()){
	"idle http server": func(_ context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		ready()
		panic(http.Serve(ln, http.NotFoundHandler()))
	},
	"http server with clients": func(ctx context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go func() { panic(http.Serve(ln, http.NotFoundHandler())) }()
		var once sync.Once
		for range 4 {
			go func() {
				for ctx.Err() == nil {
					if resp, err := http.Get("http://" + ln.Addr().String()); err == nil {
						_, _ = io.Copy(io.Discard, resp.Body)
						_ = resp.Body.Close()
						once.Do(ready)
					}
				}
			}()
		}
		<-ctx.Done()
	},
	"busy worker pool": func(_ context.Context, ready func()) {
		jobs, results := make(chan int), make(chan int, 4)
		for range 8 {
			go func() {
				for n := range jobs {
					results <- n * n
				}
			}()
		}
		go func() {
			for i := 0; ; i++ {
				jobs <- i
			}
		}()
		for n := 0; ; n++ {
			<-results
			if n == 1000 {
				ready()
			}
		}
	},
	"idle worker pool": func(ctx context.Context, ready func()) {
		jobs := make(chan int)
		var up sync.WaitGroup
		for range 8 {
			up.Add(1)
			go func() {
				up.Done()
				for range jobs { //nolint:revive // the work is to wait for some
				}
			}()
		}
		up.Wait()
		hup := make(chan os.Signal, 1)
		signal.Notify(hup, syscall.SIGHUP)
		ready()
		for {
			select {
			case <-hup:
				jobs <- 1
			case <-ctx.Done():
				return
			}
		}
	},
	"tickers": func(_ context.Context, ready func()) {
		for range 4 {
			go func() {
				for range time.Tick(time.Millisecond) { //nolint:revive // it only ticks
				}
			}()
		}
		ticker := time.NewTicker(10 * time.Millisecond)
		<-ticker.C
		ready()
		for range ticker.C { //nolint:revive // it only ticks
		}
	},
	"signal wait": func(_ context.Context, ready func()) {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGHUP)
		ready()
		<-signals
	},
	"forever": func(_ context.Context, ready func()) {
		go func() {
			for range time.Tick(time.Millisecond) { //nolint:revive // it only ticks
			}
		}()
		forever := make(chan bool)
		ready()
		<-forever
	},
	"forever, nil": func(_ context.Context, ready func()) {
		go func() {
			for range time.Tick(time.Millisecond) { //nolint:revive // it only ticks
			}
		}()
		var forever chan struct{}
		ready()
		<-forever
	},
	"select without cases": func(_ context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go func() { panic(http.Serve(ln, http.NotFoundHandler())) }()
		ready()
		select {}
	},
	"context tree": func(ctx context.Context, ready func()) {
		var up sync.WaitGroup
		for range 8 {
			child, cancel := context.WithCancel(ctx)
			up.Add(1)
			go func() {
				defer cancel()
				up.Done()
				<-child.Done()
			}()
		}
		up.Wait()
		ready()
		<-ctx.Done()
	},
	"contexts without an end": func(_ context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		ctx := context.WithValue(context.Background(), http.LocalAddrContextKey, ln.Addr())
		go func() {
			<-ctx.Done()
			_ = ln.Close()
		}()
		ready()
		_, _ = ln.Accept()
	},
	"queue with a cond": func(_ context.Context, ready func()) {
		var mu sync.Mutex
		var items []int
		nonEmpty := sync.NewCond(&mu)
		for range 4 {
			go func() {
				mu.Lock()
				defer mu.Unlock()
				for {
					for len(items) == 0 {
						nonEmpty.Wait()
					}
					items = items[1:]
				}
			}()
		}
		for i := 0; ; i++ {
			mu.Lock()
			items = append(items, i)
			nonEmpty.Signal()
			mu.Unlock()
			if i == 100 {
				ready()
			}
			if i > 100 {
				time.Sleep(10 * time.Millisecond)
			}
		}
	},
	"contended locks": func(_ context.Context, ready func()) {
		var a, b sync.Mutex
		var rw sync.RWMutex
		shared := 0
		for range 4 {
			go func() {
				for {
					a.Lock()
					b.Lock()
					shared++
					b.Unlock()
					a.Unlock()
				}
			}()
			go func() {
				for {
					rw.RLock()
					_ = shared
					rw.RUnlock()
					rw.Lock()
					time.Sleep(time.Microsecond)
					rw.Unlock()
				}
			}()
		}
		time.Sleep(10 * time.Millisecond)
		ready()
		select {}
	},
}
