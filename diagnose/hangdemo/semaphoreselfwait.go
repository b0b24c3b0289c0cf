package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed semaphoreselfwait.go
var semaphoreSelfWaitSource string

// folder has others in it.
type folder struct {
	inside []folder
}

// walk visits folders side by side, as many at a time as there are slots.
type walk struct {
	slots chan struct{}
}

// visit is the fault: it keeps its slot while it waits for those below, who need slots too. A tree that is deeper than
// there are slots never ends.
func (w *walk) visit(f folder) {
	w.slots <- struct{}{} // want waits
	defer func() { <-w.slots }()
	var below sync.WaitGroup
	for _, sub := range f.inside {
		below.Go(func() { w.visit(sub) })
	}
	below.Wait() // want waits
}

// visitThenWait has a slot while it works, and none while it waits.
func (w *walk) visitThenWait(f folder) {
	w.slots <- struct{}{}
	var below sync.WaitGroup
	for _, sub := range f.inside {
		below.Go(func() { w.visitThenWait(sub) })
	}
	<-w.slots
	below.Wait()
}

func deepTree() folder {
	leaf := folder{}
	return folder{[]folder{{[]folder{{[]folder{leaf}}}}}}
}

func breakSemaphoreSelfWait() {
	w := &walk{make(chan struct{}, 2)}
	go w.visit(deepTree())
}

func mendSemaphoreSelfWait() {
	w := &walk{make(chan struct{}, 2)}
	w.visitThenWait(deepTree())
}
