// Package report writes what was measured: a table for a terminal, the Go benchmark format, JSON, a table for a README, and
// a page.
//
// All are written from one Document, and a Document is what the JSON holds: whoever has the JSON can make the others.
// The Go benchmark format carries every sample of every lane, the reference's twin included, so that benchstat can do its
// own statistics; its names are keys:
//
//	BenchmarkGet/impl=openaddr/key=uint64/len=65536/hit=1
//
//	benchstat -row '/key /len /hit' -col /impl -filter '.name:Get' bench.txt
//
// # The JSON, innards.bench/1
//
//	schema, area, reference, impls       what was compared; the reference is the first of impls
//	main                                 of impls, the one that the area is about
//	machine {cpu, go, build, load, ...}  started, duration_s, interrupted, planned: cells there should have been
//	flags {seed, count, forks, ops, ...}        what was asked for
//	method {clock, rounds, ...}          how it was done
//	cells [{op, key, len, passes, ops    one for each row; ops is the operations in one sample
//	    subjects [{impl, name,           one for each of impls
//	        ns_per_op [...],             every sample, in the order of the rounds
//	        median, lo, hi, confidence, min,
//	        ratio {median, lo, hi, confidence, rounds [...], of_minima, p, verdict}}]
//	    aa {...}                         the reference's twin, like a subject
//	    orders [[...]]                   who ran when: 0 the reference, 1 its twin, 2 the second of impls, ...
//	    warnings [...]}]
//	geomean [{impl, ratio, cells}]
//	aa {cells, median, worst, worst_cell, excluding_one, expected}
//	memory [{impl, key, len, bytes_per_entry}]
//	figures [{name, unit, spread, how,   the table of what must be reached; spread: lo and hi are an interval or a range
//	    values [{impl, median, lo, hi, note, missing, must}]}]
//	curves [{name, x, y, xs, labels, log, series [{impl, ys}]}]
//	warnings [...]
//
// The verdict is faster, slower, same or inconclusive. The reference has no ratio.
//
// # The table
//
// First comes what must be reached, if it was measured: each figure with its limit, what it came to, the spread of that, and
// whether it is met. "yes?" and "no?" stand where the spread has values on both sides of the limit.
//
// # The page
//
// One file, which asks no network for anything and can be sent by mail. The charts are drawn here, as SVG, so that they are
// seen without scripts; the script only reads points off and hides contenders. It follows the reader's light or dark
// setting. Each chart has one axis for time, logarithmic, since a ratio is then the same distance everywhere.
//
// The table for a terminal is at most Width columns wide; maps that do not fit beside each other stand below each other,
// each time beside the reference. It keeps silent about single noisy samples and only counts them: the ratios carry their
// intervals, and what cannot be told apart is marked.
package report
