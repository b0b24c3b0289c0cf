// Package bplustree holds a counted B+tree: a sorted map whose entries are all in the leaves.
//
// # Terminology
//
//   - Leaf: a node of level 0, up to 64 sorted keys and, in an array beside them, their values. All leaves have the
//     same distance from the root.
//   - Inner node: a node of level 1 or more, up to 64 children and, between two of them, a separator. Separators only
//     lead the way: the key of every entry is in a leaf, whether or not it is a separator too.
//   - Chain: the links from each leaf to the next and the one before.
//   - Count: the number of entries below a child, kept beside it in its parent. That makes the tree counted.
//   - Path: the children that a descent from the root takes. Edge: the path to the first leaf, or to the last.
//   - Split, merge, borrow: one node becomes two; two become one; two share evenly what they have.
//   - Owner: the tree that may change a node in place. All others copy it first (copy-on-write).
//
// # Picture
//
// The pictures are of nodes that hold 4, as the tests use them. After setting 10, 20, … 80 there are two leaves, and
// a root that says: keys from 50 on are on the right.
//
//	            [50]
//	[10 20 30 40]  [50 60 70 80]
//
// # Search
//
// From the root, take the child behind the last separator that is not greater than the key. In the leaf, count the
// keys that are less. With 64 children a node, a million entries are four nodes away. Most of the cost is not in the
// comparisons but in guessing how they end: package nodesearch counts without branches (and where the
// processor can compare eight keys at a time, descend_amd64.s goes down the whole path so), and a path is six bits a level
// in one word, because it would live in the heap if it were made of pointers. Of strings, which cost a cache miss each
// to look at, a node keeps the eight bytes behind their common prefix as numbers, and counts those first (prefix.go).
//
// # Insertion, and splits
//
// The entry goes into its leaf. 25 belongs into the first, which is full: it is halved, and the first key of the right
// half becomes a separator in the parent.
//
//	             [30 50]
//	[10 20 25]  [30 40]  [50 60 70 80]
//
// 65 splits the last leaf in the same way; 52 finds room:
//
//	                [30 50 70]
//	[10 20 25]  [30 40]  [50 52 60 65]  [70 80]
//
// 54 splits once more, and the root would have five children. It is split too; the separator in the middle, 50, is
// not copied but moves up, for an inner node has no entry to keep. Only in this way, at its root, does a tree get
// higher, and so all leaves stay at the same distance.
//
//	                      [50]
//	       [30]                    [60 70]
//	[10 20 25]  [30 40]  [50 52 54]  [60 65]  [70 80]
//
// Keys that arrive in order would leave every leaf half empty. An entry behind all others therefore leaves the full
// leaf as it is and starts a new one, and so does one before all others.
//
// # Deletion: borrow and merge
//
// Set 27, then delete 40. The leaf of 30 has one entry left, less than half. Its left sibling [10 20 25 27] is full,
// so both do not fit into one leaf: they share the five evenly. What was in the parent between them, 30, is wrong
// now, and becomes the new first key on the right.
//
//	                      [50]
//	       [25]                    [60 70]
//	[10 20]  [25 27 30]  [50 52 54]  [60 65]  [70 80]
//
// Delete 25, a first key: the separator that was equal to it becomes 27. (Leaving it would do no harm to searches,
// but hold on to a key that was deleted.) Then delete 27. Now the two leaves fit into one. Their parent is left with
// one child, less than half, and merges with its own sibling: the separator between them, 50, comes down. The root has
// only that child, and goes.
//
//	               [50 60 70]
//	[10 20 30]  [50 52 54]  [60 65]  [70 80]
//
// # Counts
//
// Each insertion and deletion adds to, or takes from, the counts on its path. Rank adds up the counts to the left of a
// path, Nth subtracts them: at most 64 additions a level. A range can be counted without looking at it.
//
// # The chain, and clones
//
// A loop goes from leaf to leaf by the chain. A clone shares all nodes; whoever writes first copies the nodes of one
// path. The copied leaf's neighbours would have to be copied to link to it, and theirs after them: that is why most
// copy-on-write trees have no chain. Here a link counts only in a leaf that the tree owns, and from a leaf that it
// does not own, its key leads on. chain.go has the details.
//
// A loop remembers a leaf and a place in it, and the tree's epoch, a counter of changes. When that has changed, it
// searches for the key it yielded last and goes on from there: so what the next entry is depends on the tree as it is,
// not on what the loop remembers.
//
// # Invariants
//
// Built with -tags invariants, every mutation checks them (in trees of more than 512 entries, one in so many), and a
// panic names the number.
//
//  1. An empty tree has no root; all leaves have the same distance from the root.
//  2. Nodes are at least half full; at an edge, a leaf has at least one entry and an inner node two children.
//  3. Keys ascend strictly, in each leaf and from leaf to leaf.
//  4. Each separator is the first key below the child behind it.
//  5. Each count is the number of entries below its child, and the length is the sum of all.
//  6. Unused slots hold nothing: the padding of searches if keys are numbers, else the zero value.
//  7. Below a node that is shared, all nodes are shared.
//  8. In a leaf that the tree owns, the links are its neighbours; no shared leaf links to one that is not.
//  9. A node of string keys has, for each, the word of eight bytes behind a prefix that all of them share.
//
// # Costs
//
//	Get, Set, Delete, GetOrSet, Compute     O(log n): a descent, and moving some 16 entries in a leaf
//	Floor, Ceiling, Rank, Nth, Index        O(log n)
//	Min, Max, PopFront, PopBack             O(log n): a descent without comparisons
//	All, Range, From, Backward              O(log n) to start, then O(1): entries lie side by side
//	DeleteRange                             O(log n) for each leaf it touches
//	Clone                                   O(1); each node is copied when it is first written after it
//	SetAll of sorted keys                   O(1) each, amortised, and leaves that are full
//	memory                                  entries of random keys fill leaves to 70 %; 24 bytes a child; strings take
//	                                        eight bytes more
//
// # What it is not good for
//
// Few entries: the first leaf has room for 64. Large keys and values: they are moved when a leaf changes, so keep
// pointers. Look-ups alone: a hash map is several times faster. Memory that must not move: there are no stable
// addresses. Many clones that are each written a little: every first write copies a path, some 2 KB a level, and the
// nodes of a clone that was dropped are copied nevertheless, for nobody counts who shares them.
//
// # B+tree or B-tree?
//
// A B-tree (package btree) keeps entries in all nodes. A look-up that meets its key on the way ends there, there are
// no separators besides the keys, and a deletion has none to renew. But with 64 keys a node only one entry in 64 is
// not in a leaf, so that hardly any look-up ends early; the values in inner nodes make them larger, so fewer of them
// stay in the cache; and a loop must climb behind every leaf. The B+tree wins loops by far, and the rest is close;
// NOTES.md has the figures. The B-tree wins where nodes are so small that a good part of the entries is
// above the leaves, where keys are so large that storing separators twice counts, and where there are no loops.
package bplustree
