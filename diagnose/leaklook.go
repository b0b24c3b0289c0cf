package diagnose

import (
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"innards/diagnose/inspect"
	"innards/diagnose/leak"
)

// Looks at the memory of a traced program stop it. So they are rare: the first when it has had some time, the next when
// a hundred times the pause and four times the work of the last one have passed.
const (
	firstLook     = 300 * time.Millisecond
	betweenLooks  = time.Second
	perPause      = 100
	perWork       = 4
	lookerRetries = 5
)

// looks are the looks at a program's memory for what nothing reaches any more.
type looks struct {
	off     bool
	looker  *leak.Looker
	retries int

	next   <-chan time.Time
	marked chan *leak.Unreached // of the look that is being worked on; nil: none is
	began  time.Time
	pause  time.Duration // of that one

	count   int
	longest time.Duration
}

// startLooks plans the first look.
func (w *watch) startLooks() {
	if !w.looks.off {
		w.looks.next = time.After(firstLook)
	}
}

// look takes a picture of the program's memory, and has what nothing reaches worked out beside.
func (w *watch) look() {
	l := &w.looks
	l.next = nil
	pid := w.stream.PID()
	if l.off || l.marked != nil || w.end != 0 {
		return
	}
	if pid == 0 { // a wrapper is still at work
		l.next = time.After(firstLook)
		return
	}
	if l.looker == nil {
		var own []inspect.Range
		for _, m := range w.stream.Modules() {
			if strings.Contains(m.Path, "/malloctrace-") {
				own = append(own, inspect.Range{Start: m.Start, End: m.End})
			}
		}
		looker, err := leak.NewLooker(pid, own, w.streamName)
		if err != nil {
			w.noLook(err)
			return
		}
		l.looker = looker
	}
	l.began = time.Now()
	lost := w.stream.Lost()
	picture, err := l.looker.Look(w.heap, lost.Allocs == 0, func() { w.stream.Drain(w.add) })
	if err != nil {
		w.noLook(err)
		return
	}
	l.count++
	l.pause, l.longest = picture.Pause, max(l.longest, picture.Pause)
	l.marked = make(chan *leak.Unreached, 1)
	go func(done chan<- *leak.Unreached) { done <- picture.Mark() }(l.marked)
}

// noLook tries again later, for a program that is just starting or ending can not be looked at, or gives up.
func (w *watch) noLook(err error) {
	if l := &w.looks; l.retries < lookerRetries {
		l.retries++
		l.next = time.After(firstLook)
	} else if !l.off && unix.Kill(w.stream.PID(), 0) == nil {
		l.off = true
		w.run.warn("what nothing can reach any more is not known: %v", err)
	}
}

// take accepts the result of a look, and plans the next one.
func (w *watch) take(u *leak.Unreached) {
	l := &w.looks
	w.heap.SetUnreached(u)
	l.marked = nil
	l.next = time.After(max(betweenLooks, perPause*l.pause, perWork*time.Since(l.began)))
}

// lastLook looks once more at a program that is about to be ended, or to be left. Where no look has succeeded so far, it is not
// left at one that fails: on a busy machine threads may take too long to stop.
func (w *watch) lastLook() {
	w.awaitMarking()
	w.look()
	for range lookerRetries {
		if w.looks.count > 0 || w.looks.off || w.stream.PID() == 0 {
			return
		}
		time.Sleep(drainEvery)
		w.look()
	}
}

// awaitMarking goes on reading events until the look that is worked on has come to its end.
func (w *watch) awaitMarking() {
	drain := time.NewTicker(drainEvery)
	defer drain.Stop()
	for w.looks.marked != nil {
		select {
		case u := <-w.looks.marked:
			w.take(u)
		case <-drain.C:
			w.stream.Drain(w.add)
		}
	}
}

// endLooks gives the program back.
func (w *watch) endLooks() {
	w.awaitMarking()
	if w.looks.looker != nil {
		_ = w.looks.looker.Close() // it was only read from
	}
}

// awaitEnd returns when a child has ended, without collecting it. While a process's threads are being stopped and let go,
// a call of wait for it would return with that.
func awaitEnd(pid int) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd) //nolint:errcheck // nothing was written to it
	for {
		if _, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1); err != unix.EINTR {
			return
		}
	}
}

// canAwaitEnd tells whether the kernel has what awaitEnd needs: Linux 5.3.
func canAwaitEnd() bool {
	fd, err := unix.PidfdOpen(unix.Getpid(), 0)
	if err != nil {
		return false
	}
	return unix.Close(fd) == nil
}
