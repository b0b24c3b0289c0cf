package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed lockcycle.go
var lockCycleSource string

// account is a bank account with a lock of its own, so that transfers between other accounts need not wait.
type account struct {
	id      int
	mu      sync.Mutex
	balance int
}

// transfer is the textbook's fault: it takes the two locks in the order of its arguments. Two transfers in opposite
// directions each take their first lock and wait for the other's. meet is the bad luck: it returns once both have theirs.
func transfer(from, to *account, amount int, meet func()) {
	from.mu.Lock() // want holds
	defer from.mu.Unlock()
	meet()
	to.mu.Lock() // want waits
	defer to.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

// transferOrdered takes them in the order of the accounts' numbers, whichever way the money goes. With one order for
// all there is no cycle. (meet would now wait for ever, since the second goroutine cannot have a lock yet.)
func transferOrdered(from, to *account, amount int) {
	first, second := from, to
	if second.id < first.id {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	from.balance -= amount
	to.balance += amount
}

func breakLockCycle() {
	a, b := &account{id: 1, balance: 100}, &account{id: 2, balance: 100}
	var both sync.WaitGroup
	both.Add(2)
	meet := func() {
		both.Done()
		both.Wait()
	}
	go transfer(a, b, 10, meet)
	go transfer(b, a, 20, meet)
}

func mendLockCycle() {
	a, b := &account{id: 1, balance: 100}, &account{id: 2, balance: 100}
	var done sync.WaitGroup
	for range 1000 {
		done.Go(func() { transferOrdered(a, b, 10) })
		done.Go(func() { transferOrdered(b, a, 10) })
	}
	done.Wait()
}
