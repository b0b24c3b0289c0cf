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
	if m.head < 0 || m.head > len(m.entries) {
		m.broken(1, "head lies outside the array")
	}
	holes := 0
	positions := m.entries[:cap(m.entries)]
	contents := reflect.ValueOf(positions)
	for p := range positions {
		outside, hole := p < m.head || p >= len(m.entries), m.holes.has(p)
		if hole {
			holes++
			if outside || p == m.head || p == len(m.entries)-1 {
				m.broken(3, "hole %d is not inside the span", p)
			}
		}
		if (outside || hole) && !contents.Index(p).IsZero() {
			m.broken(4, "position %d is vacant but not zero", p)
		}
	}
	if m.live != len(m.entries)-m.head-holes {
		m.broken(2, "%d holes", holes)
	}
}

// checkIndex checks what the slots promise: invariants 5 to 7.
func (m *Map[K, V]) checkIndex() {
	if m.live > maxLoad(len(m.slots)) {
		m.broken(7, "the index is too full")
	}
	used, mask := 0, len(m.slots)-1
	for i, s := range m.slots {
		if s == 0 {
			continue
		}
		used++
		p := s.position()
		if p < m.head || p >= len(m.entries) || m.holes.has(p) {
			m.broken(5, "slot %d leads to position %d", i, p)
		}
		if s.hash() != m.hash(m.entries[p].key) {
			m.broken(5, "slot %d has another hash than its key", i)
		}
		for j := m.home(s.hash()); j&mask != i; j++ {
			if m.slots[j&mask] == 0 {
				m.broken(6, "slot %d cannot be reached from its home", i)
			}
		}
	}
	indexed := 0
	for p := m.nextLive(m.head); p < len(m.entries); p = m.nextLive(p + 1) {
		if key := m.entries[p].key; key == key {
			indexed++
			if _, at := m.find(m.hash(key), key); at != p {
				m.broken(5, "the key of position %d is found at %d", p, at)
			}
		}
	}
	if used != indexed {
		m.broken(5, "%d slots are used for %d keys", used, indexed)
	}
}

func (m *Map[K, V]) broken(invariant int, format string, args ...any) {
	panic(fmt.Sprintf("orderedmap: invariant %d: %s (live %d, span [%d, %d), capacity %d, slots %d)",
		invariant, fmt.Sprintf(format, args...), m.live, m.head, len(m.entries), cap(m.entries), len(m.slots)))
}
