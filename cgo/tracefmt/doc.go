// Package tracefmt is the format between the tracer of C memory and its reader: a file in shared memory, and a twin of it
// in text that a person can write.
//
// # Terminology
//
//	stream    the shared file; the traced process writes it, one reader empties it
//	event     an allocation, a free, or the start of a program; mappings, descriptors and threads are taken and given back
//	          by the same events, with the top bits of the address saying what it is
//	slot      room for one event; all slots together are a ring
//	place     an event's number in the stream; its slot is the place modulo the number of slots
//	stack     program counters of C, then of Go; each different one stands in the stream once, events name it
//	module    a file that the process had mapped, with its load bias
//	period    mean number of bytes between two samples; 1 records every allocation
//
// # Picture
//
//	tracer ──► head                                        tail ◄── reader
//	            │                                           │
//	slots  [    ▼ free …………………………………………………… ▼ written, written, claimed, written ]
//	             (allocations stop while a quarter is left: that is for frees)
//
// # The stream
//
// Create makes the file, Open maps one that is there. Stream.Drain yields what has been written since the last time, in
// order, and so makes room; a reader that keeps up can follow a process for as long as it lives, in a file of fixed size.
// Stream.Finish reads what a killed process left behind. A writer that finds no room counts what it lost, in Lost: an
// allocation is then unknown altogether; a lost free is worse, for its block looks alive, which is why frees have the last
// quarter of the ring to themselves.
//
// # The text
//
// The first line is "innards trace 1". Then, one a line, in any order, # begins a comment:
//
//	period BYTES
//	begin TIME                                            the observation, for windows of time
//	end TIME                                              what is later is left out
//	lost ALLOCS FREES STACKS
//	module START END BIAS [PATH]
//	frame ADDR c|main|dependency|std FUNC [FILE:LINE]     what an address means; again for a call that was inlined
//	stack NAME HOOK c ADDR… go ADDR…
//	TIME start
//	TIME alloc ADDR SIZE STACK
//	TIME free ADDR
//	every STEP FROM TO alloc SIZE STACK                   many blocks; "keep LIFETIME" behind it: each is freed after
//	                                                      that; "until TIME": all are freed then
//
// Times are as time.ParseDuration reads them. Lines that make no sense come back as errors with file and line, and do not
// stop the rest.
//
// # Invariants
//
//  1. A slot holds an event exactly when its sequence number is the event's place plus one.
//  2. tail <= head <= tail + slots.
//  3. A block's Alloc comes before its Free, and its Free before the next Alloc at that address.
//  4. A stack is written whole before the first event that names it is.
//
// # Not good for
//
// A stream holds what was not yet read, not the run: it is no archive. The layout is that of linux/amd64, in its byte
// order, and reader and tracer come from one build: the version number tells them apart, it does not bridge them.
package tracefmt
