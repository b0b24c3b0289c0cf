// Package chaining holds Map, a hash map with separate chaining that never stops to resize.
//
// # Terminology
//
//   - Node: an entry, a value and its key.
//   - Slab: the memory of all nodes, in chunks of 4096. A node keeps its number, and but for the first chunk its
//     address, as long as it lives.
//   - Reference: the number of a node, beside a tag of seven bits of its hash.
//   - Chain: the references to the nodes of one bucket, in blocks of six. It is what was a list of nodes in the textbook,
//     unrolled: a link for every six entries, and no node on the way.
//   - Block: six references and a control word, half of a cache line.
//   - Bucket: the first block of a chain.
//   - Directory: all buckets, in segments of 4096.
//   - Split: a bucket is added, and the entries of one other are shared out between the two.
//
// # Picture
//
//	directory                                          slab
//	     tags              count   references           0  B
//	 0   91 . . . . .      1       0 . . . . .   ---->  1  D
//	 1   e4 85 . . . .     2       3 1 . . . .          2  (free)
//	 2   . . . . . .       0       . . . . . .          3  C
//	 3   d0 97 b2 a0 88    5, on   4 9 5 7 8 > 2        4  E
//	 ^                                         |        ...
//	 |                     more blocks         |
//	 |               2     c9 f3   2   6 10 <--+
//	 four buckets; the next split makes bucket 4, and moves there what belongs there of bucket 0
//
// # Operations
//
// A look-up hashes the key, finds the bucket, compares six tags at once, and reads the node of each tag that agrees: one
// for a hit; for a miss none but in one case of 40, and no branch waits for memory that the next look-up needs. Longer
// chains are rare: three entries a bucket are the mean, six fit the first block, and a filter of eight bits in the control
// word spares most look-ups the way to the second.
//
// An insertion takes a node from the free ones or the end of the slab and puts a reference at the end of its chain. If
// there are more than three entries to a bucket now, one bucket is split: linear hashing. Buckets are split in
// order, so that a single number tells which of them have been. That is the whole of growth: one chain is walked, at most
// one chunk of nodes and one segment of buckets are allocated, and nothing is copied once the map has more than 4096
// nodes and buckets.
//
// Deletion puts the last reference of the chain in the place of the one that goes, and marks the node free. A range takes
// the nodes by number, whatever becomes of the chains, and is not disturbed by splits. Shrink alone moves nodes, to a new
// slab.
//
// A chain of more than forty entries raises an alarm: someone may know the seed. The map draws another and moves all
// references, unless the keys of that chain would stay together.
//
// # Invariants
//
// Built with -tags invariants, every mutation of a map of up to 48 nodes checks them all, and panics with the number
// of the one that is broken.
//
//  1. The count is the number of references; no two are to one node, and none to a free one.
//  2. A reference stands in the bucket of its node's hash and has its tag; a look-up of its key finds the node.
//  3. The blocks of a chain are full but for the last, and only a first one is empty. Each block handed out is in a chain
//     or free.
//  4. With n buckets the mask is the smallest 2^k-1 that is not below n-1.
//  5. Every node handed out has a reference or is free; a free one is zero, so that the garbage collector can have what
//     it held.
//  6. A map that has not drawn a seed is empty.
//
// Invariant 2 says nothing about the look-up of NaN, which finds none.
//
// # Costs
//
//	Get          a hit two cache misses in a large map, bucket and node; a miss one
//	Set, new     one, and the split of a bucket for every three entries
//	longest Set  one chunk of nodes and one segment of buckets to allocate
//	memory       key + value, and 11 bytes an entry for a bucket of 32 bytes; strings and others 4 more for the hash
//	range        the nodes in order
//
// # What it is not good for
//
// Giving memory back as entries go: freed nodes and buckets wait for new entries until Shrink. More than 2^31-2
// entries.
package chaining
