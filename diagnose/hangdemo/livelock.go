package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed livelock.go
var livelockSource string

// diner shares one spoon with another, who is as hungry. Whoever has the spoon may look at both.
type diner struct {
	hungry bool
	hand   chan struct{} // where the spoon is handed to it
	other  *diner
}

// dineAfterYou is the fault: whoever gets the spoon sees that the other is still hungry, and hands it on. So does the other.
func (d *diner) dineAfterYou() {
	for {
		<-d.hand // want runs
		if d.other.hungry {
			d.other.hand <- struct{}{} // after you
			continue
		}
		d.hungry = false
		return
	}
}

// dine breaks the tie: the spoon is handed on once one has eaten.
func (d *diner) dine() {
	<-d.hand
	d.hungry = false
	if d.other.hungry {
		d.other.hand <- struct{}{}
	}
}

func seat() (*diner, *diner) {
	a := &diner{hungry: true, hand: make(chan struct{})}
	b := &diner{hungry: true, hand: make(chan struct{}), other: a}
	a.other = b
	return a, b
}

// clearTable comes after the meal.
func clearTable(meal *sync.WaitGroup) {
	meal.Wait() // want waits
}

func breakLivelock() {
	a, b := seat()
	var meal sync.WaitGroup
	meal.Add(2)
	for _, d := range []*diner{a, b} {
		go func() { // want created
			defer meal.Done()
			d.dineAfterYou()
		}()
	}
	go clearTable(&meal)
	a.hand <- struct{}{}
}

func mendLivelock() {
	a, b := seat()
	var meal sync.WaitGroup
	meal.Go(a.dine)
	meal.Go(b.dine)
	a.hand <- struct{}{}
	meal.Wait()
}
