// Package hangdemo holds hangs made on purpose: small programs with one fault each, the known answer, and the repaired
// twin beside it. They teach what a hang of that class looks like in code, and they are what the tools are tested on.
//
// # Terminology
//
//   - Fault: what is wrong in the program. It is there on every run: where it takes bad luck with the scheduler to meet
//     it, the demo arranges for the bad luck.
//   - Known answer: the class of the verdict, and the lines it must name.
//   - Twin: the same work without the fault. It must give no verdict.
//
// # A demo is one file
//
//	lockcycle.go          two goroutines take two mutexes in opposite order        lock-cycle
//	selfdeadlock.go       a method that holds its mutex calls one that takes it    self-deadlock
//	leakedlock.go         an early return skips the Unlock                         leaked-lock
//	rwmutexreentry.go     a reader reads again behind a waiting writer             rwmutex-reentry
//	lockoverblock.go      a listener who has left is told under the lock           lock-over-block
//	oncerecursion.go      what a Once runs asks for what the Once makes            once-recursion
//	channopeer.go         the asker has left when the answer comes                 chan-no-peer
//	nilchan.go            a channel that was declared and never made               nil-chan
//	selectnopeer.go       a context is forgotten that nobody has cancelled         select-no-peer
//	waitgroupshort.go     a worker returns early, without Done                     waitgroup-short
//	condlostwakeup.go     the Broadcast came before the Wait                       cond-lost-wakeup
//	goroutineleak.go      each late answer leaves a goroutine behind               goroutine-leak
//	semaphoreselfwait.go  workers keep their slots while they wait for others      semaphore-self-wait
//	poolexhausted.go      an open body keeps the only connection                   pool-exhausted
//	busyloop.go           a loop asks again and again for what nobody will set     busy-loop
//	livelock.go           two hand one spoon to each other, and neither eats       livelock
//	stwstuck.go           a loop that nothing interrupts keeps the world going     stw-stuck
//	netnodeadline.go      an answer is awaited under a lock, for ever              net-no-deadline
//	pipestuck.go          more is printed to a pipe than it holds                  pipe-stuck
//	childwait.go          a grandchild keeps the output of an ended child open     child-wait
//	childstopped.go       a child is stopped by a signal                           child-stopped
//
// Three have a part in C, and so stand in cgo/cdemo; without cgo they are not there:
//
//	stuck.go              a lock of Go and one of C are taken in opposite order    c-lock
//	await.go              a call of C does not return, and its caller has a lock   c-call
//	reentry.go            what C calls back into takes its caller's lock           c-callback
//
// Each line that a verdict must name ends in a marker, "// want holds" or "// want waits" and the like. The file is
// embedded in the binary and searched for its markers, so the answer moves with the code; nobody types line numbers.
//
// # Running one
//
// Break puts the fault in place and returns; the goroutines it started stay stuck. When they really are is seen from
// the process's own dump: every line marked "waits" has a goroutine that waits in it. Only then is the demo ready, so
// whoever looks at it from outside needs no sleep and cannot come too early. (Save for stw-stuck, after which nothing of the
// process runs: its last step, Then, comes right after it has said to be ready.)
//
// # What it is not good for
//
// The faults are bare. In a real program the two locks are in two packages and the second call is five frames deeper.
package hangdemo
