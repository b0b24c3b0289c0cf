package orderedmap

import (
	"iter"

	"innards/hashmap"
)

// Linked keeps its keys in the order in which they were first set, as Map does, and can besides put any entry anywhere:
// moving one, deleting one and inserting before or after one cost O(1), always, and an entry's position in memory never
// changes, so that a Handle finds it without hashing. The zero value is an empty map ready to use; a nil *Linked is an
// empty map that can be read. A Linked must not be copied, and may be read by many goroutines at once but not while one
// of them writes.
//
// # Two ways to keep an order
//
// CPython had both. Its OrderedDict is a hash table of nodes on a doubly linked list, each node an allocation of its
// own with two pointers: moving is O(1), and iterating is a walk through the heap that misses the cache at each step. Its
// dict, since 3.6, appends entries to an array and keeps their positions in a small index: half the memory, and iterating is a
// scan of the array; but an entry can only be taken out, leaving a hole, and put in again at the end. Map is that dict.
//
// Linked is the list inside the array: the links are two int32 beside each entry, not two pointers to nodes. That is
// eight bytes an entry more than Map needs, and no allocation and no pointer that a collector would have to follow.
//
//	position   0      1      2      3      4
//	         | ring | a    | b    | -    | d    |      after setting a, b, c, d, moving a to the back, deleting c
//	next       2      0      4      free   1           b -> d -> a -> ring
//	prev       1      4      0             2
//
// Position 0 holds no entry: it is where the ring of links begins and ends, so that no operation has a special case for the
// first or last entry. Positions of deleted entries form a list of their own, and are used again first.
//
// What it pays: entries that were moved about lie in another order than memory has them, and then each step of a loop is a cache
// miss in a large map. Shrink lays them in order again. Nth and Index walk: O(n). Moves to the back are what it is for:
// Map has to append a copy, leave a hole and, in time, compact.
//
// # Loops
//
// The contract is Map's: the next entry yielded is the successor, in the map as it is now, of the entry yielded before.
// A loop signs in with the map, and what unlinks an entry under it leaves a note where the entry was. Signing in takes a
// lock, so that many goroutines may range over a map that none of them changes.
//
// # Invariants
//
//  1. From position 0, next leads through all live entries and back to 0, and prev leads the same way back.
//  2. All other positions are free: zero but for their links, and on the free list once.
//  3. Every entry has one slot, with its hash and position, and every slot an entry; NaN keys have none.
//  4. Between a slot and its home there is no empty slot.
//  5. The index is at most three quarters full.
type Linked[K comparable, V any] struct {
	nodes []node[K, V] // position 0 is the ring's own; nil before the first Set
	slots []linkSlot   // a power of two long, or nil before the first Set
	free  int32        // the first free position below len(nodes), or 0
	live  int
	shift uint8 // 32 - log2(len(slots))
	keys  hashmap.Keyer[K]
	loops loops[K]
}

type node[K comparable, V any] struct {
	key        K
	value      V
	prev, next int32 // prev of a free position is vacant, and next leads to another free one
}

const (
	vacant = -1
	// maxLinked is how many entries int32 links can tell apart.
	maxLinked     = 1<<31 - 2
	tooManyLinked = "orderedmap: Linked: more than 2147483646 entries"
)

// NewLinked returns a map with room for capacity entries.
func NewLinked[K comparable, V any](capacity int) *Linked[K, V] {
	if capacity < 0 {
		panic("orderedmap: NewLinked: negative capacity")
	}
	l := new(Linked[K, V])
	l.Grow(capacity)
	return l
}

// Len returns the number of entries.
func (l *Linked[K, V]) Len() int {
	if l == nil {
		return 0
	}
	return l.live
}

// locate returns the slot and the position of key, or position 0, in any state of the map.
func (l *Linked[K, V]) locate(key K) (i int, p int32) {
	if l.Len() == 0 {
		refuseUnhashable(key)
		return 0, 0
	}
	return l.find(l.hash(key), key)
}

// Get returns the value of key and whether it is present.
func (l *Linked[K, V]) Get(key K) (V, bool) {
	if p := l.lookup(key); p != 0 {
		return l.nodes[p].value, true
	}
	var zero V
	return zero, false
}

// At returns the value of key, or the zero value where it is absent.
func (l *Linked[K, V]) At(key K) V {
	v, _ := l.Get(key)
	return v
}

// Contains reports whether key is present.
func (l *Linked[K, V]) Contains(key K) bool {
	return l.lookup(key) != 0
}

// Set gives key the value. A new key goes to the back; one that is present keeps its place, and its old value is
// returned.
func (l *Linked[K, V]) Set(key K, value V) (old V, added bool) {
	h := l.hashToSet(key)
	if _, p := l.find(h, key); p != 0 {
		return l.update(p, key, value), false
	}
	l.insert(h, key, value, 0, false)
	return old, true
}

// update gives the entry at position p a value, and the key that is equal to its own but need not be identical (-0 and
// 0, interfaces): the builtin map takes the new one too.
func (l *Linked[K, V]) update(p int32, key K, value V) (old V) {
	n := &l.nodes[p]
	if l.keys.Kind == hashmap.Other {
		n.key = key
	}
	old, n.value = n.value, value
	return old
}

// GetOrSet returns the value of key if it is present, and else sets it to value at the back.
func (l *Linked[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	h := l.hashToSet(key)
	if _, p := l.find(h, key); p != 0 {
		return l.nodes[p].value, true
	}
	l.insert(h, key, value, 0, false)
	return value, false
}

// Compute calls f with the value of key and whether it is present, and sets key to the value that f returns, or deletes
// it where keep is false. It returns the value and whether key is present now. The key is hashed once. f may use the
// map, even change it: the result goes to wherever key is then.
func (l *Linked[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	h := l.hashToSet(key)
	var old, zero V
	_, p := l.find(h, key)
	if p != 0 {
		old = l.nodes[p].value
	}
	value, keep := f(old, p != 0)
	i, p := l.find(h, key)
	switch {
	case keep && p != 0:
		l.nodes[p].value = value
	case keep:
		l.insert(h, key, value, 0, false)
	case p != 0:
		l.remove(i, p)
	}
	if !keep {
		return zero, false
	}
	return value, true
}

// Delete removes key and returns the value that it had.
func (l *Linked[K, V]) Delete(key K) (old V, deleted bool) {
	i, p := l.locate(key)
	if p == 0 {
		return old, false
	}
	old = l.nodes[p].value
	l.remove(i, p)
	return old, true
}

// DeleteFunc removes every entry for which del returns true, NaN keys too. Like the body of a loop over All, del may
// change the map.
func (l *Linked[K, V]) DeleteFunc(del func(K, V) bool) {
	if l.Len() == 0 {
		return
	}
	c := l.enter()
	defer l.leave(c)
	for p := l.nodes[0].next; p != 0; p = l.after(c) {
		c.at = p
		if n := &l.nodes[p]; del(n.key, n.value) {
			if p = c.here(); p != 0 {
				l.removeAt(p)
			}
		}
	}
}

// SetAll sets every pair of seq, in its order. seq may read the map itself.
func (l *Linked[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		l.Set(key, value)
	}
}

// insert puts an entry that the map does not have before position mark; before 0 is at the back. NaN keys are not
// indexed: no look-up could find them.
func (l *Linked[K, V]) insert(h uint32, key K, value V, mark int32, behind bool) int32 {
	if l.live >= maxLoad(len(l.slots)) {
		l.reindex(max(minSlots, 2*len(l.slots)))
	}
	p := l.free
	if p == 0 {
		p = l.extend()
	} else {
		l.free = l.nodes[p].next
	}
	n := &l.nodes[p]
	n.key, n.value = key, value
	l.link(p, mark, behind)
	l.live++
	if key == key {
		l.point(newLinkSlot(h, p))
	}
	l.check()
	return p
}

// remove deletes the entry at position p, to which slot i points.
func (l *Linked[K, V]) remove(i int, p int32) {
	l.unpoint(i)
	l.vacate(p)
	l.check()
}

// removeAt deletes the entry at position p.
func (l *Linked[K, V]) removeAt(p int32) {
	if key := l.nodes[p].key; key == key {
		l.unpoint(l.slotOf(l.hash(key), p))
	}
	l.vacate(p)
	l.check()
}

// vacate empties position p, to which no slot leads any more. An array that has become empty is filled from its
// beginning again, which brings entries back into the order of memory.
func (l *Linked[K, V]) vacate(p int32) {
	l.unlink(p)
	if l.loops.first != nil {
		l.loops.forget(p)
	}
	l.nodes[p] = node[K, V]{prev: vacant, next: l.free} // lets go of what the key and the value point to
	l.free = p
	l.live--
	if l.live == 0 {
		l.nodes, l.free = l.nodes[:1], 0
	}
}

// link puts position p into the ring before mark; behind says that it is put after the entry before that, and so before
// any gap in between.
func (l *Linked[K, V]) link(p, mark int32, behind bool) {
	l.tie(p, mark)
	if l.loops.first != nil && !behind {
		l.loops.linked(p, mark)
	}
}

// unlink takes position p out of the ring.
func (l *Linked[K, V]) unlink(p int32) {
	l.cut(p)
	if n := &l.nodes[p]; l.loops.first != nil {
		l.loops.unlinked(p, n.next, n.key)
	}
}

// tie is link where no loop is under way: short enough to be inlined.
func (l *Linked[K, V]) tie(p, mark int32) {
	m, n := &l.nodes[mark], &l.nodes[p]
	n.prev, n.next = m.prev, mark
	l.nodes[m.prev].next = p
	m.prev = p
}

// cut is unlink where no loop is under way.
func (l *Linked[K, V]) cut(p int32) {
	n := &l.nodes[p]
	l.nodes[n.prev].next = n.next
	l.nodes[n.next].prev = n.prev
}
