package orderedmap

// tooMany is the panic for more entries than a slot can count.
const tooMany = "orderedmap: more than 4294967294 entries"

// nextCapacity is how large the entries array gets when c is too small: double while it is small, by a
// third later, where the slack would weigh more than the copying.
func nextCapacity(c int) int {
	switch {
	case c == 0:
		return 8
	case c < 4096:
		return 2 * c
	default:
		return c + c/3
	}
}

// gap is how many positions a rebuild leaves free before the first entry: none until MoveToFront has
// asked for them, then half as many as there are entries.
func (m *Map[K, V]) gap() int {
	if !m.front {
		return 0
	}
	return max(4, m.live/2)
}

// roomAtBack makes the position after the span usable.
func (m *Map[K, V]) roomAtBack() {
	if len(m.entries) == cap(m.entries) {
		m.makeRoom()
	} else {
		m.settleEra()
	}
}

// roomAtFront makes the position before the span usable.
func (m *Map[K, V]) roomAtFront() {
	if m.head == 0 {
		m.front = true
		m.makeRoom()
	} else if m.frontVacated {
		m.settleEra()
	}
}

// makeRoom compacts the entries where that frees at least a quarter of the array, and moves them to a
// larger one otherwise. Either way a share of the array is free on each side that is in use, so the moves
// are paid for by as many insertions or moves to an end: amortised O(1).
func (m *Map[K, V]) makeRoom() {
	need, capacity := m.gap()+m.live, cap(m.entries)
	for need > capacity-max(1, capacity/4) {
		capacity = nextCapacity(capacity)
	}
	m.rebuild(m.gap(), capacity)
}

// rebuild moves the entries, in order and without holes, to the positions from gap on of an array of that
// capacity; the same array if it has it and nothing moves up. No key is read or hashed: the index is
// brought up to date by the rank of each position among those in use.
func (m *Map[K, V]) rebuild(gap, capacity int) {
	if uint64(m.live) >= maxEntries {
		panic(tooMany)
	}
	capacity = int(min(uint64(capacity), maxEntries))
	gap = min(gap, capacity-m.live)

	rank := m.ranks()
	if gap != m.head || rank.holes != nil {
		rank.renumber(m.slots, gap)
	}
	from := m.entries
	if capacity == cap(from) && gap <= m.head {
		m.entries = m.appendLive(from[:gap])
		clear(from[max(len(m.entries), m.head):]) // the copies that moving down left behind
	} else {
		m.entries = m.appendLive(make([]entry[K, V], gap, capacity))
	}
	m.endEra(rank.holes, len(from), gap)
	m.head = gap
	m.noHoles()
}

// appendLive appends the entries to dst, which may begin in the same array at or before them.
func (m *Map[K, V]) appendLive(dst []entry[K, V]) []entry[K, V] {
	if !m.hasHoles() {
		return append(dst, m.entries[m.head:]...)
	}
	for p := m.head; p < len(m.entries); {
		end := m.holes.next(p, len(m.entries))
		dst = append(dst, m.entries[p:end]...)
		p = m.nextLive(end)
	}
	return dst
}

// Grow makes room for n more entries, so that setting them needs no resize.
func (m *Map[K, V]) Grow(n int) {
	if n < 0 {
		panic("orderedmap: Grow: negative count")
	}
	if n == 0 {
		return
	}
	if uint64(n) > maxEntries-uint64(m.live) {
		panic(tooMany)
	}
	if n > cap(m.entries)-len(m.entries) {
		m.rebuild(m.gap(), m.gap()+m.live+n)
	}
	if slots := slotsFor(m.live + n); slots > len(m.slots) {
		m.reindex(slots)
	}
	m.check()
}

// Shrink gives back the memory that the entries do not need.
func (m *Map[K, V]) Shrink() {
	if m == nil || m.slots == nil {
		return
	}
	m.front = false
	m.rebuild(0, m.live)
	if m.live == 0 {
		m.slots, m.entries = nil, nil
	} else if slots := slotsFor(m.live); slots < len(m.slots) {
		m.reindex(slots)
	}
	m.check()
}

// Clear removes all entries and keeps the memory.
func (m *Map[K, V]) Clear() {
	if m == nil || m.slots == nil {
		return
	}
	clear(m.entries)
	clear(m.slots)
	m.entries, m.head, m.live = m.entries[:0], 0, 0
	m.noHoles()
	m.settleEra()
	m.check()
}

// Clone returns a copy of the map, compact; keys and values are copied as by assignment. A nil map's
// clone is nil.
func (m *Map[K, V]) Clone() *Map[K, V] {
	if m == nil {
		return nil
	}
	c := &Map[K, V]{keys: m.keys}
	if m.live == 0 {
		return c
	}
	c.entries, c.live = m.appendLive(make([]entry[K, V], 0, m.live)), m.live
	c.slots, c.shift = append([]slot(nil), m.slots...), m.shift
	m.ranks().renumber(c.slots, 0)
	return c
}
