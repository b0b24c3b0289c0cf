package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed nilchan.go
var nilChanSource string

// logger sends its lines to one goroutine that writes them.
type logger struct {
	lines   chan string
	written []string
	done    sync.WaitGroup
}

// log sends to a channel that may be nil: then it blocks for ever, and says nothing. (A nil map would panic.)
func (l *logger) log(line string) {
	l.lines <- line // want waits
}

func (l *logger) write() {
	for line := range l.lines {
		l.written = append(l.written, line)
	}
}

// newLogger makes the channel before anybody can send to it.
func newLogger() *logger {
	l := &logger{lines: make(chan string)}
	l.done.Go(l.write)
	return l
}

// breakNilChan is the fault: it takes the zero value of a type that has none to offer.
func breakNilChan() {
	l := &logger{}
	go l.log("hello") // want created
}

func mendNilChan() {
	l := newLogger()
	l.log("hello")
	close(l.lines)
	l.done.Wait()
}
