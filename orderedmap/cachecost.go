package orderedmap

import "fmt"

func refuseCapacity(name string, capacity int) {
	if capacity <= 0 {
		panic(fmt.Sprintf("orderedmap: %s: capacity %d: a cache holds something: give it 1 or more", name, capacity))
	}
}

// SetCost makes the capacity one of what entries cost, bytes for instance, and not of their number. cost is called once for each value
// that is set; it must not be negative, nor change the cache. A value that costs more than the capacity is not kept: onEvict hears of it
// at once. SetCost is an option of a cache that has no entries yet, and panics for another.
func (c *Cache[K, V]) SetCost(cost func(key K, value V) int) {
	c.mustBeMade()
	if c.l.live > 0 {
		panic("orderedmap: Cache: SetCost: it has entries, whose costs are not known")
	}
	c.cost, c.costs, c.room = cost, nil, 0
}

// Capacity returns the capacity.
func (c *Cache[K, V]) Capacity() int { return c.capacity }

// Cost returns what the entries cost: their number, unless SetCost gives another measure.
func (c *Cache[K, V]) Cost() int { return c.used }

// costOf asks what an entry costs.
func (c *Cache[K, V]) costOf(key K, value V) int {
	if c.cost == nil {
		return 1
	}
	c.refuseAsking()
	c.asking = true
	defer func() { c.asking = false }()
	cost := c.cost(key, value)
	if cost < 0 {
		panic(fmt.Sprintf("orderedmap: Cache: the cost function returned %d", cost))
	}
	return cost
}

// Resize changes the capacity. What no longer fits is given up as the policy says.
func (c *Cache[K, V]) Resize(capacity int) {
	refuseCapacity("Resize", capacity)
	c.mustBeMade()
	c.refuseAsking()
	c.capacity = capacity
	for c.used > capacity {
		c.l.vacate(c.evict())
	}
	c.done()
}
