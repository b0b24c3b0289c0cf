package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed lockcycle.go
var lockCycleSource string

// bank keeps its accounts and its journal under a lock each, so that reading one need not wait for the other.
type bank struct {
	accounts sync.Mutex
	balance  [2]int

	journal sync.Mutex
	moved   []int
}

// transfer takes the accounts first, then the journal. meet is the bad luck: it returns once both sides have their first
// lock.
func (b *bank) transfer(amount int, meet func()) {
	b.accounts.Lock() // want holds
	defer b.accounts.Unlock()
	b.balance[0] -= amount
	b.balance[1] += amount
	meet()
	b.journal.Lock() // want waits
	defer b.journal.Unlock()
	b.moved = append(b.moved, amount)
}

// audit compares the two, and takes them in the other order: that is the fault. Neither function is wrong alone, which
// is why no reading of one of them finds it.
func (b *bank) audit(meet func()) bool {
	b.journal.Lock() // want holds
	defer b.journal.Unlock()
	sum := 0
	for _, amount := range b.moved {
		sum += amount
	}
	meet()
	b.accounts.Lock() // want waits
	defer b.accounts.Unlock()
	return b.balance[1] == sum
}

// auditInOrder takes the accounts before the journal, as transfer does. With one order for all there is no cycle. (meet
// would now wait for ever, since the second goroutine cannot have a lock yet.)
func (b *bank) auditInOrder() bool {
	b.accounts.Lock()
	defer b.accounts.Unlock()
	b.journal.Lock()
	defer b.journal.Unlock()
	sum := 0
	for _, amount := range b.moved {
		sum += amount
	}
	return b.balance[1] == sum
}

func breakLockCycle() {
	b := new(bank)
	var both sync.WaitGroup
	both.Add(2)
	meet := func() {
		both.Done()
		both.Wait()
	}
	go b.transfer(10, meet)
	go b.audit(meet)
}

func mendLockCycle() {
	b := new(bank)
	var done sync.WaitGroup
	for range 1000 {
		done.Go(func() { b.transfer(10, func() {}) })
		done.Go(func() { b.auditInOrder() })
	}
	done.Wait()
}
