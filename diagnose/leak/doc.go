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
// Heap.Add takes the events in their order, whether they come from a stream or, by FromTrace, from a text. Heap.Sites
// names the stacks, gathers them into sites and judges each. NewReport, Report.WriteText and Profile are the three forms of
// the result: JSON, text for people, and a profile for pprof.
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
//  2. The sites' living bytes add up to resident.c_live.
//  3. A site's line is never the standard library's nor a generated wrapper's. It is empty where no user code took part.
//  4. What cannot be known stands in resident.other or in a warning.
//
// # Costs
//
// An event is a look-up in an open-addressing map and two additions. A stack takes 6 KiB for its history, whatever its
// number of events; a living block some forty bytes.
//
// # Not good for
//
// Telling a leak from a cache that is still filling when the observation ends: both grow. The class leak, memory that
// nothing reaches any more, is not given yet: it takes a search of the whole process. Mappings, descriptors and threads
// are not followed. Programs that do all their work in a fraction of a second and end look as if they grew; the
// confidence says so.
package leak
