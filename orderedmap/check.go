package orderedmap

import (
	"fmt"
	"reflect"
)

// check panics if the map breaks an invariant of doc.go, whose number it names. It costs O(capacity), so a
// map of more than checkEach positions is checked only at every so many mutations.
func (m *Map[K, V]) check() {
	const checkEach = 1 << 10
	if !invariants || cap(m.entries) > checkEach && (m.epoch+uint64(m.live))%uint64(cap(m.entries)/checkEach*16) != 0 {
		return
	}
	m.checkSpan()
	m.checkIndex()
}

// checkSpan checks what the entries array and its holes promise: invariants 1 to 4.
func (m *Map[K, V]) checkSpan() {
	m.require(1, 0 <= m.head && m.head <= len(m.entries), "head lies outside the array")
	holes := 0
	for p, e := range m.entries[:cap(m.entries)] {
		outside := p < m.head || p >= len(m.entries)
		hole := m.holes.has(p)
		if hole {
			holes++
		}
		m.require(3, !hole || m.head < p && p < len(m.entries)-1, "hole %d is not inside the span", p)
		if outside || hole {
			m.require(4, reflect.ValueOf(&e).Elem().IsZero(), "position %d is vacant but not zero", p)
		}
	}
	m.require(2, m.live == len(m.entries)-m.head-holes, "%d holes", holes)
}

// checkIndex checks what the slots promise: invariants 5 to 7.
func (m *Map[K, V]) checkIndex() {
	m.require(7, m.live <= maxLoad(len(m.slots)) || m.slots == nil && m.live == 0, "%d slots", len(m.slots))
	used, mask := 0, len(m.slots)-1
	for i, s := range m.slots {
		if s == 0 {
			continue
		}
		used++
		p := s.position()
		m.require(5, m.head <= p && p < len(m.entries) && !m.holes.has(p), "slot %d leads to position %d", i, p)
		m.require(5, s.hash() == m.hash(m.entries[p].key), "slot %d has another hash than its key", i)
		for j := m.home(s.hash()); j&mask != i; j++ {
			m.require(6, m.slots[j&mask] != 0, "slot %d cannot be reached from its home", i)
		}
	}
	indexed := 0
	for p := m.nextLive(m.head); p < len(m.entries); p = m.nextLive(p + 1) {
		if key := m.entries[p].key; key == key {
			indexed++
			_, at := m.find(m.hash(key), key)
			m.require(5, at == p, "the key of position %d is found at %d", p, at)
		}
	}
	m.require(5, used == indexed, "%d slots are used for %d keys", used, indexed)
}

func (m *Map[K, V]) require(invariant int, ok bool, format string, args ...any) {
	if ok {
		return
	}
	panic(fmt.Sprintf("orderedmap: invariant %d: %s (live %d, span [%d, %d), capacity %d, slots %d)",
		invariant, fmt.Sprintf(format, args...), m.live, m.head, len(m.entries), cap(m.entries), len(m.slots)))
}
