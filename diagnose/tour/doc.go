// Package tour leads through the structures of this module, one step at a time: what `innards explain` prints, and the pages
// of `innards ui` show.
//
// # Terminology
//
//   - Structure: one of those in Structures, under the name that the command and the page's address use.
//   - Script: what is done, in words that fit into an address: a key is set, ?key is looked up, -key is deleted.
//   - Hostile keys: keys that were chosen by one who knows the seed.
//   - Story: the script, told; see package explain, which does the telling.
//
// # How it works
//
//	Options ──▶ script ──▶ explain.Tell ──▶ Story ──┬─▶ WriteText     the terminal
//	   ▲        hostile        │                    ├─▶ JSON          --json
//	   │        keys           ▼                    └─▶ package web   the page
//	  seed ──────────▶ openaddr.Map, … : the code that everybody runs
//
// Same options, same story: hashes get their seed from the options. (But for what follows an alarm: the seed that a structure
// then draws is its own affair.) So a story is named by its options, and the page keeps them in its address.
//
// # Keys
//
// Numbers, where all keys are numbers, else strings: the structures hash the two in different ways. With none given, the
// script is one that shows an insertion, a collision, a resize, a hit, a miss, and a deletion in each structure.
//
// Hostile keys are found as an attacker finds them who has learnt the seed: by trying keys until twelve bits of the hash, those
// that choose the home, are alike. A millisecond a dozen. What becomes of them differs: DoubleHash parts them by other bits,
// Linear lays them in a row, and chains of more than forty ring an alarm.
//
// # What it is not good for
//
// The B+tree and the array hash nothing, so that no key is hostile to them. Nodes of the tree are made small, for
// sixty-four keys a node explain nothing.
package tour
