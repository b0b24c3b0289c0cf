package orderedmap

// widen gives the slices in use as many positions as the array of entries has room for.
func (c *Cache[K, V]) widen() {
	n := cap(c.l.nodes)
	c.room = n
	if c.remember {
		c.hashes = widened(c.hashes, n)
	}
	switch c.policy {
	case SIEVE, judged:
		c.uses = widened(c.uses, n)
	case LFU:
		c.lfu.of = widened(c.lfu.of, n)
	}
	if c.cost != nil {
		c.costs = widened(c.costs, n)
	}
	if c.timed {
		c.lives = widened(c.lives, n)
	}
}

func widened[T any](old []T, n int) []T {
	fresh := make([]T, n)
	copy(fresh, old)
	return fresh
}

// Grow makes room for n more entries, as far as the capacity, if it is one of entries, lets them in.
func (c *Cache[K, V]) Grow(n int) {
	c.mustBeMade()
	c.refuseAsking()
	if n >= 0 && c.cost == nil {
		n = min(n, c.capacity-c.l.live)
	}
	c.l.Grow(n)
}

// Shrink gives back the memory that the entries do not need, and lays them in memory in their order.
func (c *Cache[K, V]) Shrink() {
	if c == nil || c.l.slots == nil {
		return
	}
	c.refuseAsking()
	if c.l.live == 0 {
		c.l.Shrink()
		c.room, c.hashes, c.uses, c.costs, c.lives, c.lfu = 0, nil, nil, nil, nil, frequencies{}
		return
	}
	to := c.l.relaid(&c.l)
	c.l.loops.renumber(to)
	if slots := slotsFor(c.l.live); slots < len(c.l.slots) {
		c.l.reindex(slots)
	}
	c.relocate(c, to)
	c.done()
}

// Clone returns a copy of the cache, its policy's knowledge and its options with it, but with statistics of its own. Keys and values are
// copied as by assignment. A nil cache's clone is nil.
func (c *Cache[K, V]) Clone() *Cache[K, V] {
	if c == nil {
		return nil
	}
	clone := &Cache[K, V]{
		policy: c.policy, judge: c.judge, remember: c.remember, capacity: c.capacity, used: c.used, cost: c.cost,
		ttl: c.ttl, timed: c.timed, refresh: c.refresh, clock: c.clock, epoch: c.epoch, onEvict: c.onEvict,
	}
	clone.l.keys = c.l.keys
	if c.l.live > 0 {
		clone.l.slots, clone.l.shift = append([]linkSlot(nil), c.l.slots...), c.l.shift
		c.relocate(clone, c.l.relaid(&clone.l))
	}
	return clone
}

// relocate gives the cache into, whose entries are those of c, what c knows of them by position, where position p of c has become to[p].
func (c *Cache[K, V]) relocate(into *Cache[K, V], to []int32) {
	n := 1 + c.l.live
	into.room = n
	into.hashes = relocated(c.hashes, to, n)
	into.uses = relocated(c.uses, to, n)
	into.costs = relocated(c.costs, to, n)
	into.lives = relocated(c.lives, to, n)
	into.hand = to[c.hand]
	into.lfu = frequencies{append([]bucket(nil), c.lfu.buckets...), relocated(c.lfu.of, to, n), c.lfu.free}
	for b := range into.lfu.buckets {
		into.lfu.buckets[b].last = to[into.lfu.buckets[b].last]
	}
}

func relocated[T any](old []T, to []int32, n int) []T {
	if old == nil {
		return nil
	}
	fresh := make([]T, n)
	for p, q := range to {
		if q != 0 {
			fresh[q] = old[p]
		}
	}
	return fresh
}

// Clear removes all entries and keeps the memory. onEvict hears of each, in the order of eviction.
func (c *Cache[K, V]) Clear() {
	if c.Len() == 0 {
		return
	}
	c.refuseAsking()
	for p := range c.foretold(false) {
		cause := Deleted
		if c.timed && c.lapsed(p, c.now()) {
			cause = Expired
			c.stats.Expirations++
		}
		c.tell(p, cause)
	}
	c.l.Clear()
	c.hand, c.used = 0, 0
	c.lfu.buckets, c.lfu.free = nil, 0
	c.done()
}
