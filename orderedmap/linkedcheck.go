package orderedmap

import (
	"fmt"
	"reflect"
)

// check panics if the map breaks an invariant of Linked, whose number it names. A map of more than 256 positions is checked
// only at every so many mutations.
func (l *Linked[K, V]) check() {
	const checkEach = 1 << 8
	if invariants && (len(l.nodes) <= checkEach || (l.live+int(l.nodes[0].prev))%(len(l.nodes)/checkEach*16) == 0) {
		l.checkRing()
		l.checkSlots()
	}
}

// checkRing checks invariants 1 and 2.
func (l *Linked[K, V]) checkRing() {
	if len(l.nodes) == 0 {
		if l.live != 0 {
			l.broken(1, "no array")
		}
		return
	}
	linked := make([]bool, len(l.nodes))
	count, last := 0, int32(0)
	for p := l.nodes[0].next; p != 0; p = l.nodes[p].next {
		if linked[p] || l.nodes[p].prev != last {
			l.broken(1, "position %d follows %d, and is linked to %d", p, last, l.nodes[p].prev)
		}
		linked[p], last = true, p
		count++
	}
	if count != l.live || l.nodes[0].prev != last {
		l.broken(1, "%d entries are linked, the last is %d", count, last)
	}
	for p := l.free; p != 0; p = l.nodes[p].next {
		n := l.nodes[p]
		if linked[p] || n.prev != vacant {
			l.broken(2, "position %d is free and linked", p)
		}
		linked[p] = true
		count++
		n.prev, n.next = 0, 0
		if !reflect.ValueOf(n).IsZero() {
			l.broken(2, "position %d is free but not zero", p)
		}
	}
	if count != len(l.nodes)-1 {
		l.broken(2, "%d positions are neither linked nor free", len(l.nodes)-1-count)
	}
}

// checkSlots checks invariants 3 to 5.
func (l *Linked[K, V]) checkSlots() {
	if l.live > maxLoad(len(l.slots)) {
		l.broken(5, "the index is too full")
	}
	used, mask := 0, len(l.slots)-1
	for i, s := range l.slots {
		if s == 0 {
			continue
		}
		used++
		if p := s.position(); p <= 0 || int(p) >= len(l.nodes) || l.nodes[p].prev == vacant || s.hash() != l.hash(l.nodes[p].key) {
			l.broken(3, "slot %d leads to position %d", i, p)
		}
		for j := int(s.hash() >> (l.shift & 31)); j&mask != i; j++ {
			if l.slots[j&mask] == 0 {
				l.broken(4, "slot %d cannot be reached from its home", i)
			}
		}
	}
	for p := range l.nodes {
		if p == 0 || l.nodes[p].prev == vacant {
			continue
		}
		if key := l.nodes[p].key; key == key {
			used--
			if _, at := l.find(l.hash(key), key); int(at) != p {
				l.broken(3, "the key of position %d is found at %d", p, at)
			}
		}
	}
	if used != 0 {
		l.broken(3, "%d slots too many", used)
	}
}

func (l *Linked[K, V]) broken(invariant int, format string, args ...any) {
	panic(fmt.Sprintf("orderedmap: Linked: invariant %d: %s (live %d, positions %d, free %d, slots %d)",
		invariant, fmt.Sprintf(format, args...), l.live, len(l.nodes), l.free, len(l.slots)))
}
