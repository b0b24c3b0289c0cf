package orderedmap

import "strconv"

// A Policy says which entry a full Cache gives up.
type Policy uint8

const (
	// FIFO gives up the entry that was set first.
	FIFO Policy = iota
	// LRU gives up the entry whose last use is longest ago.
	LRU
	// LFU gives up the entry that was used least often, and of those the one whose last use is longest ago.
	LFU
	// SIEVE goes round the entries from the oldest to the newest, again and again, and gives up the first one that was not used
	// since it last came by.
	SIEVE
	judged // a user's own: NewCacheFunc
)

func (p Policy) String() string {
	names := [...]string{"FIFO", "LRU", "LFU", "SIEVE", "a judge's"}
	if int(p) < len(names) {
		return names[p]
	}
	return "Policy(" + strconv.Itoa(int(p)) + ")"
}

// A Verdict is what a user's own policy says of an entry.
type Verdict uint8

const (
	// Evict gives the entry up.
	Evict Verdict = iota
	// Spare leaves it where it is; the next one judged is the one set after it.
	Spare
	// Requeue makes it the newest.
	Requeue
)

// touch tells the policy that the entry at position p was used. It is the hit path: a byte, or links in four places.
func (c *Cache[K, V]) touch(p int32) {
	switch c.policy {
	case LRU:
		c.toBack(p)
	case SIEVE:
		c.uses[p] = 1
	case judged:
		if c.uses[p] < 255 {
			c.uses[p]++
		}
	case LFU:
		c.lfuTouch(p)
	}
}

// toBack is Linked.move to the back, without what loops need where there are none.
func (c *Cache[K, V]) toBack(p int32) {
	if c.l.loops.first != nil {
		c.l.move(p, 0, false)
		return
	}
	nodes := c.l.nodes
	n := &nodes[p]
	next := n.next
	if next == 0 {
		return
	}
	ring := &nodes[0]
	prev, last := n.prev, ring.prev
	nodes[prev].next = next
	nodes[next].prev = prev
	nodes[last].next = p
	n.prev, n.next = last, 0
	ring.prev = p
}

// evict gives up the entry that the policy says, but for its place in the array and the ring, and returns that.
func (c *Cache[K, V]) evict() int32 {
	p := c.victim()
	cause := Capacity
	if c.timed && c.lapsed(p, c.now()) {
		cause = Expired
	}
	c.forget(p, cause)
	return p
}

// victim returns the position of the entry to give up. The cache is not empty.
func (c *Cache[K, V]) victim() int32 {
	switch c.policy {
	case SIEVE:
		return c.sweep()
	case judged:
		return c.hearing()
	}
	return c.l.nodes[0].next
}

// sweep moves the hand of SIEVE to the first entry without its bit and takes the bits on its way, each of which a hit has paid for.
func (c *Cache[K, V]) sweep() int32 {
	nodes, p := c.l.nodes, c.hand
	for {
		if p == 0 {
			p = nodes[0].next
		}
		if c.uses[p] == 0 {
			c.hand = p
			return p
		}
		c.uses[p] = 0
		p = nodes[p].next
	}
}

// hearing is sweep with a judge.
func (c *Cache[K, V]) hearing() int32 {
	c.refuseAsking()
	c.asking = true
	defer func() { c.asking = false }()
	for range 2 * c.l.live {
		p := c.atHand()
		n := &c.l.nodes[p]
		verdict := c.judge(n.key, n.value, int(c.uses[p]))
		c.uses[p] = 0
		switch verdict {
		case Evict:
			return p
		case Spare, Requeue:
			c.hand = n.next
			if verdict == Requeue {
				c.l.move(p, 0, false)
			}
		default:
			panic("orderedmap: Cache: its judge returned no Verdict: " + strconv.Itoa(int(verdict)))
		}
	}
	return c.atHand()
}

// atHand moves the hand from the end to the front, and returns it.
func (c *Cache[K, V]) atHand() int32 {
	if c.hand == 0 {
		c.hand = c.l.nodes[0].next
	}
	return c.hand
}
