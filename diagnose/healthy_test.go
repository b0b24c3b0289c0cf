package diagnose_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
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
	// Its peer is stopped, and somebody waits for its lock; but all that comes to an end.
	"answer with a deadline": func(ctx context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		must(err)
		conn, err := net.Dial("tcp", ln.Addr().String())
		must(err)
		server, err := ln.Accept()
		must(err)
		file, err := server.(*net.TCPConn).File()
		must(err)
		peer := exec.CommandContext(ctx, "sleep", "60")
		peer.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		peer.ExtraFiles = []*os.File{file}
		runtime.LockOSThread() // the child dies with the thread
		must(peer.Start())
		must(peer.Process.Signal(syscall.SIGSTOP))
		must(file.Close())
		must(server.Close())
		var mu sync.Mutex
		mu.Lock()
		go func() {
			mu.Lock()
			defer mu.Unlock()
		}()
		defer mu.Unlock()
		must(conn.SetReadDeadline(time.Now().Add(time.Hour)))
		ready()
		_, err = conn.Read(make([]byte, 1))
		panic(err)
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
	"capture of its own output": func(_ context.Context, ready func()) {
		out, in, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		go func() { _, _ = io.Copy(io.Discard, out) }()
		for i := range 100 {
			_, _ = in.Write(make([]byte, 4096*(i%32)))
		}
		ready()
		for range time.Tick(time.Millisecond) {
			_, _ = in.Write(make([]byte, 1<<17))
		}
	},
	"supervisor of a child": func(_ context.Context, ready func()) {
		cmd := exec.Command("cat") // reads what nobody writes for now
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		var out bytes.Buffer
		cmd.Stdout = &out
		stdin, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			panic(err)
		}
		go func() {
			for range time.Tick(10 * time.Millisecond) {
				_, _ = io.WriteString(stdin, "a line\n")
			}
		}()
		ready()
		_ = cmd.Wait()
	},
	"computing": func(_ context.Context, ready func()) {
		ready()
		primes := 0
		for n := uint(2); ; n++ {
			isPrime := true
			for d := uint(2); d*d <= n; d++ {
				if n%d == 0 {
					isPrime = false
					break
				}
			}
			if isPrime {
				primes++
			}
			runtime.KeepAlive(primes)
		}
	},
	// A pair that counts its rounds gets somewhere.
	"ping-pong, counted": func(_ context.Context, ready func()) {
		there, back := make(chan struct{}), make(chan struct{})
		pass := func(in, out chan struct{}) {
			for n := uint64(0); n < 1<<62; n++ {
				<-in
				out <- struct{}{}
			}
		}
		go pass(there, back)
		go pass(back, there)
		there <- struct{}{}
		ready()
		select {}
	},
	// Another goroutine ends it.
	"ping-pong until told": func(_ context.Context, ready func()) {
		var stop atomic.Bool
		pingPong(&stop)
		ready()
		for range time.Tick(time.Hour) {
			stop.Store(true)
		}
	},
	// A timer ends it, and nothing else knows the flag.
	"ping-pong for an hour": func(_ context.Context, ready func()) {
		stop := new(atomic.Bool)
		pingPong(stop)
		time.AfterFunc(time.Hour, func() { stop.Store(true) })
		ready()
		select {}
	},
	// What is handed on ends it.
	"a countdown handed on": func(_ context.Context, ready func()) {
		there, back := make(chan int), make(chan int)
		pass := func(in, out chan int) {
			for n := range in {
				if n == 0 {
					close(out)
					return
				}
				out <- n - 1
			}
		}
		go pass(there, back)
		go pass(back, there)
		there <- 1 << 60
		ready()
		select {}
	},
	"prime sieve": func(_ context.Context, ready func()) {
		from := make(chan int)
		go func(to chan int) {
			for n := 2; ; n++ {
				to <- n
			}
		}(from)
		for range 20 {
			prime, to := <-from, make(chan int)
			go func(in chan int) {
				for n := range in {
					if n%prime != 0 {
						to <- n
					}
				}
			}(from)
			from = to
		}
		ready()
		for n := range from {
			runtime.KeepAlive(n)
		}
	},
	"two that yield until a flag is set": func(_ context.Context, ready func()) {
		flag := new(atomic.Bool)
		for range 2 {
			go func() {
				for !flag.Load() {
					runtime.Gosched()
				}
			}()
		}
		time.AfterFunc(time.Hour, func() { flag.Store(true) })
		ready()
		select {}
	},
	"main waits for its workers": func(_ context.Context, ready func()) {
		var workers sync.WaitGroup
		slots := make(chan struct{}, 2)
		for range 8 {
			workers.Go(func() {
				for range time.Tick(time.Millisecond) {
					slots <- struct{}{}
					time.Sleep(time.Millisecond)
					<-slots
				}
			})
		}
		ready()
		workers.Wait()
	},
	"requests over one connection": func(_ context.Context, ready func()) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		go func() {
			panic(http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write(make([]byte, 1<<16))
			})))
		}()
		client := http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
		var once sync.Once
		for range 4 {
			go func() {
				for {
					if resp, err := client.Get("http://" + ln.Addr().String()); err == nil {
						_, _ = io.Copy(io.Discard, resp.Body)
						_ = resp.Body.Close()
						once.Do(ready)
					}
				}
			}()
		}
		select {}
	},
	"a lock handed on": func(_ context.Context, ready func()) {
		turns := make([]sync.Mutex, 4) // each unlocks the next one's
		for i := range turns[1:] {
			turns[i+1].Lock()
		}
		for i := range turns {
			go func() {
				for {
					turns[i].Lock()
					time.Sleep(time.Millisecond)
					turns[(i+1)%len(turns)].Unlock()
				}
			}()
		}
		time.Sleep(10 * time.Millisecond)
		ready()
		select {}
	},
	"a lock that a session keeps": func(_ context.Context, ready func()) {
		s := &session{done: time.NewTicker(50 * time.Millisecond)}
		s.begin()
		go func() {
			for range s.done.C {
				s.commit()
				s.begin()
			}
		}()
		for range 2 {
			go func() {
				for {
					s.begin()
					s.commit()
				}
			}()
		}
		ready()
		select {}
	},
}

// pingPong starts two that hand a token to each other until the flag is set.
func pingPong(stop *atomic.Bool) {
	there, back := make(chan struct{}), make(chan struct{})
	pass := func(in, out chan struct{}) {
		for !stop.Load() {
			<-in
			out <- struct{}{}
		}
	}
	go pass(there, back)
	go pass(back, there)
	there <- struct{}{}
}

// session takes a lock in one method and gives it back in another.
type session struct {
	mu   sync.Mutex
	done *time.Ticker
}

func (s *session) begin()  { s.mu.Lock() }
func (s *session) commit() { s.mu.Unlock() }

func must(err error) {
	if err != nil {
		panic(err)
	}
}
