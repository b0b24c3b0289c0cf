package openaddr

import (
	"fmt"
	"reflect"

	"innards/hashmap"
)

// checkedGroups bounds the maps that are checked after every mutation: checking all would make each test quadratic.
const checkedGroups = 8

func (m *Map[K, V]) check() {
	if m.slots() <= checkedGroups*groupSlots {
		if err := m.verify(); err != nil {
			panic(err)
		}
	}
}

// verify checks the invariants of the package comment and names the first that is broken.
func (m *Map[K, V]) verify() error {
	if m.keys.Kind == hashmap.Unset {
		if m.count != 0 || m.dir != nil {
			return m.broken(8, "%d entries in a map without memory", m.count)
		}
		return nil
	}
	if len(m.dir) != 1<<m.depth() || m.depth() > maxDepth {
		return m.broken(7, "%d places in a directory of %d bits", len(m.dir), m.depth())
	}
	full := 0
	for i, s := range m.dir {
		if s.depth > m.depth() || m.dir[i&(1<<s.depth-1)] != s {
			return m.broken(7, "place %d: a segment of %d bits in a directory of %d, not the same in all of its places", i, s.depth, m.depth())
		}
	}
	for i, s := range m.segments {
		n, err := m.verifySegment(i, s)
		if err != nil {
			return err
		}
		full += n
	}
	if full != m.count {
		return m.broken(1, "count %d, full slots %d", m.count, full)
	}
	return nil
}

// verifySegment checks the segment at place i of the directory, and counts its entries.
func (m *Map[K, V]) verifySegment(i int, s segment[K, V]) (full int, err error) {
	if s.slots == nil {
		if noEntries != [1 + tailWords]uint64{} || s.words != &noEntries[0] || s.groups != 1 {
			return 0, m.broken(8, "place %d: a segment without slots has control words %x", i, noEntries)
		}
		return 0, nil
	}
	for g, w := range s.allWords()[:s.groups] {
		for j := range uint64(groupSlots) {
			at := uint64(g)*groupSlots + j
			tag := w >> (j * 8) & 0xff
			switch {
			case tag > 0x7f:
				return 0, m.broken(2, "slot %d: tag %#x is neither empty nor full", at, tag)
			case tag == 0:
				if !reflect.ValueOf(s.slot(at)).Elem().IsZero() {
					return 0, m.broken(5, "slot %d is empty and holds %v", at, *s.slot(at))
				}
				continue
			}
			full++
			if err := m.verifyEntry(i, s, at, tag); err != nil {
				return 0, err
			}
		}
	}
	limit := *s.limit()
	if limit > max(softLimit(s.groups), hardLimit(s.groups)) || *s.room() > limit || uint64(full) != s.count() {
		return 0, m.broken(6, "%d entries, limit %d, room %d, %d groups", full, limit, *s.room(), s.groups)
	}
	return full, nil
}

func (m *Map[K, V]) verifyEntry(index int, s segment[K, V], at, tag uint64) error {
	key := s.slot(at).key
	if !m.keys.Reflexive(key) {
		return nil
	}
	h := m.keys.Hash(key)
	p, g := place(h), at/groupSlots
	if want := segmentBits(h) & (1<<s.depth - 1); want != uint64(index) {
		return m.broken(7, "slot %d of place %d: its key belongs to place %d", at, index, want)
	}
	if tag != tagOf(p) {
		return m.broken(2, "slot %d: tag %#x, the key's is %#x", at, tag, tagOf(p))
	}
	for passed := homeOf(p, s.groups); passed != g; passed = s.next(passed) {
		if !overflowed(*s.word(passed), p) {
			return m.broken(3, "slot %d: group %d on its probe sequence is not marked", at, passed)
		}
	}
	if found := m.find(key); found != s.slot(at) {
		return m.broken(4, "slot %d: its key %v is found elsewhere, or not at all", at, key)
	}
	return nil
}

func (m *Map[K, V]) broken(invariant int, format string, args ...any) error {
	return fmt.Errorf("openaddr: invariant %d broken: %s\n%d entries in %d places",
		invariant, fmt.Sprintf(format, args...), m.count, len(m.dir))
}
