package orderedmap

import "innards/hashmap"

// A slot of the index is 0 when empty, else, from the top: 31 bits of the entry's hash, a bit that says
// whether the entry was moved to where it is or set there, and its position plus one. Eight bytes instead
// of four buy two things: most wrong candidates are told apart without touching their key, and growing or
// renumbering the index never touches a key at all. The moved bit is for loops: see relocate.
type slot uint64

const (
	minSlots = 16 // with a first array of 8 entries; halves the allocations of a map that grows to a hundred
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
// it also ends every probe sequence at an empty slot. For that one slot is enough, and so it is if all lie in one line of
// the cache.
func maxLoad(n int) int {
	if n < minSlots {
		return max(0, n-1)
	}
	return n - n/4
}

// home is where the probe sequence of a hash begins. It takes the upper bits, so that entries keep their
// relative order when the index doubles, and growth reads and writes it from front to back.
func (m *Map[K, V]) home(h uint32) int { return int(h >> (m.shift & 31)) }

// find returns the slot and the position of key. Where it is absent, the position is negative and the slot the
// empty one at which the search ended. Like lookup, it takes the first two slots at once.
func (m *Map[K, V]) find(h uint32, key K) (i, p int) {
	if len(m.slots) == 0 {
		return 0, -1
	}
	mask := len(m.slots) - 1
	i = m.home(h)
	if mask < fewSlots {
		first := *m.slotAt(i)
		s := first.or(*m.slotAt((i + 1) & mask), h)
		if p := uint(s.position()); s.hash() == h && p < uint(len(m.entries)) && m.same(&m.entries[p].key, &key) {
			behind := 0
			if s != first { // no branch: the compiler makes a number of such an if
				behind = 1
			}
			return (i + behind) & mask, int(p)
		}
	}
	for ; ; i = (i + 1) & mask {
		s := *m.slotAt(i)
		if s == 0 {
			return i, -1
		}
		if s.hash() == h {
			if p = s.position(); m.entries[p].key == key {
				return i, p
			}
		}
	}
}

// same is *a == *b, for keys that are probably equal.
func (m *Map[K, V]) same(a, b *K) bool {
	if hashmap.SizedAs[K](hashmap.String) && m.keys.Kind == hashmap.String {
		return hashmap.EqualStrings(hashmap.StringOf(a), hashmap.StringOf(b))
	}
	return *a == *b
}

// lookup returns the entry of key, or nil. It is find for those who only read, written out so that the commonest kinds
// of key cost one call, and with the first two slots of the probe sequence taken at once: which of them it is decides a
// conditional move, where a branch would be mispredicted for every third key. At the load of 0.61 that 10,000 entries
// have, 85 % of them are in one of the two.
func (m *Map[K, V]) lookup(key K) *entry[K, V] {
	if m == nil {
		refuseUnhashable(key)
		return nil
	}
	var h uint32
	var one, two, three, four uint64
	text := hashmap.SizedAs[K](hashmap.String) && m.keys.Kind == hashmap.String
	switch {
	case hashmap.SizedAs[K](hashmap.Word) && m.keys.Kind == hashmap.Word:
		h = uint32(m.keys.HashWord(hashmap.WordOf(&key)) >> (64 - hashBits))
	case text:
		if str := hashmap.StringOf(&key); m.keys.InWords(str) {
			one, two, three, four = m.keys.Words(str)
			h = uint32(m.keys.HashWords(uintptr(len(str)), one, two, three, four) >> (64 - hashBits))
		} else {
			h = uint32(m.keys.HashString(str) >> (64 - hashBits))
		}
	default:
		return m.lookupAny(key)
	}
	if len(m.slots) == 0 {
		return nil
	}
	i := m.home(h)
	first, second := *m.slotAt(i), *m.slotAt((i + 1) & (len(m.slots) - 1))
	if s := first.or(second, h); s.hash() == h {
		// An empty slot passes for a hash of zero, and leads nowhere.
		if p := uint(s.position()); p < uint(len(m.entries)) {
			e := &m.entries[p]
			if text && m.keys.InWords(hashmap.StringOf(&key)) { // with the words that are there
				if m.keys.HaveWords(hashmap.StringOf(&e.key), uintptr(len(hashmap.StringOf(&key))), one, two, three, four) {
					return e
				}
			} else if e.key == key {
				return e
			}
		}
	} else if first == 0 || second == 0 {
		return nil
	}
	return m.lookupFrom(i, h, key)
}

// or returns the slot if its hash is h, and else second, without a branch.
func (s slot) or(second slot, h uint32) slot {
	return second ^ (s^second)&slot(int64(uint64(s.hash()^h)-1)>>63)
}

// fewSlots is up to where find takes two slots at once: as long as most of what they lead to is in the cache, so that a
// mispredicted branch is what counts. Beyond, the wrong path of a branch loads what is needed next.
const fewSlots = 1 << 17

// lookupAny is lookup for all other keys, and for a map that has no seed yet.
func (m *Map[K, V]) lookupAny(key K) *entry[K, V] {
	if m.live == 0 {
		refuseUnhashable(key)
		return nil
	}
	h := m.hash(key)
	return m.lookupFrom(m.home(h), h, key)
}

// lookupFrom is lookup from slot i on, of a map that has slots.
func (m *Map[K, V]) lookupFrom(i int, h uint32, key K) *entry[K, V] {
	mask := len(m.slots) - 1
	for ; ; i = (i + 1) & mask {
		s := *m.slotAt(i)
		if s == 0 {
			return nil
		}
		if s.hash() == h {
			if e := &m.entries[s.position()]; e.key == key {
				return e
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

// vacancy returns the first empty slot of h's probe sequence.
func (m *Map[K, V]) vacancy(h uint32) int {
	mask := len(m.slots) - 1
	i := m.home(h)
	for *m.slotAt(i) != 0 {
		i = (i + 1) & mask
	}
	return i
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

// moreSlots gives the index more slots: four times as many while that is little memory, then twice.
func (m *Map[K, V]) moreSlots() {
	n := 2 * len(m.slots)
	if n <= 128 {
		n = max(minSlots, 2*n)
	}
	m.reindex(n)
}

// reindex gives the index n slots. It reads the hashes in the slots, never a key.
func (m *Map[K, V]) reindex(n int) {
	old := m.slots
	slots := make([]slot, n)
	m.slots, m.shift = slots, shiftFor(n)
	for _, s := range old {
		if s != 0 {
			i := m.home(s.hash())
			for slots[i&(n-1)] != 0 {
				i++
			}
			slots[i&(n-1)] = s
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
