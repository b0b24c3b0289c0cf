package orderedmap

import "math/bits"

// A bitmap has a bit for each position of the entries array, set where an entry was taken out of the
// middle of the span. It is allocated with the first hole.
type bitmap []uint64

func (b bitmap) has(p int) bool { return b != nil && b[p>>6]>>(p&63)&1 != 0 }
func (b bitmap) set(p int)      { b[p>>6] |= 1 << (p & 63) }

// unset clears the bits of [lo, hi).
func (b bitmap) unset(lo, hi int) {
	for lo < hi {
		n := min(64-lo&63, hi-lo)
		b[lo>>6] &^= ^uint64(0) >> (64 - n) << (lo & 63)
		lo += n
	}
}

// count returns the number of bits set in [lo, hi).
func (b bitmap) count(lo, hi int) int {
	if b == nil {
		return 0
	}
	n := 0
	for lo < hi {
		w := min(64-lo&63, hi-lo)
		n += bits.OnesCount64(b[lo>>6] >> (lo & 63) << (64 - w))
		lo += w
	}
	return n
}

// next returns the first position in [p, end) whose bit is set, or end.
func (b bitmap) next(p, end int) int {
	for w := p >> 6; p < end; w, p = w+1, (w+1)<<6 {
		if set := b[w] >> (p & 63); set != 0 {
			return min(p+bits.TrailingZeros64(set), end)
		}
	}
	return end
}

// hasHoles reports whether the span has positions without an entry.
func (m *Map[K, V]) hasHoles() bool { return len(m.entries)-m.head != m.live }

// nextLive returns the first position from p on that holds an entry, or the end of the span.
func (m *Map[K, V]) nextLive(p int) int {
	p = max(p, m.head)
	if !m.hasHoles() || p >= len(m.entries) {
		return p
	}
	w := p >> 6
	free := ^m.holes[w] >> (p & 63) << (p & 63)
	for free == 0 {
		w++
		free = ^m.holes[w]
	}
	// The last position of the span is no hole (invariant 3), so this does not run past it.
	return w<<6 + bits.TrailingZeros64(free)
}

// prevLive returns the last position up to p that holds an entry, or one before the span.
func (m *Map[K, V]) prevLive(p int) int {
	p = min(p, len(m.entries)-1)
	if !m.hasHoles() || p < m.head {
		return p
	}
	w := p >> 6
	free := ^m.holes[w] << (63 - p&63) >> (63 - p&63)
	for free == 0 {
		w--
		free = ^m.holes[w]
	}
	return w<<6 + 63 - bits.LeadingZeros64(free)
}

// vacate empties position p, from which the index no longer leads here. At an end of the span the span
// becomes shorter, by the holes that come to lie there too; in the middle a hole is left.
func (m *Map[K, V]) vacate(p int) {
	m.entries[p] = entry[K, V]{} // lets go of what the key and the value point to
	m.live--
	m.epoch++
	switch last := len(m.entries) - 1; p {
	case m.head:
		m.head++
		if m.live > 0 && m.hasHoles() {
			m.head = m.nextLive(m.head)
			m.fill(p, m.head)
		}
		m.frontVacated = true
	case last:
		m.entries = m.entries[:last]
		if m.hasHoles() {
			end := m.prevLive(last-1) + 1
			m.fill(end, last)
			m.entries = m.entries[:end]
		}
		m.reach = max(m.reach, last+1)
	default:
		if m.holes == nil {
			m.holes = make(bitmap, (cap(m.entries)+63)/64)
		}
		m.holes.set(p)
		if t := m.tally.Load(); t != nil {
			t.add(p, 1)
		}
	}
}
