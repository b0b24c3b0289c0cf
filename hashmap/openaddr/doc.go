// Package openaddr holds Map, a hash map with open addressing in groups of seven slots.
//
// # Terminology
//
//   - Slot: a place for one entry.
//   - Group: seven slots that are looked at together, and their control word.
//   - Control word: eight bytes. Seven are tags, one for each slot; the eighth is the overflow byte.
//   - Tag: 0 for an empty slot; for a full one, seven bits of its key's hash and a one.
//   - Overflow byte: eight bits, one of which belongs to each hash. Set once an entry of such a hash found the group
//     full and went on. A filter: a clear bit is certain, a set one is a reason to look.
//   - Home: the group at which the probe sequence of a hash begins. The sequence takes all groups in order, round the
//     end.
//
// # Picture
//
//	hash:   [ home: high bits, scaled to the number of groups | ... | overflow bit: 3 | tag: 7 ]
//
//	words:   | group 0 | group 1 | group 2 |   8 bytes a group: small enough to stay in the cache
//	slots:   | 0 1 2 3 4 5 6 | 7 8 9 ...   |   value and key, seven a group
//
//	group 1, full:  tags 91 a4 f3 80 c7 95 b0   overflow 00100000
//	                                                       ^ somebody with overflow bit 5 lives further on
//
// # Operations
//
// A look-up hashes the key, reads the control word of its home and compares all seven tags at once, in ordinary
// integer arithmetic. Each match is a candidate, whose key is compared. Without one, the key can only be in the next
// group if the overflow bit of its hash is set; a miss mostly ends after one word and no key.
//
// An insertion takes the first empty slot on the probe sequence and sets its overflow bit in the full groups before.
//
// Deletion clears the tag and the slot. No tombstone is needed: nobody's probe sequence ends at an empty slot, it ends
// at a clear overflow bit. What remains is a set bit that may stand for nothing. Deletions from groups with set bits
// are counted, and after half a table of them the bits are computed anew from the entries, in place; only if too many
// entries turn out to be far from home do they move to a new table of the same size. Churn at a constant size never
// grows the table.
//
// A table that is seven eighths full doubles. Homes are scaled hashes and not masked ones, so that entries keep their
// order: the resize reads one table and writes the other from front to back. The number of groups is free, and New,
// Grow and Shrink take exactly what is needed.
//
// A range walks the table. No entry moves while the table lives, and after a resize the range goes on over the old
// table and looks its keys up in the new one; the rules are with the type cursor.
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
//  6. The count does not exceed the limit: seven eighths of the slots, or all seven of a single group. So there is an
//     empty slot on every probe sequence that an insertion takes.
//  7. The lengths of words and slots agree with the number of groups; a map without memory is empty.
//
// Invariants 2 to 4 say nothing about NaN, which no look-up finds.
//
// # Costs
//
//	Get, hit     one control word, one slot: two cache misses in a large map, the first one often in the outer cache
//	Get, miss    one control word, seldom more
//	Set, new     the same as a miss, and a write to word and slot; a resize now and then
//	resize       all entries are hashed and copied: the longest Set takes as long as all entries take to move
//	memory       (8 + 7 * (key + value)) bytes a group; at 16 bytes an entry, from 19.6 when full to 39 after doubling
//
// # What it is not good for
//
// A Set that must never be slow: use chaining.Map. Pointers to values: entries move at a resize. Keys in an order.
// Very small maps: the builtin map looks through eight slots without hashing anything, and costs less to make.
package openaddr
