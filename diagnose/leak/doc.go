// Package leak finds the call sites that lose C memory, from the stream of allocations and frees of a traced program.
//
// # Terminology
//
//	block      a piece of C memory that is alive: allocated, not freed
//	stack      the calls that led to an allocation, C then Go
//	site       all stacks that have in common the calls from the allocator down to one line of the user's own Go code; of
//	           a line whose C functions have too few samples each, all stacks that go through it
//	survivor   a block that is alive at the end of the observation
//	birth      the time at which a block was allocated
//	window     a tenth of the observation
//	look       a picture of the program's memory at one moment
//	root       memory whose words count as pointers without being pointed to: variables, stacks, registers
//
// # Picture
//
//	          births of the survivors, by window         taken minus given back, by window
//	growing   ▄▄▄▄▄▄▄▄▄▄  all along                      ▄▄▄▄▄▄▄▄▄▄  goes on
//	pool      ________▂█  all are young                  █▂________  a bound is reached
//	warm-up   █▂________  all are old                    █▂________
//
// # Operations
//
// Heap.Add takes the events in their order, whether they come from a stream or, by FromTrace, from a text. Looker.Look
// takes a picture of the program, Look.Mark finds what nothing in it reaches, Heap.SetUnreached tells the heap. Heap.Sites
// names the stacks, gathers them into sites and judges each. NewReport, Report.WriteText and Profile are the three forms of
// the result: JSON, text for people, and a profile for pprof.
//
// # What nothing reaches
//
// For a look all threads are stopped by ptrace, their registers and the memory that is the program's own are copied, and
// they go on; no signal is sent, and none gets lost. To read a program that runs on would not do: a pointer that moves
// from a place not read yet to one already read would be missed, and however often one looked, a list whose entries move
// all the time would come out as lost now and then. What is marked afterwards, in the copy, is true of one moment, and what
// nothing reaches at one moment nothing ever will.
//
//	registers ─┐                                       ┌─► C block ─► C block
//	stacks ────┼─► every aligned word that lies in ────┤
//	variables ─┘   a C block or in a Go object         └─► Go object ─► …
//
// The Go heap is marked through object by object, so Go garbage keeps nothing alive; a uintptr counts like a pointer. Of
// stacks counts what lies above the stack pointer. What glibc has free is no root: where every allocation was recorded, all of
// its heap is known. Where allocations are sampled, a block that was not recorded may hold the pointer to one that was, so
// all of the C heap is a root: a block that only a lost block points to is then taken for reached.
// Objects with a finalizer are reached by it, but for those that lead back to themselves through another: Go never calls
// their finalizers. A mapping is lost if nothing points into it; its contents count in any case.
//
// A site of whose blocks half are lost is a leak as a whole; of another one, the lost blocks are, and the rest is judged as
// it would be without them.
//
// # Handles and pinners
//
// What Go keeps for C is in no allocator: cgo.Handles lie in a table of package runtime/cgo, and a runtime.Pinner that pins
// something is known by its finalizer and its form. A look finds both in its picture; between two looks they count as taken
// evenly, and three looks are the least for a verdict. The line is that of the only call in the program that makes one for a value
// of that type; where there are several such, none is named.
//
// # Attaching
//
// Caller has a running process load the tracer. Blocks from before that are unknown, so nothing of the C heap is taken for
// free: all of it that is not a recorded block is a root. The allocator is asked for what it has handed out, once, at the
// end; what exceeds the recorded blocks is resident.c_before.
//
// # The verdict
//
// Growing wants both courses: survivors born in the later half of the site's life about as often as in the earlier half,
// not many windows without any, and a balance that still rises. Births alone would take for a leak a pool that turns over slowly;
// the balance alone, one that is just being filled. Warm-up is what was born early in a site's life, of which nothing was
// added since. Pool is what is given back and taken anew. Live is the answer to too few samples: six survivors are the
// least for growing, and up to nineteen, a run shorter than a second, or rests in between make it no more than possible.
//
// All figures of a sampled run are estimates: each recorded block counts for as many as the chance of recording it implies.
//
// # Invariants
//
//  1. Only growing, and leak, are findings.
//  2. The living bytes of the sites of C memory add up to resident.c_live, and the parts of resident to its rss.
//  3. A site's line is never the standard library's nor a generated wrapper's. It is empty where no user code took part.
//  4. What cannot be known stands in resident.other or in a warning.
//
// # Costs
//
// A look stops the program for as long as it takes to copy its memory, and takes that much memory of ours; see NOTES.md in
// folder cgo for figures. An event is a look-up in an open-addressing map and two additions. A stack takes 6 KiB for its history, whatever its
// number of events; a living block some forty bytes.
//
// # Not good for
//
// Telling a leak from a cache that is still filling when the observation ends: both grow. Pointers that are kept
// in another form (compressed, or combined by exclusive or) are not seen: what they lead to counts as lost. A pointer that
// was left behind on a stack keeps what it points to, and all that leads on from there. Looks need glibc on linux/amd64 and
// a Go release that package inspect knows; where they are not to be had, a warning says so, and what is lost is only seen to
// grow. Handles are seen only where the executable has its symbols, and
// pinners with more than a dozen objects not at all; nor are descriptors that Go code opens. Programs that do all their work in a fraction of a second and end look as if they grew; the
// confidence says so.
package leak
