package orderedmap

import (
	"iter"
	"time"

	"innards/hashmap"
)

// Cache is a map that never holds more than its capacity: to make room for a new entry it gives up the one that its policy
// says. Its essay is the section Cache of the package comment. A Cache is made by NewCache or NewCacheFunc, as only they say
// what its capacity is; one that was declared can be read, and is empty, but panics at the first entry. It must not be copied.
// Get and GetOrSet write, even where they find the key; Peek, Contains, At and loops do not, and may be called by many goroutines at
// once while nobody calls anything else.
type Cache[K comparable, V any] struct {
	l      Linked[K, V]
	policy Policy
	room   int // how many positions the slices below have, each of them that is in use

	uses []uint8 // by position: SIEVE's bit, or the hits since a judge last saw the entry
	hand int32   // where the sweep of SIEVE or of a judge goes on; 0: at the front
	lfu  frequencies

	judge    func(key K, value V, uses int) Verdict
	hashes   []uint32 // by position, of keys that are dearer to hash again than to remember by
	remember bool     // hashes is in use

	capacity int
	used     int // what the entries cost: their number, without a cost function
	cost     func(K, V) int
	costs    []int // by position

	ttl     time.Duration // of entries to be set; 0: they do not expire
	lives   []life        // by position
	timed   bool          // lives is in use
	refresh bool
	clock   func() time.Time
	epoch   time.Time // lives are counted from here

	stats   CacheStats
	onEvict func(K, V, Cause)
	gone    []departed[K, V] // what onEvict has to be told yet
	telling bool
	asking  bool // the cost function or the judge runs
}

// NewCache returns a cache of that capacity, which is a number of entries, unless SetCost gives another measure. onEvict, unless nil,
// is called with each value that leaves the cache, and why; it is called at the end of the operation that removed it, and may use the
// cache.
func NewCache[K comparable, V any](capacity int, policy Policy, onEvict func(K, V, Cause)) *Cache[K, V] {
	if policy > SIEVE {
		panic("orderedmap: NewCache: no such policy: " + policy.String())
	}
	return newCache(capacity, policy, onEvict)
}

// NewCacheFunc returns a cache whose policy is the user's own. The cache goes round its entries, from the oldest to the newest, and
// where it needs room asks judge of one after the other what to do with it; uses is how often the entry was hit since it was set or
// last judged, up to 255. A hit never calls judge. judge must not change the cache. If it evicts nobody in two rounds, the next entry
// goes without being asked for.
//
//	func(K, V, int) Verdict { return Evict }                                        // FIFO
//	func(_ K, _ V, uses int) Verdict { if uses > 0 { return Spare }; return Evict }   // SIEVE
//	func(_ K, _ V, uses int) Verdict { if uses > 0 { return Requeue }; return Evict } // second chance
func NewCacheFunc[K comparable, V any](capacity int, judge func(key K, value V, uses int) Verdict, onEvict func(K, V, Cause)) *Cache[K, V] {
	if judge == nil {
		panic("orderedmap: NewCacheFunc: no judge")
	}
	c := newCache(capacity, judged, onEvict)
	c.judge = judge
	return c
}

func newCache[K comparable, V any](capacity int, policy Policy, onEvict func(K, V, Cause)) *Cache[K, V] {
	refuseCapacity("NewCache", capacity)
	c := &Cache[K, V]{policy: policy, capacity: capacity, onEvict: onEvict}
	c.l.keys = hashmap.NewKeyer[K]()
	c.remember = c.l.keys.Kind != hashmap.Word
	return c
}

// Len returns the number of entries. It counts those that have expired until something comes upon them: see DeleteExpired.
func (c *Cache[K, V]) Len() int {
	if c == nil {
		return 0
	}
	return c.l.live
}

// Get returns the value of key and whether it is present. The policy counts it as a use.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	if c.Len() == 0 {
		refuseUnhashable(key)
		if c != nil {
			c.stats.Misses++
		}
		return value, false
	}
	p, _ := c.hit(key)
	if p == 0 {
		c.done()
		return value, false
	}
	return c.l.nodes[p].value, true
}

// Peek is Get, but neither the policy nor the statistics hear of it.
func (c *Cache[K, V]) Peek(key K) (value V, ok bool) {
	if p := c.peek(key); p != 0 {
		return c.l.nodes[p].value, true
	}
	return value, false
}

// peek returns the position of key, or 0. It changes nothing.
func (c *Cache[K, V]) peek(key K) int32 {
	if c.Len() == 0 {
		refuseUnhashable(key)
		return 0
	}
	_, p := c.l.find(c.l.hash(key), key)
	if p != 0 && c.timed && c.lapsed(p, c.now()) {
		return 0
	}
	return p
}

// At returns the value of key, or the zero value where it is absent, as Peek does.
func (c *Cache[K, V]) At(key K) V {
	value, _ := c.Peek(key)
	return value
}

// Contains reports whether key is present, as Peek does.
func (c *Cache[K, V]) Contains(key K) bool { return c.peek(key) != 0 }

// Set gives key the value, for the TTL that SetTTL has set. It returns the value that the key had. The policy counts it as a use; a
// FIFO cache leaves the entry in its place.
func (c *Cache[K, V]) Set(key K, value V) (old V, added bool) { return c.SetFor(key, value, c.ttl) }

// SetFor is Set with a TTL of the entry's own; 0 means that it does not expire.
func (c *Cache[K, V]) SetFor(key K, value V, ttl time.Duration) (old V, added bool) {
	c.mustBeMade()
	c.useTTL(ttl)
	old, added = c.put(c.l.hash(key), key, value, ttl)
	c.done()
	return old, added
}

// GetOrSet returns the value of key if it is present, and else sets it to value. The key is hashed once.
func (c *Cache[K, V]) GetOrSet(key K, value V) (actual V, loaded bool) {
	c.mustBeMade()
	p, h := c.hit(key)
	if p != 0 {
		return c.l.nodes[p].value, true
	}
	c.add(h, key, value, c.costOf(key, value), c.ttl)
	c.done()
	return value, false
}

// Compute calls f with the value of key and whether it is present, which counts as a hit or a miss, and sets key to the value that f
// returns, or deletes it where keep is false. It returns the value, and whether f kept it. f may use the cache.
func (c *Cache[K, V]) Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool) {
	c.mustBeMade()
	h := c.l.hash(key)
	var old, zero V
	p := c.present(h, key)
	if p != 0 {
		c.stats.Hits++
		old = c.l.nodes[p].value
	} else {
		c.stats.Misses++
	}
	c.done()
	value, keep := f(old, p != 0)
	if keep {
		c.put(h, key, value, c.ttl)
	} else if p := c.present(h, key); p != 0 {
		c.drop(p, Deleted)
	}
	c.done()
	if !keep {
		return zero, false
	}
	return value, true
}

// Delete removes key and returns the value that it had.
func (c *Cache[K, V]) Delete(key K) (old V, deleted bool) {
	if c.Len() == 0 {
		refuseUnhashable(key)
		return old, false
	}
	if p := c.present(c.l.hash(key), key); p != 0 {
		old, deleted = c.l.nodes[p].value, true
		c.drop(p, Deleted)
	}
	c.done()
	return old, deleted
}

// DeleteFunc removes every entry for which del returns true. Like the body of a loop over All, del may change the cache.
func (c *Cache[K, V]) DeleteFunc(del func(K, V) bool) {
	for p := range c.positions(false) {
		key := c.l.nodes[p].key
		if del(key, c.l.nodes[p].value) {
			if p = c.still(p, key); p != 0 {
				c.drop(p, Deleted)
			}
		}
		c.done()
	}
}

// SetAll sets every pair of seq, in its order. seq may read the cache itself.
func (c *Cache[K, V]) SetAll(seq iter.Seq2[K, V]) {
	for key, value := range seq {
		c.Set(key, value)
	}
}

// present returns the position of key, or 0; an entry that has expired goes.
func (c *Cache[K, V]) present(h uint32, key K) int32 {
	_, p := c.l.find(h, key)
	if p != 0 && c.timed && !c.alive(p, false) {
		return 0
	}
	return p
}

// put gives key the value, and the policy counts a use. An entry that has become too dear to stay beside all others goes in as a new
// one, so that the policy never has to choose what was just set.
func (c *Cache[K, V]) put(h uint32, key K, value V, ttl time.Duration) (old V, added bool) {
	c.refuseAsking()
	p := c.present(h, key)
	cost := c.costOf(key, value)
	if p == 0 {
		return old, c.add(h, key, value, cost, ttl)
	}
	old = c.l.nodes[p].value
	was := 1
	if c.cost != nil {
		was = c.costs[p]
	}
	if cost > c.capacity-(c.used-was) {
		c.drop(p, Replaced)
		c.add(h, key, value, cost, ttl)
		return old, false
	}
	c.tell(p, Replaced)
	c.l.update(p, key, value)
	if c.cost != nil {
		c.used += cost - was
		c.costs[p] = cost
	}
	if c.timed {
		c.lives[p] = c.lifeFor(ttl)
	}
	c.touch(p)
	return old, false
}

// add puts in an entry that the cache does not have, after what the policy gives up for it. It reports whether the entry is in.
func (c *Cache[K, V]) add(h uint32, key K, value V, cost int, ttl time.Duration) bool {
	c.refuseAsking()
	if cost > c.capacity {
		c.stats.Refusals++
		c.queue(key, value, Capacity)
		return false
	}
	p := int32(0)
	for p == 0 && c.used > c.capacity-cost {
		p = c.evict()
		if c.used > c.capacity-cost || c.policy == LFU || c.l.loops.first != nil {
			c.l.vacate(p)
			p = 0
		}
	}
	if p != 0 {
		c.succeed(p, h, key, value)
	} else {
		p = c.insert(h, key, value)
	}
	// Positions are used again: each slice in use is written.
	if c.remember {
		c.hashes[p] = h
	}
	switch c.policy {
	case SIEVE, judged:
		c.uses[p] = 0
	case LFU:
		c.lfuAdd(p)
	}
	c.used += cost
	if c.cost != nil {
		c.costs[p] = cost
	}
	if c.timed {
		c.lives[p] = c.lifeFor(ttl)
	}
	return true
}

// succeed puts an entry in the place in memory of the one that went for it, and at the back of the ring: what vacate and insert would do,
// without the list of free positions between them.
func (c *Cache[K, V]) succeed(p int32, h uint32, key K, value V) {
	c.toBack(p)
	n := &c.l.nodes[p]
	n.key, n.value = key, value
	if key == key {
		c.l.point(newLinkSlot(h, p))
	}
}

// insert puts an entry where there is room for it.
func (c *Cache[K, V]) insert(h uint32, key K, value V) int32 {
	mark := int32(0)
	if c.policy == LFU {
		mark = c.lfuMark()
	}
	p := c.l.insert(h, key, value, mark, false)
	if int(p) >= c.room {
		c.widen()
	}
	return p
}

// drop removes the entry at position p.
func (c *Cache[K, V]) drop(p int32, cause Cause) {
	c.refuseAsking()
	c.forget(p, cause)
	c.l.vacate(p)
}

// forget removes the entry at position p from everything but the array and its ring.
func (c *Cache[K, V]) forget(p int32, cause Cause) {
	c.tell(p, cause)
	switch cause {
	case Capacity:
		c.stats.Evictions++
	case Expired:
		c.stats.Expirations++
	}
	n := &c.l.nodes[p]
	if c.hand == p {
		c.hand = n.next
	}
	if c.policy == LFU {
		c.lfuLeave(p)
	}
	if c.cost == nil {
		c.used--
	} else {
		c.used -= c.costs[p]
	}
	if key := n.key; key == key {
		c.l.unpoint(c.l.slotOf(c.hashAt(p), p))
	}
}

// hashAt returns the hash of the key at position p.
func (c *Cache[K, V]) hashAt(p int32) uint32 {
	if c.remember {
		return c.hashes[p]
	}
	return c.l.hash(c.l.nodes[p].key)
}

// mustBeMade panics for a cache that has no capacity, or is none.
func (c *Cache[K, V]) mustBeMade() {
	if c == nil || c.capacity == 0 {
		panic("orderedmap: Cache: written to, but not made by NewCache, which says its capacity")
	}
}

// refuseAsking panics if a function of the user's changes the cache that wants an answer of it.
func (c *Cache[K, V]) refuseAsking() {
	if c.asking {
		panic("orderedmap: Cache: changed by its own judge or cost function")
	}
}
