// Package hashmap is what the hash maps below it share: how keys are hashed and compared, the Hasher that a user can
// bring, and Stats. The maps themselves are in openaddr and chaining.
//
// # Terminology
//
//   - Hash: a number computed from a key and a seed, the same for equal keys.
//   - Collision: two keys whose hashes lead to the same place. With n entries in n places over a third of the entries
//     share theirs with another; no hash avoids that, and what a map does about it is its design.
//   - Open addressing: entries lie in the table itself. A key whose place is taken goes to another one, and a look-up
//     follows the same probe sequence.
//   - Separate chaining: a place, called a bucket, holds a list of all entries that fall there.
//   - Load factor: entries over places. Open addressing must stay below 1; a chained map may go above.
//   - Flooding: keys chosen by someone who knows the hash so that all of them collide. What makes it impossible is a
//     secret in the hash, the Seed, drawn for each map.
//
// The same five keys, two of which collide, in both designs:
//
//	open addressing            separate chaining
//
//	 0 [ D ]                    0 -> D
//	 1 [ A ]   home of A and C  1 -> C -> A
//	 2 [ C ]   C came second    2
//	 3 [   ]                    3
//	 4 [ B ]                    4 -> E -> B
//	 5 [ E ]   home: 4          5
//
// Open addressing reads memory in order: the place after the first is in the same cache line. It pays with empty
// places, with a resize that moves every entry, and with deletion, which must not break the probe sequences of
// others. Chaining follows a link for each entry, probably a cache miss, and is simple otherwise: deletion unlinks,
// an entry never moves, and the table can grow one bucket at a time.
//
// # Which map is right?
//
//   - openaddr.Map, unless there is a reason. It has the fastest look-ups, hits and misses, and the least memory, and
//     its longest Set moves some thousand entries, however large the map is.
//   - chaining.Map, if even that is too long: it splits one bucket at a Set; or if values are large and must not be
//     moved.
//   - openaddr.RobinHood and openaddr.Probing, to see what the designs of the books do with the same keys.
//   - An ordered map (package orderedmap), if the order of entries means something.
//   - The builtin map, if a handful of entries is all there is, or the map passes through an API that wants one.
//
// All of them share one method set, in which GetOrSet and Compute hash their key once, and the rules of the Go
// specification for a range over a map that changes in the loop. None is safe for concurrent use while one goroutine
// writes; reading is, for any number of them.
//
// # Hashing
//
// A map looks at its key type once and picks a Kind:
//
//	Word    integers, bools, pointers, channels,         x -> fold((x ^ A) * B) * C
//	        and structs and arrays of them, 1 to 8 bytes
//	Pair    the same with 16 bytes                       x, y -> fold((x ^ A) * (y ^ B)) * C
//	String  any string type, 8 to 32 bytes               two products, chained; no branch on the length
//	        shorter: one product. Longer: hash/maphash
//	Bytes   plain bytes of any other number              as a string of them
//	Other   floats, interfaces, padding, blank fields    hash/maphash.Comparable
//	Custom  a Hasher                                     what the user wrote, through hash/maphash
//
//	Strong  what were words, pairs, strings or bytes,    hash/maphash
//	        in a map that was flooded
//
// A and B are secrets of the map, fold XORs the halves of the 128-bit product, and C is public: without a second
// product, evenly spaced keys clump under some seeds. It leaves the low bits the weaker ones. Both operands of every
// first product are masked by a secret: with one public operand, anyone can write keys that make the product zero
// under all seeds. The length of a string is added behind the product, where no byte of the key can cancel it.
//
// NaN is not equal to itself, so it hashes at random: each Set of NaN adds an entry that only a range can see. -0 and
// +0 are equal and hash alike. An interface key that holds something incomparable panics, as in the builtin map.
//
// # Costs
//
// Seed and Kind are looked at in every operation: one well-predicted branch and two multiplications. A Hasher costs a
// pooled maphash.Hash and two interface calls besides. A map of kind Other that was declared and not made by
// New does not know the == of its keys and allocates in each operation on keys that are not interfaces.
//
// # What it is not good for
//
// The hashes are fast, not cryptographic: whoever can measure the time of single operations for long, or read the
// memory, may learn the secrets. They differ from run to run and must not be stored.
package hashmap
