// Package workload makes the keys and the work of a benchmark from a seed, the same for every subject.
//
// # Terminology
//
// A Source turns an index into a key: the same index and the same seed always give the same key, so that a table can be
// filled from one copy of a key and asked with another. A Cell is one row of a report: an Op on Len entries with keys of
// one Kind. Lookups are the keys that a look-up benchmark asks for, with the answer that a correct map must give. A Ring is
// the endless supply of keys of the churn benchmark.
//
// # Indices
//
//	0 ......... n-1 | n ............. N-1 |   ...   | 1<<40 ...
//	   live keys       the ring's others                absent keys: never inserted, so a miss is a miss
//
// # Keys
//
//   - uint64: splitmix64 of a counter. A bijection, hence distinct; and spread, hence kind to weak hashes.
//   - string: 8 to 32 bytes, the length drawn at random, of 64 letters. The first eight letters carry the index through a
//     48-bit bijection, so keys are distinct without a table that remembers them. All strings of one call lie in one arena,
//     as keys read from a file would; two calls share no bytes.
//   - pair: a struct of two uint64, the smallest key for which Go's own map has no special code.
//   - hostile ones: sequential integers, integers that differ in their high bits only, and strings that collide under the
//     polynomials of Java and others. They break hashes without a seed, and show whether a map mixes what it is given.
//
// Sizes are decades, or go along the saw-tooth of a table that fills up and doubles (Sawtooth). Look-ups are uniform, or few
// keys are asked for most of the time (Skewed).
//
// # What this avoids
//
// Look-ups in insertion order let the prefetcher do the map's work, and few distinct look-ups are learnt by the branch
// predictor: picks are random, and at least MinPicks of them. A string asked for with the pointer that was inserted compares
// equal without a byte read: the strings to ask for are copies of their own. Misses by a transformed live key can collide
// with another live key: absent keys come from a range of indices that is never inserted.
package workload
