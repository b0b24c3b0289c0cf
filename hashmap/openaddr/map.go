package openaddr

import (
	"iter"

	"innards/hashmap"
)

// Map is a hash map with open addressing in groups of seven. The zero Map is ready to use; a nil one can be read.
// K must be comparable unless the map comes from NewFunc. Not safe for concurrent use while anyone writes.
type Map[K, V any] struct {
	dir     []segment[K, V] // the directory
	mask    uint64          // its length less one, times 32: see segmentOf
	base    uint32          // groups of a segment that came from a split
	keys    hashmap.Keyer[K]
	count   int
	peak    int              // the most entries there were before a deletion, or room was asked for
	version uint64           // changes with every insertion, deletion and move: callbacks may mutate the map
	clears  uint64           // changes when all entries go at once
	first   [1]segment[K, V] // the directory of a map of one segment
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
		panic("openaddr: negative capacity")
	}
	m := &Map[K, V]{keys: keys, base: baseGroups[K, V]()}
	m.allocate(capacity)
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
	m.base = baseGroups[K, V]()
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
	if e := m.find(key); e != nil {
		return e.value, true
	}
	return value, false
}

// At returns the value of key, or the zero value.
func (m *Map[K, V]) At(key K) (value V) {
	if e := m.find(key); e != nil {
		return e.value
	}
	return value
}

// Contains reports whether key is there.
func (m *Map[K, V]) Contains(key K) bool {
	return m.find(key) != nil
}

// Set gives key a value. It returns the value that it replaced, or reports that the entry is new.
//
// Insertion's common case stands here without the calls of find and insert, and with the short functions of a group
// written out as in find: the home group has no entry that could be the key, nor has any gone past it, and it has an
// empty slot. Every function that could be called before the entry is stored would have the arguments saved and loaded
// again.
func (m *Map[K, V]) Set(key K, value V) (old V, added bool) {
	var h uint64
	switch kind := m.keys.Kind; {
	case hashmap.SizedAs[K](hashmap.Word) && kind == hashmap.Word:
		h = m.keys.HashWord(hashmap.WordOf(&key))
	case hashmap.SizedAs[K](hashmap.Pair) && kind == hashmap.Pair:
		h = m.keys.HashPair(hashmap.PairOf(&key))
	case hashmap.SizedAs[K](hashmap.String) && kind == hashmap.String:
		if str := hashmap.StringOf(&key); m.keys.InWords(str) {
			first, second, third, last := m.keys.Words(str)
			h = m.keys.HashWords(uintptr(len(str)), first, second, third, last)
		} else {
			h = m.keys.HashString(str)
		}
	default:
		return m.setAny(key, value)
	}
	s := m.segmentOf(h)
	g := (h >> 32) * s.groups >> 32 // homeOf
	w := *s.word(g)
	if (marks-(w^tags[uint8(h>>32)]))&marks != 0 || overflowed(w, h>>32) { // matchTag
		return m.setHashed(h, key, value)
	}
	empty := (marks - w) & marks // matchEmpty
	if empty == 0 || *s.word(s.groups + roomWord) == 0 {
		m.insert(h, key, value)
		return old, true
	}
	*s.word(g) = withTag(w, empty, h>>32)
	*s.word(s.groups + roomWord)--
	e := s.marked(g, empty)
	e.key, e.value = key, value
	m.count++
	m.version++
	if invariants {
		m.check()
	}
	return old, true
}

// setAny is Set for all other keys, and for a map that has no table yet.
func (m *Map[K, V]) setAny(key K, value V) (old V, added bool) {
	m.ready()
	return m.setHashed(m.keys.Hash(key), key, value)
}

// setHashed is Set in all other cases.
func (m *Map[K, V]) setHashed(h uint64, key K, value V) (old V, added bool) {
	e := m.findHashed(h, key)
	if e == nil {
		m.insert(h, key, value)
		return old, true
	}
	old = e.value
	m.overwrite(e, key, value)
	return old, false
}

// GetOrSet returns the value of key; if there is none, it sets the given one and returns that.
func (m *Map[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	m.ready()
	h := m.keys.Hash(key)
	if e := m.findHashed(h, key); e != nil {
		return e.value, true
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
	h := m.keys.Hash(key)
	e := m.findHashed(h, key)
	if e != nil {
		old = e.value
	}
	version := m.version
	value, keep := f(old, e != nil)
	if m.version != version {
		h = m.keys.Hash(key) // the seed may be another
		e = m.findHashed(h, key)
	}
	switch {
	case !keep && e != nil:
		m.remove(h, e)
		return none, false
	case !keep:
		return none, false
	case e != nil:
		m.overwrite(e, key, value)
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

// Clone returns a copy of the map: the same segments, slot for slot, under the same seed.
func (m *Map[K, V]) Clone() *Map[K, V] {
	if m == nil {
		return nil
	}
	c := &Map[K, V]{keys: m.keys, base: m.base, count: m.count, peak: m.peak}
	if m.keys.Kind == hashmap.Unset {
		return c
	}
	c.setDirectory(m.depth())
	for i, s := range m.segments {
		c.enter(uint64(i), s.clone())
	}
	return c
}
