package openaddr

import (
	"fmt"
	"reflect"

	"innards/hashmap"
)

// Stats walks the table and describes it. Probes are displacements, as the metas have them.
func (m *RobinHood[K, V]) Stats() hashmap.Stats {
	var s hashmap.Stats
	if m == nil || m.limit == 0 {
		return s
	}
	s = hashmap.Stats{
		Entries:  m.count,
		Capacity: m.limit,
		Slots:    len(m.slots),
		Buckets:  len(m.slots),
		Bytes:    len(m.meta)*4 + len(m.slots)*int(reflect.TypeFor[probingSlot[K, V]]().Size()),
	}
	for i, w := range m.meta {
		if w != 0 && m.keys.Reflexive(m.slots[i].key) { // no look-up finds a NaN, in whatever step
			s.CountProbe(rhDisplacement(w))
		}
	}
	return s
}

// probingChecked bounds the tables that are checked after every mutation: checking all would make each test quadratic.
const probingChecked = 64

func (m *RobinHood[K, V]) check() {
	if len(m.slots) <= probingChecked {
		if err := m.verify(); err != nil {
			panic(err)
		}
	}
}

// verify checks the invariants that stand at the head of robinhood.go and names the first that is broken.
func (m *RobinHood[K, V]) verify() error {
	if m.keys.Kind == hashmap.Unset || m.limit == 0 {
		if m.count != 0 || len(m.slots) != 0 || len(m.meta) > 1 || rhNothing[0] != 0 {
			return m.broken(6, "%d entries in a map without memory", m.count)
		}
		return nil
	}
	if len(m.meta) != len(m.slots) || m.limit != rhLimit(len(m.slots)) {
		return m.broken(6, "%d metas, %d slots, limit %d", len(m.meta), len(m.slots), m.limit)
	}
	full := 0
	for i, w := range m.meta {
		if w == 0 {
			if !reflect.ValueOf(&m.slots[i]).Elem().IsZero() {
				return m.broken(5, "slot %d is empty and holds %v", i, m.slots[i])
			}
			continue
		}
		full++
	}
	if full != m.count || m.count > m.limit || m.count == len(m.slots) {
		return m.broken(1, "count %d, full slots %d, limit %d", m.count, full, m.limit)
	}
	for i, w := range m.meta {
		if w == 0 {
			continue
		}
		if err := m.verifyEntry(i, w); err != nil {
			return err
		}
	}
	return nil
}

func (m *RobinHood[K, V]) verifyEntry(i int, w uint32) error {
	if w < rhStep || rhDisplacement(w) >= len(m.meta) {
		return m.broken(2, "slot %d: meta %#x", i, w)
	}
	before := i - 1
	if before < 0 {
		before += len(m.meta)
	}
	if d := rhDisplacement(w); d > 0 && m.meta[before] < w-rhStep {
		return m.broken(3, "slot %d: meta %#x behind %#x", i, w, m.meta[before])
	}
	key := m.slots[i].key
	if !m.keys.Reflexive(key) {
		return nil
	}
	h := m.keys.Hash(key)
	if home := rhHome(h, len(m.meta)); m.homeOf(i, w) != home || w&rhTagMask != rhMeta(h)&rhTagMask {
		return m.broken(2, "slot %d: meta %#x, the key's home is %d, its tag %#x", i, w, home, rhMeta(h)&rhTagMask)
	}
	if at, _, _, ok := m.find(key); !ok || at != i {
		return m.broken(4, "slot %d: its key %v is found in slot %d (%v)", i, key, at, ok)
	}
	return nil
}

func (m *RobinHood[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("openaddr: RobinHood: invariant %d broken: %s\n%d entries, metas %x",
		invariant, fmt.Sprintf(format, args...), m.count, m.meta)
}
