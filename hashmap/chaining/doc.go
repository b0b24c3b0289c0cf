// Package chaining holds Map, a hash map with separate chaining that never stops to resize.
//
// # Terminology
//
//   - Node: an entry, 31 bits of its hash, and the number of the next node in its chain.
//   - Chain: the nodes of one bucket, linked by number. 0 ends it.
//   - Bucket: the number of the first node of a chain, the head.
//   - Slab: the memory of all nodes, in chunks of 1024. A node keeps its number, and but for the first chunk its
//     address, as long as it lives.
//   - Directory: the heads of all buckets, in segments.
//   - Split: a bucket is added, and the entries of one other are shared out between the two.
//
// # Picture
//
//	directory          slab
//	 0   3 ----------> 1  next 0   B
//	 1   0             2  next 1   D    <- free nodes are linked as well
//	 2   4 ---+        3  next 2   ...
//	 3   1    +------> 4  next 0   C
//	 4   5
//	 ^
//	 five buckets: bucket 0 has been split into 0 and 4; the next insertion beyond five entries splits 1 into 1 and 5
//
// # Operations
//
// A look-up hashes the key, finds its bucket and walks the chain, one and a half nodes for a hit on the average. The
// hash in the node spares comparing long keys, and hashing anything at a split.
//
// An insertion takes a node from the free list or the end of the slab and puts it at the front of its chain. If there
// are more entries now than buckets, one bucket is split: linear hashing. Buckets are split in order, so that a single
// number tells which of them have been. That is the whole of growth: at most one chain is walked, one chunk of nodes
// and one segment of heads are allocated, and nothing is copied once the map has more than 1024 entries.
//
// Deletion unlinks the node and links it to the free list. A range takes the nodes by number, whatever becomes of the
// chains, and is not disturbed by splits. Shrink alone moves nodes, to a new slab.
//
// # Invariants
//
// Built with -tags invariants, every mutation of a map of up to 48 nodes checks them all, and panics with the number
// of the one that is broken.
//
//  1. The count is the number of nodes in all chains.
//  2. A node in a chain has the live bit and the hash of its key, and hangs in the bucket of that hash.
//  3. A look-up of an entry's key finds that entry: no key is there twice.
//  4. With n buckets the mask is the smallest 2^k-1 that is not below n-1.
//  5. Every node handed out is in a chain or free; a free one is zero but for its link, so that the garbage collector
//     can have what it held.
//  6. A map that has not drawn a seed is empty.
//
// Invariants 2 and 3 say nothing about NaN, which no look-up finds.
//
// # Costs
//
//	Get          directory, head, node: two to three cache misses in a large map, one more for each further node
//	Set, new     the same, and the split of one chain
//	longest Set  one chunk of nodes to allocate and clear
//	memory       8 + key + value bytes a node and 4 a bucket, at all sizes: 28 for 16 bytes an entry
//
// # What it is not good for
//
// Look-up time: openaddr.Map reads half of the cache lines. More than 2^31-2 entries. Giving memory back as entries
// go: freed nodes wait for new entries until Shrink.
package chaining
