// Package cgo traces the C memory of a Go program that was not built for it: it compiles the tracer, has it preloaded into
// the program, and hands out the stream of allocations and frees, each with its C and Go frames.
//
// # Terminology
//
//	tracer     a small library in C (folder malloctrace) that stands before malloc, free and their kin
//	preloading the dynamic linker puts the tracer before the C library, so the program's own calls reach it first
//	target     the executable that is to be traced; a command may be the target or something that comes to execute it
//	stream     the file in shared memory that the tracer writes; package tracefmt has its format
//	period     mean number of bytes between two samples; 1 records every allocation
//	layout     where the Go runtime keeps a goroutine's stack, needed to continue a C stack into Go
//
// # Picture
//
//	innards                              sh -c "exec ./server"          ./server
//	   │ Compile ─► malloctrace-….so           │                           │
//	   │ Preload ─► stream, LD_PRELOAD,   ───► │ inherits, sleeps   ───►   │ wakes: its inode is the one that
//	   │            INNARDS_TRACE              │                           │ the stream's header names
//	   │                                                                   │
//	   └── Drain ◄───────────── /dev/shm/innards-… ◄── malloc, free ───────┘
//
// A process that runs already is attached to: a copy of the tracer, with the path of a stream written into it, is loaded by the
// process itself, and puts its hooks where the dynamic linker has put the addresses of malloc and the others; see
// malloctrace/attach.h. Who makes the process load it is package leak, by Caller.
//
// # Operations
//
// ExamineProcess and PrepareAttachment are the same for a process as Examine and Preload for a command.
// Examine says whether an executable can be traced, or why not. Compile makes the tracer, once for each compiler and
// source, and keeps it in the user's cache. Layout and LayoutFromDWARF give the runtime's layout. Preload sets a command's
// environment and creates its stream; starting and ending the command is left to the caller.
//
// # In the process itself
//
// A program that imports package malloctrace has the tracer linked in and serves a profile of its C heap; one that imports
// leaktest in its tests has them fail when they leak. NewStream is for these. The source is the same, but it is embedded here,
// and not imported: its malloc would be linked into every program that uses this package, innards itself included.
//
// # Invariants
//
//  1. A program that is not the target behaves as if nothing were preloaded, and the stream does not change.
//  2. The tracer never allocates through the allocator, never calls Go, and leaves errno alone.
//  3. What was written is not lost when the process dies, however it dies.
//  4. An attached process goes on as before when the tracing ends, by its reader's will or death; the library stays loaded.
//  5. A child that is forked off the target writes nothing; an exec of it begins a new heap.
//
// # Costs
//
// An allocation that is not sampled costs a subtraction and a jump, a free of one that was not two loads and a jump. A
// recorded one costs some thirty nanoseconds, its free as much: what a stack is called is recalled where its words are those of
// before, and the unwinder of the C library is asked only once about each place that a call is made from. The stream
// takes 12 MiB of shared memory, 48 MiB when everything is recorded; the tracer's own tables up to 25 MiB of the target, touched
// as they fill.
//
// What is sampled is unbiased: every byte is a sample point with the same probability, so a block is recorded with one that
// follows from its size alone, and sums of what samples stand for come out right on average, for every size and call site. But
// the points are not a Poisson process, which would be unbiased as well: its distances are exponential, ours uniform, so that
// the number of samples of a site that takes most of a thread's bytes varies less, by a twelfth of the variance; see sampling.h.
//
// # Not good for
//
// Programs that are statically linked, or whose privileges make the dynamic linker ignore LD_PRELOAD. Allocators of a
// program's own on top of malloc or of mappings, of which only the large blocks are seen. Of those that
// are sampled, two million can be alive at once, not more. Descriptors that Go code opens by system calls of its own are not seen, nor parts of a
// mapping that are given back from its middle. Of a callback from C into Go, the C frames between the two Go parts are left
// out.
// A stream is left behind in shared memory when innards itself is killed while a command runs; an attached process's files are
// removed as soon as it has them open. Each attachment leaves a library of some hundred kilobytes in the process, and up to
// 25 MiB of tables, as far as they were touched; after a dozen of them glibc has no room for another.
package cgo
