// Package diagnose holds the commands that look inside a running program without its help: hang, leak, record, demo
// and ui.
//
// # First questions to ask of a stuck process
//
// Before any tool: is it stuck, or slow? The answers are in /proc/PID/stat and on the machine's own top.
//
//	it uses no CPU     everybody waits. For whom? goroutines, locks, channels, the network, a child: innards hang PID
//	it uses one core   somebody loops, and the others may wait for it: look which goroutine is running, twice
//	it uses all cores  it works: take a CPU profile, not a dump
//	it grows           goroutines that never end (innards hang: one group, many members), or C memory (innards leak)
//
// Then: what changed between two looks? A hang is what stays the same. Which goroutine waits and is waited for? The
// thousand that queue for a lock are all alike and all innocent; the one that has it is where the fault is, and it is
// nearly always in some other state than theirs.
//
// # What each tool shows
//
//	                      needs                 costs the process         which goroutine waits, and for whom
//	SIGQUIT               a terminal or log     its life                  stacks and wait reasons; no owner
//	pprof, debug=2        an HTTP port that     stopped while every       the same
//	                      still answers         stack is printed
//	pprof, debug=0 and 1  the same              stopped briefly           stacks and counts; no ids, no reasons
//	"all goroutines are   nothing               its life                  only if nobody at all can run: one ticker,
//	 asleep"                                                              one open socket and it says nothing
//	block, mutex profile  switched on before    little                    waits that ended; a hang never ends
//	delve attach          debug information,    stopped until detached    everything, by hand
//	                      ptrace
//	innards hang PID      to read its memory    nothing: not stopped      who holds the lock, and since which line
//
// When the runtime cannot stop the world (a loop without a preemption point, under GODEBUG=asyncpreemptoff=1) all tools
// that ask the process itself are silent. Reading it from outside does not ask.
//
// # How the parts fit
//
//	TARGET ─┬─ PID ───────▶ inspect ──▶ Snapshot ──▶ holder: who has which lock ─┐
//	        │               executable: its code,      stranded: what nothing    ├─▶ hang.Input ──▶ hang.Judge
//	        │               functions, lines           can reach any more        │                     │
//	        └─ URL, FILE, - ▶ goroutine.Parse ──▶ Dump ──────────────────────────┘      waitgraph ◀────┤
//	                                                                                                   ▼
//	                          hangdemo, cdemo: faults with known answers ◀── compared ────────── []hang.Verdict
//	                                                                                                   │
//	                          report.json, report.txt, dump.txt, goroutines.pb.gz ◀── --out ───────────┤
//	                                      └────────▶ web: innards ui                    text, or --json ┘
//
// Each package below can be used, and is tested, without the others: goroutine parses, inspect reads, holder infers,
// waitgraph joins, hang judges. This one joins them and talks to people. Nothing below it prints.
//
// # Two looks
//
// A process that is not stopped moves while it is read, and two goroutines are never seen at one moment. Whatever
// verdict the first look gives is therefore kept only if its goroutines still stand in the same frames, waiting for the
// same things, in a second one. A hang always does. A program that only looked like one has moved on.
//
// A core has one moment only, so there a program that was slow when it died may look stuck. With --stop the first look is
// of one moment, and the second of the process as it goes on; for a livelock it is stopped some more times, for moments.
//
// # Other ways in
//
// A command (-- CMD) is looked at whenever half a second passes without output or CPU time, by the same look as a PID;
// after a look without a verdict the patience doubles. Where the program is none of Go's (a shell, go run), what it started
// is looked at. One that the runtime ended itself is judged by the dump that it printed.
//
// A URL is asked for the profile first, which says how many goroutines there are, and for the full dump only where that
// does not stop the process for long. A core goes the way of a PID. A folder that --save made shows its verdicts again,
// as they were: no dump holds all that they were drawn from.
//
// # What is kept, and what it costs
//
// Nothing, unless --out or --save names a folder. Each file in it is written beside its place and renamed when it is whole.
package diagnose
