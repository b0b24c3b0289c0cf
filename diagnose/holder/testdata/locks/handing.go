package main

import "sync"

// unlockValue: what unlocks is a function value.
func unlockValue() {
	a, b := new(account), new(account)
	lock("value.direct", &a.mu)
	lock("value.kept", &b.mu)
	go func() {
		unlock := acquire(&a.mu)
		a.balance++
		unlock()
		forever()
		a.balance = 0
	}()
	go func() {
		unlock := acquire(&b.mu)
		b.balance++
		unlock()
		forever()
		keepValue(unlock)
		b.balance = 0
	}()
	held("value.direct", &a.mu)
	held("value.kept", &b.mu)
}

//go:noinline
func keepValue(f func()) {
	if f == nil {
		panic("nil")
	}
}

func unlockDeferring() {
	a := new(account)
	lock("unlock.deferring", &a.mu)
	go func() {
		a.mu.Lock()
		a.balance++
		a.finish()
		forever()
		a.balance = 0
	}()
	held("unlock.deferring", &a.mu)
}

//go:noinline
func (a *account) finish() {
	defer a.mu.Unlock()
	a.change()
}

//go:noinline
func (a *account) change() { a.balance-- }

func unlockDeep() {
	a := new(account)
	lock("unlock.deep", &a.mu)
	go func() {
		a.mu.Lock()
		a.balance++
		a.deep1()
		forever()
		a.balance = 0
	}()
	held("unlock.deep", &a.mu)
}

//go:noinline
func (a *account) deep1() { a.deep2(); a.change() }

//go:noinline
func (a *account) deep2() { a.leave(); a.change() }

type registry struct {
	locks map[string]*sync.Mutex
	mu    sync.Mutex
}

func (r *registry) get(name string) *sync.Mutex {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.locks[name] == nil {
		r.locks[name] = new(sync.Mutex)
	}
	return r.locks[name]
}

// tableOfLocks finds its lock in a map, twice.
func tableOfLocks() {
	r := &registry{locks: make(map[string]*sync.Mutex)}
	lock("table", r.get("x"))
	go func() {
		owner("table")
		r.get("x").Lock() // holds: table
		forever()
		r.get("x").Unlock()
	}()
	after(func() { contend(r.get("x")) })
}

// handedOver: another goroutine gives the lock back, while the one that took it goes on.
func handedOver() {
	a := new(account)
	lock("handed.over", &a.mu)
	given := make(chan bool)
	go func() {
		a.mu.Lock()
		given <- true
		forever()
		a.balance = 0
	}()
	<-given
	settled()
	a.mu.Unlock()
	held("handed.over", &a.mu)
}

type guarded[T any] struct {
	mu sync.Mutex
	v  T
}

func (g *guarded[T]) with(f func(*T)) {
	g.mu.Lock() // holds: generic
	defer g.mu.Unlock()
	f(&g.v)
}

func generic() {
	g := &guarded[map[string]int]{v: map[string]int{}}
	lock("generic", &g.mu)
	go func() {
		g.with(func(m *map[string]int) { (*m)["x"] = 1 })
		owner("generic")
		g.with(func(m *map[string]int) { forever(); (*m)["x"] = 2 })
	}()
	after(func() { contend(&g.mu) })
}

// pathDependent: one variable holds the address of a lock that is held on one path, and of another's on the other.
func pathDependent() {
	a, b := new(account), new(account)
	lock("path.taken", &a.mu)
	lock("path.other", &b.mu)
	go branch(a, b, true)
	go branch(a, b, false)
	after(func() { contend(&a.mu) })
	held("path.other", &b.mu)
}

//go:noinline
func branch(a, b *account, first bool) {
	var p *account
	if first {
		owner("path.taken")
		p = a
		p.mu.Lock() // holds: path.taken
	} else {
		p = b
	}
	forever()
	p.balance = 0
}

// interfaceUnlock takes the lock directly and gives it back through an interface.
func interfaceUnlock() {
	a := new(account)
	lock("interface.unlock", &a.mu)
	go func() {
		a.mu.Lock()
		a.balance++
		unlockInterface(&a.mu)
		forever()
		a.balance = 0
	}()
	held("interface.unlock", &a.mu)
}

//go:noinline
func unlockInterface(l sync.Locker) { l.Unlock() }

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// rangeFunc defers in the body of a loop over a function.
func rangeFunc() {
	a, b := new(account), new(account)
	lock("range.held", &a.mu)
	lock("range.ran", &b.mu)
	go func() {
		owner("range.held")
		for range upTo(1) {
			a.mu.Lock()
			defer a.mu.Unlock() // defers: range.held
		}
		forever()
		a.balance = 0
	}()
	go func() {
		func() {
			for range upTo(1) {
				b.mu.Lock()
				defer b.mu.Unlock()
			}
		}()
		forever()
		b.balance = 0
	}()
	after(func() { contend(&a.mu) })
	held("range.ran", &b.mu)
}

// deferInBranch has two deferred unlocks of which one is passed.
func deferInBranch() {
	a, b := new(account), new(account)
	lock("branch.held", &a.mu)
	lock("branch.ran", &b.mu)
	hold := func(first bool) {
		if first {
			owner("branch.held")
			a.mu.Lock() // holds: branch.held
			defer a.mu.Unlock()
		} else {
			b.mu.Lock()
			b.balance++
			b.mu.Unlock()
		}
		forever()
		a.balance = 1
	}
	go hold(true)
	go hold(false)
	after(func() { contend(&a.mu) })
	held("branch.ran", &b.mu)
}
