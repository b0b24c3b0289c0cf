// Package explain tells what a data structure does on an insertion, a look-up, a collision, a deletion and a resize, one step
// at a time. It knows no structure: those that can be explained describe themselves in its words.
//
// # Terminology
//
//   - Layout: what a structure looks like at one moment: rows of cells. A row is a group, a bucket's chain, eight slots of a
//     table, a node of a tree.
//   - Trace: what a look-up of a key does in that moment: how its hash is cut up, and each look at a cell or a row, with what
//     was seen there and what follows from it.
//   - Step: one line of the story, with the cells that it speaks of and the layout to look at meanwhile.
//   - Operation: a Set, Get or Delete, with its steps. Story: a whole script of them.
//
// # How it works
//
//	          Trace(key)            Set, Get, Delete             Layout()
//	layout ───────────────▶ looks ───────────────────▶ result ───────────────▶ layout
//	   │                      │      the real code       │                       │
//	   └──────────────────────┴────── Tell compares ─────┴───────────────────────┘
//	                                        │
//	                              steps: hashed, looked, grew, moved, marked, wrote
//
// Two sources, and they must agree. What was looked at is told before the operation by the structure's own Trace, which calls the
// functions of the operation itself: the same hash, home, tag comparison and probe rule. What was moved and written is not told
// by anybody: the operation is done, by the code that every user of the structure runs, and the layouts before and after
// are compared.
//
// # Invariants
//
//  1. Trace finds a key if and only if Get does, and in the cell where the layout has it.
//  2. After a Set, the layout has the key; after a Delete, it has not. The layout has as many full cells as Len says.
//
// Tell holds each operation against both and fails where one is broken: then the explanation is wrong, and an error is better.
//
// # Costs
//
// Nothing while nobody explains: no operation of a structure has a branch, a field or a call for this package. Methods that are
// not called are code that is not linked. An explained operation costs two walks over the structure.
//
// # What it is not good for
//
// Large structures: a page of a thousand cells explains nothing. Timing: a step is a look, not a nanosecond.
package explain
