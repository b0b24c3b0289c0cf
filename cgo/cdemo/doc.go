// Package cdemo makes C memory leak on purpose, in the ways in which programs that mix Go and C do it by accident. Each
// demo says what must be found, to the line and the byte, and stands beside its repaired twin, in which nothing must be.
// They are the known answers that the leak finder is tested against.
//
//	cstring     C.CString without C.free                                 the block is made in a wrapper that cgo generates
//	errorpath   an early return skips parser_destroy                     three of four blocks of the same site are freed;
//	                                                                     one object is two blocks from two C functions
//	callback    C calls Go, which makes C memory and drops it            Go frames on both sides of a stretch of C
//	outparam    memory comes through an out-parameter                    a closure that cgo makes for the call
//	aligned     posix_memalign                                           another function of the allocator
//	asprintf    asprintf, getline                                        the allocation lies inside of the C library
//	cycle       two blocks point to each other                           each of them is pointed to
//	perthread   thread-local memory of a thread that ended               the variable is gone with the thread
//	finalizer   a finalizer on an object in a cycle                      Go never calls it
//	registry    a C list takes entries in and lets none go               all of it is within reach: growing, not lost
//	mmap        a mapping without munmap                                 no block of the allocator
//	fd, thread  open without close, a thread nobody joins                no memory at all
//	cxxnew      operator new without delete                              a library that dlopen loaded
//	handle      a cgo.Handle without Delete                              no C memory at all: a table in Go's runtime
//	pinner      a runtime.Pinner without Unpin                           the same, of Go memory that cannot be freed
//
// Three more must not be found, but told from a leak:
//
//	pool        sessions come and go within a bound                      blocks are born all the time
//	warm-up     a cache is filled at the start                           nothing is ever given back
//	retention   48 MB are freed below a block that stays                 resident memory stays high: the allocator has it
//
// A demo works in rounds, so that blocks are born steadily, and does two innocent things beside its fault: a table that is
// filled once and kept (warm-up), and a pool of buffers that is renewed all the time (pool). Neither may be reported.
//
//	round   1    2    3    4   …
//	table   ████████████████████   taken once
//	pool    ▁▃▅▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆   comes and goes within a bound
//	fault   ▁▁▂▂▃▃▄▄▅▅▆▆▇▇████   a fixed number of bytes each round
//
// The Go part of every demo is a few lines; the line that has to be named ends in a WANT comment, and Want.Line is read
// from there. Demos need cgo; without it the table is the same and running one returns an error.
//
// Not good for: judging how a finder does on real libraries. The faults are plain, the stacks shallow, the noise small.
package cdemo
