// Package btree holds a counted B-tree: a sorted map whose entries are in nodes of all levels. It has the method set of
// package bplustree and passes the same tests, so that the two can be compared; orderedmap.Sorted stands on the other.
//
// # Terminology
//
//   - Node: up to 63 sorted keys, their values beside them, and, unless it is a leaf, a child before, between and behind
//     them: one more than keys.
//   - Level: the distance from the leaves, which are level 0, all at the same distance from the root.
//   - Count: the number of entries below a child, kept beside it. That makes the tree counted.
//   - Path: the children that a descent from the root takes. Edge: the path to the first leaf, or to the last.
//   - Split, merge, borrow: one node becomes two; two become one; two share evenly what they have.
//   - Owner: the tree that may change a node in place. All others copy it first (copy-on-write).
//
// # Picture
//
// The pictures are of nodes that hold 4 keys, as the tests use them. After setting 10, 20, … 80, the entry of 40 is in
// the root and nowhere else:
//
//	          [40]
//	[10 20 30]  [50 60 70 80]
//
// # Search
//
// In each node from the root on, count the keys that are less. If the next one is the key, that is it; else take the
// child before it. A miss always ends in a leaf.
//
// # Insertion, and splits
//
// A new entry goes into a leaf. 25 finds room; 22 then finds the leaf full. The leaf is split, and its middle entry,
// 20, goes up and separates the halves.
//
//	            [20 40]
//	[10]  [22 25 30]  [50 60 70 80]
//
// With 65, 67, 75 and 77 the leaf on the right is split twice, and the root is full:
//
//	               [20 40 60 70]
//	[10]  [22 25 30]  [50]  [65 67]  [75 77 80]
//
// 73 finds room, and 72 splits that leaf. 75 goes up, where there is no room; so the root is split in the same way, and
// its own middle entry becomes the new root. Only so does the tree get higher.
//
//	                      [70]
//	          [20 40 60]                   [75]
//	[10]  [22 25 30]  [50]  [65 67]  [72 73]  [77 80]
//
// An entry behind all others leaves the full leaf as it is and starts a new one, and so does one before all others: keys
// that arrive in order would leave every node half empty.
//
// # Deletion: borrow and merge
//
// An entry of an inner node cannot simply go, as it separates two children. The entry before it, the last of a leaf,
// takes its place, and is what is missing in the end. Delete 40:
//
//	                     [70]
//	         [20 30 60]                 [75]
//	[10]  [22 25]  [50]  [65 67]  [72 73]  [77 80]
//
// Set 27 and 28, which fills their leaf, and delete 10. The first leaf is too small now; its entries, the sibling's and
// the one between them are too many for one leaf, so that they share them. What they borrow goes by way of the parent:
// 20 comes down, 25 goes up.
//
//	                      [70]
//	          [25 30 60]                   [75]
//	[20 22]  [27 28]  [50]  [65 67]  [72 73]  [77 80]
//
// Delete 72 and 73. This time both fit into one leaf with the entry between them, 75, which comes down. Their parent is
// left without an entry and merges with its own sibling, for which 70 comes down. The root has none left, and goes.
//
//	               [25 30 60 70]
//	[20 22]  [27 28]  [50]  [65 67]  [75 77 80]
//
// # Loops
//
// The entries of a leaf come one after the other. Behind its last one comes the entry at which the path to it turned
// right for the first time, and behind that the first leaf below the next child: a climb for every leaf, and a leaf for
// every climb. A loop remembers the path and the tree's epoch, a counter of changes; when that has changed, it searches
// for the key it yielded last and goes on from there.
//
// # Invariants
//
// Built with -tags invariants, every mutation checks them (in trees of more than 512 entries, one in so many), and a
// panic names the number.
//
//  1. An empty tree has no root; all leaves have the same distance from the root.
//  2. Nodes are at least half full, (max-1)/2 keys; at an edge, and the root, one key.
//  3. Keys ascend strictly, in the order child, key, child.
//  4. Each count is the number of entries below its child, and the length is the sum of all.
//  5. Unused slots hold nothing: the padding of searches if keys are numbers, else the zero value.
//  6. Below a node that is shared, all nodes are shared.
//
// # Costs
//
//	Get, Set, Delete, GetOrSet, Compute     O(log n); a Get that meets its key above the leaves ends there
//	Floor, Ceiling, Rank, Nth, Index        O(log n)
//	Min, Max, PopFront, PopBack             O(log n): a descent without comparisons
//	All, Range, From, Backward              O(log n) to start, then O(1) amortised, with a climb for each leaf
//	DeleteRange                             O(log n) for each leaf it touches, and for each entry between leaves
//	Clone                                   O(1); each node is copied when it is first written after it
//	memory                                  entries of random keys fill nodes to 70 %; 24 bytes a child
//
// # What it is not good for
//
// What bplustree is not good for either: few entries, large ones, look-ups alone. Loops: a B+tree has all entries in
// leaves side by side, and is two to three times faster. Its essay says where a B-tree beats it.
package btree
