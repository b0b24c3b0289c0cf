// Package nodesearch finds a key among the sorted keys of one node: what the two trees beside it share.
//
// # Terminology
//
//   - Slot: room for a key in a node, used or unused; there are Width of them.
//   - Padding: the value of unused slots, the largest of its type where keys are numbers.
//   - Kind: how keys are ordered: by the machine's comparison of one of eleven types, or by a comparator.
//   - Kernel: a function that counts the keys less than a given one, or not greater, in all slots of a node.
//
// # Counting, not searching
//
// Where a key belongs is how many keys are less than it. A binary search finds that with six comparisons of 64, and the
// processor guesses the outcome of each; half of the guesses are wrong and cost some 15 cycles each. A kernel adds up the outcomes
// of comparisons and guesses nothing. It need not look at all slots:
//
//	slots     0 . . . . . . 7 . . . . . . . 15 . . . . . . . 23  …  55 . . . . . . . 63
//	samples                 ^               ^                ^       ^
//	                       less            less            not less         2 samples: group 2
//	group                                  [16 . . . . . . . 23]            3 of its 8: slot 19
//
// Unused slots are compared too, and never counted as less, for nothing is greater than the padding. So the number of
// comparisons does not depend on how full the node is either.
//
// Where the processor compares eight words at a time, it is simpler to compare all 64 (words_amd64.s).
//
// # Costs
//
// Fifteen comparisons, two rounds of loads; eight wide comparisons, one round. NOTES.md of package bplustree has the figures of what was tried.
//
// # What it is not good for
//
// Comparisons that cost more than a wrong guess: with comparators, nodes are searched in halves, and of strings only a
// few bytes are counted.
package nodesearch
