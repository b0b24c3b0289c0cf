package hangdemo

import (
	_ "embed"
	"runtime"
	"sync"
)

//go:embed rwmutexreentry.go
var rwMutexReentrySource string

// stock is read more often than it changes.
type stock struct {
	mu    sync.RWMutex
	items map[string]int
}

// count takes the read lock, as every exported method of such a type does.
func (s *stock) count(item string) int {
	s.mu.RLock() // want waits
	defer s.mu.RUnlock()
	return s.items[item]
}

// isEmpty is the fault: it reads under the lock and calls what reads under the lock. Two readers may hold it at once,
// and so may one reader twice; until a writer comes in between. The second read waits for the writer, so that writers
// get their turn, and the writer for the first. meet is the bad luck: it returns once the writer has come.
func (s *stock) isEmpty(meet func()) bool {
	s.mu.RLock() // want holds
	defer s.mu.RUnlock()
	meet()
	for item := range s.items {
		if s.count(item) > 0 {
			return false
		}
	}
	return true
}

func (s *stock) add(item string) {
	s.mu.Lock() // want waits
	defer s.mu.Unlock()
	s.items[item]++
}

// isEmptyLocked locks once and reads the map itself.
func (s *stock) isEmptyLocked() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.items {
		if n > 0 {
			return false
		}
	}
	return true
}

func breakRWMutexReentry() {
	s := &stock{items: map[string]int{"apple": 1}}
	go s.isEmpty(func() {
		go s.add("pear")
		for s.mu.TryRLock() { // until the writer waits
			s.mu.RUnlock()
			runtime.Gosched()
		}
	})
}

func mendRWMutexReentry() {
	s := &stock{items: map[string]int{"apple": 1}}
	var done sync.WaitGroup
	for range 100 {
		done.Go(func() { s.isEmptyLocked() })
		done.Go(func() { s.add("pear") })
	}
	done.Wait()
}
