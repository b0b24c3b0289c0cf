package main

import "sync"

func selfOneFrame() {
	a := new(account)
	lock("self.one", &a.mu)
	go func() {
		owner("self.one")
		a.mu.Lock() // holds: self.one
		a.balance++
		a.mu.Lock()
		a.balance--
		a.mu.Unlock()
	}()
}

func (a *account) outer() {
	owner(a.name)
	a.mu.Lock() // holds: self.two
	a.inner()
	a.mu.Unlock()
}

//go:noinline
func (a *account) inner() {
	a.mu.Lock()
	a.balance++
	a.mu.Unlock()
}

func selfTwoFrames() {
	a := &account{name: "self.two"}
	lock(a.name, &a.mu)
	go a.outer()
}

func (a *account) outerDeferred() {
	owner(a.name)
	a.mu.Lock() // holds: self.deferred
	defer a.mu.Unlock()
	a.inner()
}

func selfDeferred() {
	a := &account{name: "self.deferred"}
	lock(a.name, &a.mu)
	go a.outerDeferred()
}

// deferOrder: the deferred unlock stands before the Lock, so it is no sign that the lock is held.
func deferOrder() {
	a := new(account)
	lock("order", &a.mu)
	go func() {
		owner("order")
		a.mu.Lock() // holds: order
		forever()
		a.mu.Unlock()
	}()
	after(func() {
		go func() {
			defer a.mu.Unlock()
			a.mu.Lock()
			a.balance++
		}()
	})
}

func replaced() {
	first, second := new(account), new(account)
	box := &struct{ current *account }{first}
	lock("replaced.first", &first.mu)
	lock("replaced.second", &second.mu)
	go func() {
		owner("replaced.second")
		second.mu.Lock() // holds: replaced.second
		forever()
		second.mu.Unlock()
	}()
	settled()
	go func() {
		owner("replaced.first")
		box.current.mu.Lock() // holds: replaced.first
		box.current = second
		box.current.mu.Lock()
		box.current.balance++
		box.current.mu.Unlock()
	}()
	after(func() { contend(&first.mu) })
}

// locker goes through the interface.
func locker() {
	a := new(account)
	lock("locker", &a.mu)
	go holdLocker(&a.mu)
	after(func() { contend(&a.mu) })
}

//go:noinline
func holdLocker(l sync.Locker) {
	owner("locker")
	l.Lock() // holds: locker
	defer l.Unlock()
	forever()
}

// aliased: two names for one lock; it is given back through the other.
func aliased() {
	a := new(account)
	lock("aliased", &a.mu)
	go lockOneUnlockOther(a, a)
	settled()
	go func() {
		owner("aliased")
		a.mu.Lock() // holds: aliased
		forever()
		a.mu.Unlock()
	}()
	after(func() { contend(&a.mu) })
}

//go:noinline
func lockOneUnlockOther(a, b *account) {
	a.mu.Lock()
	b.mu.Unlock()
	forever()
	a.balance, b.balance = 1, 2
}

// loopAgain comes back to its own Lock.
func loopAgain() {
	a := &account{name: "self.loop"}
	lock(a.name, &a.mu)
	go a.poll()
}

func (a *account) poll() {
	owner(a.name)
	for i := 0; i < 3; i++ {
		a.mu.Lock() // holds: self.loop
		if a.balance == 0 {
			continue
		}
		break
	}
	a.mu.Unlock()
}
