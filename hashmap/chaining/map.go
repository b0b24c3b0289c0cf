package chaining

import (
	"iter"

	"innards/hashmap"
)

// Map is a hash map with separate chaining: chains of references to nodes in a slab, and buckets that are split a few at a
// time. The zero Map is ready to use; a nil one can be read. K must be comparable unless the map comes from NewFunc. Not
// safe for concurrent use while anyone writes.
type Map[K, V any] struct {
	slab    slab[K, V]
	buckets directory
	more    blockPool // the blocks of chains after their first
	keys    hashmap.Keyer[K]
	count   int
	limit   int    // count may reach this before buckets are split; 0 as long as there are none
	alarm   int    // a chain that is too long has no meaning below this count
	version uint64 // changes with every insertion, deletion and move: callbacks may mutate the map
	moves   uint64 // changes when the nodes move to another slab
	clears  uint64 // changes when all entries go at once

	// The tables of a small map, which save it some allocations. Nothing but its first directory and slab use them, and
	// write them when they grow from nothing: iterators may go on with the old slab after a Shrink.
	oneSegment [1]*block
	oneChunk   [1]*node[K, V]
	oneGraves  [1]*graves
}

// New returns a map with room for capacity entries.
func New[K comparable, V any](capacity int) *Map[K, V] {
	return construct[K, V](capacity, hashmap.NewKeyer[K]())
}

// NewFunc returns a map that hashes and compares its keys with h.
func NewFunc[K, V any](capacity int, h hashmap.Hasher[K]) *Map[K, V] {
	return construct[K, V](capacity, hashmap.NewFuncKeyer(h))
}

func construct[K, V any](capacity int, keys hashmap.Keyer[K]) *Map[K, V] {
	if capacity < 0 {
		panic("chaining: negative capacity")
	}
	m := new(Map[K, V])
	m.begin(keys)
	m.Grow(capacity)
	return m
}

// ready gives a zero map its keyer before the first write.
func (m *Map[K, V]) ready() {
	if m.keys.Kind == hashmap.Unset {
		m.wake()
	}
}

func (m *Map[K, V]) wake() { m.begin(hashmap.Lazy[K]()) }

// begin gives the map its keyer and what a map without entries needs. Hashes that cost more than a few instructions are
// kept beside the nodes.
func (m *Map[K, V]) begin(keys hashmap.Keyer[K]) {
	m.keys = keys
	m.buckets = nothing(m.oneSegment[:])
	m.slab.chunks = m.oneChunk[:0]
	m.slab.graves = m.oneGraves[:]
	m.slab.keep = keys.Kind != hashmap.Word && keys.Kind != hashmap.Pair
}

// Len returns the number of entries.
func (m *Map[K, V]) Len() int {
	if m == nil {
		return 0
	}
	return m.count
}

// Get returns the value of key, and whether there is one.
func (m *Map[K, V]) Get(key K) (value V, ok bool) {
	if n, _, _, _ := m.find(key); n != nil {
		return n.value, true
	}
	return value, false
}

// At returns the value of key, or the zero value.
func (m *Map[K, V]) At(key K) (value V) {
	if n, _, _, _ := m.find(key); n != nil {
		return n.value
	}
	return value
}

// Contains reports whether key is there.
func (m *Map[K, V]) Contains(key K) bool {
	n, _, _, _ := m.find(key)
	return n != nil
}

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *Map[K, V]) GetMany(keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("chaining: GetMany: results shorter than keys")
	}
	n := 0
	for i, key := range keys {
		value, ok := m.Get(key)
		if values != nil {
			values[i] = value
		}
		if found != nil {
			found[i] = ok
		}
		if ok {
			n++
		}
	}
	return n
}

// Set gives key a value. It returns the value that it replaced, or reports that the entry is new.
func (m *Map[K, V]) Set(key K, value V) (old V, added bool) {
	m.ready()
	n, b, _, h := m.find(key)
	if n != nil {
		old = n.value
		m.overwrite(n, key, value)
		return old, false
	}
	m.insert(b, h, key, value)
	return old, true
}

// GetOrSet returns the value of key; if there is none, it sets the given one and returns that.
func (m *Map[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	m.ready()
	n, b, _, h := m.find(key)
	if n != nil {
		return n.value, true
	}
	m.insert(b, h, key, value)
	return value, false
}

// Compute replaces the value of key by what f makes of it, deletes the entry if f says not to keep it, and inserts
// one if there was none. It returns the value and whether the key is present now. The key is hashed once. f may use
// the map, even change it: then the key is looked up again.
func (m *Map[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	m.ready()
	var old, none V
	n, b, i, h := m.find(key)
	if n != nil {
		old = n.value
	}
	version := m.version
	value, keep := f(old, n != nil)
	if m.version != version {
		n, b, i, h = m.find(key)
	}
	switch {
	case !keep && n != nil:
		m.remove(b, i, uint32(h>>32))
		return none, false
	case !keep:
		return none, false
	case n != nil:
		m.overwrite(n, key, value)
	default:
		m.insert(b, h, key, value)
	}
	return value, true
}

// SetAll sets every pair of seq.
func (m *Map[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Set(key, value)
	}
}

// Clone returns a copy of the map, node for node, under the same seed.
func (m *Map[K, V]) Clone() *Map[K, V] {
	if m == nil {
		return nil
	}
	c := &Map[K, V]{
		slab: m.slab.clone(), buckets: m.buckets.clone(), more: m.more.clone(), keys: m.keys,
		count: m.count, limit: m.limit, alarm: m.alarm,
	}
	if c.limit == 0 {
		c.buckets = nothing(c.oneSegment[:])
	}
	return c
}

// overwrite replaces the value of an entry. Where equal keys can differ (-0 and +0, interfaces) the new key replaces
// the old one too, as in the builtin map; under a Hasher the first key stays.
func (m *Map[K, V]) overwrite(n *node[K, V], key K, value V) {
	n.value = value
	if m.keys.Kind == hashmap.Other {
		n.key = key
	}
}
