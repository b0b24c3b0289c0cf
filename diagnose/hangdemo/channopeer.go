package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed channopeer.go
var chanNoPeerSource string

// firstAnswer is the fault: it asks every replica and takes the first answer. The others have nobody left to send to,
// and stay for ever, each with all that it refers to. One such call an hour is a leak that takes months to see.
func firstAnswer(replicas []func() string) string {
	answers := make(chan string)
	for _, ask := range replicas {
		go relay(ask, answers) // want created
	}
	return <-answers
}

func relay(ask func() string, answers chan<- string) {
	answers <- ask() // want waits
}

// firstAnswerBuffered gives every answer a place: whoever comes late leaves it there and goes.
func firstAnswerBuffered(replicas []func() string, done *sync.WaitGroup) string {
	answers := make(chan string, len(replicas))
	for _, ask := range replicas {
		done.Go(func() { relay(ask, answers) })
	}
	return <-answers
}

func replicas() []func() string {
	return []func() string{
		func() string { return "one" },
		func() string { return "two" },
	}
}

func breakChanNoPeer() {
	onItsOwn(func() { firstAnswer(replicas()) })
}

func mendChanNoPeer() {
	var done sync.WaitGroup
	firstAnswerBuffered(replicas(), &done)
	done.Wait()
}
