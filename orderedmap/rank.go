package orderedmap

import (
	"fmt"
	"math/bits"
)

// Nth returns the entry at place i of the order, counted from 0. It panics when there is none. It costs O(1) where
// nothing was taken out of the middle since the last compaction, O(log n) otherwise: see tally.
func (m *Map[K, V]) Nth(i int) (K, V) {
	if i < 0 || i >= m.Len() {
		panic(fmt.Sprintf("orderedmap: Nth: place %d of a map of %d entries", i, m.Len()))
	}
	p := m.head + i
	if m.hasHoles() {
		p = m.positionOf(i)
	}
	e := &m.entries[p]
	return e.key, e.value
}

// Index returns the place of key in the order, counted from 0, or -1 where it is absent. It costs a look-up and what
// Nth costs.
func (m *Map[K, V]) Index(key K) int {
	if m.Len() == 0 {
		refuseUnhashable(key)
		return -1
	}
	_, p := m.find(m.hash(key), key)
	if p < 0 {
		return -1
	}
	if !m.hasHoles() {
		return p - m.head
	}
	return p - m.head - m.holesBefore(p)
}

// ranks turns positions into places: the number of entries before them. It counts each word of the bitmap
// once, and then answers in O(1), which a rebuild needs for every slot.
type ranks struct {
	head   int
	holes  bitmap   // nil where there are none
	before []uint32 // holes in the words before each word
}

func (m *Map[K, V]) ranks() ranks {
	r := ranks{head: m.head}
	if !m.hasHoles() {
		return r
	}
	r.holes = m.holes
	r.before = make([]uint32, len(m.holes))
	for w := 1; w < len(m.holes); w++ {
		r.before[w] = r.before[w-1] + uint32(bits.OnesCount64(m.holes[w-1]))
	}
	return r
}

// of returns the place of position p, which holds an entry.
func (r ranks) of(p int) int {
	if r.holes == nil {
		return p - r.head
	}
	w := p >> 6
	return p - r.head - int(r.before[w]) - bits.OnesCount64(r.holes[w]&(1<<(p&63)-1))
}

// renumber points every slot to where its entry is once the entries stand without holes from gap on.
func (r ranks) renumber(slots []slot, gap int) {
	for i, s := range slots {
		if s != 0 {
			slots[i] = s.at(gap + r.of(s.position()))
		}
	}
}
