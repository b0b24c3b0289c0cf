// Package foreign runs containers of C++ on the work of the benchmark, each in a process of its own.
//
// # Terminology
//
// A Container is a type of a C++ library. Compile makes a Program of it, which can be started on a Job: an operation, and the
// keys to do it with. What runs then is a Process; it has the keys, and its container filled, when Start returns.
//
//	this process                                 Process
//	Start      key op len batch first, keys -->  reads them, fills the container
//	           <-- ready
//	Run(20)    run 20                       -->  does the work twenty times, clock in hand
//	           <-- ran NANOSECONDS CHECKSUM COUNT
//	Build      build                        -->  fills the container anew
//	           <-- built
//	Weigh(3)   weigh 3                      -->  fills three containers
//	           <-- weighs BYTES
//	Close      (end of input)               -->  ends
//
// # What is the same for both sides
//
//   - The keys, to the byte, and the order in which they are asked for: they are sent, not made twice.
//   - The turns: a foreign contender has its place in each round, as any other, and waits while others have theirs.
//   - The clock: processor time of the thread that does the work, read just before and just after it.
//   - The answers: each sample ends with a checksum that is compared with what Go's own structures make of the same work.
//   - Strings are references into one arena, std::string_view here, and no copies of their own.
//
// # What is not, and cannot be
//
// Another process has other pages and another heap. Another compiler has another idea of inlining. The hash of each container
// is its library's default: std::hash of an integer is that integer, absl::Hash and Go's are seeded, boost::hash is not. What
// C++ frees it frees on the clock, where Go leaves it to its collector, of which only a part is on the thread's clock.
// The ratio says what a program gets that is written in the other language, and not which data structure is the better one.
//
// # Compiling
//
// The one source is embedded and compiled for each container with g++ -O3 when it is first asked for, which takes a few
// seconds, into the user's cache, under a name made of the source, the flags and the compiler's version. CXX names another
// compiler, CXXFLAGS more flags, as for make. Nothing of it is linked into this program.
//
// # What it is not good for
//
// Allocations and profiles: those of this process know nothing of another. Bytes per entry are what malloc has given out
// (mallinfo2 of glibc), with what it keeps beside each piece; of Go's structures they are what lives on the heap.
package foreign
