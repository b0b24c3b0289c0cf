package orderedmap

// A slot of the index is 0 when empty, else, from the top: 31 bits of the entry's hash, a bit that says
// whether the entry was moved to where it is or set there, and its position plus one. Eight bytes instead
// of four buy two things: most wrong candidates are told apart without touching their key, and growing or
// renumbering the index never touches a key at all. The moved bit is for loops: see relocate.
type slot uint64

const (
	minSlots = 8
	// maxEntries is what the lower half of a slot can count.
	maxEntries = 1<<32 - 2

	hashBits = 31
	movedBit = slot(1) << 32
)

func newSlot(h uint32, p int) slot { return slot(h)<<33 | slot(uint32(p+1)) }

func (s slot) hash() uint32  { return uint32(s >> 33) }
func (s slot) moved() bool   { return s&movedBit != 0 }
func (s slot) position() int { return int(uint32(s)) - 1 }

// at returns the slot pointing to another position.
func (s slot) at(p int) slot { return s&^(1<<32-1) | slot(uint32(p+1)) }

// maxLoad is how many entries an index of n slots takes: three quarters. Linear probing needs the room;
// it also ends every probe sequence at an empty slot.
func maxLoad(n int) int { return n - n/4 }

// home is where the probe sequence of a hash begins. It takes the upper bits, so that entries keep their
// relative order when the index doubles, and growth reads and writes it from front to back.
func (m *Map[K, V]) home(h uint32) int { return int(h >> (m.shift & 31)) }

// find returns the slot and the position of key, or a negative position.
func (m *Map[K, V]) find(h uint32, key K) (i, p int) {
	slots := m.slots
	if len(slots) == 0 {
		return 0, -1
	}
	mask := len(slots) - 1
	for i = m.home(h); ; i++ {
		s := slots[i&mask]
		if s == 0 {
			return 0, -1
		}
		if s.hash() == h {
			if p = s.position(); m.entries[p].key == key {
				return i & mask, p
			}
		}
	}
}

// slotOf returns the slot that points to position p, whose key has hash h.
func (m *Map[K, V]) slotOf(h uint32, p int) int {
	mask, want := len(m.slots)-1, newSlot(h, p)
	i := m.home(h)
	for m.slots[i&mask]&^movedBit != want {
		i++
	}
	return i & mask
}

// link points the first empty slot of h's probe sequence to position p.
func (m *Map[K, V]) link(h uint32, p int) {
	mask := len(m.slots) - 1
	i := m.home(h)
	for m.slots[i&mask] != 0 {
		i++
	}
	m.slots[i&mask] = newSlot(h, p)
}

// unlink empties slot i and moves later slots of the cluster back where that brings them nearer to their
// home, so that no probe sequence is broken and no tombstone is left (backward-shift deletion).
func (m *Map[K, V]) unlink(i int) {
	mask := len(m.slots) - 1
	for j := i; ; {
		j = (j + 1) & mask
		s := m.slots[j]
		if s == 0 {
			break
		}
		// The slot at j may move to i unless its home lies cyclically in (i, j].
		if (j-m.home(s.hash()))&mask >= (j-i)&mask {
			m.slots[i] = s
			i = j
		}
	}
	m.slots[i] = 0
}

// reindex gives the index n slots. It reads the hashes in the slots, never a key.
func (m *Map[K, V]) reindex(n int) {
	old := m.slots
	m.slots = make([]slot, n)
	m.shift = shiftFor(n)
	for _, s := range old {
		if s != 0 {
			i := m.home(s.hash())
			for m.slots[i&(n-1)] != 0 {
				i++
			}
			m.slots[i&(n-1)] = s
		}
	}
}

// shiftFor returns hashBits - log2(n), or 0 for an index with more slots than there are hashes.
func shiftFor(n int) uint8 {
	shift := uint8(hashBits)
	for ; n > 1 && shift > 0; n /= 2 {
		shift--
	}
	return shift
}

// slotsFor returns the least number of slots that takes n entries.
func slotsFor(n int) int {
	slots := minSlots
	for maxLoad(slots) < n {
		slots *= 2
	}
	return slots
}
