package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed selfdeadlock.go
var selfDeadlockSource string

// ledger is a list of amounts behind a lock.
type ledger struct {
	mu      sync.Mutex
	amounts []int
}

// total takes the lock, as every exported method of such a type does.
func (l *ledger) total() int {
	l.mu.Lock() // want waits
	defer l.mu.Unlock()
	return sum(l.amounts)
}

// addWithin is the fault: it holds the lock and calls a method that takes it. A sync.Mutex does not know its owner and
// lets nobody in twice, so the goroutine waits for itself.
func (l *ledger) addWithin(amount, limit int) bool {
	l.mu.Lock() // want holds
	defer l.mu.Unlock()
	if l.total()+amount > limit {
		return false
	}
	l.amounts = append(l.amounts, amount)
	return true
}

// addWithinLocked calls what needs the lock held instead of what takes it.
func (l *ledger) addWithinLocked(amount, limit int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if sum(l.amounts)+amount > limit {
		return false
	}
	l.amounts = append(l.amounts, amount)
	return true
}

func sum(amounts []int) int {
	total := 0
	for _, a := range amounts {
		total += a
	}
	return total
}

func breakSelfDeadlock() {
	l := &ledger{amounts: []int{30, 20}}
	go l.addWithin(10, 100)
}

func mendSelfDeadlock() {
	l := &ledger{amounts: []int{30, 20}}
	var done sync.WaitGroup
	done.Go(func() { l.addWithinLocked(10, 100) })
	done.Wait()
	l.total()
}
