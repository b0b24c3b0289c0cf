package openaddr

import (
	"fmt"
	"reflect"

	"innards/hashmap"
)

// Stats walks the table and describes it. Probes are steps along the probe sequence.
func (m *Probing[K, V]) Stats() hashmap.Stats {
	var s hashmap.Stats
	if m == nil || m.limit == 0 {
		return s
	}
	s = hashmap.Stats{
		Entries:    m.count,
		Capacity:   m.limit,
		Slots:      len(m.slots),
		Buckets:    len(m.slots),
		Bytes:      len(m.tags) + len(m.slots)*int(reflect.TypeFor[probingSlot[K, V]]().Size()),
		Tombstones: m.tombs,
	}
	for i, tag := range m.tags {
		if key := m.slots[i].key; tag >= probingFull && m.keys.Reflexive(key) { // no look-up finds a NaN, in whatever step
			s.CountProbe(m.steps(m.keys.Hash(key), i))
		}
	}
	return s
}

// steps counts the steps from the home of h to slot at, or returns -1 if an empty slot comes first.
func (t *probingTable[K, V]) steps(h uint64, at int) int {
	p := t.rule.start(h)
	for steps := 0; ; steps++ {
		i := int(p.i & uint64(len(t.tags)-1))
		if i == at {
			return steps
		}
		if t.tags[i] == probingEmpty {
			return -1
		}
		t.rule.step(&p)
	}
}

func (m *Probing[K, V]) check() {
	if len(m.slots) <= probingChecked {
		if err := m.verify(); err != nil {
			panic(err)
		}
	}
}

// verify checks the invariants that stand at the head of probing.go and names the first that is broken.
func (m *Probing[K, V]) verify() error {
	if m.keys.Kind == hashmap.Unset || m.limit == 0 {
		if m.count != 0 || len(m.slots) != 0 || len(m.tags) > 1 || probingNothing[0] != 0 {
			return m.broken(7, "%d entries in a map without memory", m.count)
		}
		return nil
	}
	if n := len(m.tags); n != len(m.slots) || n&(n-1) != 0 || m.limit != probingLimit(n) {
		return m.broken(7, "%d tags, %d slots, limit %d", n, len(m.slots), m.limit)
	}
	full, tombs := 0, 0
	for i, tag := range m.tags {
		switch {
		case tag >= probingFull:
			full++
			continue
		case tag == probingTombstone:
			tombs++
		case tag != probingEmpty:
			return m.broken(2, "slot %d: tag %#x", i, tag)
		}
		if !reflect.ValueOf(&m.slots[i]).Elem().IsZero() {
			return m.broken(5, "slot %d is not full and holds %v", i, m.slots[i])
		}
	}
	if full != m.count || m.count > m.limit {
		return m.broken(1, "count %d, full slots %d, limit %d", m.count, full, m.limit)
	}
	if tombs != m.tombs || full+tombs > probingUsedLimit(len(m.slots)) {
		return m.broken(6, "%d tombstones, counted %d, %d entries in %d slots", tombs, m.tombs, full, len(m.slots))
	}
	for i, tag := range m.tags {
		key := m.slots[i].key
		if tag < probingFull || !m.keys.Reflexive(key) {
			continue
		}
		h := m.keys.Hash(key)
		if tag != probingTag(h) {
			return m.broken(2, "slot %d: tag %#x, the key's is %#x", i, tag, probingTag(h))
		}
		if m.steps(h, i) < 0 {
			return m.broken(3, "slot %d: the probe sequence of its key %v ends before", i, key)
		}
		if found, _ := m.find(key); found != i {
			return m.broken(4, "slot %d: its key %v is found in slot %d", i, key, found)
		}
	}
	return nil
}

func (m *Probing[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("openaddr: Probing (%v): invariant %d broken: %s\n%d entries, tags %x",
		m.probe, invariant, fmt.Sprintf(format, args...), m.count, m.tags)
}
