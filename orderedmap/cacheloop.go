package orderedmap

import "iter"

// All iterates over the entries in the order in which they would be evicted, if nothing were used or set meanwhile. With FIFO, LRU and
// LFU the cache may be changed in the loop under the rule of Map.All: the next entry is the successor of the one before, wherever that is
// now, so that a loop which calls Get on an LRU cache ends, for what it has got is now the last. SIEVE keeps no such order, but foretells
// it: there, a loop yields the entries in the order foretold when it began, without what has left meanwhile. With a judge, which a loop
// does not ask, the order is that in which entries will be judged.
func (c *Cache[K, V]) All() iter.Seq2[K, V] { return c.pairs(false) }

// Backward iterates over the entries from the one that would be evicted last to the one evicted first, under the same rules.
func (c *Cache[K, V]) Backward() iter.Seq2[K, V] { return c.pairs(true) }

func (c *Cache[K, V]) pairs(backward bool) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for p := range c.positions(backward) {
			n := &c.l.nodes[p]
			if !yield(n.key, n.value) {
				return
			}
		}
	}
}

// Keys iterates over the keys, as All does.
func (c *Cache[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for p := range c.positions(false) {
			if !yield(c.l.nodes[p].key) {
				return
			}
		}
	}
}

// Values iterates over the values, as All does.
func (c *Cache[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for p := range c.positions(false) {
			if !yield(c.l.nodes[p].value) {
				return
			}
		}
	}
}

// Front returns the entry that would be evicted next (with a judge, judged next), and false if the cache is empty.
func (c *Cache[K, V]) Front() (key K, value V, ok bool) {
	for p := range c.foretold(false) {
		if !c.timed || !c.lapsed(p, c.now()) {
			return c.l.nodes[p].key, c.l.nodes[p].value, true
		}
	}
	return none[K, V]()
}

// Back returns the entry that would be evicted last, and false if the cache is empty.
func (c *Cache[K, V]) Back() (key K, value V, ok bool) {
	for p := range c.foretold(true) {
		if !c.timed || !c.lapsed(p, c.now()) {
			return c.l.nodes[p].key, c.l.nodes[p].value, true
		}
	}
	return none[K, V]()
}

// PopFront removes and returns the first entry, and false if the cache is empty.
func (c *Cache[K, V]) PopFront() (K, V, bool) { return c.pop(false) }

// PopBack removes and returns the last entry, and false if the cache is empty. With SIEVE it is O(n).
func (c *Cache[K, V]) PopBack() (K, V, bool) { return c.pop(true) }

func (c *Cache[K, V]) pop(back bool) (key K, value V, ok bool) {
	for !ok && c.Len() > 0 {
		var p int32
		if c.policy == SIEVE && !back {
			p = c.sweep() // takes the bits away that the next pop would have to pass again
		} else {
			for p = range c.foretold(back) {
				break
			}
		}
		if c.timed && !c.alive(p, false) {
			continue
		}
		key, value, ok = c.l.nodes[p].key, c.l.nodes[p].value, true
		c.drop(p, Deleted)
	}
	if c != nil {
		c.done()
	}
	return key, value, ok
}

// positions iterates over the positions of the entries that have not expired, as All says.
func (c *Cache[K, V]) positions(backward bool) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if c.Len() == 0 {
			return
		}
		seq := c.l.positions(backward)
		if c.policy >= SIEVE {
			seq = c.foreseen(backward)
		}
		for p := range seq {
			if c.timed && c.lapsed(p, c.now()) {
				continue
			}
			if !yield(p) {
				return
			}
		}
	}
}

// foreseen iterates over what foretold says now, and passes over what leaves the cache before its turn.
func (c *Cache[K, V]) foreseen(backward bool) iter.Seq[int32] {
	type seen struct {
		key K
		at  int32
	}
	return func(yield func(int32) bool) {
		order := make([]seen, 0, c.l.live)
		for p := range c.foretold(backward) {
			if !c.timed || !c.lapsed(p, c.now()) {
				order = append(order, seen{c.l.nodes[p].key, p})
			}
		}
		for _, s := range order {
			if p := c.still(s.at, s.key); p != 0 && !yield(p) {
				return
			}
		}
	}
}

// still returns the position of a key that was at position p before the cache was perhaps changed, or 0.
func (c *Cache[K, V]) still(p int32, key K) int32 {
	if int(p) < len(c.l.nodes) {
		if n := &c.l.nodes[p]; n.prev != vacant && (n.key == key || key != key && n.key != n.key) {
			return p
		}
	}
	return c.peek(key)
}

// foretold iterates over the positions of all entries in the order of their eviction. The cache must not be changed meanwhile.
func (c *Cache[K, V]) foretold(backward bool) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if c.Len() == 0 {
			return
		}
		if c.policy != SIEVE {
			for p := range c.lap(backward) {
				if !yield(p) {
					return
				}
			}
			return
		}
		// On its first round the hand evicts those without the bit, on the second those whose bit it took on the first.
		for round := range uint8(2) {
			if backward {
				round = 1 - round
			}
			for p := range c.lap(backward) {
				if c.uses[p] == round && !yield(p) {
					return
				}
			}
		}
	}
}

// lap iterates over the positions of all entries of a cache that has some, from the hand on and round to it.
func (c *Cache[K, V]) lap(backward bool) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		nodes := c.l.nodes
		first := c.hand
		if first == 0 {
			first = nodes[0].next
		}
		p := first
		for {
			if backward {
				if p = nodes[p].prev; p == 0 {
					p = nodes[0].prev
				}
			}
			if !yield(p) {
				return
			}
			if !backward {
				if p = nodes[p].next; p == 0 {
					p = nodes[0].next
				}
			}
			if p == first {
				return
			}
		}
	}
}
