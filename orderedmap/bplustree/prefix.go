package bplustree

import (
	"math"

	"innards/orderedmap/nodesearch"
)

// prefixes is what a node of string keys has besides. Comparing strings means following pointers, and a binary search
// guesses wrong every other time. So the eight bytes behind the prefix that all keys of the node share lie in the
// node as numbers, whose order is that of the strings as far as it goes: the kernels for numbers find the few keys
// that agree in them, mostly one, and only those are compared as strings.
type prefixes struct {
	words [width]uint64 // first: they begin at a cache line
	skip  int           // bytes that all keys of the node have in common: at least those
	lead  uint64        // those bytes, as a number, if they are eight or fewer
}

// unusedWord fills the slots of words that have no key. A key's word may be equal to it.
const unusedWord = math.MaxUint64

func newPrefixes() *prefixes {
	p := new(prefixes)
	for i := range p.words {
		p.words[i] = unusedWord
	}
	return p
}

func (p *prefixes) copy() *prefixes {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// wordAt returns eight bytes of s from skip on as a number, with zeros behind the end.
func wordAt(s string, skip int) uint64 {
	if len(s)-skip >= 8 {
		b := s[skip : skip+8]
		return uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24 |
			uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56
	}
	w := uint64(0)
	for i := skip; i < len(s); i++ {
		w |= uint64(s[i]) << (56 - 8*(i-skip))
	}
	return w
}

// common returns the length of the longest common prefix.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// shares reports whether key begins with the prefix that the keys of a node have in common.
func (p *prefixes) shares(h *head[string], key string) bool {
	switch {
	case p.skip == 0:
		return true
	case len(key) < p.skip:
		return false
	case p.skip <= 8: // without a look at a key, which would be a cache miss for each node
		return wordAt(key, 0)>>(64-8*p.skip) == p.lead
	}
	return key[:p.skip] == h.keys[0][:p.skip]
}

// share makes the first skip bytes of a key the prefix.
func (p *prefixes) share(key string, skip int) {
	p.skip, p.lead = skip, 0
	if 0 < skip && skip <= 8 {
		p.lead = wordAt(key, 0) >> (64 - 8*skip)
	}
}

// placeString returns how many of the first n keys are less than key, or not greater.
func placeString(h *head[string], n int, key string, orEqual bool) int {
	lo, hi := 0, n
	if p := h.prefix; n > 0 && p.shares(h, key) {
		w := wordAt(key, p.skip)
		if lo = nodesearch.CountWordsLess(&p.words, w); lo >= n || p.words[lo] != w {
			return lo
		}
		for hi = lo + 1; hi < n && p.words[hi] == w; hi++ {
			if hi > lo+3 { // many keys agree: count them
				hi = min(n, nodesearch.CountNotGreater(&p.words, w))
				break
			}
		}
	}
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if k := h.keys[mid&(width-1)]; k < key || orEqual && k == key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// index brings the words of a node with m keys up to date.
func (n *node) index(m int) {
	if n.prefix == nil {
		return
	}
	h, p := headOf[string](n), n.prefix
	if m > 0 {
		p.share(h.keys[0], common(h.keys[0], h.keys[m-1]))
	} else {
		p.share("", 0)
	}
	for i := range p.words {
		if p.words[i] = unusedWord; i < m {
			p.words[i] = wordAt(h.keys[i], p.skip)
		}
	}
}

// indexInsert does it after the key at i has been put in. A key between two others shares what they share.
func (n *node) indexInsert(i, m int) {
	if n.prefix == nil {
		return
	}
	h, p := headOf[string](n), n.prefix
	if m == 1 || i == 0 && common(h.keys[0], h.keys[1]) < p.skip || i == m-1 && !p.shares(h, h.keys[i]) {
		n.index(m)
		return
	}
	copy(p.words[i+1:m], p.words[i:m-1])
	p.words[i] = wordAt(h.keys[i], p.skip)
}

// indexSet does it after the key at i has been replaced by another that belongs there.
func (n *node) indexSet(i, m int) {
	if n.prefix == nil {
		return
	}
	h, p := headOf[string](n), n.prefix
	if m == 1 || (i == 0 || i == m-1) && common(h.keys[0], h.keys[m-1]) < p.skip {
		n.index(m)
		return
	}
	p.words[i] = wordAt(h.keys[i], p.skip)
}

// indexMove does it after the keys [from, from+k) of src, whose words still have them, have come to n at its front or at
// its back, where it now has m. Words that skip as many bytes can be taken over without a look at the strings.
func (n *node) indexMove(src *node, at, from, k, m int) {
	if n.prefix == nil || k == 0 {
		return
	}
	h, p, q := headOf[string](n), n.prefix, src.prefix
	shared := common(h.keys[0], h.keys[m-1])
	if k == m {
		p.skip, p.lead = q.skip, q.lead
	}
	if p.skip != q.skip || shared < p.skip || shared >= p.skip+4 {
		n.index(m)
		return
	}
	if at == 0 {
		copy(p.words[k:m], p.words[:m-k])
	}
	copy(p.words[at:at+k], q.words[from:from+k])
}

// indexRemove does it after k keys from i on have been taken out of m. The rest may have more in common than before.
func (n *node) indexRemove(i, k, m int) {
	if n.prefix == nil {
		return
	}
	p := n.prefix
	copy(p.words[i:], p.words[i+k:m])
	for j := m - k; j < m; j++ {
		p.words[j] = unusedWord
	}
}
