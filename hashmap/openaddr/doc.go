// Package openaddr holds hash maps with open addressing: Map, the one to use, and RobinHood and Probing, which are
// there to be compared with it and understood; their essays stand in robinhood.go and probing.go. This one is about
// Map.
//
// # Terminology
//
//   - Slot: a place for one entry.
//   - Group: seven slots that are looked at together, and their control word.
//   - Control word: eight bytes. Seven are tags, one for each slot; the eighth is the overflow byte.
//   - Tag: 0 for an empty slot; for a full one, a number from 1 to 127 that eight bits of its key's hash make.
//   - Overflow byte: eight bits, one of which belongs to each hash. Set once an entry of such a hash found the group
//     full and went on. A filter: a clear bit is certain, a set one is a reason to look.
//   - Segment: up to 900 groups and their memory, a hash table of its own.
//   - Directory: the descriptors of the segments, indexed by bits of the hash.
//   - Home: the group at which the probe sequence of a hash begins. The sequence takes all groups of the segment in
//     order, round the end.
//
// # Picture
//
//	hash:       [ home: high bits, scaled to the number of groups | overflow 3 | tag 8 | segment 16 | unused 16 ]
//
//	directory:  | words, slots, groups, depth | words, slots, groups, depth | ...       four words a segment
//	                |      |
//	                |      +----> | 0 1 2 3 4 5 6 | 7 8 9 ...       slots: value and key, seven a group
//	                +-----------> | group 0 | group 1 | ...         control words: small enough to stay in the cache
//
//	a group, full:  tags 11 24 73 00 47 15 30   overflow 00100000
//	                              ^ empty                  ^ somebody with overflow bit 5 lives further on
//
// # Operations
//
// A look-up hashes the key, takes the descriptor of its segment, reads the control word of its home and compares all
// seven tags at once, in ordinary integer arithmetic. Each match is a candidate, whose key is compared. Without one,
// the key can only be in the next group if the overflow bit of its hash is set; a miss mostly ends after one word and
// no key.
//
// An insertion takes the first empty slot on the probe sequence and sets its overflow bit in the full groups before.
//
// Deletion clears the tag and the slot. No tombstone is needed: nobody's probe sequence ends at an empty slot, it
// ends at a clear overflow bit. What remains is a set bit that may stand for nothing. Deletions from groups with set
// bits are counted, and after a segment's worth of them its bits are computed anew from the entries, in place; only
// if too many entries turn out to be far from home do they move to a new segment of the same size. Churn at a
// constant size never grows the table: the map remembers the most entries it had, and below that an unlucky segment
// is filled further.
//
// A segment that is 25/32 full grows, two- to threefold until its slots take 80 KB, in a large map then by half, and is
// then split in two by one more bit of the hash. So no Set moves more than some 6,000 entries, however large the map.
// Homes are scaled hashes and not masked ones: the number of groups is free, New, Grow and Shrink take exactly what
// is needed, and entries that move keep their order, so that memory is read and written from front to back.
//
// A range walks the segments. No entry moves while its segment is in use; once it was replaced, the range goes on
// over the old one and looks its keys up in the map. The rules are with the type cursor.
//
// GetMany has 32 look-ups under way at once in a map that is larger than the cache: it hashes all keys and asks the
// processor for all control words, then for all candidate slots, and only then compares.
//
// An insertion that passes far more full groups than chance makes likely sounds the alarm: somebody knows the
// secrets, or is very unlucky. The map then changes over to hash/maphash and moves everything, once.
//
// # Invariants
//
// Built with -tags invariants, every mutation of a map of up to eight groups checks them all, and panics with the
// number of the one that is broken.
//
//  1. The count is the number of full slots.
//  2. A tag is 0, or the tag of the hash of the key in its slot.
//  3. The overflow bit of an entry's hash is set in all groups from its home to the one before its own.
//  4. A look-up of an entry's key finds that entry: no key is there twice.
//  5. An empty slot holds the zero value and the zero key, so that the garbage collector can have what they held.
//  6. The limit of a segment leaves an empty slot on every probe sequence that an insertion takes: seven eighths of
//     the slots, or all seven of a single group, which is replaced before it overflows. Its room is the limit less
//     its entries.
//  7. A segment of d bits stands in all places of the directory that agree with its first in the lowest d, and in no
//     other; all of its entries' hashes agree in them too.
//  8. A map without memory is empty, and the words that all of those share are never written.
//
// Invariants 2 to 4 and 7 say nothing about NaN, which no look-up finds.
//
// # Costs
//
//	Get, hit     one control word, one slot: two cache misses in a large map, the first one often in the outer cache
//	Get, miss    one control word, seldom more
//	Set, new     the same as a miss, and a write to word and slot; a segment's entries are moved now and then
//	longest Set  moving the entries of one segment: tenths of a millisecond at most for small entries; strings must be hashed
//	memory       (8 + 7 * (key + value)) bytes a group; at 16 bytes an entry, from 22 to 33 and some 26 in the mean
//
// # What it is not good for
//
// Pointers to values: entries move. Keys in an order: package orderedmap. Very small maps: the builtin map looks
// through eight slots without hashing anything, and costs less to make. More than some 200 million entries: the
// directory then has all the bits it can have, and segments, with the longest Set, grow in its stead.
package openaddr
