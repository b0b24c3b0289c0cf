package openaddr

import (
	"iter"

	"innards/hashmap"
)

// Map is a hash map with open addressing in groups of seven. The zero Map is ready to use; a nil one can be read.
// K must be comparable unless the map comes from NewFunc. Not safe for concurrent use while anyone writes.
type Map[K, V any] struct {
	table[K, V]
	keys    hashmap.Keyer[K]
	count   int
	limit   int    // count may reach this before the table grows
	drift   int    // deletions that may have left an overflow bit standing for nothing
	version uint64 // changes with every insertion, deletion and resize: callbacks may mutate the map
	resizes uint64 // changes when the entries move to another table
	clears  uint64 // changes when all entries go at once
}

// table is what the entries live in. An iterator keeps a copy of it, and so the old table alive, over a resize.
type table[K, V any] struct {
	words  []uint64 // a control word for each group
	slots  []slot[K, V]
	groups uint64 // len(words)
}

// slot is one entry. The value comes first: a zero-size value at the end would cost a word of padding.
type slot[K, V any] struct {
	value V
	key   K
}

// noEntries is the one group of all tables without memory of their own. It is never written.
var noEntries [1]uint64

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
		panic("openaddr: negative capacity")
	}
	m := &Map[K, V]{keys: keys}
	m.allocate(groupsFor(capacity))
	return m
}

// ready gives a zero map its keyer before the first write.
func (m *Map[K, V]) ready() {
	if m.keys.Kind == hashmap.Unset {
		m.awake()
	}
}

func (m *Map[K, V]) awake() {
	m.keys = hashmap.Lazy[K]()
	m.allocate(0)
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
	if at, _ := m.find(key); at >= 0 {
		return m.slot(at).value, true
	}
	return value, false
}

// At returns the value of key, or the zero value.
func (m *Map[K, V]) At(key K) (value V) {
	if at, _ := m.find(key); at >= 0 {
		return m.slot(at).value
	}
	return value
}

// Contains reports whether key is there.
func (m *Map[K, V]) Contains(key K) bool {
	at, _ := m.find(key)
	return at >= 0
}

// Set gives key a value. It returns the value that it replaced, or reports that the entry is new.
func (m *Map[K, V]) Set(key K, value V) (old V, added bool) {
	m.ready()
	at, h := m.find(key)
	if at >= 0 {
		s := m.slot(at)
		old = s.value
		m.overwrite(s, key, value)
		return old, false
	}
	m.insert(h, key, value)
	return old, true
}

// GetOrSet returns the value of key; if there is none, it sets the given one and returns that.
func (m *Map[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	m.ready()
	at, h := m.find(key)
	if at >= 0 {
		return m.slot(at).value, true
	}
	m.insert(h, key, value)
	return value, false
}

// Compute replaces the value of key by what f makes of it, deletes the entry if f says not to keep it, and inserts
// one if there was none. It returns the value and whether the key is present now. The key is hashed once. f may use
// the map, even change it: then the key is looked up again.
func (m *Map[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	m.ready()
	var old, none V
	at, h := m.find(key)
	if at >= 0 {
		old = m.slot(at).value
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
		m.overwrite(m.slot(at), key, value)
	default:
		m.insert(h, key, value)
	}
	return value, true
}

// SetAll sets every pair of seq.
func (m *Map[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		m.Set(key, value)
	}
}

// Clone returns a copy of the map: the same table, slot for slot, under the same seed.
func (m *Map[K, V]) Clone() *Map[K, V] {
	if m == nil {
		return nil
	}
	c := &Map[K, V]{keys: m.keys, count: m.count, limit: m.limit, drift: m.drift}
	c.table = m.table
	if m.limit > 0 {
		c.words = append([]uint64(nil), m.words...)
		c.slots = append([]slot[K, V](nil), m.slots...)
	}
	return c
}
