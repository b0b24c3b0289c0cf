package hang

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/diagnose/goroutine"
	"innards/diagnose/waitgraph"
)

// g makes a goroutine that waits in main.fN at line N of main.go, started by 1.
func g(id int64, state string, line int, waits ...goroutine.Wait) *goroutine.Goroutine {
	out := &goroutine.Goroutine{ID: id, State: state, Waits: waits, CreatorID: 1,
		CreatedBy: goroutine.Frame{Func: "main.main", File: "/src/main.go", Line: 5},
		Frames: []goroutine.Frame{{Func: "runtime.gopark", File: "/go/proc.go", Line: 1},
			{Func: "internal/sync.(*Mutex).lockSlow", File: "/go/mutex.go", Line: 2},
			{Func: "main.f", File: "/src/main.go", Line: line}}}
	if id == 1 {
		out.CreatorID, out.CreatedBy = 0, goroutine.Frame{}
	}
	return out
}

func aged(age time.Duration, g *goroutine.Goroutine) *goroutine.Goroutine {
	g.Waiting = age
	return g
}

func mutex(addr uint64) goroutine.Wait {
	return goroutine.Wait{Kind: goroutine.MutexLock, Object: addr}
}
func reads(addr uint64) goroutine.Wait {
	return goroutine.Wait{Kind: goroutine.RWMutexRead, Object: addr}
}
func writes(addr uint64) goroutine.Wait {
	return goroutine.Wait{Kind: goroutine.RWMutexWrite, Object: addr}
}
func sends(addr uint64) goroutine.Wait {
	return goroutine.Wait{Kind: goroutine.ChanSend, Object: addr}
}
func receives(addr uint64) goroutine.Wait {
	return goroutine.Wait{Kind: goroutine.ChanReceive, Object: addr}
}

func hold(id int64, lock uint64, line int) Hold {
	return Hold{Goroutine: id, Lock: lock, Func: "main.h", File: "/src/main.go", Line: line, Confidence: Certain}
}

func readHold(id int64, lock uint64, line int) Hold {
	h := hold(id, lock, line)
	h.Mode = waitgraph.Shared
	return h
}

func stranded(ids ...int64) map[int64]bool {
	out := make(map[int64]bool)
	for _, id := range ids {
		out[id] = true
	}
	return out
}

const (
	lockWait = "sync.Mutex.Lock"
	nilRecv  = "chan receive (nil chan)"
	nilSend  = "chan send (nil chan)"
)

type want struct {
	class      Class
	confidence Confidence
	goroutines []int64
	blocked    int
}

func TestJudge(t *testing.T) {
	type all = []*goroutine.Goroutine
	once := g(4, lockWait, 40, mutex(0xa))
	once.Frames[2] = goroutine.Frame{Func: "sync.(*Once).doSlow"}
	once.Frames = append(once.Frames, goroutine.Frame{Func: "main.f", File: "/src/main.go", Line: 40})
	guess := hold(3, 0xb, 30)
	guess.Confidence = Possible
	likely := hold(3, 0xb, 30)
	likely.Confidence = Likely
	signals := g(8, "syscall", 1)
	signals.Frames = []goroutine.Frame{{Func: "os/signal.signal_recv"}, {Func: "os/signal.loop"}}
	inTesting := g(1, "chan receive", 1, receives(0xc))
	inTesting.Frames[2].Func = "testing.(*T).Run"

	inPool, accepts, queries := g(2, "select", 20), g(3, "IO wait", 30), g(4, "IO wait", 40)
	inPool.Frames = append([]goroutine.Frame{{Func: "database/sql.(*DB).conn"}}, inPool.Frames...)
	accepts.Frames = append([]goroutine.Frame{{Func: "net.(*TCPListener).Accept"}}, accepts.Frames...)
	queries.Frames = append([]goroutine.Frame{{Func: "net.(*conn).Read"}, {Func: "database/sql.(*DB).queryDC"}}, queries.Frames...)
	inInitGo := g(1, "chan receive", 9, receives(0xc))
	inInitGo.Frames = append(inInitGo.Frames, goroutine.Frame{Func: "main.init.0"})

	inC := func(id int64, line int) *goroutine.Goroutine {
		called := g(id, "syscall", line)
		called.Frames[0].Func, called.Frames[1].Func = "runtime.cgocall", "main._Cfunc_f"
		return called
	}
	cLock := func(mutex uint64, owner int64) Outside { return Outside{Call: "lock", Mutex: mutex, Owner: owner} }
	back := g(2, lockWait, 21, mutex(0xa))
	back.Frames = append(back.Frames, goroutine.Frame{Func: "main._Cfunc_f"}, goroutine.Frame{Func: "main.h"})

	for name, tc := range map[string]struct {
		in      Input
		want    []want
		remarks int
	}{
		"nothing": {},
		"two locks crosswise": {
			in: Input{
				Goroutines: all{g(1, "select", 9), g(2, lockWait, 21, mutex(0xb)), g(3, lockWait, 31, mutex(0xa)), g(4, lockWait, 41, mutex(0xb))},
				Holds:      []Hold{hold(2, 0xa, 20), likely}},
			want: []want{{LockCycle, Likely, []int64{2, 3}, 3}},
		},
		"mutexes of C crosswise": {
			in: Input{
				Goroutines: all{inC(2, 21), inC(3, 31), inC(4, 41)},
				Outside:    map[int64]Outside{2: cLock(0xb, 3), 3: cLock(0xa, 2), 4: cLock(0xa, 2)}},
			want: []want{{CLock, Certain, []int64{2, 3}, 3}},
		},
		"a mutex of C taken again": {
			in:   Input{Goroutines: all{inC(2, 21)}, Outside: map[int64]Outside{2: cLock(0xa, 2)}},
			want: []want{{CLock, Certain, []int64{2}, 1}},
		},
		"a mutex of C whose owner has left it": {
			in: Input{
				Goroutines: all{inC(2, 21), inC(3, 31)},
				Outside:    map[int64]Outside{2: cLock(0xb, 0), 3: cLock(0xa, 2)}},
		},
		"a mutex of C whose owner works": {
			in: Input{Goroutines: all{inC(2, 21), g(3, "syscall", 30)}, Outside: map[int64]Outside{2: cLock(0xb, 3)}},
		},
		"called back from C": {
			in:   Input{Goroutines: all{back}, Holds: []Hold{hold(2, 0xa, 20)}},
			want: []want{{CCallback, Certain, []int64{2}, 1}},
		},
		"a guess is no edge": {
			in: Input{
				Goroutines: all{g(2, lockWait, 21, mutex(0xb)), g(3, lockWait, 31, mutex(0xa))},
				Holds:      []Hold{hold(2, 0xa, 20), guess}},
		},
		"a wait that will end": {
			in: Input{
				Goroutines: all{g(2, lockWait, 21, mutex(0xb)), g(3, "IO wait", 31)},
				Holds:      []Hold{hold(3, 0xb, 20)}},
		},
		"itself": {
			in: Input{
				Goroutines: all{g(3, lockWait, 31, mutex(0xa)), g(4, lockWait, 41, mutex(0xa))},
				Holds:      []Hold{hold(3, 0xa, 30)}},
			want: []want{{SelfDeadlock, Certain, []int64{3}, 2}},
		},
		"itself, write then read": {
			in:   Input{Goroutines: all{g(3, "sync.RWMutex.RLock", 31, reads(0xa))}, Holds: []Hold{hold(3, 0xa, 30)}},
			want: []want{{SelfDeadlock, Certain, []int64{3}, 1}},
		},
		"itself, read then write": {
			in:   Input{Goroutines: all{g(3, "sync.RWMutex.Lock", 31, writes(0xa))}, Holds: []Hold{readHold(3, 0xa, 30)}},
			want: []want{{SelfDeadlock, Certain, []int64{3}, 1}},
		},
		"reads again behind a writer": {
			in: Input{
				Goroutines: all{g(3, "sync.RWMutex.RLock", 31, reads(0xa)), g(4, "sync.RWMutex.Lock", 41, writes(0xa))},
				Holds:      []Hold{readHold(3, 0xa, 30)}},
			want: []want{{RWMutexReentry, Certain, []int64{3, 4}, 2}},
		},
		"a once in itself": {
			in:   Input{Goroutines: all{once}, Holds: []Hold{hold(4, 0xa, 30)}},
			want: []want{{OnceRecursion, Certain, []int64{4}, 1}},
		},
		"nil channel": {
			in:   Input{Goroutines: all{g(1, "select", 9), g(2, nilSend, 20), g(3, nilSend, 20), g(4, nilRecv, 40)}},
			want: []want{{NilChan, Certain, []int64{2, 3}, 2}, {NilChan, Likely, []int64{4}, 1}},
		},
		"var forever chan struct{}": {
			in:      Input{Goroutines: all{g(1, nilRecv, 9), g(2, "IO wait", 20)}},
			remarks: 1,
		},
		"nil channel, and nobody else": {
			in:   Input{Goroutines: all{g(1, nilRecv, 9), signals, g(3, noCases, 30)}},
			want: []want{{NilChan, Likely, []int64{1}, 1}},
		},
		"a send is never meant": {
			in:   Input{Goroutines: all{g(1, nilSend, 9), g(2, "IO wait", 20)}},
			want: []want{{NilChan, Certain, []int64{1}, 1}},
		},
		"Done of context.Background": {
			in: Input{Goroutines: all{g(1, "select", 9), g(2, nilRecv, 20)},
				Source: func(file string, line int) string {
					if file == "/src/main.go" && line == 20 {
						return "\t<-ctx.Done()"
					}
					return ""
				}},
			remarks: 1,
		},
		"a variable, by the source": {
			in: Input{Goroutines: all{g(1, "select", 9), g(2, nilRecv, 20)},
				Source: func(string, int) string { return "\tv := <-results" }, FromCall: map[int64]bool{2: true}},
			want: []want{{NilChan, Certain, []int64{2}, 1}},
		},
		"Done, by the code": {
			in: Input{Goroutines: all{g(1, "select", 9), g(2, nilRecv, 20)},
				Source: func(string, int) string { return "" }, FromCall: map[int64]bool{2: true}},
			remarks: 1,
		},
		"a variable, by the code": {
			in:   Input{Goroutines: all{g(1, "select", 9), g(2, nilRecv, 20)}, FromCall: map[int64]bool{2: false}},
			want: []want{{NilChan, Certain, []int64{2}, 1}},
		},
		"a receiver is gone": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(7, "chan send", 70, sends(0xc)), g(8, "chan send", 70, sends(0xd))},
				Stranded:   stranded(7, 8)},
			want: []want{{ChanNoPeer, Certain, []int64{7, 8}, 2}},
		},
		"not known what is stranded": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(7, "chan send", 70, sends(0xc))}},
		},
		"stranded elsewhere": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(7, noCases, 70), g(8, "select", 80), g(9, "sync.WaitGroup.Wait", 90),
					g(10, "sync.Cond.Wait", 100)},
				Stranded: stranded(7, 8, 9, 10)},
			want: []want{{SelectNoPeer, Certain, []int64{8}, 1}, {WaitgroupShort, Certain, []int64{9}, 1},
				{CondLostWakeup, Certain, []int64{10}, 1}},
		},
		"the initialisation of a package": {
			in:   Input{Goroutines: all{inInitGo, g(2, "IO wait", 20)}, Stranded: stranded(1), Channels: map[uint64]Channel{0xc: {}}},
			want: []want{{InitDeadlock, Certain, []int64{1}, 1}},
		},
		"a pool whose connections are out": {
			in:   Input{Goroutines: all{inPool, accepts}},
			want: []want{{PoolExhausted, Likely, []int64{2}, 1}},
		},
		"a pool whose connection is at work": {
			in: Input{Goroutines: all{inPool, accepts, queries}},
		},
		"a pool, and one who may bring a connection back": {
			in: Input{Goroutines: all{inPool, g(3, "sleep", 30)}},
		},
		"workers wait for their own slots": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "sync.WaitGroup.Wait", 25), g(3, "chan send", 20, sends(0xc))},
				Channels:   map[uint64]Channel{0xc: {Len: 1, Cap: 1}}, Stranded: stranded(2, 3)},
			want: []want{{SemaphoreSelfWait, Likely, []int64{2, 3}, 2}, {WaitgroupShort, Certain, []int64{2}, 1}},
		},
		"a full channel, and no slots": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(3, "chan send", 20, sends(0xc))},
				Channels:   map[uint64]Channel{0xc: {Len: 1, Cap: 1}}, Stranded: stranded(3)},
			want: []want{{ChanNoPeer, Certain, []int64{3}, 1}},
		},
		"a child is stopped": {
			in: Input{Goroutines: all{g(2, "syscall", 20)},
				Outside: map[int64]Outside{2: {Call: "wait", Child: Task{PID: 7, Name: "sh", Stopped: true}}}},
			want: []want{{ChildStopped, Certain, []int64{2}, 1}},
		},
		"a child still runs": {
			in: Input{Goroutines: all{g(2, "syscall", 20)},
				Outside: map[int64]Outside{2: {Call: "wait", Child: Task{PID: 7, Name: "sh"}}}},
		},
		"a full pipe that nobody reads": {
			in: Input{PID: 5, Goroutines: all{g(1, "select", 9), g(2, "IO wait", 20), signals},
				Outside: map[int64]Outside{2: {Call: "write", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 5}}}}},
			want: []want{{PipeStuck, Likely, []int64{2}, 1}},
		},
		"a full pipe, and one who reads it": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20), g(3, "IO wait", 30)},
				Outside: map[int64]Outside{2: {Call: "write", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 5}}},
					3: {Call: "read", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 5}}}}},
		},
		"a full pipe, and one who may come to read it": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20), g(3, "running", 30)},
				Outside: map[int64]Outside{2: {Call: "write", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 5}}}}},
		},
		"a pipe whose reader is another process": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20)},
				Outside: map[int64]Outside{2: {Call: "write", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 6}}}}},
		},
		"a pipe whose reader is stopped": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20), g(3, "running", 30)},
				Outside: map[int64]Outside{2: {Call: "write", File: "pipe:[1]", Pipe: true, Ends: []Task{{PID: 6, Stopped: true}}}}},
			want: []want{{PipeStuck, Likely, []int64{2}, 1}},
		},
		"a call of C under a lock, which only a signal ends": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {InC: true, Call: "signal"}}},
			want: []want{{CCall, Likely, []int64{2}, 2}},
		},
		"a long call of C under a lock": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {InC: true, Asleep: longWait}}},
			want: []want{{CCall, Likely, []int64{2}, 2}},
		},
		"a call of C under a lock, slow perhaps": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {InC: true, Asleep: longWait - 1}}},
		},
		"a long call of C under a lock that nobody wants": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xb))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {InC: true, Call: "signal", Asleep: 2 * longWait}}},
		},
		"a long call of Go's own under a lock": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {Call: "signal"}}},
		},
		"an answer under a lock, whose sender is stopped": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20), g(3, lockWait, 30, mutex(0xa))}, Holds: []Hold{hold(2, 0xa, 20)},
				Outside: map[int64]Outside{2: {Call: "read", Socket: true, Peer: "[::1]:80", Ends: []Task{{PID: 6, Stopped: true}}}}},
			want: []want{{NetNoDeadline, Likely, []int64{2}, 2}},
		},
		"an answer under a lock, one of whose senders is not stopped": {
			in: Input{PID: 5, Goroutines: all{g(2, "IO wait", 20), g(3, lockWait, 30, mutex(0xa))}, Holds: []Hold{hold(2, 0xa, 20)},
				Outside: map[int64]Outside{2: {Call: "read", Socket: true, Peer: "[::1]:80",
					Ends: []Task{{PID: 6, Stopped: true}, {PID: 7}}}}},
		},
		"an answer under a lock, not for long so far": {
			in: Input{Goroutines: all{aged(longWait-1, g(2, "IO wait", 20)), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {Call: "read", Socket: true, Peer: "10.0.0.1:80"}}},
		},
		"an answer under a lock, for long": {
			in: Input{Goroutines: all{aged(longWait, g(2, "IO wait", 20)), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {Call: "read", Socket: true, Peer: "10.0.0.1:80"}}},
			want: []want{{NetNoDeadline, Likely, []int64{2}, 2}},
		},
		"an answer under a lock, with a deadline": {
			in: Input{Goroutines: all{aged(longWait, g(2, "IO wait", 20)), g(3, lockWait, 30, mutex(0xa))}, Holds: []Hold{hold(2, 0xa, 20)},
				Outside: map[int64]Outside{2: {Call: "read", Socket: true, Deadline: true, Peer: "10.0.0.1:80"}}},
		},
		"an idle connection": {
			in: Input{Goroutines: all{aged(longWait, g(2, "IO wait", 20)), g(3, lockWait, 30, mutex(0xa))},
				Outside: map[int64]Outside{2: {Call: "read", Socket: true, Peer: "10.0.0.1:80"}}},
		},
		"a listener under a lock": {
			in: Input{Goroutines: all{aged(longWait, g(2, "IO wait", 20)), g(3, lockWait, 30, mutex(0xa))},
				Holds: []Hold{hold(2, 0xa, 20)}, Outside: map[int64]Outside{2: {Call: "read", Socket: true}}},
		},
		"two hand control to each other, and one waits for them": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "runnable", 20), g(3, "chan receive", 30, receives(0xc)),
				g(4, "sync.WaitGroup.Wait", 40)},
				Circles: []Circle{{Passes: map[int64][]Place{2: {{"main.h", "/src/main.go", 7}}, 3: {{"main.h", "/src/main.go", 8}}},
					Behind: []int64{4}}}},
			want: []want{{Livelock, Likely, []int64{2, 3}, 3}},
		},
		"one hands control to itself": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "runnable", 20)},
				Circles: []Circle{{Passes: map[int64][]Place{2: {{"main.h", "/src/main.go", 7}}}}}},
		},
		"one of two that handed control to each other has ended": {
			in: Input{Goroutines: all{g(1, "IO wait", 9), g(2, "runnable", 20)},
				Circles: []Circle{{Passes: map[int64][]Place{2: {{"main.h", "/src/main.go", 7}}, 3: {{"main.h", "/src/main.go", 8}}}}}},
		},
		"the world does not stop": {
			in: Input{Goroutines: all{g(2, "running", 20), g(3, "stopping the world", 30), g(4, "runnable", 40)},
				Stop:  &Stop{By: 3, Running: map[int64]Place{2: {"main.h", "/src/main.go", 7}}},
				Spins: map[int64]Spin{2: {Place: Place{"main.h", "/src/main.go", 7}, Endless: true}}},
			want: []want{{STWStuck, Likely, []int64{2}, 3}},
		},
		"the world does not stop, and nobody is seen to run": {
			in: Input{Goroutines: all{g(3, "stopping the world", 30), g(4, "runnable", 40)}, Stop: &Stop{By: 3}},
		},
		"main parks in a WaitGroup": {
			in:      Input{Goroutines: all{g(1, "sync.WaitGroup.Wait", 9), g(2, "IO wait", 20)}, Stranded: stranded(1)},
			remarks: 1,
		},
		"main waits for workers, one of which is stuck": {
			in: Input{
				Goroutines: all{g(1, "sync.WaitGroup.Wait", 9), g(2, "select", 20, receives(0xc))},
				Stranded:   stranded(1, 2)},
			want: []want{{SelectNoPeer, Certain, []int64{2}, 1}},
		},
		"a lock that nobody will give back": {
			in: Input{
				Goroutines: all{g(1, "sync.WaitGroup.Wait", 9), g(2, lockWait, 20, mutex(0xa)), g(3, lockWait, 30, mutex(0xa))},
				Stranded:   stranded(1, 2, 3),
				Leaked:     map[uint64][]Place{0xa: {{"main.h", "/src/main.go", 7}}}},
			want: []want{{LeakedLock, Likely, []int64{2, 3}, 2}},
		},
		"a leaked lock, and yet a holder": {
			in: Input{
				Goroutines: all{g(2, lockWait, 20, mutex(0xa)), g(3, "IO wait", 30)},
				Holds:      []Hold{hold(3, 0xa, 30)},
				Leaked:     map[uint64][]Place{0xa: nil}},
		},
		"locked while it waits for a WaitGroup": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "sync.WaitGroup.Wait", 21), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(2, 3),
				Holds:      []Hold{hold(2, 0xa, 20)}},
			want: []want{{LockOverBlock, Certain, []int64{2}, 2}},
		},
		"forever := make(chan bool)": {
			in: Input{
				Goroutines: all{g(1, "chan receive", 9, receives(0xc)), g(2, "IO wait", 20)},
				Stranded:   stranded(1), Channels: map[uint64]Channel{0xc: {}}},
			remarks: 1,
		},
		"main waits for a worker that is gone": {
			in: Input{
				Goroutines: all{g(1, "chan receive", 9, receives(0xc)), signals},
				Stranded:   stranded(1), Channels: map[uint64]Channel{0xc: {}}},
			want: []want{{ChanNoPeer, Certain, []int64{1}, 1}},
		},
		"main waits for a value": {
			in: Input{
				Goroutines: all{g(1, "chan receive", 9, receives(0xc)), g(2, "IO wait", 20)},
				Stranded:   stranded(1), Channels: map[uint64]Channel{0xc: {Cap: 1}}},
			want: []want{{ChanNoPeer, Certain, []int64{1}, 1}},
		},
		"main waits for a worker that is stuck": {
			in: Input{
				Goroutines: all{g(1, "chan receive", 9, receives(0xc)), g(2, "chan send", 20, sends(0xd))},
				Stranded:   stranded(1, 2)},
			want: []want{{ChanNoPeer, Certain, []int64{2}, 1}},
		},
		"main waits for two that a lock stopped": {
			in: Input{
				Goroutines: all{g(1, "chan receive", 9, receives(0xc)), g(2, lockWait, 21, mutex(0xb)), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(1, 2, 3),
				Holds:      []Hold{hold(2, 0xa, 20), hold(3, 0xb, 30)}},
			want: []want{{LockCycle, Certain, []int64{2, 3}, 2}},
		},
		"locked while it waits": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(2, 3),
				Holds:      []Hold{hold(2, 0xa, 20)}},
			want: []want{{LockOverBlock, Certain, []int64{2}, 2}},
		},
		"the partner may wait for a lock that nobody is known to hold": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(2, 3)},
			want: []want{{ChanNoPeer, Likely, []int64{2}, 1}},
		},
		"the partner waits for a lock that nobody is known to hold": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(2, 3), BehindLocks: stranded(2)},
			want: []want{{ChanNoPeer, Likely, []int64{2}, 1}},
		},
		"the partner is gone, and others wait for a lock": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, lockWait, 31, mutex(0xa))},
				Stranded:   stranded(2, 3), BehindLocks: stranded()},
			want: []want{{ChanNoPeer, Certain, []int64{2}, 1}},
		},
		"the partner has locked itself out": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan receive", 21, receives(0xc)), g(3, lockWait, 31, mutex(0xa)),
					g(4, "chan receive", 21, receives(0xd))},
				Stranded: stranded(2, 3, 4), BehindLocks: stranded(2), Holds: []Hold{hold(3, 0xa, 30)}},
			want: []want{{SelfDeadlock, Certain, []int64{3}, 2}, {ChanNoPeer, Certain, []int64{4}, 1}},
		},
		"the partner waits for the lock of one who is stuck himself": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan receive", 22, receives(0xd)), g(3, "chan send", 21, sends(0xc)),
					g(4, lockWait, 31, mutex(0xa))},
				Stranded: stranded(2, 3, 4), BehindLocks: stranded(2, 3), Holds: []Hold{hold(3, 0xa, 20)}},
			want: []want{{LockOverBlock, Certain, []int64{3}, 3}},
		},
		"one of many alike has a lock": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, lockWait, 31, mutex(0xa)),
					g(4, "chan send", 21, sends(0xd))},
				Stranded: stranded(2, 3, 4),
				Holds:    []Hold{hold(2, 0xa, 20), hold(4, 0xb, 20)}},
			want: []want{{LockOverBlock, Certain, []int64{2}, 2}, {ChanNoPeer, Likely, []int64{4}, 1}},
		},
		"all asleep": {
			in:   Input{AllAsleep: true, Goroutines: all{g(1, "chan receive", 9), g(2, noCases, 20)}},
			want: []want{{ChanNoPeer, Certain, []int64{1}, 1}},
		},
		"all asleep, one for a lock": {
			in:   Input{AllAsleep: true, Goroutines: all{g(1, "chan receive", 9), g(2, lockWait, 20)}},
			want: []want{{ChanNoPeer, Likely, []int64{1}, 1}},
		},
		"a test waits for its subtest": {
			in: Input{Goroutines: all{inTesting, g(7, "select", 70)}, Stranded: stranded(1)},
		},
		"the runtime's own": {
			in: Input{Goroutines: all{{ID: 3, State: nilRecv, System: true}, {ID: 0, State: nilRecv}}},
		},
		"the most serious first": {
			in: Input{
				Goroutines: all{g(1, "IO wait", 9), g(2, "chan send", 21, sends(0xc)), g(3, nilSend, 31), g(4, lockWait, 41, mutex(0xa))},
				Stranded:   stranded(2),
				Holds:      []Hold{hold(4, 0xa, 40)}},
			want: []want{{SelfDeadlock, Certain, []int64{4}, 1}, {NilChan, Certain, []int64{3}, 1},
				{ChanNoPeer, Likely, []int64{2}, 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			verdicts, remarks := Judge(tc.in)
			var got []want
			for _, v := range verdicts {
				got = append(got, want{v.Class, v.Confidence, v.Goroutines, v.Blocked})
				require.NotContains(t, v.Summary, "\n")
				require.NotContains(t, v.Summary, "unknown line")
				require.NotEmpty(t, v.Evidence)
				for _, e := range v.Evidence {
					require.NotZero(t, e.Line, "%+v", e)
				}
			}
			require.Equal(t, tc.want, got)
			require.Len(t, remarks, tc.remarks, "%v", remarks)
		})
	}
}

// A goroutine that has called C under a lock may not be where it stays yet.
func TestUndecided(t *testing.T) {
	in := Input{Goroutines: []*goroutine.Goroutine{g(2, "syscall", 20), g(3, lockWait, 30, mutex(0xa))},
		Holds: []Hold{hold(2, 0xa, 20)}}
	require.False(t, Undecided(in))
	in.Outside = map[int64]Outside{2: {InC: true}}
	require.True(t, Undecided(in))
	in.Outside = map[int64]Outside{2: {InC: true, Call: "signal"}}
	require.False(t, Undecided(in), "judged already")
}

// Cycles through the same lines are one fault, whichever goroutine of each comes first.
func TestAlikeCycles(t *testing.T) {
	var in Input
	for i := range int64(100) {
		a, b := uint64(0xa000+i), uint64(0xb000+i)
		one, two := 2*i+10, 2*i+11
		if i%2 == 1 {
			one, two = two, one
		}
		in.Goroutines = append(in.Goroutines, g(one, lockWait, 21, mutex(b)), g(two, lockWait, 31, mutex(a)),
			g(1000+i, lockWait, 41, mutex(a)))
		in.Holds = append(in.Holds, hold(one, a, 20), hold(two, b, 30))
	}
	in.Goroutines = append(in.Goroutines, g(5000, lockWait, 51, mutex(0xe)))
	in.Holds = append(in.Holds, hold(5000, 0xe, 50))
	verdicts, _ := Judge(in)
	require.Len(t, verdicts, 2)
	require.Equal(t, LockCycle, verdicts[0].Class)
	require.Len(t, verdicts[0].Goroutines, 200)
	require.IsIncreasing(t, verdicts[0].Goroutines)
	require.Equal(t, 300, verdicts[0].Blocked)
	require.Len(t, verdicts[0].Evidence, 8)
	require.Contains(t, verdicts[0].Summary, "99 more are stuck the same way in the same lines; 100 more goroutines are blocked behind")
	require.Equal(t, SelfDeadlock, verdicts[1].Class)
}

// What an engineer reads: the lines where each took one lock and wants the other.
func TestLockCycleEvidence(t *testing.T) {
	verdicts, _ := Judge(Input{
		Goroutines: []*goroutine.Goroutine{g(18, lockWait, 21, mutex(0xb)), g(19, lockWait, 31, mutex(0xa))},
		Holds:      []Hold{hold(18, 0xa, 20), hold(19, 0xb, 30)}})
	require.Len(t, verdicts, 1)
	main := Evidence{Func: "main.f", File: "/src/main.go"}
	evidence := func(id int64, role Role, object, function string, line int) Evidence {
		e := main
		e.Goroutine, e.Role, e.Object, e.Func, e.Line = id, role, object, function, line
		return e
	}
	require.Equal(t, []Evidence{
		evidence(18, Holds, "sync.Mutex 0xa", "main.h", 20),
		evidence(18, Waits, "sync.Mutex 0xb", "main.f", 21),
		evidence(19, Holds, "sync.Mutex 0xb", "main.h", 30),
		evidence(19, Waits, "sync.Mutex 0xa", "main.f", 31),
	}, verdicts[0].Evidence)
	require.Equal(t, "deadlock over 2 locks: "+
		"goroutine 18 holds sync.Mutex 0xa since main.go:20 (main.h) and waits for sync.Mutex 0xb at main.go:21 (main.f); "+
		"goroutine 19 holds sync.Mutex 0xb since main.go:30 (main.h) and waits for sync.Mutex 0xa at main.go:31 (main.f)",
		verdicts[0].Summary)

	text, err := json.Marshal(verdicts[0])
	require.NoError(t, err)
	for _, key := range []string{"class", "confidence", "summary", "goroutines", "blocked", "evidence", "goroutine", "role",
		"object", "func", "file", "line"} {
		require.Contains(t, string(text), `"`+key+`":`)
	}
}

func TestChannelEvidence(t *testing.T) {
	verdicts, _ := Judge(Input{
		Goroutines: []*goroutine.Goroutine{g(1, "IO wait", 9), g(7, "chan send", 70, sends(0xc))},
		Stranded:   stranded(7), Channels: map[uint64]Channel{0xc: {Len: 2, Cap: 2}}})
	require.Len(t, verdicts, 1)
	require.Equal(t, []Evidence{
		{Goroutine: 7, Role: Waits, Object: "chan 0xc (2 of 2 buffered)", Func: "main.f", File: "/src/main.go", Line: 70},
		{Goroutine: 7, Role: Created, Func: "main.main", File: "/src/main.go", Line: 5},
	}, verdicts[0].Evidence)
	require.Equal(t, "goroutine 7 sends to chan 0xc (2 of 2 buffered) at main.go:70 (main.f), but none is left to receive "+
		"from it: nothing that still runs can reach it; started at main.go:5 (main.main)", verdicts[0].Summary)
}

// Thousands alike are one verdict, with evidence for a few, in little time.
func TestMany(t *testing.T) {
	in := Input{Stranded: make(map[int64]bool), Goroutines: []*goroutine.Goroutine{g(1, "IO wait", 9)}}
	for id := int64(2); id < 20_002; id++ {
		in.Goroutines = append(in.Goroutines, g(id, "chan send", 70, sends(uint64(id))))
		in.Stranded[id] = true
	}
	verdicts, _ := Judge(in)
	require.Len(t, verdicts, 1)
	require.Equal(t, 20_000, verdicts[0].Blocked)
	require.Len(t, verdicts[0].Evidence, 2*maxShown)
	require.Contains(t, verdicts[0].Summary, "20000 goroutines (2, 3, 4, …) send to chan 0x2 and 19999 others at main.go:70")
}

func TestUserFrame(t *testing.T) {
	for _, tc := range []struct{ stack, want string }{
		{"runtime.gopark sync.(*Mutex).Lock main.f main.main", "main.f"},
		{"internal/poll.(*FD).Read net.(*conn).Read main.f", "net.(*conn).Read"},
		{"a.b/internal/c.f main.main", "a.b/internal/c.f"},
		{"sync/errgroup.x", "sync/errgroup.x"},
		{"example.com/runtime.F", "example.com/runtime.F"},
		{"runtime.selectgo runtime.main", "runtime.selectgo"},
		{"main.f[go.shape.struct { a/b.c }]", "main.f[go.shape.struct { a/b.c }]"},
		{"", ""},
	} {
		fn := &goroutine.Goroutine{}
		for _, name := range strings.SplitAfter(tc.stack, " ") {
			if strings.HasPrefix(tc.stack, "main.f[") {
				name = tc.stack
			}
			fn.Frames = append(fn.Frames, goroutine.Frame{Func: strings.TrimSpace(name)})
		}
		require.Equal(t, tc.want, userFrame(fn).Func)
	}
}
