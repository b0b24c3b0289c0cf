// Package report writes what was measured: a table for a terminal, the Go benchmark format, JSON, a table for a README.
//
// All four are written from one Document, and a Document is what the JSON holds: whoever has the JSON can make the others.
// The Go benchmark format carries every sample of every lane, the reference's twin included, so that benchstat can do its
// own statistics; its names are keys:
//
//	BenchmarkGet/impl=openaddr/key=uint64/len=65536/hit=1
//
//	$ benchstat -row '/key /len /hit' -col /impl -filter '.name:Get' bench.txt
//
// The table for a terminal is at most Width columns wide; maps that do not fit beside each other stand below each other,
// each time beside the reference. It keeps silent about single noisy samples and only counts them: the ratios carry their
// intervals, and what cannot be told apart is marked.
package report
