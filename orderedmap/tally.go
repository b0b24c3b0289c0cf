package orderedmap

import "math/bits"

// A tally is a Fenwick tree over the holes of a map, in blocks of 512 positions: how many lie before a position takes as
// many additions as the number of the block has bits, and a count over eight words of the bitmap. The first Nth or Index
// that meets a hole builds it; from then on each new hole is entered, in O(log n), until a rebuild closes them all.
// A map whose places nobody asks for has none, and pays a test for it where it makes a hole.
type tally []uint32

const blockBits = 9

// newTally counts the holes of a bitmap.
func newTally(holes bitmap) *tally {
	t := make(tally, (len(holes)<<6+1<<blockBits-1)>>blockBits+1) // element 0 is not used
	for w, word := range holes {
		t[w>>(blockBits-6)+1] += uint32(bits.OnesCount64(word))
	}
	for i := 1; i < len(t); i++ {
		if parent := i + i&-i; parent < len(t) {
			t[parent] += t[i]
		}
	}
	return &t
}

// add enters n more holes, or fewer, in the block of position p.
func (t tally) add(p, n int) {
	for i := p>>blockBits + 1; i < len(t); i += i & -i {
		t[i] += uint32(n)
	}
}

// before returns how many holes lie in the blocks before that of position p.
func (t tally) before(p int) int {
	n := uint32(0)
	for i := p >> blockBits; i > 0; i &= i - 1 {
		n += t[i]
	}
	return int(n)
}

// block returns the first position of the block that holds the entry at place i, counted from position 0 on and over
// all that is not a hole, and the entry's place in that block.
func (t tally) block(i int) (p, rest int) {
	b := 0
	for step := 1 << bits.Len(uint(len(t)-1)); step > 0; step >>= 1 {
		if next := b + step; next < len(t) {
			if n := step<<blockBits - int(t[next]); n <= i {
				b, i = next, i-n
			}
		}
	}
	return b << blockBits, i
}

// tallied returns the tally of the map's holes. Several readers may find that there is none, and make one each.
func (m *Map[K, V]) tallied() tally {
	t := m.tally.Load()
	if t == nil {
		t = newTally(m.holes)
		m.tally.Store(t)
	}
	return *t
}

// holesBefore returns how many holes lie before position p.
func (m *Map[K, V]) holesBefore(p int) int {
	return m.tallied().before(p) + m.holes.count(p>>blockBits<<blockBits, p)
}

// positionOf returns the position of the entry at place i.
func (m *Map[K, V]) positionOf(i int) int {
	p, i := m.tallied().block(m.head + i) // the positions before the span are no holes
	w := p >> 6
	for {
		n := bits.OnesCount64(^m.holes[w])
		if i < n {
			break
		}
		i -= n
		w++
	}
	free := ^m.holes[w]
	for range i {
		free &= free - 1
	}
	return w<<6 + bits.TrailingZeros64(free)
}

// fill takes the holes in [lo, hi) off the books: the span has become shorter by them.
func (m *Map[K, V]) fill(lo, hi int) {
	if t := m.tally.Load(); t != nil {
		for p := lo; p < hi; {
			end := min(hi, (p>>blockBits+1)<<blockBits)
			t.add(p, -m.holes.count(p, end))
			p = end
		}
	}
	m.holes.unset(lo, hi)
}

// noHoles forgets all holes.
func (m *Map[K, V]) noHoles() {
	m.holes = nil
	if m.tally.Load() != nil {
		m.tally.Store(nil)
	}
}
