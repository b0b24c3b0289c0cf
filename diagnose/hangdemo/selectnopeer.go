package hangdemo

import (
	"context"
	_ "embed"
	"sync"
)

//go:embed selectnopeer.go
var selectNoPeerSource string

// feed hands on numbers until it is closed.
type feed struct {
	updates chan int
	ctx     context.Context
	cancel  context.CancelFunc
	seen    int
}

func newFeed() *feed {
	f := &feed{updates: make(chan int)}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	return f
}

// follow ends with the context, as it should. That is of use only if somebody cancels it.
func (f *feed) follow() {
	for {
		select { // want waits
		case <-f.ctx.Done():
			return
		case n := <-f.updates:
			f.seen += n
		}
	}
}

// watchOnce is the fault: it takes what it needs and forgets the feed, which nobody can close any more.
func watchOnce() {
	f := newFeed()
	go f.follow() // want created
	f.updates <- 1
}

// watchAndClose cancels on every way out, and stays until the goroutine has gone.
func watchAndClose() {
	f := newFeed()
	var followed sync.WaitGroup
	followed.Go(f.follow)
	defer followed.Wait()
	defer f.cancel()
	f.updates <- 1
}

func breakSelectNoPeer() { onItsOwn(watchOnce) }

func mendSelectNoPeer() { watchAndClose() }

// onItsOwn runs f on a goroutine of its own and waits for it: what is left of f on this stack could still be read as a
// reference.
func onItsOwn(f func()) {
	var done sync.WaitGroup
	done.Go(f)
	done.Wait()
}
