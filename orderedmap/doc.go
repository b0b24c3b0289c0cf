// Package orderedmap holds maps that keep an order of their own.
//
// # Map
//
// Map keeps its keys in the order in which they were first set, as Python's dict and Ruby's Hash do. It is
// not sorted: a key's place says when it came, not how it compares. It has the method set of the maps in
// innards/hashmap, the operations on its two ends, places by number, moves, and JSON that keeps the order.
//
// # Beside it
//
// Linked keeps the same order as a list inside its entries: any entry can be put anywhere in O(1), at the price of slower
// loops and places that have to be counted. Sorted keeps its keys sorted. Their essays stand with the types. Cache holds no more than
// its capacity: see the section on it. The rest of this one is about Map.
//
// # Terminology
//
//   - Entry: a key and its value.
//   - Position: an entry's index in the entries array. Place: its number in the order, which Nth and Index
//     speak of. They differ by the gap before the first entry and the holes before this one.
//   - Span: the positions from the first entry to the last. Everything outside it is zero.
//   - Hole: a position inside the span whose entry was deleted or moved away; a bit in a bitmap.
//   - Slot: an element of the index: 31 bits of a hash, the moved bit, a position.
//   - Home, probe sequence: the slot where the search for a hash begins, and those after it, up to an empty one.
//   - Rebuild: moving the entries together, in the same array (compaction) or in a larger one (growth).
//   - Era: the time between rebuilds, in which positions keep their meaning for loops.
//
// # Picture
//
// After setting a, b, c, d, e, f, moving a to the back, and deleting d:
//
//	entries    0    1    2    3    4    5    6    7
//	         |    | b  | c  |    | e  | f  | a  |    |     head 1, live 5
//	                         hole
//	holes      0    0    0    1    0    0    0    0
//	place           0    1         2    3    4
//
//	slots    | e 4 |     | f 5 | a 6 |     | b 1 | c 2 |     |    hash and position; a stands after its home
//
// Iteration walks the entries array and touches nothing else; a look-up reads one or two cache lines of the
// index and one entry.
//
// # Operations
//
// Look-up probes the index linearly and compares a key only where 31 bits of the hash agree. It loads the first two slots
// at once and chooses between them without a branch, which would be mispredicted for every third key. Deletion
// empties the slot and moves later ones of the cluster back (backward shift): no tombstones, so a miss does
// not get slower with age. The entry leaves a hole, or, at an end, makes the span shorter.
//
// An insertion or a move to the back that finds the array full rebuilds it: in place if that frees a quarter
// of it, else in one twice as large (a third larger from 4096 entries on). No key is hashed or compared for
// that: a slot's new position is the rank of the old one among the bits that are not set, and when the index
// itself doubles, the hashes are in the slots. MoveToFront needs room before the first entry: the first time
// there is none, the map begins to keep a gap of half its length at each rebuild.
//
// A loop notes the position of the entry it yielded and compares a counter with the map's. Only if the map
// has lost, moved or rebuilt entries meanwhile does it look for its place again (era.go): the next entry
// yielded is always the successor, in the map as it is now, of the entry yielded before. So
//
//	for k := range m.All() { m.Delete(k) }        // visits every entry
//	for k := range m.All() { m.MoveToFront(k) }   // each moved entry is followed by the former first one: no end
//	for k := range m.All() { m.MoveToBack(k) }    // ends after the first: nothing follows the last entry
//
// ReplaceKey changes nothing for a loop, which knows its entry by the position. SortFunc takes each loop along to its entry's new
// place; it ends an era that nobody can translate, so the loop finds its entry by the key.
//
// # Invariants
//
// Built with -tags invariants, every mutation checks them (in maps of more than 1024 positions, one mutation
// in so many), and a panic names the number.
//
//  1. 0 <= head <= len(entries) <= cap(entries).
//  2. The span holds live entries and, for the rest, holes.
//  3. A hole lies strictly inside the span: its first and last position hold entries.
//  4. Holes and all positions outside the span are zero, so that nothing deleted is kept from the collector.
//  5. Every entry has one slot, with its hash and position, and every slot an entry. NaN keys have none: they
//     cannot be looked up, only passed in a loop, popped, and deleted by DeleteFunc.
//  6. Between a slot and its home there is no empty slot.
//  7. The index is at most three quarters full; one of less than 16 slots has an empty one.
//
// # Costs
//
//	Get, Set, GetOrSet, Compute, Delete    O(1), Set and moves amortised; one hash
//	MoveToFront, MoveToBack, Pop*          O(1) amortised; a moved entry is copied, and leaves a hole
//	Nth, Index                             O(1) without holes, O(log n) with
//	SortFunc                               O(n log n) comparisons, none of them of hashes or by ==
//	GetMany                                as Get, but the cache misses of 32 keys overlap
//	iteration                              one read an entry, and a bit test where there are holes
//	memory                                 an entry's size and 8 bytes for each slot; a bit for each position
//
// The figures measured are in NOTES.md.
//
// # What it is not good for
//
// Keys in sorted order, ranges of keys: Sorted is for those. Inserting between two entries: positions would have to move. Holding
// on to an entry's address: rebuilds move entries. Writing from several goroutines. A map that has shrunk a
// lot keeps its memory until Shrink.
//
// # JSON
//
// A Map is encoded as an object in its own order, and an object is decoded in the order of the text, at every
// depth: inside a value of type any, objects become *Map[string, any], arrays []any, and numbers json.Number,
// which keeps every digit (12345678901234567890, 1.0, 1e400). Short strings that stand near each other in the text share
// memory: strings.Clone one to keep it without the others. A compact document is encoded again byte for
// byte, if its strings are escaped as encoding/json escapes them. Of members with the same name the last
// value wins and the first place is kept; DecodeJSON lets the first one win, or refuses such a text, and sets the limit of
// depth, which is 10,000 else, as in encoding/json. Keys may be strings, integers and text marshalers. Built with
// GOEXPERIMENT=jsonv2, a Map passes its members to encoding/json/v2 one by one, with the caller's options.
//
// # Other forms, comparing
//
// fmt prints a Map as it prints the builtin one, in the map's order, and one that holds itself with "..."; slog writes a group;
// gob keeps the order too. Equal compares any two maps of this package in order, EqualUnordered without it, and Diff
// tells what two descendants of a Map made of it, for a three-way merge.
//
// # Cache
//
// A Cache is a Linked with a capacity and a policy. What the policy knows of an entry stands beside the array, in slices by position,
// and only where the policy, or an option, has a use for it:
//
//	position   0      1      2      3      4
//	         | ring | a    | b    | c    | d    |     SIEVE; ring: a b c d, from the oldest to the newest
//	uses              1      0      1      0          the hand is at a: it takes a's bit, and b goes
//	                                                  eviction order: b d, and on the second round a c
//
// What goes where there is no room, and what a hit does:
//
//   - FIFO, LRU: the ring is in the order of insertion, or of use: then a hit moves its entry to the back, four links. The front goes.
//   - LFU: the ring is ordered by the number of uses, and a bucket for each number that occurs knows its last entry; a hit moves the
//     entry behind the last of the next bucket, O(1). The front goes. What was once popular stays for long: counts do not age.
//   - SIEVE: a hit sets a byte. The hand goes round, takes the bytes away and stops at the first entry without one. It passes an entry
//     at most once for each hit, so a miss is O(1) amortised.
//   - A judge of the user's own, called at a miss alone: it evicts, spares, or makes the newest.
//
// Room is made before an entry goes in, so what was just set is never given up for itself. A value that alone costs more than the
// capacity is refused; an old value of that key goes all the same, for it is no longer true. A miss hashes once, the new key: of the
// victim's the hash is kept, or, for integers, computed again, which costs less than to load it. One entry that goes for one that comes
// leaves it its position.
//
// onEvict hears of each value that leaves, once the operation is complete, and may use the cache: what it removes joins the queue.
// Time is looked at only by caches that were given a TTL. The invariants, checked as those of Map are:
//
//  1. Its Linked keeps its own, and each slice in use reaches as far as the array.
//  2. The entries cost what is noted, together no more than the capacity, and none less than 0.
//  3. A hash that is kept is its key's.
//  4. The hand is at an entry, or at 0, before the first.
//  5. LFU: uses rise from bucket to bucket; each entry is in one bucket, which is not empty, stands together and ends at its last.
//  6. Departures are queued only for an onEvict.
//
// A Cache is not good for several goroutines without a lock around it, for a hit writes; nor for times that must be kept to the second:
// no timer runs, and what has expired takes room until DeleteExpired or a look-up finds it.
package orderedmap
