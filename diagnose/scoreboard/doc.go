// Package scoreboard holds the verdicts of hang against real concurrency bugs: the blocking kernels of GoBench (GoKer),
// which Go ships as standalone programs for the tests of its leak profile.
//
// # Terminology
//
//   - Kernel: a small program that has one bug of a well-known project, cut down to the goroutines that it takes.
//   - Oracle: who really holds each lock. The kernels are built a second time, with package sync overlaid by one that
//     writes down its owners; the same process is then asked from outside and from inside.
//   - Right, unknown, wrong: of a lock that somebody waits for, hang names its owner, nobody, or another.
//
// # What a run does
//
//	go test -tags scoreboard -run Scoreboard -v ./diagnose/scoreboard
//
// builds the kernels plain and with the oracle, starts each, up to ten times, until goroutines are stuck (their own runtime's
// leak profile says so, or hang does), and prints a line for each kernel: its class in GoBench's terms, the verdicts, how
// the holders fared, what the leak profile says and whether the runtime ended the process by itself, as it does when all
// goroutines are asleep. It takes minutes, so it stands behind a build tag and outside of the tests that run each time.
//
// # What it is not good for
//
// A class is counted right if it is one of those that describe the bug truly; there may be two of them for one bug. The
// overlay makes Lock a call where the compiler would have put it inline, so the plain build is what classes are counted
// on, and the holders are counted on both: by goroutine where the oracle is in the process, by line where it is not.
package scoreboard
