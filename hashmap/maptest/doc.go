// Package maptest is the conformance suite of all maps here: hash maps and ordered maps, whatever they are made of.
//
// A test hands Run a Subject: how to make the map, and endless keys and values for it. Run holds the map against
// the builtin map under laws, each of which is a function that returns an error, so that the suite itself can be
// tested: its own tests run broken maps, one for each way a map goes wrong, and expect a law to fall.
//
//   - Exhaustive: all sequences of four operations over two keys, and all sizes up to a few groups.
//   - Streams: long random sequences of operations. A stream that fails is cut down to the shortest that still
//     does, and printed as a list of operations; Check does the same for a fuzzer's bytes.
//   - Range: the Go specification's rules for a range over a map that changes in the loop. An entry deleted before
//     it is reached is not produced; an entry is produced once at most; one that was there all along is produced;
//     the value is the one at that moment.
//   - Nil and zero maps, Clear, Clone, Grow, Shrink, calls from inside callbacks.
//
// The laws see numbers for keys and values (numbered.go), so they are compiled once, whatever a map is made of.
//
// RunHash adds what only hash maps have, RunFloats and RunInterfaces the keys whose equality is odd. Hashers returns
// hash functions to run it all under: good, 4-bit and constant.
package maptest
