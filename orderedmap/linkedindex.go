package orderedmap

import "innards/hashmap"

// The index of Linked is that of Map (index.go) without what Map needs for itself: a slot is 0 when empty, else 32
// bits of a hash above the position of an entry, which is never 0. There is no moved bit, for loops follow an entry by
// its position, and no renumbering at each rebuild, for positions last.
type linkSlot uint64

func newLinkSlot(h uint32, p int32) linkSlot { return linkSlot(h)<<32 | linkSlot(uint32(p)) }

func (s linkSlot) hash() uint32    { return uint32(s >> 32) }
func (s linkSlot) position() int32 { return int32(uint32(s)) }

// linkShift returns 32 - log2(n), or 0 for an index with more slots than there are hashes.
func linkShift(n int) uint8 {
	shift := uint8(32)
	for ; n > 1 && shift > 0; n /= 2 {
		shift--
	}
	return shift
}

// hash returns the upper 32 bits of a key's hash: a multiplication mixes all bits of the key into those.
func (l *Linked[K, V]) hash(key K) uint32 {
	switch l.keys.Kind {
	case hashmap.Word:
		return uint32(l.keys.HashWord(hashmap.WordOf(&key)) >> 32)
	case hashmap.String:
		if hashmap.SizedAs[K](hashmap.String) {
			return uint32(l.keys.HashString(hashmap.StringOf(&key)) >> 32)
		}
	}
	return uint32(l.keys.Hash(key) >> 32)
}

// hashToSet is hash for the operations that can meet a map without a seed.
func (l *Linked[K, V]) hashToSet(key K) uint32 {
	if l.keys.Kind == hashmap.Unset {
		l.keys = hashmap.NewKeyer[K]()
	}
	return l.hash(key)
}

// find returns the slot and the position of key, or position 0. As in Map.lookup a conditional move chooses between the
// first two slots, where a branch would be mispredicted.
func (l *Linked[K, V]) find(h uint32, key K) (i int, p int32) {
	slots := l.slots
	if len(slots) == 0 {
		return 0, 0
	}
	mask := len(slots) - 1
	i = int(h >> (l.shift & 31))
	if mask < fewSlots {
		first, second := *l.slotAt(i), *l.slotAt((i + 1) & mask)
		if s := first.or(second, h); s.hash() == h {
			// An empty slot passes for a hash of zero, and leads to the ring's own node.
			if p := s.position(); p > 0 && int(p) < len(l.nodes) && l.same(&l.nodes[p].key, &key) {
				behind := 0
				if s != first {
					behind = 1
				}
				return (i + behind) & mask, p
			}
		} else if first == 0 || second == 0 {
			return 0, 0
		}
	}
	for ; ; i++ {
		s := slots[i&mask]
		if s == 0 {
			return 0, 0
		}
		if s.hash() == h {
			if p = s.position(); l.nodes[p].key == key {
				return i & mask, p
			}
		}
	}
}

// lookup returns the position of key, or 0. It is find for those who do not need the slot, in one call for the commonest kinds
// of key.
func (l *Linked[K, V]) lookup(key K) int32 {
	if l == nil {
		refuseUnhashable(key)
		return 0
	}
	var h uint32
	var one, two, three, four uint64
	text := hashmap.SizedAs[K](hashmap.String) && l.keys.Kind == hashmap.String
	switch {
	case hashmap.SizedAs[K](hashmap.Word) && l.keys.Kind == hashmap.Word:
		h = uint32(l.keys.HashWord(hashmap.WordOf(&key)) >> 32)
	case text:
		if str := hashmap.StringOf(&key); l.keys.InWords(str) {
			one, two, three, four = l.keys.Words(str)
			h = uint32(l.keys.HashWords(uintptr(len(str)), one, two, three, four) >> 32)
		} else {
			h = uint32(l.keys.HashString(str) >> 32)
		}
	default:
		_, p := l.locate(key)
		return p
	}
	mask := len(l.slots) - 1
	if mask < 0 {
		return 0
	}
	if mask < fewSlots {
		i := int(h >> (l.shift & 31))
		first, second := *l.slotAt(i), *l.slotAt((i + 1) & mask)
		if s := first.or(second, h); s.hash() == h {
			if p := s.position(); p > 0 && int(p) < len(l.nodes) {
				n := &l.nodes[p]
				if text && l.keys.InWords(hashmap.StringOf(&key)) {
					if l.keys.HaveWords(hashmap.StringOf(&n.key), uintptr(len(hashmap.StringOf(&key))), one, two, three, four) {
						return p
					}
				} else if n.key == key {
					return p
				}
			}
		} else if first == 0 || second == 0 {
			return 0
		}
	}
	_, p := l.find(h, key)
	return p
}

// same is *a == *b, for keys that are probably equal: see Map.same.
func (l *Linked[K, V]) same(a, b *K) bool {
	if hashmap.SizedAs[K](hashmap.String) && l.keys.Kind == hashmap.String {
		return hashmap.EqualStrings(hashmap.StringOf(a), hashmap.StringOf(b))
	}
	return *a == *b
}

// or returns the slot if its hash is h, and else second, without a branch.
func (s linkSlot) or(second linkSlot, h uint32) linkSlot {
	return second ^ (s^second)&linkSlot(int64(uint64(s.hash()^h)-1)>>63)
}

// slotOf returns the slot that points to position p, whose key has hash h.
func (l *Linked[K, V]) slotOf(h uint32, p int32) int {
	mask, want := len(l.slots)-1, newLinkSlot(h, p)
	i := int(h >> (l.shift & 31))
	for l.slots[i&mask] != want {
		i++
	}
	return i & mask
}

// point points the first empty slot of the slot's probe sequence to where it leads.
func (l *Linked[K, V]) point(s linkSlot) {
	mask := len(l.slots) - 1
	i := int(s.hash() >> (l.shift & 31))
	for l.slots[i&mask] != 0 {
		i++
	}
	l.slots[i&mask] = s
}

// unpoint empties slot i by backward-shift deletion: see Map.unlink.
func (l *Linked[K, V]) unpoint(i int) {
	slots := l.slots
	mask := len(slots) - 1
	for j := i; ; {
		j = (j + 1) & mask
		s := slots[j]
		if s == 0 {
			break
		}
		if (j-int(s.hash()>>(l.shift&31)))&mask >= (j-i)&mask {
			slots[i] = s
			i = j
		}
	}
	slots[i] = 0
}

// reindex gives the index n slots. It reads the hashes in the slots, never a key.
func (l *Linked[K, V]) reindex(n int) {
	old := l.slots
	l.slots = make([]linkSlot, n)
	l.shift = linkShift(n)
	for _, s := range old {
		if s != 0 {
			l.point(s)
		}
	}
}
