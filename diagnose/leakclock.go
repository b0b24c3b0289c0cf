package diagnose

import (
	"context"
	"os"
	"os/signal"
	"time"
)

// leakClock is what an observation waits for. Its next serves what is the same for a command and for a process.
type leakClock struct {
	w *watch

	drain, measure *time.Ticker
	show           <-chan time.Time
	stopShow       func()
	signals        chan os.Signal
	done           <-chan struct{} // of the context; nil once it was told
	over           <-chan time.Time
	ended          <-chan error
}

// happening is what a clock leaves to who waits for it.
type happening int

const (
	measured happening = iota // the resident memory was read
	signalled
	interrupted
	timeOver
	processEnded
)

// startClock begins the observation of a process, whose end comes by ended, and the looks at it.
func (w *watch) startClock(ctx context.Context, ended <-chan error, signals ...os.Signal) *leakClock {
	c := &leakClock{
		w: w, drain: time.NewTicker(drainEvery), measure: time.NewTicker(residentEvery),
		signals: make(chan os.Signal, 8), done: ctx.Done(), ended: ended,
	}
	c.show, c.stopShow = w.live.every()
	signal.Notify(c.signals, signals...)
	if w.run.bound > 0 {
		c.over = time.After(w.run.bound)
	}
	w.startLooks()
	return c
}

func (c *leakClock) stop() {
	c.w.endLooks()
	signal.Stop(c.signals)
	c.stopShow()
	c.measure.Stop()
	c.drain.Stop()
}

// next waits for something that is not served here: with the signal, or the error of the process's end.
func (c *leakClock) next() (happening, os.Signal, error) {
	w := c.w
	for {
		select {
		case <-c.show:
			w.showLive()
		case <-c.drain.C:
			w.drain()
		case <-w.looks.next:
			w.look()
		case u := <-w.looks.marked:
			w.take(u)
		case <-c.measure.C:
			if w.end == 0 {
				w.measure()
				return measured, nil, nil
			}
		case s := <-c.signals:
			return signalled, s, nil
		case <-c.done:
			c.done = nil
			return interrupted, nil, nil
		case <-c.over:
			return timeOver, nil, nil
		case err := <-c.ended:
			return processEnded, nil, err
		}
	}
}

// conclude ends the observation of a process that lives. First it is counted what is alive, then measured what is resident: the
// other way round, a process that goes on with its work would have more alive than there is room for.
func (w *watch) conclude() {
	w.drain()
	if w.end == 0 {
		w.lastLook()
		w.drain()
		w.finish()
		w.measure()
	}
}
