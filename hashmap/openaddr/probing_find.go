package openaddr

import "innards/hashmap"

// find returns the slot of key, or -1, and the hash of key. As in Map.find, the loop stands here once for each kind of
// key that is compared without a call through a function value.
func (m *Probing[K, V]) find(key K) (at int, h uint64) {
	switch {
	case m == nil:
		probingCheckHashable(key)
		return -1, 0
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h = m.keys.HashWord(x)
		tags, tag, rule, p := m.tags, probingTag(h), &m.rule, m.rule.start(h)
		for len(tags) > 0 { // always: it spares the check of the masked index
			i := p.i & uint64(len(tags)-1)
			here := tags[i]
			if here == tag && hashmap.WordOf(&m.slots[i].key) == x {
				return int(i), h
			}
			if here == probingEmpty {
				break
			}
			rule.step(&p)
		}
		return -1, h
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h = m.keys.HashPair(x, y)
		tags, tag, rule, p := m.tags, probingTag(h), &m.rule, m.rule.start(h)
		for len(tags) > 0 {
			i := p.i & uint64(len(tags)-1)
			here := tags[i]
			if here == tag {
				if kx, ky := hashmap.PairOf(&m.slots[i].key); kx == x && ky == y {
					return int(i), h
				}
			}
			if here == probingEmpty {
				break
			}
			rule.step(&p)
		}
		return -1, h
	case m.keys.Kind == hashmap.String && hashmap.SizedAs[K](hashmap.String):
		str := hashmap.StringOf(&key)
		h = m.keys.HashString(str)
		tags, tag, rule, p := m.tags, probingTag(h), &m.rule, m.rule.start(h)
		for len(tags) > 0 {
			i := p.i & uint64(len(tags)-1)
			here := tags[i]
			if here == tag && hashmap.EqualStrings(hashmap.StringOf(&m.slots[i].key), str) {
				return int(i), h
			}
			if here == probingEmpty {
				break
			}
			rule.step(&p)
		}
		return -1, h
	}
	return m.findAny(key)
}

// findAny is the loop of find for all other keys, and for a map that has no hash yet.
func (m *Probing[K, V]) findAny(key K) (at int, h uint64) {
	if m.keys.Kind == hashmap.Unset {
		probingCheckHashable(key)
		return -1, 0
	}
	h = m.keys.Hash(key)
	tag, p := probingTag(h), m.rule.start(h)
	for {
		i := p.i & uint64(len(m.tags)-1)
		here := m.tags[i]
		if here == tag && m.keys.Equal(m.slots[i].key, key) {
			return int(i), h
		}
		if here == probingEmpty {
			return -1, h
		}
		m.rule.step(&p)
	}
}

// claim returns the first slot on the probe sequence of h that is not full, and the number of full ones before it.
func (t *probingTable[K, V]) claim(h uint64) (at uint64, steps int) {
	p := t.rule.start(h)
	for {
		at = p.i & uint64(len(t.tags)-1)
		if t.tags[at] < probingFull {
			return at, steps
		}
		t.rule.step(&p)
		steps++
	}
}
