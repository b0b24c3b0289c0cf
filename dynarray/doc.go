// Package dynarray keeps a growing array's elements in C memory, or in mappings where there is no C.
//
// Array is the array. On top of it stand List, which behaves as Python's list does, Strings, a list of strings that the
// collector does not see, and Reader and Writer over bytes: their essays head their files. Package kernel has the loops in
// C, package npy reads and writes NumPy's files.
//
// # Terminology
//
//   - Length and capacity: as of a slice. The elements beyond the length are not initialised.
//   - Over-allocation: asking for more capacity than is needed, so that most appends need no memory.
//   - View: a slice over the array's memory, as Slice returns it. It is valid until the memory moves.
//   - Site: the line that made an array. Lost: collected by the garbage collector without having been closed.
//
// # Picture
//
//	Array (Go heap)            block (Go heap)              C memory
//	+-----------------+        +------------------+         +----+----+----+----+----+----+
//	| s    pointer ---|------------------------------------>| e0 | e1 | e2 |    |    |    |
//	|      length 3   |   +--->| memory ----------|-------->+----+----+----+----+----+----+
//	|      capacity 6 |   |    | bytes, site,     |           length --------^   capacity --^
//	| block ----------|---+    | viewed, busy     |
//	| cleanup --------|------> runs when the Array is unreachable, and gets the block
//	+-----------------+
//
// The header s is an ordinary []T whose memory happens to be C's. So indexing, bounds checks and append are
// the compiler's own: At, Set and Append inline into their callers, and only a growth calls C.
//
// # Why, and what for
//
// The garbage collector does not scan, mark or count this memory. A gigabyte of it costs a collection nothing,
// growth extends a block in place where the C library can instead of copying it beside the old one, and Close
// gives it back at once. And C code can be given the elements without a copy.
//
// # Over-allocation
//
// An array that is full asks for twice its capacity, from 1 GiB on for a quarter more. Appending n elements so
// moves at most n (below 1 GiB) in all, even where every growth copies: an append is O(1), amortised. The price is
// capacity in reserve, up to half of the block. Most of it is address space only: pages that were never
// written are not resident.
//
// Any factor f > 1 gives O(1): each element is copied 1/(f-1) times on average. CPython's list takes an eighth:
// (n + n/8 + 6) rounded down to a multiple of four, which goes 4, 8, 16, 24, 32, 40, 52, 64, 76, 92, 108, 128, and
// copies eight times in the long run, where doubling copies once; it wastes a ninth at most, where doubling wastes half.
// SetGrowth(CPython) has it. Grow asks for exactly what is needed, in whole pages if it is much.
//
// # Where the memory is
//
// Below 1 MiB a block is malloc's, and grows by realloc. From there on it is a mapping of its own. mremap moves its
// pages and no byte, so that the old and the new block are never resident together. It begins on a boundary of
// 2 MiB, to have huge pages, as SetHugePages says: a fault costs more than a page's worth of appends, and with huge
// pages there is one fault instead of 512. By default new huge pages are timed, since a virtual machine may have to
// ask its host for them, and then small pages are faster. An array that is appended to gets its pages in steps of 2 MiB, or
// 256 KiB of small ones, just before they are written, and no more capacity than that: so no page of it faults. Freed
// mappings up to 64 MiB in all are kept with their pages for the next array; Trim gives them back.
//
// Clip gives the reserve back, by realloc or page by page. Pop, Delete and Replace give pages of a mapping back
// once less than a quarter of what was touched is in use, down to twice of what is used, so that an array whose
// length goes to and fro does not pay each time. The addresses stay, because a view is valid until the array grows; a
// smaller block would have to move, and keeps its memory until Clip. CPython shrinks below a half; nobody has a view of
// its lists.
//
// Reserve takes addresses for the largest size at once, and never moves. OpenFile's array is a file. Without cgo,
// small blocks are cut from mappings in powers of two, and all else is the same.
//
// # What a C call costs
//
// About 30 ns, where a Go call takes 2: the goroutine tells the scheduler, changes stacks and comes back. One for
// each element would be slower by far than a slice, so C is called when memory changes only: about twenty times
// for the first million appends.
//
// # Who owns the memory
//
// The Array, until Close. After that every method panics with "dynarray: use of closed array", and a second Close
// returns ErrClosed; the header is nil then, so nothing can reach the freed memory through the array. A view can:
// after a growth, a Clip or Close it is as dangling as any C pointer. Built with -tags guard, a stale view faults at
// its first use: freed pages are made untouchable, and every block ends at a page that is.
//
// C gets the elements by Pointer, under the rules of a view: until the next growth, Clip or Close, or in a reserved
// array until Close. Detach hands the memory over for good, and the array is closed; Adopt takes memory over. Neither
// copies. Either way one side alone frees it, by the Free of the Memory, or C's free where there is none.
//
// An array that is forgotten unclosed is counted as Lost at its site, which Live returns; nothing is printed. Its
// memory is freed by a cleanup, unless Slice was ever called: a view does not keep the array alive, and may be in
// use still. Bytes is what all arrays hold; neither GOGC nor GOMEMLIMIT knows of it. WriteProfile shows it by Go stack.
//
// An element type that holds a Go pointer is refused by New: the collector would not see it. An uintptr is
// taken: what it stands for is the caller's affair.
//
// # Invariants
//
//  1. Whenever append runs, the capacity exceeds the length: at full capacity it would move the elements to Go's
//     heap without a word. grow makes room or panics.
//  2. The header is nil if and only if the array is closed. An open array without memory has one that is not nil.
//  3. The header's pointer is the block's memory, and its capacity as many elements as the block's bytes hold.
//  4. While SortFunc or SortBy runs, or a Writer reads into the array, the header is empty and the block busy: what uses
//     the array then panics, and cannot move the elements.
//
// # Costs
//
//	At, Set                  as a slice's, and one load for the header
//	Append                   amortised O(1), no call on the fast path
//	Insert, Delete, Replace  O(n): the elements behind move; a view of the array itself is copied first
//	SortFunc, SortStable     O(n log² n), in place; Sort O(n log n)
//	New and Close            two C calls, registration and a cleanup: about a microsecond
//
// The figures measured are in NOTES.md.
//
// # What it is not good for
//
// Many small arrays: each costs as much as a few hundred appends. Elements with strings, slices or other pointers.
// Several goroutines, as for slices. Holding views for long.
package dynarray
