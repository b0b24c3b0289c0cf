// Probing: the textbook table. No groups, no order; an entry whose home is taken goes where its probe sequence leads.
// All that differs between the four is the sequence, so their Stats can be laid side by side:
//
//	Linear       home, +1, +1, +1, ...        the next slots: one cache line, but entries clot into runs, and the
//	                                          longer a run is, the likelier it grows (primary clustering)
//	Quadratic    home, +1, +2, +3, ...        leaves a run soon; keys of one home still follow each other
//	                                          (secondary clustering)
//	DoubleHash   home, +s, +s, +s, ...        s from other bits of the hash: no clustering, and a cache miss a step
//	Perturb      home, *5 +1 + hash>>5, ...   CPython's: see probing_perturb.go
//
//	slots   0   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15
//	        .   .   .   h   1   2   3   4   5   .   .   .   .   .   .   .     Linear
//	        .   .   5   h   1   .   2   .   .   3   .   .   .   4   .   .     Quadratic: 3, 4, 6, 9, 13, 18-16
//	        .   .   3   h   .   .   .   4   1   .   .   .   5   2   .   .     DoubleHash with s = 5
//
// Slots are a power of two. So the triangular numbers of Quadratic, every odd s of DoubleHash, and 5i+1 of Perturb each
// come to all slots, and a look-up ends, since one slot at least is empty.
//
// # Layout
//
//	tags    one byte a slot:  0 empty | 1 tombstone | 128 + seven high bits of the hash
//	slots   value and key
//
// The low bits of the hash, both halves folded into one, are the home. A step reads one byte; the key is compared if
// the tag agrees, for one other key in 128.
//
// # Deletion
//
// By tombstone: other probe sequences may lead over the slot, so it must not look empty. Backward shift, as in
// RobinHood, is possible for Linear only: who follows in another sequence cannot be found from the slot. Linear has
// tombstones too, for two reasons. The four stay comparable, and no entry moves while the table lives, which keeps a
// range simple. What it can do cheaply it does: if the next slot is empty, no sequence leads on, and the deleted one
// and all tombstones just before it become empty.
//
// Two limits: entries fill at most three quarters of the slots, else the table doubles; entries and tombstones together
// at most seven eighths, else all move to a new table of the same size. The eighth between them is what makes churn
// cheap next to the first limit: a rehash comes after as many deletions at least. And churn never grows the table.
//
//	   0              entries              3/4   tombstones too   7/8     empty, always
//	   |------------------------------------|----------------------|---------|
//
// Insertions take the first tombstone of their sequence, if there is one.
//
// # A failing hash
//
// An insertion that steps over more full slots than chance explains rings the alarm, and the map draws a new seed and
// rehashes: see probingAlarm for how often it may.
//
// # Invariants
//
//  1. The count is the number of slots with a tag of 128 and more, and at most the limit.
//  2. Such a tag is that of the hash of the slot's key.
//  3. From an entry's home, its probe sequence comes to the entry before it comes to an empty slot.
//  4. A look-up of an entry's key finds that entry.
//  5. An empty slot and a tombstone hold the zero value and the zero key.
//  6. The count of tombstones is right; together with the entries they leave at least an eighth of the slots empty.
//  7. The lengths are a power of two and agree.
//
// # Costs
//
// A hit reads the tags on its way and one slot, a miss goes on to the first empty one: at three quarters full, 2.5 and
// 8.5 tags for Linear, 1.8 and 4 for DoubleHash. Tombstones lengthen both; Stats shows how much.

package openaddr

import (
	"iter"

	"innards/hashmap"
)

// Probing is a hash map with open addressing and a probe sequence to choose. The zero Probing is ready to use, with
// Linear; a nil one can be read. Not safe for concurrent use while anyone writes. It is here to be compared and
// understood: Map is the one to use.
type Probing[K, V any] struct {
	probingTable[K, V]
	keys     hashmap.Keyer[K]
	count    int
	limit    int    // count may reach this before the table grows
	tombs    int    // tombstones
	version  uint64 // changes with every insertion, deletion and rehash
	rehashes uint64 // changes when the entries move to another table
	clears   uint64 // changes when all entries go at once
	alarm    probingAlarm
	probe    Probe
}

// probingTable is what the entries live in.
type probingTable[K, V any] struct {
	tags  []uint8
	slots []probingSlot[K, V]
	rule  probingRule
}

// probingNothing is the tags of all tables without slots: one that is empty. It is never written.
var probingNothing [1]uint8

const (
	probingEmpty     = 0
	probingTombstone = 1
	probingFull      = 128
)

// NewProbing returns a map with room for capacity entries and the given probe sequence.
func NewProbing[K comparable, V any](capacity int, probe Probe) *Probing[K, V] {
	return probingConstruct[K, V](capacity, probe, hashmap.NewKeyer[K]())
}

// NewProbingFunc returns a map that hashes and compares its keys with h.
func NewProbingFunc[K, V any](capacity int, probe Probe, h hashmap.Hasher[K]) *Probing[K, V] {
	return probingConstruct[K, V](capacity, probe, hashmap.NewFuncKeyer(h))
}

func probingConstruct[K, V any](capacity int, probe Probe, keys hashmap.Keyer[K]) *Probing[K, V] {
	if capacity < 0 {
		panic("openaddr: negative capacity")
	}
	if probe > Perturb {
		panic("openaddr: NewProbing: no such probe sequence")
	}
	m := &Probing[K, V]{keys: keys, probe: probe}
	m.use(probingNewTable[K, V](probingSlotsFor(capacity), probe))
	return m
}

// ready gives a zero map its keyer before the first write.
func (m *Probing[K, V]) ready() {
	if m.keys.Kind == hashmap.Unset {
		m.keys = hashmap.Lazy[K]()
		m.use(probingNewTable[K, V](0, m.probe))
	}
}

// Len returns the number of entries.
func (m *Probing[K, V]) Len() int {
	if m == nil {
		return 0
	}
	return m.count
}

// Probe returns the probe sequence of the map.
func (m *Probing[K, V]) Probe() Probe {
	if m == nil {
		return Linear
	}
	return m.probe
}

// Get returns the value of key, and whether there is one.
func (m *Probing[K, V]) Get(key K) (value V, ok bool) {
	if at, _ := m.find(key); at >= 0 {
		return m.slots[at].value, true
	}
	return value, false
}

// At returns the value of key, or the zero value.
func (m *Probing[K, V]) At(key K) (value V) {
	if at, _ := m.find(key); at >= 0 {
		return m.slots[at].value
	}
	return value
}

// Contains reports whether key is there.
func (m *Probing[K, V]) Contains(key K) bool {
	at, _ := m.find(key)
	return at >= 0
}

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *Probing[K, V]) GetMany(keys []K, values []V, found []bool) int {
	return probingGetMany(m.Get, keys, values, found)
}

// Set gives key a value. It returns the value that it replaced, or reports that the entry is new.
func (m *Probing[K, V]) Set(key K, value V) (old V, added bool) {
	m.ready()
	at, h := m.find(key)
	if at >= 0 {
		s := &m.slots[at]
		old = s.value
		s.overwrite(m.keys.Kind, key, value)
		return old, false
	}
	m.insert(h, key, value)
	return old, true
}

// GetOrSet returns the value of key; if there is none, it sets the given one and returns that.
func (m *Probing[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	m.ready()
	at, h := m.find(key)
	if at >= 0 {
		return m.slots[at].value, true
	}
	m.insert(h, key, value)
	return value, false
}

// Compute replaces the value of key by what f makes of it, deletes the entry if f says not to keep it, and inserts
// one if there was none. It returns the value and whether the key is present now. The key is hashed once. f may use
// the map, even change it: then the key is looked up again.
func (m *Probing[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	m.ready()
	var old, none V
	at, h := m.find(key)
	if at >= 0 {
		old = m.slots[at].value
	}
	version := m.version
	value, keep := f(old, at >= 0)
	if m.version != version {
		at, h = m.find(key)
	}
	switch {
	case !keep && at >= 0:
		m.remove(at)
		return none, false
	case !keep:
		return none, false
	case at >= 0:
		m.slots[at].overwrite(m.keys.Kind, key, value)
	default:
		m.insert(h, key, value)
	}
	return value, true
}

// SetAll sets every pair of seq.
func (m *Probing[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Set(key, value)
	}
}

// Clone returns a copy of the map: the same table, slot for slot, under the same seed.
func (m *Probing[K, V]) Clone() *Probing[K, V] {
	if m == nil {
		return nil
	}
	c := &Probing[K, V]{
		probingTable: m.probingTable, keys: m.keys, count: m.count, limit: m.limit, tombs: m.tombs, probe: m.probe,
	}
	if m.limit > 0 {
		c.tags = append([]uint8(nil), m.tags...)
		c.slots = append([]probingSlot[K, V](nil), m.slots...)
	}
	return c
}
