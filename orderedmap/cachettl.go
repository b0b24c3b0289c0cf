package orderedmap

import (
	"math"
	"time"
)

// A life is how long an entry lives.
type life struct {
	until int64 // nanoseconds since the epoch, when it is over; forever means never
	ttl   time.Duration
}

const forever = math.MaxInt64

// SetTTL makes entries expire that long after they were set; 0 means never. It concerns entries that are set from now on. One that has
// expired is no longer found. It leaves the cache when something comes upon it: a look-up, the policy in search of room, DeleteExpired;
// until then it takes its place. Nothing runs in the background.
func (c *Cache[K, V]) SetTTL(ttl time.Duration) {
	c.mustBeMade()
	c.useTTL(ttl)
	c.ttl = ttl
}

// RefreshOnHit makes the time of an entry begin anew whenever Get or GetOrSet finds it, and not only when it is set.
func (c *Cache[K, V]) RefreshOnHit(on bool) {
	c.mustBeMade()
	c.refresh = on
}

// SetClock sets the clock by which entries expire, which is time.Now else: for tests, or for a clock that is coarser and cheaper. It
// must not run backwards. SetClock is an option of a cache that has no entries yet, and panics for another.
func (c *Cache[K, V]) SetClock(now func() time.Time) {
	c.mustBeMade()
	if c.l.live > 0 {
		panic("orderedmap: Cache: SetClock: it has entries, whose times are another clock's")
	}
	c.clock, c.epoch = now, now()
}

// Refresh makes the time of key's entry begin anew, with the TTL that it was set for, and reports whether key is present. To the
// policy it is no use.
func (c *Cache[K, V]) Refresh(key K) bool {
	p := c.peek(key)
	if p != 0 && c.timed {
		c.lives[p] = c.lifeFor(c.lives[p].ttl)
	}
	return p != 0
}

// TTL returns for how long key will stay unless it is evicted, refreshed or set, and whether it is present. 0 means that it does not
// expire.
func (c *Cache[K, V]) TTL(key K) (left time.Duration, ok bool) {
	p := c.peek(key)
	if p == 0 || !c.timed || c.lives[p].until == forever {
		return 0, p != 0
	}
	return max(1, time.Duration(c.lives[p].until-c.now())), true
}

// DeleteExpired removes all entries that have expired, and returns their number. It looks at every entry.
func (c *Cache[K, V]) DeleteExpired() (n int) {
	if c == nil || !c.timed || c.l.live == 0 {
		return 0
	}
	now := c.now()
	for p := c.l.nodes[0].next; p != 0; {
		next := c.l.nodes[p].next
		if c.lapsed(p, now) {
			c.drop(p, Expired)
			n++
		}
		p = next
	}
	c.done()
	return n
}

// useTTL begins to keep times, if that is not yet done.
func (c *Cache[K, V]) useTTL(ttl time.Duration) {
	if ttl < 0 {
		panic("orderedmap: Cache: a TTL of " + ttl.String())
	}
	if ttl == 0 || c.timed {
		return
	}
	if c.clock == nil {
		c.clock = time.Now
		c.epoch = c.clock()
	}
	c.timed = true
	c.lives = make([]life, c.room)
	for p := range c.lives {
		c.lives[p].until = forever
	}
}

func (c *Cache[K, V]) now() int64 { return int64(c.clock().Sub(c.epoch)) }

// lifeFor returns the life of an entry set now.
func (c *Cache[K, V]) lifeFor(ttl time.Duration) life {
	if ttl == 0 {
		return life{until: forever}
	}
	return lifeFrom(c.now(), ttl)
}

// lifeFrom returns the life of an entry set then.
func lifeFrom(now int64, ttl time.Duration) life {
	if int64(ttl) > forever-max(now, 0) {
		return life{until: forever, ttl: ttl}
	}
	return life{until: now + int64(ttl), ttl: ttl}
}

// lapsed reports whether the entry at position p has expired.
func (c *Cache[K, V]) lapsed(p int32, now int64) bool { return now >= c.lives[p].until }

// alive reports whether the entry at position p lives, and if so refreshes it if asked to; else it removes the entry.
func (c *Cache[K, V]) alive(p int32, refresh bool) bool {
	l := c.lives[p]
	if l.until == forever {
		return true
	}
	now := c.now()
	if now >= l.until {
		c.drop(p, Expired)
		return false
	}
	if refresh {
		c.lives[p] = lifeFrom(now, l.ttl)
	}
	return true
}
