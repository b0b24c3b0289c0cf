package hangdemo

import (
	_ "embed"
	"errors"
	"sync"
)

//go:embed leakedlock.go
var leakedLockSource string

var errOverdrawn = errors.New("overdrawn")

type account struct {
	mu      sync.Mutex
	balance int
}

// withdraw is the fault: the way out through the error does not unlock. Nobody holds the lock then, and nobody can give
// it back.
func (a *account) withdraw(amount int) error {
	a.mu.Lock() // want missing
	if amount > a.balance {
		return errOverdrawn
	}
	a.balance -= amount
	a.mu.Unlock()
	return nil
}

func (a *account) deposit(amount int) {
	a.mu.Lock() // want waits
	defer a.mu.Unlock()
	a.balance += amount
}

// withdrawDeferred unlocks on every way out.
func (a *account) withdrawDeferred(amount int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if amount > a.balance {
		return errOverdrawn
	}
	a.balance -= amount
	return nil
}

func breakLeakedLock() {
	a := new(account)
	_ = a.withdraw(10)
	go a.deposit(10)
	go a.deposit(20)
}

func mendLeakedLock() {
	a := new(account)
	_ = a.withdrawDeferred(10)
	a.deposit(10)
}
