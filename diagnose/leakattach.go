package diagnose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"innards/cgo"
	"innards/cgo/tracefmt"
	"innards/diagnose/executable"
	"innards/diagnose/leak"
)

// attachPatience is how long a process may take to load the tracer, and to answer a request. One that is stopped, or that
// swaps, takes long; what it answers later does no harm.
const attachPatience = 5 * time.Second

// attachment is the tracer in a process that somebody else has started.
type attachment struct {
	pid     int
	caller  *leak.Caller
	request uint64 // address of the tracer's function in the process
	objects int    // that the process had mapped when they were last looked through
}

// attach follows a process that runs already, until its end or that of the observation.
func (r *leakRun) attach(ctx context.Context) (*leak.Report, error) {
	target, err := cgo.ExamineProcess(r.pid)
	if err != nil {
		return nil, err
	}
	if !canAwaitEnd() {
		return nil, errors.New("attaching needs Linux 5.3")
	}
	exe, err := executable.Open(fmt.Sprintf("/proc/%d/exe", r.pid))
	if err != nil {
		return nil, err
	}
	defer exe.Close() //nolint:errcheck // opened for reading
	exe.Path = target.Path
	if err := tracedAlready(r.pid); err != nil {
		return nil, err
	}
	caller, err := leak.NewCaller(r.pid, exe)
	if err != nil {
		return nil, err
	}
	prepared, err := cgo.PrepareAttachment(ctx, r.pid, cgo.Options{Target: target, Go: r.layout(exe), Period: r.period})
	if err != nil {
		return nil, err
	}
	stream := prepared.Stream
	defer func() { _ = stream.Close() }()
	defer prepared.Remove()
	return r.observe(target, exe, stream, func(w *watch) error {
		w.attached = &attachment{pid: r.pid, caller: caller}
		if err := w.enter(prepared); err != nil {
			return err
		}
		prepared.Remove() // the process keeps them, and nobody has to, should we be killed
		w.streamName += " (deleted)"
		return w.accompany(ctx)
	})
}

// tracedAlready refuses a process that has a tracer at work in it. One that was left behind by an innards that was killed is
// at rest, and what it has hooked is taken over.
func tracedAlready(pid int) error {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return fmt.Errorf("pid %d: %w", pid, cgo.ErrForeign)
	}
	for line := range strings.Lines(string(maps)) {
		_, name, ok := strings.Cut(line, "/innards-") // innards-PID-NUMBER, of who reads the stream
		reader, _, _ := strings.Cut(name, "-")
		if by, err := strconv.Atoi(reader); ok && err == nil && strings.Contains(line, " rw-s ") && unix.Kill(by, 0) != unix.ESRCH && by != os.Getpid() {
			return fmt.Errorf("pid %d: it is being traced already, by pid %d", pid, by)
		}
	}
	return nil
}

// enter has the process load the tracer, and waits until that has come up.
func (w *watch) enter(prepared *cgo.Attachment) error {
	a := w.attached
	a.objects = objectsOf(a.pid)
	if err := a.caller.Load(prepared.Library); err != nil {
		return err
	}
	for began := time.Now(); w.stream.Hooked() == 0; time.Sleep(time.Millisecond) {
		if time.Since(began) > attachPatience {
			return fmt.Errorf("pid %d has not loaded the tracer within %s: is it stopped, forbidden to open files, or was it attached to a dozen "+
				"times already, for more of which the C library has no room? It goes on as before", a.pid, attachPatience)
		}
	}
	for _, m := range w.stream.Modules() {
		if m.Path == prepared.Library {
			a.request = m.Bias + prepared.Request
		}
	}
	w.run.warn("blocks from before %s, when innards attached, are not known: what is found was taken since", time.Now().Format("15:04:05"))
	return nil
}

// ask has the tracer do something, and waits for it.
func (w *watch) ask(request tracefmt.Request) error {
	before := w.stream.Answers()
	if err := w.attached.caller.Call(w.attached.request, uint32(request)); err != nil {
		return err
	}
	for began := time.Now(); w.stream.Answers() == before; time.Sleep(time.Millisecond) {
		w.stream.Drain(w.add)
		if time.Since(began) > attachPatience {
			return fmt.Errorf("pid %d has not answered within %s", w.attached.pid, attachPatience)
		}
	}
	return nil
}

// accompany reads the events of a process that was attached to, and leaves it as it was found.
func (w *watch) accompany(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() {
		awaitEnd(w.attached.pid)
		ended <- nil
	}()
	clock := w.startClock(ctx, ended, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer clock.stop()
	for {
		switch what, _, _ := clock.next(); what {
		case measured:
			w.rebind()
			if w.resident.RSS > 0 && w.resident.Tracer == 0 {
				w.finish()
				w.run.warn("the process has become another program: it was followed until then")
				return nil
			}
		case processEnded:
			w.stream.Finish(w.add)
			w.finish()
			w.run.warn("the process has ended")
			return nil
		case signalled, interrupted, timeOver:
			w.leave()
			return nil
		}
	}
}

// leave looks a last time, and takes the tracer out of the process.
func (w *watch) leave() {
	if err := w.ask(tracefmt.Account); err != nil {
		w.run.warn("what the C blocks of before take is not known, since the allocator could not be asked: %v", err)
	}
	w.conclude()
	w.resident.CBefore = w.heap.Before()
	w.awaitMarking()
	if err := w.ask(tracefmt.Detach); err != nil && !errors.Is(unix.Kill(w.attached.pid, 0), unix.ESRCH) {
		w.run.warn("the tracer was left in the process, where it will be still: %v", err)
	}
}

// rebind has the tracer look through the libraries that came since.
func (w *watch) rebind() {
	a := w.attached
	if n := objectsOf(a.pid); n > a.objects {
		if w.ask(tracefmt.Rebind) == nil {
			a.objects = n
		}
	}
}

// objectsOf counts the files with code that a process has mapped.
func objectsOf(pid int) int {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return 0
	}
	var seen []string
	for line := range strings.Lines(string(maps)) {
		if fields := strings.Fields(line); len(fields) >= 6 && strings.Contains(fields[1], "x") && fields[5][0] == '/' &&
			!strings.Contains(fields[5], "/malloctrace-") && !slices.Contains(seen, fields[5]) {
			seen = append(seen, fields[5])
		}
	}
	return len(seen)
}
