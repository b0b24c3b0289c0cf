package openaddr

import (
	"fmt"

	"innards/hashmap"
	"innards/hashmap/explain"
)

// What `innards explain` asks of the three maps: their layout, and the looks of a look-up. Both only read, and take each
// decision with the functions that find takes it with. No operation knows of them.

// NewSeeded returns an empty Map whose hash has the seed given: for explanations that can be repeated, never for keys from
// outside.
func NewSeeded[K comparable, V any](seed hashmap.Seed) *Map[K, V] {
	return construct[K, V](0, seededKeyer[K](seed))
}

// NewProbingSeeded is NewSeeded for Probing.
func NewProbingSeeded[K comparable, V any](probe Probe, seed hashmap.Seed) *Probing[K, V] {
	return probingConstruct[K, V](0, probe, seededKeyer[K](seed))
}

// NewRobinHoodSeeded is NewSeeded for RobinHood.
func NewRobinHoodSeeded[K comparable, V any](seed hashmap.Seed) *RobinHood[K, V] {
	return rhConstruct[K, V](0, seededKeyer[K](seed))
}

func seededKeyer[K comparable](seed hashmap.Seed) hashmap.Keyer[K] {
	keys := hashmap.NewKeyer[K]()
	keys.Seed = seed
	return keys
}

// groupID and slotID name cells. A segment is named after the first of its places in the directory.
func groupID(segment, g uint64) string   { return fmt.Sprintf("segment %d group %d", segment, g) }
func slotID(segment, g, i uint64) string { return fmt.Sprintf("%s slot %d", groupID(segment, g), i) }

// Layout describes the table: a row for each group.
func (m *Map[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no memory", Rule: "the first Set takes one group"}
	if m == nil || m.slots() == 0 {
		return l
	}
	l.Secret = m.keys.Seed.A
	l.Entries = m.count
	limit, groups, segments := uint64(0), uint64(0), 0
	for at, s := range m.segments {
		segments++
		groups += s.groups
		limit += *s.limit()
		for g := range s.groups {
			w := *s.word(g)
			row := explain.Row{ID: groupID(uint64(at), g), Name: fmt.Sprintf("group %d", g)}
			if m.mask > 0 {
				row.Part = fmt.Sprintf("segment %d", at)
			}
			if w>>56 != 0 {
				row.Note = fmt.Sprintf("overflow %08b", w>>56)
			}
			for i := range uint64(groupSlots) {
				cell := explain.Cell{ID: slotID(uint64(at), g, i), State: explain.Empty}
				if matchFull(w)>>(i*8+7)&1 != 0 {
					cell.State = explain.Full
					cell.Key = fmt.Sprint(s.slot(g*groupSlots + i).key)
					cell.Note = fmt.Sprintf("%02x", w>>(i*8)&0xff)
				}
				row.Cells = append(row.Cells, cell)
			}
			l.Rows = append(l.Rows, row)
		}
	}
	l.Shape = fmt.Sprintf("%d slots in %s", groups*groupSlots, counted(groups, "group"))
	if segments > 1 {
		l.Shape += fmt.Sprintf(" of %d segments", segments)
	}
	l.Fill = fmt.Sprintf("%d of at most %d entries", m.count, limit)
	l.Rule = "a segment grows when 25 of 32 slots are taken (a single group: all seven), and in a large map it is split in two"
	return l
}

// Trace tells what find does for key.
func (m *Map[K, V]) Trace(key K) (t explain.Trace) {
	if m == nil || m.keys.Kind == hashmap.Unset {
		t.Look("no entry was ever set: nothing to look at")
		return t
	}
	h := m.keys.Hash(key)
	s, p := m.segmentOf(h), place(h)
	segment := segmentBits(h) & (1<<s.depth - 1)
	g := homeOf(p, s.groups)
	t.Hash = h
	t.Cut = fmt.Sprintf("home group %d of %d, tag %02x, overflow bit %d", g, s.groups, tagOf(p), overflowBit(p)-56)
	if m.mask > 0 {
		t.Cut = fmt.Sprintf("segment %d, %s", segment, t.Cut)
	}
	if s.slots == nil {
		t.Look("the table has no memory yet: the key is absent")
		return t
	}
	for range s.groups {
		w := *s.word(g)
		match := matchTag(w, p)
		for ; match != 0; match &= match - 1 {
			i := firstSlot(match)
			e := s.marked(g, match)
			if m.keys.Equal(e.key, key) {
				t.Found, t.At = true, slotID(segment, g, i)
				t.Look(fmt.Sprintf("group %d: slot %d has tag %02x, and its key is %v: found", g, i, tagOf(p), e.key), t.At)
				return t
			}
			t.Look(fmt.Sprintf("group %d: slot %d has tag %02x too, but its key is %v", g, i, tagOf(p), e.key), slotID(segment, g, i))
		}
		if !overflowed(w, p) {
			t.Look(fmt.Sprintf("group %d: no slot more has the tag, and overflow bit %d is clear: no such key went further, it is absent",
				g, overflowBit(p)-56), groupID(segment, g))
			return t
		}
		t.Look(fmt.Sprintf("group %d: no slot more has the tag, but overflow bit %d is set: such a key may have gone on", g, overflowBit(p)-56),
			groupID(segment, g))
		g = s.next(g)
	}
	return t
}

func counted(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// rowSlots is how many slots of a table without groups stand in a row.
const rowSlots = 8

// tableRows cuts a table into rows.
func tableRows(slots int, cell func(i int) explain.Cell) (rows []explain.Row) {
	for i := range slots {
		if i%rowSlots == 0 {
			rows = append(rows, explain.Row{ID: fmt.Sprintf("slots %d", i), Name: fmt.Sprintf("slot %d", i)})
		}
		row := &rows[len(rows)-1]
		row.Cells = append(row.Cells, cell(i))
	}
	return rows
}

func tableSlotID(i int) string { return fmt.Sprintf("slot %d", i) }

// Layout describes the table, eight slots a row. Each entry has its home beside it.
func (m *Probing[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no memory", Rule: "the first Set takes eight slots"}
	if m == nil || len(m.slots) == 0 {
		return l
	}
	l.Secret = m.keys.Seed.A
	l.Entries = m.count
	l.Shape = fmt.Sprintf("%d slots", len(m.slots))
	l.Fill = fmt.Sprintf("%d of at most %d entries, %s", m.count, m.limit, counted(uint64(m.tombs), "tombstone"))
	l.Rule = "above three quarters of the slots the table doubles; with tombstones above seven eighths, it is made anew"
	l.Rows = tableRows(len(m.slots), func(i int) explain.Cell {
		cell := explain.Cell{ID: tableSlotID(i), State: explain.Empty}
		switch tag := m.tags[i]; {
		case tag == probingTombstone:
			cell.State = explain.Tombstone
		case tag >= probingFull:
			p := m.rule.start(m.keys.Hash(m.slots[i].key))
			cell.State = explain.Full
			cell.Key = fmt.Sprint(m.slots[i].key)
			cell.Note = fmt.Sprintf("of %d", p.i&uint64(len(m.tags)-1))
		}
		return cell
	})
	return l
}

// Trace tells what find does for key.
func (m *Probing[K, V]) Trace(key K) (t explain.Trace) {
	if m == nil || m.keys.Kind == hashmap.Unset || len(m.slots) == 0 {
		t.Look("the table has no memory yet: the key is absent")
		return t
	}
	h := m.keys.Hash(key)
	tag, p, mask := probingTag(h), m.rule.start(h), uint64(len(m.tags)-1)
	t.Hash = h
	t.Cut = fmt.Sprintf("home slot %d of %d, tag %02x", p.i&mask, len(m.tags), tag)
	switch m.probe {
	case DoubleHash:
		t.Cut += fmt.Sprintf(", stride %d", p.stride&mask)
	case Perturb:
		t.Cut += ", and the whole hash to perturb with"
	}
	for {
		i := p.i & mask
		here := m.tags[i]
		at := tableSlotID(int(i))
		if here == tag && m.keys.Equal(m.slots[i].key, key) {
			t.Found, t.At = true, at
			t.Look(fmt.Sprintf("%s: tag %02x, and its key is %v: found", at, tag, key), at)
			return t
		}
		if here == probingEmpty {
			t.Look(at+": empty: the sequence ends, the key is absent", at)
			return t
		}
		say := fmt.Sprintf("%s: another tag, %02x", at, here)
		switch here {
		case probingTombstone:
			say = at + ": a tombstone, somebody was here"
		case tag:
			say = fmt.Sprintf("%s: tag %02x too, but its key is %v", at, here, m.slots[i].key)
		}
		m.rule.step(&p)
		t.Look(fmt.Sprintf("%s: on by %d", say, (p.i-i)&mask), at)
	}
}

// Layout describes the table, eight slots a row. Each entry has its displacement beside it.
func (m *RobinHood[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no memory", Rule: "the first Set takes ten slots"}
	if m == nil || len(m.slots) == 0 {
		return l
	}
	l.Secret = m.keys.Seed.A
	l.Entries = m.count
	l.Shape = fmt.Sprintf("%d slots", len(m.slots))
	l.Fill = fmt.Sprintf("%d of at most %d entries", m.count, m.limit)
	l.Rule = "above four fifths of the slots the table doubles"
	l.Rows = tableRows(len(m.slots), func(i int) explain.Cell {
		cell := explain.Cell{ID: tableSlotID(i), State: explain.Empty}
		if meta := m.meta[i]; meta != 0 {
			cell.State = explain.Full
			cell.Key = fmt.Sprint(m.slots[i].key)
			cell.Note = fmt.Sprintf("+%d", rhDisplacement(meta))
		}
		return cell
	})
	return l
}

// Trace tells what find does for key.
func (m *RobinHood[K, V]) Trace(key K) (t explain.Trace) {
	if m == nil || m.keys.Kind == hashmap.Unset || len(m.slots) == 0 {
		t.Look("the table has no memory yet: the key is absent")
		return t
	}
	h := m.keys.Hash(key)
	at, w := rhHome(h, len(m.meta)), rhMeta(h)
	t.Hash = h
	t.Cut = fmt.Sprintf("home slot %d of %d, tag %02x", at, len(m.meta), w&rhTagMask)
	for {
		here, id := m.meta[at], tableSlotID(at)
		away, theirs := rhDisplacement(w), rhDisplacement(here)
		switch {
		case here == w && m.keys.Equal(m.slots[at].key, key):
			t.Found, t.At = true, id
			t.Look(fmt.Sprintf("%s: displacement %d and tag agree, and its key is %v: found", id, away, key), id)
			return t
		case here == 0:
			t.Look(id+": empty: the key is absent, and would belong here", id)
			return t
		case here < w && theirs == away:
			t.Look(fmt.Sprintf("%s: %v, as far from home but of a smaller tag: the key is absent, and would belong here", id, m.slots[at].key), id)
			return t
		case here < w:
			t.Look(fmt.Sprintf("%s: %v is %d from home, the key would be %d: it is absent, and would take this place from the richer one",
				id, m.slots[at].key, theirs, away), id)
			return t
		case here == w:
			t.Look(fmt.Sprintf("%s: displacement and tag agree, but its key is %v: on", id, m.slots[at].key), id)
		default:
			t.Look(fmt.Sprintf("%s: %v is %d from home, the key only %d: on", id, m.slots[at].key, theirs, away), id)
		}
		at, w = m.next(at), w+rhStep
	}
}
