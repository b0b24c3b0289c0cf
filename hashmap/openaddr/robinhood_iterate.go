package openaddr

import "iter"

// A rhCursor walks the entries while the map may change under it, by the rules of the Go specification for range: an
// entry deleted before it is reached is not produced, an entry added may be or not, none is produced twice.
//
// Entries move with every insertion and deletion, so a slot is no place to come back to. But a table keeps its entries
// in the order of home and falling tag, and neither changes while the table lives: that pair is the place. After any
// change the walk goes to the first entry behind it, by the same loop as a look-up.
//
//   - Entries of one home and one tag, which the pair cannot tell apart, are copied when the first is reached, and
//     looked up one by one if the map has changed since. With a good hash one entry in some three hundred has a twin.
//   - After a rehash the walk goes on through the old table, which nobody writes any more, and looks each of its keys
//     up in the map: one that is gone is skipped, and the value is the present one. A key that was deleted and added
//     again is a new entry and may be produced again.
//   - After Clear, what the old table held is gone, and the walk ends.
//
// A key that is not equal to itself cannot be looked up: where that would be needed, it is produced as it was copied.
// Such an entry can only go by Clear, or by a DeleteFunc inside the loop, which in these two cases goes unnoticed.
type rhCursor[K, V any] struct {
	m        *RobinHood[K, V]
	t        rhTable[K, V]
	rehashes uint64
	clears   uint64

	home int    // the place of the last entry reached: its home,
	tag  uint32 // and its tag; one too large before the first

	twins   []probingSlot[K, V] // the entries of that place, as they were
	twin    int                 // the one to be produced next
	twinAt  int                 // its slot, as long as
	version uint64              // the map has this version

	at    int // the slot of the entry in m, -1 if it is not known
	key   K
	value V
}

func (m *RobinHood[K, V]) cursor() rhCursor[K, V] {
	return rhCursor[K, V]{m: m, t: m.rhTable, rehashes: m.rehashes, clears: m.clears, tag: rhTagMask + 1}
}

// next goes to the next entry and loads it.
func (c *rhCursor[K, V]) next() bool {
	m := c.m
	for m.clears == c.clears {
		if c.twin == len(c.twins) && !c.advance() {
			return false
		}
		s := &c.twins[c.twin]
		c.twin++
		c.at = -1
		switch {
		case m.version == c.version && m.rehashes == c.rehashes:
			c.at = c.twinAt
			c.twinAt = c.t.next(c.twinAt)
		case m.keys.Reflexive(s.key):
			at, _, _, ok := m.find(s.key)
			if !ok {
				continue
			}
			c.at = at
		}
		if c.at >= 0 {
			s = &m.slots[c.at]
		}
		c.key, c.value = s.key, s.value
		return true
	}
	return false
}

// advance goes to the next place that has entries and copies them.
func (c *rhCursor[K, V]) advance() bool {
	if len(c.t.slots) == 0 {
		return false
	}
	at := c.t.behind(c.home, c.tag)
	if at < 0 {
		return false
	}
	c.reach(at)
	return true
}

// reach makes the place of slot at that of the cursor, and copies its entries, of which that slot holds the first.
func (c *rhCursor[K, V]) reach(at int) {
	w := c.t.meta[at]
	c.home, c.tag = c.t.homeOf(at, w), w&rhTagMask
	c.twinAt, c.version = at, c.m.version
	c.twins, c.twin = append(c.twins[:0], c.t.slots[at]), 0
	for {
		at, w = c.t.next(at), w+rhStep
		if c.t.meta[at] != w {
			return
		}
		c.twins = append(c.twins, c.t.slots[at])
	}
}

// remove deletes the entry just produced, whose slot is known. Twins behind it have moved down by one.
func (c *rhCursor[K, V]) remove() {
	inPlace := c.m.version == c.version && c.m.rehashes == c.rehashes
	c.m.remove(c.at)
	if inPlace {
		c.version, c.twinAt = c.m.version, c.at
	}
}

// behind returns the first slot behind a place, or -1. Slots at the front of the table whose entries have come round
// the end belong behind all others.
func (t *rhTable[K, V]) behind(home int, tag uint32) int {
	at, w, round := home, rhStep|tag, false
	if tag > rhTagMask {
		w = 2 * rhStep // less than any entry at home
	}
	for t.meta[at] >= w {
		w += rhStep
		if at++; at == len(t.meta) {
			at, round = 0, true
		}
	}
	for {
		here := t.meta[at]
		if round && (here == 0 || rhDisplacement(here) <= at) {
			return -1
		}
		if here != 0 {
			return at
		}
		if at++; at == len(t.meta) {
			at, round = 0, true
		}
	}
}

// All ranges over the entries in no particular order.
func (m *RobinHood[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil || m.count == 0 {
			return
		}
		c := m.cursor()
		version, meta, slots := m.version, m.meta, m.slots
		first := m.behind(0, rhTagMask+1)
		for i, end := first, len(meta); ; i++ {
			if i == end { // of the table, and then of the slots at its front
				if i == first || first == 0 {
					return
				}
				i, end = 0, first
			}
			w := meta[i]
			if w == 0 {
				continue
			}
			after := i + 1
			if after == len(meta) {
				after = 0
			}
			if meta[after] == w+rhStep {
				c.reach(i)
				for range c.twins {
					if !c.next() || !yield(c.key, c.value) {
						return
					}
					if m.version != version {
						c.walk(yield)
						return
					}
				}
				if i += len(c.twins) - 1; i >= len(meta) {
					i, end = i-len(meta), first
				}
				continue
			}
			if s := &slots[i]; !yield(s.key, s.value) {
				return
			}
			if m.version != version {
				c.home, c.tag = c.t.homeOf(i, w), w&rhTagMask
				c.walk(yield) // the rest, with more care
				return
			}
		}
	}
}

// walk yields all that is left.
func (c *rhCursor[K, V]) walk(yield func(K, V) bool) {
	for c.next() {
		if !yield(c.key, c.value) {
			return
		}
	}
}

// Keys ranges over the keys.
func (m *RobinHood[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values ranges over the values.
func (m *RobinHood[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m.All() {
			if !yield(value) {
				return
			}
		}
	}
}
