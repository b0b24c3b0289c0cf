package diagnose

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"innards/cgo/tracefmt"
	"innards/diagnose/executable"
	"innards/diagnose/leak"
)

const liveEvery = time.Second

// liveList shows the sites while the program goes on. At a terminal a list takes the place of the one before.
type liveList struct {
	to       io.Writer
	exe      *executable.File
	names    *leak.StreamNames
	modules  int // that the names know of
	lines    int // of the list that stands there
	terminal bool
}

// newLiveList makes one for a command's standard output; nil where none was asked for.
func (r *leakRun) newLiveList(exe *executable.File) *liveList {
	if !r.watch {
		return nil
	}
	f, isFile := r.report.(interface{ Fd() uintptr })
	return &liveList{to: terminal(r.report), exe: exe, terminal: isFile && isTerminalFd(f.Fd())}
}

// every is the clock of the list; one that never ticks where there is none.
func (l *liveList) every() (<-chan time.Time, func()) {
	if l == nil {
		return nil, func() {}
	}
	t := time.NewTicker(liveEvery)
	return t.C, t.Stop
}

func (w *watch) showLive() {
	l := w.live
	if w.end != 0 || !w.heap.Started() {
		return
	}
	if modules := w.stream.Modules(); l.names == nil || len(modules) != l.modules {
		l.names, l.modules = leak.NewStreamNames(w.stream, l.exe), len(modules)
	}
	now := tracefmt.Now()
	sites := w.heap.Sites(now, leak.NewWrapperNames(l.names, w.heap, l.exe, l.names.Bias()), w.stream.Lost())
	if l.terminal && l.lines > 0 {
		_, _ = fmt.Fprintf(l.to, "\x1b[%dA\x1b[J", l.lines) // up, and clear what is below
	}
	l.lines, _ = leak.WriteLive(l.to, sites, w.heap.Age(now).Seconds()) // the report at the end tells if nothing can be written
}

// sharedWriter lets the program's output and the list go to one writer, which need not be safe for two. A file is, and stays
// what it is: the program may ask whether it is a terminal.
type sharedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func shared(w io.Writer) io.Writer {
	if _, isFile := w.(*os.File); isFile {
		return w
	}
	return &sharedWriter{w: w}
}

func (s *sharedWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}
