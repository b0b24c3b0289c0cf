package orderedmap

import "innards/hashmap"

// hit returns the position of key, or 0, and the hash, and tells policy and statistics. It is the whole of a look-up that finds its key,
// in one call for the commonest kinds of key: as in Map.lookup a conditional move chooses between the first two slots, where a branch
// would be mispredicted.
func (c *Cache[K, V]) hit(key K) (p int32, h uint32) {
	l := &c.l
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
		h = uint32(l.keys.Hash(key) >> 32)
	}
	slots := l.slots
	if len(slots) == 0 {
		c.stats.Misses++
		return 0, h
	}
	mask := uint(len(slots) - 1)
	i := uint(h >> (l.shift & 31))
	first, second := slots[i&mask], slots[(i+1)&mask]
	s := first.or(second, h)
	// An empty slot passes for a hash of zero, and leads nowhere.
	there := false
	if p = s.position(); s.hash() == h && p != 0 {
		if str := hashmap.StringOf(&key); text && l.keys.InWords(str) {
			there = l.keys.HaveWords(hashmap.StringOf(&l.nodes[p].key), uintptr(len(str)), one, two, three, four)
		} else {
			there = l.nodes[p].key == key
		}
	}
	if !there {
		if first == 0 || second == 0 {
			p = 0
		} else {
			_, p = l.find(h, key)
		}
	}
	if p == 0 || c.timed && !c.alive(p, c.refresh) {
		c.stats.Misses++
		return 0, h
	}
	c.stats.Hits++
	if c.policy == SIEVE {
		c.uses[p] = 1
	} else {
		c.touch(p)
	}
	return p, h
}
