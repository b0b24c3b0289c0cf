package main

import "sync"

// held makes a goroutine hold a lock for good, and another wait for it.
func held(name string, mu *sync.Mutex) {
	settled()
	go func() {
		owner(name)
		mu.Lock() // holds: any
		forever()
		mu.Unlock()
	}()
	settled()
	contend(mu)
}

func releasedBefore() {
	a := new(account)
	lock("released", &a.mu)
	go func() {
		a.mu.Lock()
		a.balance++
		a.mu.Unlock()
		forever()
		a.balance--
	}()
	held("released", &a.mu)
}

func conditional() {
	taken, not := new(account), new(account)
	lock("conditional.taken", &taken.mu)
	lock("conditional.not", &not.mu)
	hold := func(a *account, yes bool) {
		if yes {
			owner("conditional.taken")
			a.mu.Lock() // holds: conditional.taken
		}
		forever()
		if yes {
			a.mu.Unlock()
		}
	}
	go hold(taken, true)
	go hold(not, false)
	after(func() { contend(&taken.mu) })
	held("conditional.not", &not.mu)
}

func loopHeld() {
	a := new(account)
	lock("loop.held", &a.mu)
	go func() {
		for i := 0; ; i++ {
			if i == 3 {
				owner("loop.held")
			}
			a.mu.Lock() // holds: loop.held
			if i == 3 {
				forever()
			}
			a.mu.Unlock()
		}
	}()
	after(func() { contend(&a.mu) })
}

func loopReleased() {
	a := new(account)
	lock("loop.released", &a.mu)
	go func() {
		for i := range 10 {
			a.mu.Lock()
			a.balance += i
			a.mu.Unlock()
			if i == 3 {
				forever()
			}
		}
	}()
	held("loop.released", &a.mu)
}

// temporaryUnlock gives the lock back while it waits; its deferred unlock stays pending all the time.
func temporaryUnlock() {
	a := new(account)
	lock("temporary", &a.mu)
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.balance++
		a.mu.Unlock()
		<-never
		a.mu.Lock()
		a.balance--
	}()
	held("temporary", &a.mu)
}

func temporaryUnlockOuter() {
	a := new(account)
	lock("temporary.outer", &a.mu)
	go a.waitUnlocked()
	held("temporary.outer", &a.mu)
}

func (a *account) waitUnlocked() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pause()
	a.balance++
}

//go:noinline
func (a *account) pause() {
	a.mu.Unlock()
	forever()
	a.mu.Lock()
}

func innocents() {
	a := new(account)
	lock("innocents", &a.mu)
	for i := range 100 {
		go func() {
			a.mu.Lock()
			a.balance += i
			a.mu.Unlock()
			if i%2 == 0 {
				a.add(i)
			}
			forever()
			a.balance = 0
		}()
	}
	held("innocents", &a.mu)
}

func (a *account) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

// lockHelper takes the lock in a function that has returned.
func lockHelper() {
	a, b := new(account), new(account)
	lock("lock.helper", &a.mu)
	lock("lock.helper.deferred", &b.mu)
	go func() {
		owner("lock.helper")
		a.enter()
		forever()
		a.leave()
	}()
	go func() {
		owner("lock.helper.deferred")
		defer acquire(&b.mu)()
		forever()
	}()
	after(func() { contend(&a.mu); contend(&b.mu) })
}

//go:noinline
func (a *account) enter() {
	a.mu.Lock() // holds: lock.helper
	a.balance++
}

//go:noinline
func (a *account) leave() {
	a.balance--
	a.mu.Unlock()
}

//go:noinline
func acquire(mu *sync.Mutex) func() {
	mu.Lock() // holds: lock.helper.deferred
	return func() { mu.Unlock() }
}

// unlockHelper gives it back in one.
func unlockHelper() {
	a := new(account)
	lock("unlock.helper", &a.mu)
	go func() {
		a.mu.Lock()
		a.balance++
		a.leave()
		forever()
		a.balance = 0
	}()
	held("unlock.helper", &a.mu)
}

func loopDefer() {
	list := make([]account, 4)
	lock("loop.defer", &list[1].mu)
	go func() {
		for i := range list {
			if i == 1 {
				owner("loop.defer")
			}
			list[i].mu.Lock()
			defer list[i].mu.Unlock() // defers: loop.defer
		}
		forever()
	}()
	after(func() { contend(&list[1].mu) })
}

// closureCleanup defers a function that locks and unlocks: nothing is held until it runs.
func closureCleanup() {
	a := new(account)
	lock("cleanup", &a.mu)
	go func() {
		defer func() {
			a.mu.Lock()
			a.balance--
			a.mu.Unlock()
		}()
		forever()
	}()
	held("cleanup", &a.mu)
}

// handOverHand walks a list with never more than two locks.
func handOverHand() {
	third := new(node)
	second := &node{next: third}
	first := &node{next: second}
	lock("hand.first", &first.mu)
	lock("hand.second", &second.mu)
	lock("hand.third", &third.mu)
	go func() {
		owner("hand.third")
		third.mu.Lock() // holds: hand.third
		forever()
		third.mu.Unlock()
	}()
	settled()
	go walk(first)
	settled()
	go contend(&second.mu)
	held("hand.first", &first.mu)
}

func walk(cur *node) int {
	n := 0
	cur.mu.Lock()
	for next := cur.next; next != nil; next = cur.next {
		if n == 0 {
			owner("hand.second")
		}
		next.mu.Lock() // holds: hand.second
		cur.mu.Unlock()
		cur = next
		n++
	}
	cur.mu.Unlock()
	return n
}

// deferredRan: the unlock has run, a deferred call outside of it hangs.
func deferredRan() {
	a := new(account)
	lock("ran", &a.mu)
	go func() {
		defer forever()
		a.mu.Lock()
		defer a.mu.Unlock()
		a.balance++
	}()
	held("ran", &a.mu)
}

func panicking() {
	a, b := new(account), new(account)
	lock("panicking.ran", &a.mu)
	lock("panicking.held", &b.mu)
	go func() {
		for range 2 { // in a loop, so that the deferred calls are on the list
			defer func() {
				if recover() != nil {
					forever()
				}
			}()
		}
		a.mu.Lock()
		for range 1 {
			defer a.mu.Unlock()
		}
		panic("x")
	}()
	go func() {
		owner("panicking.held")
		b.mu.Lock() // holds: panicking.held
		defer b.mu.Unlock()
		defer forever()
		panic("x")
	}()
	after(func() { contend(&b.mu) })
	held("panicking.ran", &a.mu)
}

func tryLock() {
	a, b := new(account), new(account)
	lock("try.failed", &a.mu)
	lock("try.taken", &b.mu)
	held("try.failed", &a.mu)
	go func() {
		if !a.mu.TryLock() {
			forever()
		}
		a.mu.Unlock()
	}()
	go func() {
		owner("try.taken")
		if b.mu.TryLock() {
			defer b.mu.Unlock() // defers: try.taken
			forever()
		}
	}()
	after(func() { contend(&b.mu) })
}

func recovered() {
	a := new(account)
	lock("recovered", &a.mu)
	go func() {
		a.fails()
		forever()
		a.balance = 0
	}()
	held("recovered", &a.mu)
}

func (a *account) fails() {
	defer func() { _ = recover() }()
	a.mu.Lock()
	defer a.mu.Unlock()
	panic("x")
}

func switches() {
	a := new(account)
	lock("switch", &a.mu)
	go a.dispatch(5)
	after(func() { contend(&a.mu) })
}

// dispatch compiles to a jump table.
//
//go:noinline
func (a *account) dispatch(n int) {
	owner("switch")
	a.mu.Lock() // holds: switch
	switch n {
	case 0:
		a.balance++
	case 1:
		a.balance += 3
	case 2:
		a.balance += 5
	case 3:
		a.mu.Unlock()
		return
	case 4:
		a.balance *= 2
	case 5:
		forever()
	case 6:
		a.balance = 7
	case 7:
		a.name = "x"
	case 8:
		a.name = "y"
	case 9:
		a.mu.Unlock()
		forever()
		a.mu.Lock()
	}
	a.mu.Unlock()
}
