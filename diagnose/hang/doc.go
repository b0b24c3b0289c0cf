// Package hang judges: it turns what is known of a process's goroutines into verdicts on why they are stuck.
//
// # Terminology
//
//   - Verdict: one hang, with its class, its root and the places in the program that show it.
//   - Root: the goroutines whose own doing it is. Blocked counts all that wait because of them, the root included.
//   - Evidence: a goroutine, its role (it holds, it waits, it was created) and a line of the user's code.
//   - Stranded: waiting for something that neither a goroutine that may still run nor a global can reach.
//   - Group: goroutines that wait at one line and come from one go statement. One fault, found often.
//   - Parked: a main that blocks for ever on purpose, while others work.
//
// # How the classes are told
//
//	                       wait-for graph                                        goroutines alone
//	       a cycle │ through …                                    wait reason "(nil chan)" │ stranded, or all asleep
//	  ┌────────────┼───────────────┬────────────────┐                    ┌─────────────────┼─────────────────┐
//	two locks   one lock, two   one goroutine   … of a Once          a receive,        sends/receives     … and it has a
//	or more     goroutines         │               │                 by main, or            │             lock others want
//	   │           │               │               │                 from ctx.Done()        │                 │
//	lock-cycle  rwmutex-reentry  self-deadlock  once-recursion       nothing   nil-chan   chan-no-peer   lock-over-block
//
// # Rules
//
//  1. No verdict is better than a wrong one. A hold whose own evidence is no more than possible is no edge of the graph.
//  2. A verdict is as certain as the weakest piece of evidence it needs.
//  3. Idle is no hang: a select without cases never gives a verdict, and neither does a parked main while others run.
//     What was seen and let pass is said in the remarks.
//  4. A wait that follows from another's is not judged: who waits for a goroutine it started, which is stuck itself, is
//     no root.
//  5. The most serious comes first: locks, which stop ever more goroutines, before channels, which stop their own.
//
// # What it needs
//
// Goroutines alone (a text dump) admit nil-chan, and chan-no-peer where the runtime itself said that all are asleep. Lock
// classes need holders, which Go does not record: they are inferred from the code of a live process. Input has a field
// for each kind of knowledge, and Judge is a pure function of it.
//
// # What it cannot tell
//
// A main that waits, beside a working server, for a worker that went away without a word: to all appearances it is
// parked. The partner of a select, of a WaitGroup, of a Cond. A partner outside the process.
package hang
