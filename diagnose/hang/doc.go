// Package hang judges: it turns what is known of a process's goroutines into verdicts on why they are stuck.
//
// # Terminology
//
//   - Verdict: one hang, with its class, its root and the places in the program that show it.
//   - Root: the goroutines whose own doing it is. Blocked counts all that wait because of them, the root included.
//   - Evidence: a goroutine, its role (it holds, it waits, it was created) and a line of the user's code.
//   - Stranded: waiting for something that neither a goroutine that may still run nor a global can reach.
//   - Group: goroutines that wait at one line and come from one go statement. One fault, found often.
//   - Outside: in the kernel, as a pipe or a child.
//   - Parked: a main that blocks for ever on purpose, while others work.
//
// # How the classes are told
//
//	what it waits for        and what is wrong                                          class
//	a lock                   a cycle, of two locks or more                              lock-cycle
//	                         … of one lock and two goroutines                           rwmutex-reentry
//	                         … of one goroutine; the lock is that of a Once             self-deadlock; once-recursion
//	                         … of one goroutine, and a call of C is in between          c-callback
//	                         … with a mutex of C in it                                  c-lock
//	                         no call under way will give it back                        leaked-lock
//	a channel                it is nil                                                  nil-chan
//	                         stranded, or all asleep                                    chan-no-peer
//	                         … and its slots are held by those that are stuck beyond    semaphore-self-wait
//	a select                 stranded in all its cases                                  select-no-peer
//	                         for a connection, and all that are out are idle            pool-exhausted
//	a WaitGroup, a Cond      stranded                                                   waitgroup-short, cond-lost-wakeup
//	any of these, stranded   and it holds a lock that others want                       lock-over-block
//	                         and it is main, before main.main                           init-deadlock
//	                         and there are many, and more a moment later                goroutine-leak
//	a pipe, a child          full, and nobody reads; stopped; gone, its output kept     pipe-stuck, child-stopped, child-wait
//	an answer, without end   and it holds a lock that others want                       net-no-deadline
//	C, without end           and it holds a lock that others want                       c-call
//	nothing: it runs         in a loop that only reads and compares                     busy-loop
//	                         … hands control to others, and comes round to where it was livelock
//	                         so that the runtime cannot stop the world                  stw-stuck
//
// Each class is one function, or a few lines of one, with its rule written above it.
//
// # Rules
//
//  1. No verdict is better than a wrong one. A hold whose own evidence is no more than possible is no edge of the graph.
//  2. A verdict is as certain as the weakest piece of evidence it needs.
//  3. Idle is no hang: a select without cases never gives a verdict, and neither does a parked main while others run.
//     What was seen and let pass is said in the remarks.
//  4. A wait that follows from another's is not judged: who waits for a goroutine it started, which is stuck itself, is
//     no root.
//     Nor is one whose partner waits for a lock, if of locks there is a verdict: it is counted there.
//  5. The most serious comes first: locks, which stop ever more goroutines, before channels, which stop their own.
//
// # What it needs
//
// Goroutines alone (a text dump) admit nil-chan, and the stranded classes where the runtime itself said that all are
// asleep. Lock classes need holders, which Go does not record: they are inferred from the code of a live process. Input
// has a field for each kind of knowledge, and Judge is a pure function of it. Confirm then holds the verdicts against a
// second reading: who has moved was slow, not stuck.
//
// # What it cannot tell
//
// A main that waits, beside a working server, for a worker that went away without a word: to all appearances it is
// parked. A partner outside the process: a read from the network that never ends, and a call of C that does not return, are
// told only where others wait meanwhile for a lock; else an idle connection, or a slow library, looks the same. Goroutines
// that are never blocked for long and get nowhere all the same, unless all that they do is to send and to receive: those
// that try locks, or select, or sleep in between (see NOTES.md, Livelock).
package hang
