// Command leaked leaves locks behind in several ways. It prints the address of each, and whether nobody can give it back.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"
)

type account struct {
	mu      sync.Mutex
	balance int
}

// withdraw has a way out that does not unlock.
func (a *account) withdraw(amount int) bool {
	a.mu.Lock()
	if amount > a.balance {
		return false
	}
	a.balance -= amount
	a.mu.Unlock()
	return true
}

type shelf struct {
	_  [2]int
	mu sync.RWMutex
	n  int
}

// count has a way out that does not give back its share.
func (s *shelf) count() int {
	s.mu.RLock()
	if s.n == 0 {
		return -1
	}
	defer s.mu.RUnlock()
	return s.n
}

type tray struct {
	_  [3]int
	mu sync.Mutex
}

// fill never unlocks.
func (t *tray) fill() {
	t.mu.Lock()
}

// session takes its lock in one method and gives it back in another, much later.
type session struct {
	_  [4]int
	mu sync.Mutex
}

func (s *session) begin(ok bool) bool {
	s.mu.Lock()
	if !ok {
		s.mu.Unlock()
	}
	return ok
}

func (s *session) end() { s.mu.Unlock() }

// job is taken here and given back by the goroutine that works on it.
type job struct {
	_  [5]int
	mu sync.Mutex
}

func (j *job) start(wait chan bool) {
	j.mu.Lock()
	go func() {
		<-wait
		j.mu.Unlock()
	}()
}

func (a *account) deposit() { a.mu.Lock(); defer a.mu.Unlock(); a.balance++ }
func (s *shelf) put()       { s.mu.Lock(); defer s.mu.Unlock(); s.n++ }
func (t *tray) empty()      { t.mu.Lock(); defer t.mu.Unlock(); runtime.KeepAlive(t) }
func (s *session) look()    { s.mu.Lock(); defer s.mu.Unlock(); runtime.KeepAlive(s) }
func (j *job) look()        { j.mu.Lock(); defer j.mu.Unlock(); runtime.KeepAlive(j) }
func main() {
	wait := make(chan bool)
	a, s, t, e, j := new(account), new(shelf), new(tray), new(session), new(job)
	a.withdraw(1)
	s.count()
	filled := make(chan bool)
	go func() { // else main would hold it, since fill leaves it to its caller
		t.fill()
		close(filled)
	}()
	<-filled
	e.begin(true)
	j.start(wait)
	for _, f := range []func(){a.deposit, s.put, t.empty, e.look, j.look} {
		go f()
	}
	fmt.Printf("true %p\ntrue %p\ntrue %p\nfalse %p\nfalse %p\n", &a.mu, &s.mu, &t.mu, &e.mu, &j.mu)
	for stuck := 0; stuck < 5; { // counted in its own dump
		buf := make([]byte, 1<<16)
		text := string(buf[:runtime.Stack(buf, true)])
		stuck = count(text, "[sync.Mutex.Lock") + count(text, "[sync.RWMutex.Lock")
		time.Sleep(time.Millisecond)
	}
	fmt.Println("ready")
	_, _ = os.Stdin.Read(make([]byte, 1))
	e.end()
	close(wait)
	runtime.KeepAlive(t)
}

func count(text, word string) (n int) {
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i:i+len(word)] == word {
			n++
		}
	}
	return n
}
