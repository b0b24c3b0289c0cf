package orderedmap

import "fmt"

// check panics if the cache breaks an invariant, whose number in the package comment it names. A cache of more than 256 positions is
// checked only at every so many operations.
func (c *Cache[K, V]) check() {
	const checkEach = 1 << 8
	if n := len(c.l.nodes); n <= checkEach || (c.l.live+int(c.l.nodes[0].prev))%(n/checkEach*16) == 0 {
		c.checkAll()
	}
}

func (c *Cache[K, V]) checkAll() {
	c.l.checkRing()
	c.l.checkSlots()
	if len(c.l.nodes) == 0 || c.l.live == 0 {
		if c.used != 0 || c.hand != 0 {
			c.broken(2, "it is empty, but costs %d, and the hand is at %d", c.used, c.hand)
		}
		return
	}
	if c.room < len(c.l.nodes) {
		c.broken(1, "room for %d positions", c.room)
	}
	total := 0
	for p := c.l.nodes[0].next; p != 0; p = c.l.nodes[p].next {
		cost := 1
		if c.cost != nil {
			cost = c.costs[p]
		}
		if total += cost; cost < 0 {
			c.broken(2, "position %d costs %d", p, cost)
		}
		if key := c.l.nodes[p].key; key == key && c.hashAt(p) != c.l.hash(key) {
			c.broken(3, "position %d has another hash", p)
		}
	}
	if total != c.used || c.used > c.capacity {
		c.broken(2, "the entries cost %d", total)
	}
	if h := c.hand; h != 0 && (int(h) >= len(c.l.nodes) || c.l.nodes[h].prev == vacant) {
		c.broken(4, "the hand is at position %d, where no entry is", h)
	}
	if c.policy == LFU {
		c.checkFrequencies()
	}
	if len(c.gone) > 0 && c.onEvict == nil {
		c.broken(6, "%d departures, and nobody to tell", len(c.gone))
	}
}

// checkFrequencies checks invariant 5.
func (c *Cache[K, V]) checkFrequencies() {
	f := &c.lfu
	p, b, count := c.l.nodes[0].next, int32(0), 1
	for p != 0 {
		next := f.buckets[b].next
		if next == 0 || f.buckets[next].prev != b || f.buckets[next].uses <= f.buckets[b].uses {
			c.broken(5, "bucket %d follows %d", next, b)
		}
		b = next
		count++
		for f.of[p] == b && p != f.buckets[b].last {
			p = c.l.nodes[p].next
		}
		if f.of[p] != b {
			c.broken(5, "position %d is in bucket %d, not %d, which ends at %d", p, f.of[p], b, f.buckets[b].last)
		}
		p = c.l.nodes[p].next
	}
	if f.buckets[b].next != 0 || f.buckets[0].prev != b || f.of[0] != 0 {
		c.broken(5, "bucket %d is the last", b)
	}
	for b := f.free; b != 0; b = f.buckets[b].next {
		if count++; f.buckets[b].uses != 0 {
			c.broken(5, "bucket %d is free, and has uses", b)
		}
	}
	if count != len(f.buckets) {
		c.broken(5, "%d buckets of %d are in use or free", count, len(f.buckets))
	}
}

func (c *Cache[K, V]) broken(invariant int, format string, args ...any) {
	panic(fmt.Sprintf("orderedmap: Cache: invariant %d: %s (%v, capacity %d, used %d, live %d, positions %d)", invariant,
		fmt.Sprintf(format, args...), c.policy, c.capacity, c.used, c.l.live, len(c.l.nodes)))
}
