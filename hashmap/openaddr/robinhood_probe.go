package openaddr

import (
	"math/bits"

	"innards/hashmap"
)

const (
	rhTagBits = 8
	rhStep    = 1 << rhTagBits // one slot of displacement, as meta counts it
	rhTagMask = rhStep - 1
)

// rhHome is the slot at which the probe sequence of h begins: h scaled to [0, slots).
func rhHome(h uint64, slots int) int {
	home, _ := bits.Mul64(h, uint64(slots))
	return int(home)
}

// rhMeta is the meta of an entry at home.
func rhMeta(h uint64) uint32 { return rhStep | uint32(h)&rhTagMask }

// rhDisplacement is what a meta says of an entry's way from home.
func rhDisplacement(meta uint32) int { return int(meta>>rhTagBits) - 1 }

// next is the slot after i.
func (t *rhTable[K, V]) next(i int) int {
	if i++; i < len(t.meta) {
		return i
	}
	return 0
}

// homeOf is the home of an entry that lies in slot i with the given meta.
func (t *rhTable[K, V]) homeOf(i int, meta uint32) int {
	if i -= rhDisplacement(meta); i < 0 {
		i += len(t.meta)
	}
	return i
}

// find returns the slot of key, or the one where it belongs and the meta that it would have there; and its hash. As in
// Map.find, the loop stands here once for each kind of key that is compared without a call through a function value.
func (m *RobinHood[K, V]) find(key K) (at int, h uint64, w uint32, ok bool) {
	switch {
	case m == nil:
		probingCheckHashable(key)
		return 0, 0, 0, false
	case m.keys.Kind == hashmap.Word && hashmap.SizedAs[K](hashmap.Word):
		x := hashmap.WordOf(&key)
		h = m.keys.HashWord(x)
		meta := m.meta
		at, w = rhHome(h, len(meta)), rhMeta(h)
		for uint(at) < uint(len(meta)) {
			here := meta[at]
			if here == w && hashmap.WordOf(&m.slots[at].key) == x {
				return at, h, w, true
			}
			if here < w {
				break
			}
			w += rhStep
			if at++; at == len(meta) {
				at = 0
			}
		}
		return at, h, w, false
	case m.keys.Kind == hashmap.Pair && hashmap.SizedAs[K](hashmap.Pair):
		x, y := hashmap.PairOf(&key)
		h = m.keys.HashPair(x, y)
		at, w = rhHome(h, len(m.meta)), rhMeta(h)
		for {
			here := m.meta[at]
			if here == w {
				if kx, ky := hashmap.PairOf(&m.slots[at].key); kx == x && ky == y {
					return at, h, w, true
				}
			}
			if here < w {
				return at, h, w, false
			}
			at, w = m.next(at), w+rhStep
		}
	case m.keys.Kind == hashmap.String && hashmap.SizedAs[K](hashmap.String):
		str := hashmap.StringOf(&key)
		h = m.keys.HashString(str)
		at, w = rhHome(h, len(m.meta)), rhMeta(h)
		for {
			here := m.meta[at]
			if here == w && hashmap.EqualStrings(hashmap.StringOf(&m.slots[at].key), str) {
				return at, h, w, true
			}
			if here < w {
				return at, h, w, false
			}
			at, w = m.next(at), w+rhStep
		}
	}
	return m.findAny(key)
}

// findAny is the loop of find for all other keys, and for a map that has no hash yet.
func (m *RobinHood[K, V]) findAny(key K) (at int, h uint64, w uint32, ok bool) {
	if m.keys.Kind == hashmap.Unset {
		probingCheckHashable(key)
		return 0, 0, 0, false
	}
	h = m.keys.Hash(key)
	at, w = rhHome(h, len(m.meta)), rhMeta(h)
	for {
		here := m.meta[at]
		if here == w && m.keys.Equal(m.slots[at].key, key) {
			return at, h, w, true
		}
		if here < w {
			return at, h, w, false
		}
		at, w = m.next(at), w+rhStep
	}
}

// place is find for a key that is known to be absent: where it belongs, and its meta there.
func (t *rhTable[K, V]) place(h uint64) (at int, w uint32) {
	at, w = rhHome(h, len(t.meta)), rhMeta(h)
	for t.meta[at] >= w {
		at, w = t.next(at), w+rhStep
	}
	return at, w
}
