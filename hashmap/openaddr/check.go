package openaddr

import (
	"fmt"
	"reflect"

	"innards/hashmap"
)

// checkedGroups bounds the maps that are checked after every mutation: checking all would make each test quadratic.
const checkedGroups = 8

func (m *Map[K, V]) check() {
	if m.groups <= checkedGroups {
		if err := m.verify(); err != nil {
			panic(err)
		}
	}
}

// verify checks the invariants of the package comment and names the first that is broken.
func (m *Map[K, V]) verify() error {
	if m.keys.Kind == hashmap.Unset || m.limit == 0 {
		if m.count != 0 || len(m.slots) != 0 {
			return m.broken(7, "%d entries in a map without memory", m.count)
		}
		return nil
	}
	if uint64(len(m.words)) != m.groups || len(m.slots) != len(m.words)*groupSlots {
		return m.broken(7, "%d words, %d slots, %d groups", len(m.words), len(m.slots), m.groups)
	}
	if m.limit != limitOf(m.groups) || m.count > m.limit {
		return m.broken(6, "count %d, limit %d, groups %d", m.count, m.limit, m.groups)
	}
	full := 0
	for g, w := range m.words {
		for i := range groupSlots {
			at := g*groupSlots + i
			tag := w >> (i * 8) & 0xff
			switch {
			case tag&0x80 == 0 && tag != 0:
				return m.broken(2, "slot %d: tag %#x is neither empty nor full", at, tag)
			case tag == 0:
				if !reflect.ValueOf(&m.slots[at]).Elem().IsZero() {
					return m.broken(5, "slot %d is empty and holds %v", at, m.slots[at])
				}
				continue
			}
			full++
			if err := m.verifyEntry(uint64(g), at, tag); err != nil {
				return err
			}
		}
	}
	if full != m.count {
		return m.broken(1, "count %d, full slots %d", m.count, full)
	}
	return nil
}

func (m *Map[K, V]) verifyEntry(g uint64, at int, tag uint64) error {
	key := m.slots[at].key
	if !m.keys.Reflexive(key) {
		return nil
	}
	h := m.keys.Hash(key)
	if tag != tagOf(h) {
		return m.broken(2, "slot %d: tag %#x, the key's is %#x", at, tag, tagOf(h))
	}
	for passed := homeOf(h, m.groups); passed != g; passed = m.next(passed) {
		if !overflowed(m.words[passed], h) {
			return m.broken(3, "slot %d: group %d on its probe sequence is not marked", at, passed)
		}
	}
	if found, _ := m.find(key); found != at {
		return m.broken(4, "slot %d: its key %v is found in slot %d", at, key, found)
	}
	return nil
}

func (m *Map[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("openaddr: invariant %d broken: %s\n%d entries, control words %x",
		invariant, fmt.Sprintf(format, args...), m.count, m.words)
}
