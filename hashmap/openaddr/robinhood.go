// Robin Hood hashing: linear probing in which the poor take from the rich.
//
// An entry's displacement is the number of slots from its home to where it lies. In plain linear probing whoever comes
// first stays at home and late comers go far. Here an insertion walks along its probe sequence and compares: once it
// meets an entry that is nearer to its own home than the new one is to its, the new one takes the place, and that entry
// and the rest of the run move up by one. The mean displacement is that of linear probing, since the same slots are full;
// the differences between entries shrink, and with them the long probes.
//
//	key       A  B  C  D  E       slot             2     3     4     5     6     7
//	home      2  2  3  5  2       linear probing  [A 0] [B 1] [C 1] [D 0] [E 4] [   ]
//	                              Robin Hood      [A 0] [B 1] [E 2] [C 2] [D 1] [   ]
//	set in this order                                         ^ E at 4, two from home, meets C, one from home
//
// What makes it simple: all entries of a run stand in the order of their homes. A look-up can stop at the first entry
// that is nearer to its home than the key would be there, and need not find an empty slot: a miss costs what a hit does.
//
// # Layout
//
//	meta    one uint32 a slot:  [ displacement + 1: 24 bits | tag: 8 bits of the hash ]   0: the slot is empty
//	slots   value and key
//
// Displacement and tag are compared as one number, and entries of one home stand in falling order of their tags. The
// search for a hash looks for home: 1<<8|tag, next slot: 2<<8|tag, and so on: equal, the key is compared; less, the
// key is absent, and this is the place where it belongs. The keys of other homes are never touched.
//
// Homes are the hash scaled to the number of slots, which may be any: New, Grow and Shrink take what is needed, and
// a resize, which also meets the entries in the order of their homes, fills the new table from front to back.
//
// # Deletion
//
// By backward shift: the entries behind the hole move down by one, up to the first that is at home. There is no
// tombstone, so the table never gets worse than a fresh one with the same entries, and churn costs what filling did.
//
//	delete B:   [A 0] [E 1] [C 1] [D 0] [   ] [   ]
//
// # Bounded displacement
//
// At a load of four fifths the longest displacement among 786,000 random entries was 36 slots; 128 is not seen in
// practice. One that is reached says that the hash fails: somebody knows the seed, or a Hasher is bad. The map draws a
// new seed then and places all entries anew; if it has done so of late and more than half of its room is taken, it
// doubles. A Hasher that gives all keys one hash defeats both, and must end up with a slow map, not with an endless
// loop or all of the memory: see probingAlarm.
//
// # Invariants
//
//  1. The count is the number of slots that are not empty, and at most the limit: at least one slot is empty.
//  2. The meta of a slot gives the home and the tag of its key's hash.
//  3. In a run, homes do not fall, and within one home tags do not rise. Behind an empty slot, an entry is at home.
//  4. A look-up of an entry's key finds that entry.
//  5. An empty slot holds the zero value and the zero key.
//  6. The lengths of meta and slots agree with each other and with the limit.
//
// # Costs
//
// A hit and a miss read the same run of metas, mostly of one cache line, and for a hit one slot. An insertion moves the
// rest of its run, nine entries in a full table; large values make that dear. Entries move at each insertion and
// deletion, so that the walk over a changing map needs thought: see rhCursor.

package openaddr

import (
	"iter"

	"innards/hashmap"
)

// RobinHood is a hash map with linear probing, ordered by displacement. The zero RobinHood is ready to use; a nil one
// can be read. Not safe for concurrent use while anyone writes. It is here to be compared and understood: Map is the
// one to use.
type RobinHood[K, V any] struct {
	rhTable[K, V]
	keys     hashmap.Keyer[K]
	count    int
	limit    int    // count may reach this before the table grows
	version  uint64 // changes with every insertion, deletion and rehash
	rehashes uint64 // changes when the entries move to another table
	clears   uint64 // changes when all entries go at once
	alarm    probingAlarm
}

// rhTable is what the entries live in.
type rhTable[K, V any] struct {
	meta  []uint32
	slots []probingSlot[K, V]
}

// rhNothing is the meta of all tables without slots: one that is empty. It is never written.
var rhNothing [1]uint32

// NewRobinHood returns a map with room for capacity entries.
func NewRobinHood[K comparable, V any](capacity int) *RobinHood[K, V] {
	return rhConstruct[K, V](capacity, hashmap.NewKeyer[K]())
}

// NewRobinHoodFunc returns a map that hashes and compares its keys with h.
func NewRobinHoodFunc[K, V any](capacity int, h hashmap.Hasher[K]) *RobinHood[K, V] {
	return rhConstruct[K, V](capacity, hashmap.NewFuncKeyer(h))
}

func rhConstruct[K, V any](capacity int, keys hashmap.Keyer[K]) *RobinHood[K, V] {
	if capacity < 0 {
		panic("openaddr: negative capacity")
	}
	m := &RobinHood[K, V]{keys: keys}
	m.use(rhNewTable[K, V](rhSlotsFor(capacity)))
	return m
}

// ready gives a zero map its keyer before the first write.
func (m *RobinHood[K, V]) ready() {
	if m.keys.Kind == hashmap.Unset {
		m.keys = hashmap.Lazy[K]()
		m.use(rhNewTable[K, V](0))
	}
}

// Len returns the number of entries.
func (m *RobinHood[K, V]) Len() int {
	if m == nil {
		return 0
	}
	return m.count
}

// Get returns the value of key, and whether there is one.
func (m *RobinHood[K, V]) Get(key K) (value V, ok bool) {
	if at, _, _, ok := m.find(key); ok {
		return m.slots[at].value, true
	}
	return value, false
}

// At returns the value of key, or the zero value.
func (m *RobinHood[K, V]) At(key K) (value V) {
	if at, _, _, ok := m.find(key); ok {
		return m.slots[at].value
	}
	return value
}

// Contains reports whether key is there.
func (m *RobinHood[K, V]) Contains(key K) bool {
	_, _, _, ok := m.find(key)
	return ok
}

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *RobinHood[K, V]) GetMany(keys []K, values []V, found []bool) int {
	return probingGetMany(m.Get, keys, values, found)
}

// Set gives key a value. It returns the value that it replaced, or reports that the entry is new.
func (m *RobinHood[K, V]) Set(key K, value V) (old V, added bool) {
	m.ready()
	at, h, w, ok := m.find(key)
	if ok {
		s := &m.slots[at]
		old = s.value
		s.overwrite(m.keys.Kind, key, value)
		return old, false
	}
	m.insert(at, h, w, key, value)
	return old, true
}

// GetOrSet returns the value of key; if there is none, it sets the given one and returns that.
func (m *RobinHood[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	m.ready()
	at, h, w, ok := m.find(key)
	if ok {
		return m.slots[at].value, true
	}
	m.insert(at, h, w, key, value)
	return value, false
}

// Compute replaces the value of key by what f makes of it, deletes the entry if f says not to keep it, and inserts
// one if there was none. It returns the value and whether the key is present now. The key is hashed once. f may use
// the map, even change it: then the key is looked up again.
func (m *RobinHood[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	m.ready()
	var old, none V
	at, h, w, ok := m.find(key)
	if ok {
		old = m.slots[at].value
	}
	version := m.version
	value, keep := f(old, ok)
	if m.version != version {
		at, h, w, ok = m.find(key)
	}
	switch {
	case !keep && ok:
		m.remove(at)
		return none, false
	case !keep:
		return none, false
	case ok:
		m.slots[at].overwrite(m.keys.Kind, key, value)
	default:
		m.insert(at, h, w, key, value)
	}
	return value, true
}

// SetAll sets every pair of seq.
func (m *RobinHood[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Set(key, value)
	}
}

// Clone returns a copy of the map: the same table, slot for slot, under the same seed.
func (m *RobinHood[K, V]) Clone() *RobinHood[K, V] {
	if m == nil {
		return nil
	}
	c := &RobinHood[K, V]{rhTable: m.rhTable, keys: m.keys, count: m.count, limit: m.limit}
	if m.limit > 0 {
		c.meta = append([]uint32(nil), m.meta...)
		c.slots = append([]probingSlot[K, V](nil), m.slots...)
	}
	return c
}
