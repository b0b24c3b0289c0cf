package main

import "sync"

type table struct {
	rw    sync.RWMutex
	items map[string]int
}

func (t *table) get(m *meet, other *table, name string) int {
	owner(name)
	t.rw.RLock() // holds: rw.a read // holds: rw.b read
	defer t.rw.RUnlock()
	m.arrive()
	other.rw.Lock()
	defer other.rw.Unlock()
	return t.items["x"]
}

func readWrite() {
	a, b := new(table), new(table)
	lock("rw.a", &a.rw)
	lock("rw.b", &b.rw)
	m := newMeet()
	go a.get(m, b, "rw.a")
	go b.get(m, a, "rw.b")
}

func (t *table) outer(ready, written chan bool) {
	owner("reentry")
	t.rw.RLock() // holds: reentry read
	defer t.rw.RUnlock()
	ready <- true
	<-written
	t.inner()
}

func (t *table) inner() {
	t.rw.RLock()
	t.items["x"]++
	t.rw.RUnlock()
}

func readReentry() {
	t := new(table)
	lock("reentry", &t.rw)
	ready, written := make(chan bool), make(chan bool)
	go t.outer(ready, written)
	<-ready
	go func() {
		t.rw.Lock()
		t.items = nil
		t.rw.Unlock()
	}()
	settled()
	close(written)
}

func writerHolds() {
	t := new(table)
	lock("writer", &t.rw)
	go func() {
		owner("writer")
		t.rw.Lock() // holds: writer
		t.items = nil
		forever()
		t.rw.Unlock()
	}()
	after(func() { contend(&t.rw); contend(t.rw.RLocker()); contend(&t.rw) })
}

// once: the lock inside a sync.Once is held while its function runs. It lies behind the flag.
func once() {
	var o struct {
		sync.Once
		a account
	}
	lock("once", onceLock(&o.Once))
	go func() {
		owner("once")
		o.Do(func() { // holds: once
			forever()
			o.a.balance++
		})
	}()
	after(func() {
		go o.Do(func() {})
	})
}

type conditionQueue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

// pop has taken the lock, but Wait has given it back.
func (q *conditionQueue) pop() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	return q.items[0]
}

func (q *conditionQueue) popPlain() int {
	q.mu.Lock()
	for len(q.items) == 0 {
		q.cond.Wait()
	}
	n := q.items[0]
	q.mu.Unlock()
	return n
}

func condition() {
	q := new(conditionQueue)
	q.cond = sync.NewCond(&q.mu)
	lock("cond", &q.mu)
	go q.pop()
	go q.popPlain()
	settled()
	go func() {
		owner("cond")
		q.mu.Lock() // holds: cond
		forever()
		q.mu.Unlock()
	}()
	after(func() { contend(&q.mu) })
}

func (t *table) size() int {
	t.rw.RLock()
	n := len(t.items)
	t.rw.RUnlock()
	return n
}

// retries asks over and over; the lock is not held between.
func retries() {
	t := new(table)
	lock("retry", &t.rw)
	step := make(chan bool)
	go func() {
		for t.size() == 0 {
			t.rw.Lock()
			t.items = nil
			t.rw.Unlock()
			step <- true
		}
	}()
	<-step
	<-step
	settled()
	go func() {
		owner("retry")
		t.rw.RLock() // holds: retry read
		forever()
		t.rw.RUnlock()
	}()
	after(func() { contend(&t.rw) })
}

// onceValue gets to the lock of its Once through a closure of package sync.
func onceValue() {
	var value func() int
	value = sync.OnceValue(func() int {
		return value()
	})
	lock("once.value", onceOf(value))
	go func() {
		owner("once.value")
		value() // holds: once.value
	}()
}
