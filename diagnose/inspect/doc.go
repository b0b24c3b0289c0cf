// Package inspect reads the goroutines of another process from outside: by process ID, without stopping it, without its
// help, without DWARF. It works on a process whose own runtime can no longer answer, and on the core of one that is gone.
//
// # Terminology
//
//	g             the runtime's record of a goroutine; runtime.allgs lists all of them, dead ones too
//	status        what a g does: runnable, running, in a system call, waiting
//	wait reason   what a waiting g waits for, in the runtime's words: those that a goroutine dump prints in brackets
//	sudog         a g's place in one wait queue; a select has one for each case
//	semaphore     the word inside a sync.Mutex or the like that its waiters queue on
//	CFA           the stack pointer just above a frame's return address
//	span          a run of pages of the heap that holds objects of one size
//	special       a note on an object: a finalizer, a cleanup, a weak pointer
//	stranded      waiting for something that nothing can reach any more that could still act on it
//
// # Picture
//
//	allgs ─► g ─► g ─► g ──┬─ status, wait reason, id, labels, creator
//	                       ├─ sched.pc, sched.sp ─► stack ─► frames, by the function table of the executable
//	                       └─ waiting ─► sudog ─► sudog     one for each case of a select
//	                                       ├─ c    ─► hchan: length, capacity, closed, both queues
//	                                       └─ elem ─► semaphore; the lock that it lies in begins 4, 8 or 12 bytes before
//
// # Operations
//
// [Open] finds the executable (by /proc/PID/exe, so also one that was replaced on disk), its load bias and the list of
// goroutines. [OpenCore] does the same with an ELF core; what the kernel left out of it, since files have it, comes from the
// executable. [Process.Snapshot] reads all goroutines, [Process.Look] some of them again, [Process.Strand] finds out which of them nothing can wake,
// [Process.Defers] reads one's pending deferred calls, [Process.Read] anything else.
//
// Where things lie inside the runtime's structures is one table for each Go release, 1.22 to 1.26 (layout_go126.go), which
// layoutgen prints from the DWARF of a program that the release built. A test compares the table of the Go at hand, and of
// older ones where their toolchains are in the module cache. A release without a table is measured by the DWARF of
// the process's own executable; where that is stripped, it is refused.
//
// Until Go 1.25 a g that waits for a semaphore or a Cond has no sudog in its record: the frame that parked it is searched
// for the one that names it. Until Go 1.23 profiler labels are a map, and are not read.
//
// # What a reading is worth
//
// A process that hangs mostly does nothing at all. Whether it did is told by its processor clock and by its threads,
// none of which may be running: then all that was read belongs to one moment, as if it had been stopped, one look at each
// goroutine is enough, and so is one marking.
//
// Else the process runs on. So each goroutine is read twice with its stack and queue places in between, and counts only if it
// stood at the same place both times and the scheduler's count of its runs ([G].Runs) is the same; one that moved is read
// again, three times. A goroutine that hangs stands still
// and is read right. One that never does is listed with its state, and marked ("moving"). What was read of two
// goroutines was true at slightly different times: only of parked ones can it be put together.
//
// A running goroutine has its position in registers: it is listed without a stack. One in a system call or in C has
// its stack from where it left Go. Stacks that lead from Go through C back into Go are walked through. Where a stack
// cannot be walked to its end, [G].Cut says so.
//
// # Stranded goroutines
//
// [Process.Strand] marks as a collector does, with the same fixed point as Go's own goroutine leak profile:
//
//  1. Roots are the variables, what finalizers and cleanups hold, and the stacks of all goroutines that may still run:
//     those that run, sleep, wait for I/O or for a timer, as much as those that are ready.
//  2. Pointers are told from other words by the compiler's maps, of variables, of types and of stack frames. Where there
//     is no map, every word counts as a pointer.
//  3. The g's and sudogs are not walked through: the list of all goroutines would make everything reachable.
//  4. Once the channel or lock that a blocked goroutine waits for has been marked, its stack is a root too. So on, until
//     nothing changes.
//  5. The stacks of goroutines that ran meanwhile are taken whole, once more at the end, and every word of them counts.
//  6. Those left over are stranded. The marking is done twice, and three times where something ran meanwhile; a goroutine
//     must be left over, at the same place, each time. Once is enough where the process has not run since the snapshot.
//
// It errs on the side of silence. A lock among the variables is always within reach; so is one that shares its 16 bytes
// with another small object in use. A running goroutine's whole stack counts, with what earlier calls left on it.
// `select {}` is never called stranded: a program that is meant to run for ever often ends its main function so. While a
// finalizer runs, or if the heap has more than 512 MB that may hold pointers, the answer is "not known".
//
// # Costs
//
// A snapshot costs the process nothing but the bandwidth of its memory. Here a goroutine of twelve calls costs about
// fifteen microseconds, all that the hang command does with it included, where the process stands still; a third of that
// is copying. Marking reads each span that holds pointers once and keeps it until it is done: the pointers' share of the
// heap is read once, or two or three times where the process moves, and once that share is held in memory.
//
// # Limits
//
// Linux on amd64. The reader must be allowed to trace the process: same user, and a
// kernel.yama.ptrace_scope that permits it, or CAP_SYS_PTRACE. Plug-ins have variables of their own, which are not read.
package inspect
