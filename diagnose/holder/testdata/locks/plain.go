package main

import "sync"

// meet lets two goroutines both take their first lock before either tries its second.
type meet struct{ wg sync.WaitGroup }

func newMeet() *meet {
	m := new(meet)
	m.wg.Add(2)
	return m
}

func (m *meet) arrive() {
	m.wg.Done()
	m.wg.Wait()
}

type account struct {
	name    string
	mu      sync.Mutex
	balance int
}

func transfer(m *meet, from, to *account) {
	owner(from.name)
	from.mu.Lock() // holds: abba.a // holds: abba.b
	m.arrive()
	to.mu.Lock()
	to.balance++
	from.balance--
	to.mu.Unlock()
	from.mu.Unlock()
}

func abba() {
	a, b := &account{name: "abba.a"}, &account{name: "abba.b"}
	lock(a.name, &a.mu)
	lock(b.name, &b.mu)
	m := newMeet()
	go transfer(m, a, b)
	go transfer(m, b, a)
}

func transferDeferred(m *meet, from, to *account) int {
	owner(from.name)
	from.mu.Lock() // holds: deferred.a // holds: deferred.b
	defer from.mu.Unlock()
	m.arrive()
	to.mu.Lock()
	defer to.mu.Unlock()
	to.balance++
	return to.balance
}

func abbaDeferred() {
	a, b := &account{name: "deferred.a"}, &account{name: "deferred.b"}
	lock(a.name, &a.mu)
	lock(b.name, &b.mu)
	m := newMeet()
	go transferDeferred(m, a, b)
	go transferDeferred(m, b, a)
}

type server struct {
	calls int
	peers struct {
		sync.RWMutex
		list []string
	}
	state *account
}

func (s *server) serve() {
	owner("receiver.state")
	s.state.mu.Lock() // holds: receiver.state
	s.calls++
	forever()
	s.state.mu.Unlock()
}

func (s *server) peer() int {
	owner("receiver.peers")
	s.peers.RLock() // holds: receiver.peers read
	s.calls++
	forever()
	n := len(s.peers.list)
	s.peers.RUnlock()
	return n
}

func receivers() {
	s := &server{state: new(account)}
	lock("receiver.state", &s.state.mu)
	lock("receiver.peers", &s.peers)
	go s.serve()
	go s.peer()
	after(func() { contend(&s.state.mu); contend(&s.peers) })
}

// after runs f once all goroutines started so far wait.
func after(f func()) {
	settled()
	f()
}

var (
	global     sync.Mutex
	globalRW   sync.RWMutex
	globalPtr  = new(account)
	globalList [4]account
)

func globals() {
	lock("global.mutex", &global)
	lock("global.rw", &globalRW)
	lock("global.pointer", &globalPtr.mu)
	lock("global.element", &globalList[2].mu)
	go func() {
		owner("global.mutex")
		global.Lock() // holds: global.mutex
		forever()
		global.Unlock()
	}()
	go func() {
		owner("global.rw")
		globalRW.Lock() // holds: global.rw
		forever()
		globalRW.Unlock()
	}()
	go func() {
		owner("global.pointer")
		globalPtr.mu.Lock() // holds: global.pointer
		forever()
		globalPtr.mu.Unlock()
	}()
	go func() {
		owner("global.element")
		globalList[2].mu.Lock() // holds: global.element
		forever()
		globalList[2].mu.Unlock()
	}()
	after(func() { contend(&global); contend(&globalRW); contend(&globalPtr.mu); contend(&globalList[2].mu) })
}

func closures() {
	var plain, deferred sync.Mutex
	lock("closure.plain", &plain)
	lock("closure.deferred", &deferred)
	go func() {
		owner("closure.plain")
		plain.Lock() // holds: closure.plain
		forever()
		plain.Unlock()
	}()
	go func() {
		owner("closure.deferred")
		deferred.Lock() // holds: closure.deferred
		defer func() {
			if recover() == nil {
				deferred.Unlock()
			}
		}()
		forever()
	}()
	after(func() { contend(&plain); contend(&deferred) })
}

func elements() {
	accounts := make([]account, 8)
	lock("element.constant", &accounts[3].mu)
	lock("element.computed", &accounts[5].mu)
	go func() {
		owner("element.constant")
		accounts[3].mu.Lock() // holds: element.constant
		forever()
		accounts[3].mu.Unlock()
	}()
	hold := func(list []account, i int) {
		owner("element.computed")
		list[i].mu.Lock() // holds: element.computed
		forever()
		list[i].mu.Unlock()
	}
	go hold(accounts, 5)
	after(func() { contend(&accounts[3].mu); contend(&accounts[5].mu) })
}

type base struct {
	id int
	sync.Mutex
}

type derived struct {
	kind string
	*base
}

func (d *derived) hold() {
	owner("embedded")
	d.Lock() // holds: embedded
	forever()
	d.Unlock()
}

func embedded() {
	d := &derived{"x", new(base)}
	lock("embedded", &d.base.Mutex)
	go d.hold()
	after(func() { contend(d.base) })
}

func methodValue() {
	a := new(account)
	lock("method.value", &a.mu)
	go func() {
		unlock := a.mu.Unlock
		owner("method.value")
		a.mu.Lock() // holds: method.value
		defer unlock()
		forever()
	}()
	after(func() { contend(&a.mu) })
}

type node struct {
	account
	next *node
}

func chain() {
	head := &node{next: &node{next: new(node)}}
	last := &head.next.next.mu
	lock("chain", last)
	go func() {
		owner("chain")
		head.next.next.mu.Lock() // holds: chain
		forever()
		head.next.next.mu.Unlock()
	}()
	after(func() { contend(last) })
}

// leakedHere never uses its pointer again behind the Lock.
func leakedHere() {
	a := new(account)
	lock("dead", &a.mu)
	go holdDead(a)
	after(func() { contend(&a.mu) })
}

func holdDead(a *account) {
	owner("dead")
	keep(a)
	a.balance = 1
}

//go:noinline
func keep(a *account) {
	a.mu.Lock() // holds: dead
	forever()
}
