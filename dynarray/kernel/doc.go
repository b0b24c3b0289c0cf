// Package kernel has the loops over a whole slice in C, as vectors, where that is faster than Go's own: sums, extremes, search,
// moves and sorting. It stands under dynarray and works on any slice of plain elements, in C memory or Go's.
//
// # Terminology
//
// A kernel is such a loop. Its threshold is the number of elements from which on C is called. A clone is one kernel compiled
// for one level of the processor: on amd64 the plain one, AVX2 and AVX-512 (x86-64-v4), among which the loader picks
// (target_clones); arm64 has vectors in its plain one. A lane is one element of a vector; a run is a stretch that is sorted.
//
// # What a call costs
//
//	Sum(s) -- len(s) < 192 ----------------------> loop in Go
//	   |
//	   +-- kind of T, by reflection, 3 ns -- complex -> loop in Go
//	   |
//	   +-- cgo, 40 ns -> switch by kind -> clone -> loop in C
//
// The 40 ns buy nothing but speed later, so each operation has a threshold of its own (threshold.go), and an answer that may
// come early, as that of Index, is looked for in Go first. An operation is never slower than the standard library's by more
// than the few nanoseconds of its dispatch. Bytes are compared, found and counted by package bytes, whose assembly needs no
// cgo call.
//
// # Operations
//
//	Sum, Min, Max           integers, floats; other types in Go
//	Index, Count, Equal     integers, floats, bools; the rest in Go
//	Move, Reverse, Fill     any element of 1, 2, 4 or 8 bytes (Move: of any size) without Go pointers
//	Sort                    integers and floats; strings by slices.Sort
//	SortStable(Func)        powersort, in Go
//
// They give what package slices gives, NaN and -0 included. One differs: Sum adds more than 191 floats in 32 partial sums.
// The error of each is smaller than that of one long sum; the last bits may differ from it.
//
// # Sorting
//
// Sort first counts runs, ascending and descending. One run is all there is to do; a few, as of a sorted array to which a
// handful was appended, are merged. For the rest there are three ways:
//
//	8-byte keys, AVX-512   quicksort: eight keys are compared with the pivot and packed to both ends of a gap, in place;
//	                       pieces of up to 64 keys go through a sorting network in eight registers
//	other keys             radix sort, most significant digit first, from the array to scratch and back; about as many
//	                       buckets as keys, so that an insertion sort over all of them finishes it
//	bytes                  counted
//
// Floats are turned into integers of the same order, in place, and back. In that order NaNs with a sign come first and those
// without come last; the latter are then turned to the front. Radix sort takes scratch from C, at most 64 MiB: larger arrays
// are first dealt into buckets in place (American flag sort). Without memory, slices.Sort does it.
//
// SortStableFunc is what CPython's list.sort does: natural runs, binary insertion up to 32 to 64 elements, merges in the order
// of powersort, galloping where one side wins seven times in a row. SortStable needs it for no number: equal integers are
// the same, and of the floats zeros and NaNs alone have to keep their order, which can be put back after Sort.
//
// # Without cgo
//
// CGO_ENABLED=0 leaves the same functions with loops in Go (call_nocgo.go), and the same bits of float sums.
//
// # What it is not good for
//
// Many short slices, for which it is Go's loop with a test before it. Elements that are structs: only Move takes them to C.
// A call into C cannot be preempted: a goroutine in Sort of 1e8 elements keeps its thread for seconds, though not the
// collector.
package kernel
