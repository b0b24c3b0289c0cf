package orderedmap

import (
	"fmt"

	"innards/hashmap"
	"innards/hashmap/explain"
)

// What `innards explain` asks of Map: its layout, and the looks of a look-up. Both only read, and take each decision as find
// does. No operation knows of them.

// NewSeeded returns an empty Map whose hash has the seed given: for explanations that can be repeated, never for keys from
// outside.
func NewSeeded[K comparable, V any](seed hashmap.Seed) *Map[K, V] {
	m := &Map[K, V]{keys: hashmap.NewKeyer[K]()}
	m.keys.Seed = seed
	return m
}

// rowCells is how many slots or positions stand in a row.
const rowCells = 8

func positionID(p int) string  { return fmt.Sprintf("position %d", p) }
func indexSlotID(i int) string { return fmt.Sprintf("index %d", i) }

// Layout describes the entries array, then the index.
func (m *Map[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no memory", Rule: "the first Set takes eight positions and sixteen slots"}
	if m == nil || m.slots == nil {
		return l
	}
	l.Secret = m.keys.Seed.A
	l.Entries = m.live
	l.Shape = fmt.Sprintf("%d positions, %d slots", cap(m.entries), len(m.slots))
	l.Fill = fmt.Sprintf("%d entries; positions %d to %d are in use", m.live, m.head, len(m.entries)-1)
	l.Rule = "a full array is compacted if that frees a quarter of it, and doubled otherwise; the index doubles above three quarters"
	part := func(name string, n int, cell func(i int) explain.Cell) {
		for i := range n {
			if i%rowCells == 0 {
				l.Rows = append(l.Rows, explain.Row{ID: fmt.Sprintf("%s row %d", name, i), Part: name, Name: fmt.Sprint(i)})
			}
			row := &l.Rows[len(l.Rows)-1]
			row.Cells = append(row.Cells, cell(i))
		}
	}
	part("entries", cap(m.entries), func(p int) explain.Cell {
		c := explain.Cell{ID: positionID(p), State: explain.Empty}
		switch {
		case p < m.head || p >= len(m.entries):
		case m.hasHoles() && m.holes.has(p):
			c.State = explain.Hole
		default:
			c.State, c.Key = explain.Full, fmt.Sprint(m.entries[p].key)
		}
		return c
	})
	part("index", len(m.slots), func(i int) explain.Cell {
		c := explain.Cell{ID: indexSlotID(i), State: explain.Empty}
		if s := m.slots[i]; s != 0 {
			c.State = explain.Pointer
			c.Key = fmt.Sprintf("→ %d", s.position())
			c.Note = fmt.Sprintf("of %d", m.home(s.hash()))
		}
		return c
	})
	return l
}

// Trace tells what find does for key.
func (m *Map[K, V]) Trace(key K) (t explain.Trace) {
	if m.Len() == 0 {
		t.Look("the map is empty: nothing is hashed, the key is absent")
		return t
	}
	h := m.hash(key)
	t.Hash = m.keys.Hash(key)
	t.Cut = fmt.Sprintf("its upper 31 bits are %08x, home slot %d of %d in the index", h, m.home(h), len(m.slots))
	mask := len(m.slots) - 1
	for i := m.home(h); ; i++ {
		s, at := m.slots[i&mask], indexSlotID(i&mask)
		if s == 0 {
			t.Look(fmt.Sprintf("slot %d of the index: empty: the key is absent", i&mask), at)
			return t
		}
		p := s.position()
		if s.hash() != h {
			t.Look(fmt.Sprintf("slot %d of the index: another hash, %08x: on", i&mask, s.hash()), at)
			continue
		}
		if m.entries[p].key == key {
			t.Found, t.At = true, positionID(p)
			t.Look(fmt.Sprintf("slot %d of the index: the same hash, position %d, and its key is %v: found", i&mask, p, key), at, t.At)
			return t
		}
		t.Look(fmt.Sprintf("slot %d of the index: the same hash, but the key at position %d is %v: on", i&mask, p, m.entries[p].key),
			at, positionID(p))
	}
}
