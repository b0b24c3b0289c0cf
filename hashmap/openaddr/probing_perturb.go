// CPython's dict, and what Perturb takes of it.
//
// A dict is open addressing over a table of numbers. The entries lie elsewhere, dense, in the order in which they came:
//
//	d = {"tim": 1, "guido": 2, "barry": 3}
//
//	indices   [ -  1  -  -  0  -  2  - ]      eight slots of one byte each, two or four in larger dicts;
//	             |        |     |             -1 empty, -2 dummy
//	entries   0  hash  "tim"    1
//	          1  hash  "guido"  2             24 bytes each: 16 if all keys are strings, which keep their hash
//	          2  hash  "barry"  3
//
// The index is sparse and small, the entries are large and dense: with the old layout, entries in the table itself, a
// third and more of the large things was empty. A range over the entries gives them in insertion order, which CPython
// promises since 3.7.
//
// The home of a key is the low bits of its hash, and a collision goes on with
//
//	perturb >>= 5;  i = (5*i + perturb + 1) mod 2^k
//
// The hash of a small int is the int, so that the home of i is i: the ints of a range fill a table without a
// collision, which no random hash does. The price is paid for keys that agree in their low bits. There perturb comes
// in: it begins as the whole hash, and each step shifts five more of its bits into i, so that keys which agree at home
// part soon. After thirteen steps it is 0, and 5i+1 alone, which by the theorem of Hull and Dobell has the period 2^k,
// takes the sequence to all slots.
//
// Five is a bargain: fewer bits at a time, and keys with equal low bits stay together longer; more, and perturb is used
// up soon, and what follows is 5i+1 for all.
//
// A deleted key's slot in the index becomes a dummy, the dict's word for a tombstone, and its entry a gap. An insertion
// may take a dummy that it meets, but never a gap: entries are only appended. Once those, gaps included, are as many as
// two thirds of the index, the dict resizes, to the power of two above three times the entries alive. That may be a
// smaller table than before, and the gaps are gone.
//
// What Perturb takes is the sequence alone, over the same table as the other three and under a seeded hash. Under such
// a hash all low bits are good and the perturbation has little to do: its Stats are those of DoubleHash. Keys that
// collide in all 64 bits it cannot part, nor can CPython's, where the ints i*(2^61-1) all hash to 0; strings have a
// secret there.
//
// The dense entries are orderedmap.Map's.

package openaddr

const (
	perturbShift  = 5
	perturbFactor = 5
)
