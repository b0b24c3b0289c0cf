// Package trial says what is measured of each family of structures, and what it must come to: the cells of the comparison,
// and the figures that are no ratio of two times.
//
//	workload  keys, operations -+
//	                            +-> trial: a race for each cell -> measure: turns, clocks, intervals -> report
//	subject   the contenders   -+          a figure for each question that a race does not answer
//
// # Races
//
// A race is one cell: an operation, a kind of key, a length. All contenders do the same work on the same keys, and their
// sums are compared, so that a contender that gives wrong answers loses its cell and not only its honour.
//
// # Figures
//
//   - Footprint: bytes of heap after a collection, over the entries; the mean of a sweep over lengths, since a table that
//     doubles looks lean at one length and fat at the next.
//   - Pauses: each Set of a growth from empty is timed by itself, with the collector off. The longest is taken from the
//     thread's own clock, as the machine interrupts whom it likes, and from the quietest of several runs, as the host of a
//     virtual one does too; the median cost of reading the clock is taken off.
//   - What stays after 99 of 100 entries were deleted and Shrink was called, over 16 bytes for each that is left.
//   - What a steady churn of twenty times the entries adds to the heap.
//   - Instructions of a hit, counted by valgrind in a child of this program, the bare loop taken off. They do not depend on
//     what else the machine does.
//   - A cold start, and the peak of resident memory: an array grown in a child of this program, which has no memory to use
//     again, beside memory that C's realloc doubles.
//
// A figure may have a limit that it must keep. It is met if the whole spread keeps it; if only the middle does or does not,
// that is said with a question mark.
//
// # What it is not good for
//
// The figures of a noisy machine: ratios stand against that, pauses by the wall clock do not.
package trial
