// Package waitgraph joins who waits for what with who holds it, and finds the cycles.
//
// # Terminology
//
//   - Wait-for graph: an edge leads from who waits to whom it waits for. A cycle in it never resolves: a deadlock.
//   - Object: a lock, by its address; also a channel, which goroutines wait on but none holds.
//   - Mode: Exclusive (a Mutex, the writer's side of an RWMutex) or Shared (the reader's side).
//   - Hold: a goroutine has an object in a mode. Several goroutines hold an RWMutex in Shared mode at once.
//   - Queued: a reader of an RWMutex that readers hold still waits if a writer came before it.
//   - Behind: all that cannot go on until a root does, the root included.
//
// # The picture
//
// Every object stands for two nodes, one for each mode it can be wanted in, so that a thousand readers and a thousand
// writers make two thousand edges and not a million:
//
//	g18 ──waits──▶ (A, exclusive) ──held by──▶ g19 ──waits──▶ (B, exclusive) ──held by──▶ g18       a cycle
//	g20 ──waits──▶ (A, shared)    ──held by──▶ g19                                                  behind it
//	g21 ──waits──▶ (C, shared)    ──queued──▶  g22 ──waits──▶ (C, exclusive) ──held by──▶ g23       no cycle (yet)
//
// Wanted exclusively, an object leads to all its holders: one that is stuck is enough. Wanted in Shared mode, it leads to
// its Exclusive holder, or, where only readers hold it, to the writers in the queue.
//
// A case of a select (Any) leads nowhere: another case may end the wait. Neither does a channel: who will send on it
// is not known from outside, so the graph says who waits there and no more.
//
// # Invariants
//
//  1. A cycle's steps are distinct goroutines; each waits for the object of its step, and the next holds it, or is
//     queued before it.
//  2. Every strongly connected component with an edge in it gives exactly one cycle, no longer than any other through
//     the component's first goroutines.
//  3. Behind(r) holds r, and with g every goroutine that waits for something that g holds.
//
// # Cost
//
// New, Cycles and Behind are linear in waits and holds (plus sorting); a component with cycles costs a breadth-first
// search for each of at most its first 64 goroutines.
//
// # What it is not good for
//
// It believes its input. A holder that was inferred wrongly makes a cycle that is none: whoever builds the graph decides
// which evidence is good enough. It knows nothing of time: a cycle of a snapshot that was taken in pieces may never have
// existed at one moment, unless the goroutines in it did not move between two readings.
package waitgraph
