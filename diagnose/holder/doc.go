// Package holder infers which goroutine holds a lock, and at which line it took it, from outside the process: without its
// cooperation, without debug information, without the source.
//
// Go records no owner. A sync.Mutex is two words, a state and a semaphore; its state says that it is locked and how many
// wait, and a goroutine that locks it leaves its name nowhere. A mutex may even be unlocked by another goroutine than the
// one that locked it. What remains is in the stacks: a function that is to unlock later has to keep the lock's address
// until then, and it stands at a place to which its machine code leads from the place where it locked.
//
// # Terminology
//
//	site         an instruction by which a function takes or gives back a lock: an inlined LOCK CMPXCHG or XADD, or a CALL
//	event        the last thing that happened to a lock on the way to some point of a function
//	value        what a register or stack slot holds, said as a base and an offset: "the first argument + 16"
//	activation   a function, how far it is, and its frame: values turn into numbers here
//	holding      a goroutine, a lock, a line: the answer
//
// # Picture
//
//	func (s *store) put(…) {              frame of put, in memory
//	    s.mu.Lock()                       CFA ┌─────────────────┐
//	    defer s.mu.Unlock()                   │ return address  │
//	    s.log.append(…)   ◄── stands here     │ s               │──┐ 2. the site's base register was spilled here,
//	}                                         │ slot[0] ────────│┐ │    so the lock is at what lies here + 16
//	                                          │ deferBits = 1   ││ │
//	  site    LOCK CMPXCHGL SI, 16(DX)        └─────────────────┘│ │
//	    │     DX = first argument           1. a pending defer:  │ │
//	    │                                      closure that unlocks what it has captured
//	    ▼     3. the code leads from the site
//	  PC      to here, and past no unlock
//
// # Evidence
//
// 1. A pending defer. Most functions keep deferred calls in the frame: a byte of bits and a slot for each function value
// (FUNCDATA 4); in loops they are on the goroutine's list. The function value leads to its code, and the code says which
// locks it gives back, found through what it has captured.
//
// 2. A lock site on the frame. The function is run on values (flow): registers and slots are followed through copies,
// spills, address arithmetic, loads and loops. Where the address of a site has a name that is still in a slot when the
// frame waits, or is a global, or comes from the caller's frame, it is computed and compared.
//
// 3. The way from there to here. Events are carried along the control-flow graph (held): an unlock ends what a lock
// began, a lock inside a call that waits has not begun yet. What callees do to locks by the time that they return counts
// too, a few calls deep, and calls through interfaces and function values are looked up in the live frame.
//
// Frames are weighed from the outermost inwards, since a callee may give back for a while what its caller has taken;
// sync.Cond.Wait does nothing else. At last the lock's own words decide (choose): a lock that is free has no holder, one
// that readers hold has no writer, and one writer is not two.
//
// # Nobody
//
// A lock that is taken and has no holder in sight may have one all the same. It is said to be leaked only if no frame can
// come to an unlock of it (see leaked), some function may return with such a lock, and none gives back what another took.
//
// # Invariants
//
//  1. A value stands for one execution of what defines it. Where paths meet that disagree about a place, the place gets a
//     new name; round a loop the old names die.
//  2. A function that is not understood whole, for an unknown instruction or an indirect jump, tells nothing.
//  3. An acquisition counts if every path to where the frame stands has one, or a pending defer bears it out, or the
//     frame waits for that very lock again.
//  4. A release whose lock cannot be told puts all that it may concern in doubt.
//  5. Likely and certain are never given to two writers of one lock.
//
// # Confidence
//
// Certain: every path takes the lock and keeps it, and its address is firm: it lies in the frame, in a closure, or is a
// constant. Likely: the address came by a load that the program may have changed since, or there is only a defer.
//
// # Costs
//
// The functions on the stacks are disassembled once, and those of the user's that are up to four calls away from a lock.
// After that a goroutine costs one read of its stack if anything on it matters, and none if not.
//
// # When not to believe it
//
// Even a certain holding is wrong where a goroutine has taken a lock and another one gave it back, where a callee more
// than four calls down unlocks for its caller, and where a function unlocks what it got as an interface. Most such cases
// end in two candidates, and then none is named; they do not if the true holder cannot be found.
//
// Not found are: locks taken by a function that has returned and is more than four calls down; those whose pointer was
// not kept, as in table[name].Lock(); those that are held on one of several paths only; TryLock without a deferred
// unlock; whatever a goroutine holds that runs on a thread just now, as its registers are not read.
package holder
