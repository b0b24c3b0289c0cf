package hangdemo

import (
	"context"
	_ "embed"
	"errors"
	"time"
)

//go:embed goroutineleak.go
var goroutineLeakSource string

var errLate = errors.New("too late")

// lookUp asks a slow source and waits no longer than the context allows. That is the fault: whoever did not wait is not
// there when the answer comes, and the goroutine that brings it stays. Each late answer adds one.
func lookUp(ctx context.Context, source func() string) (string, error) {
	answer := make(chan string)
	go bring(answer, source) // want created
	select {
	case s := <-answer:
		return s, nil
	case <-ctx.Done():
		return "", errLate
	}
}

func bring(answer chan<- string, source func() string) {
	answer <- source() // want waits
}

// lookUpBuffered gives the answer a place, asked for or not.
func lookUpBuffered(ctx context.Context, source func() string) (string, error) {
	answer := make(chan string, 1)
	go bring(answer, source)
	select {
	case s := <-answer:
		return s, nil
	case <-ctx.Done():
		return "", errLate
	}
}

type lookUpFunc func(context.Context, func() string) (string, error)

// ask looks up without patience, again and again.
func ask(ctx context.Context, lookUp lookUpFunc) {
	_, _ = lookUp(ctx, func() string { return "answer" })
}

func keepAsking(lookUp lookUpFunc, first int) {
	impatient, cancel := context.WithCancel(context.Background())
	cancel()
	for range first {
		ask(impatient, lookUp)
	}
	go func() {
		for range time.Tick(time.Millisecond) {
			ask(impatient, lookUp)
		}
	}()
}

func breakGoroutineLeak() { keepAsking(lookUp, 100) }

func mendGoroutineLeak() { keepAsking(lookUpBuffered, 100) }
