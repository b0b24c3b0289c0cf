package ordertest

import (
	"cmp"
	"slices"

	"innards/orderedmap"
)

// A cached entry of the model. Times are numbers of operations, except until and ttl, which the clock counts.
type cached struct {
	key, value, cost int
	used             int // when it was used last
	uses             int // how often it was: since it was set, or for a judge since it was judged
	until, ttl       int // 0: it does not expire
}

type departure struct {
	key, value int
	cause      orderedmap.Cause
}

// cacheModel is a bounded map by the definitions of its policies, each of them a search through all entries.
type cacheModel struct {
	policy   orderedmap.Policy
	capacity int
	costs    bool
	entries  []*cached // from the oldest to the newest
	hand     int       // index of the entry where the sweep goes on
	time     int       // operations
	clock    int
	ttl      int
	refresh  bool
	gone     []departure
	stats    orderedmap.CacheStats
}

func (m *cacheModel) costOf(value int) int {
	if m.costs {
		return value % 5
	}
	return 1
}

func (m *cacheModel) cost() (sum int) {
	for _, e := range m.entries {
		sum += e.cost
	}
	return sum
}

func (m *cacheModel) lapsed(e *cached) bool { return e.until != 0 && m.clock >= e.until }

// peek returns the entry of a key unless it is absent or has expired.
func (m *cacheModel) peek(key int) *cached {
	for _, e := range m.entries {
		if e.key == key && !m.lapsed(e) {
			return e
		}
	}
	return nil
}

// find is peek, but an expired entry goes.
func (m *cacheModel) find(key int) *cached {
	for _, e := range m.entries {
		if e.key == key && m.lapsed(e) {
			m.remove(e, orderedmap.Expired)
			return nil
		}
	}
	return m.peek(key)
}

// get is a look-up that counts.
func (m *cacheModel) get(key int) *cached {
	e := m.find(key)
	if e == nil {
		m.stats.Misses++
		return nil
	}
	m.stats.Hits++
	m.use(e)
	if m.refresh {
		m.renew(e, e.ttl)
	}
	return e
}

func (m *cacheModel) use(e *cached) {
	m.time++
	e.used = m.time
	e.uses++
	if m.policy == OwnPolicy {
		e.uses = min(e.uses, 255)
	}
}

func (m *cacheModel) renew(e *cached, ttl int) {
	if e.ttl, e.until = ttl, 0; ttl > 0 {
		e.until = m.clock + ttl
	}
}

func (m *cacheModel) remove(e *cached, cause orderedmap.Cause) {
	i := slices.Index(m.entries, e)
	m.entries = slices.Delete(m.entries, i, i+1)
	if m.hand > i {
		m.hand--
	}
	m.gone = append(m.gone, departure{e.key, e.value, cause})
	switch cause {
	case orderedmap.Capacity:
		m.stats.Evictions++
	case orderedmap.Expired:
		m.stats.Expirations++
	}
}

func (m *cacheModel) set(key, value, ttl int) (old int, added bool) {
	e := m.find(key)
	cost := m.costOf(value)
	switch {
	case e == nil:
		return 0, m.add(key, value, cost, ttl)
	case m.cost()-e.cost+cost > m.capacity:
		old = e.value
		m.remove(e, orderedmap.Replaced)
		m.add(key, value, cost, ttl)
		return old, false
	}
	old = e.value
	m.gone = append(m.gone, departure{key, old, orderedmap.Replaced})
	e.value, e.cost = value, cost
	m.renew(e, ttl)
	m.use(e)
	return old, false
}

func (m *cacheModel) add(key, value, cost, ttl int) bool {
	if cost > m.capacity {
		m.stats.Refusals++
		m.gone = append(m.gone, departure{key, value, orderedmap.Capacity})
		return false
	}
	for m.cost()+cost > m.capacity {
		m.evict()
	}
	e := &cached{key: key, value: value, cost: cost}
	m.renew(e, ttl)
	m.use(e)
	if m.policy == orderedmap.SIEVE || m.policy == OwnPolicy {
		e.uses = 0
	}
	if m.hand == len(m.entries) { // the sweep was to go on at the front
		m.hand = 0
	}
	m.entries = append(m.entries, e)
	return true
}

func (m *cacheModel) evict() {
	e := m.victim()
	cause := orderedmap.Capacity
	if m.lapsed(e) {
		cause = orderedmap.Expired
	}
	m.remove(e, cause)
}

// victim is the entry to give up, by definition.
func (m *cacheModel) victim() *cached {
	switch m.policy {
	case orderedmap.LRU:
		return slices.MinFunc(m.entries, func(a, b *cached) int { return a.used - b.used })
	case orderedmap.LFU:
		return slices.MinFunc(m.entries, func(a, b *cached) int { return cmp.Or(a.uses-b.uses, a.used-b.used) })
	case orderedmap.SIEVE, OwnPolicy:
		for range 2 * len(m.entries) {
			e := m.atHand()
			verdict := orderedmap.Evict
			if m.policy == OwnPolicy {
				verdict = Judge(e.key, e.value, e.uses)
			} else if e.uses > 0 {
				verdict = orderedmap.Spare
			}
			e.uses = 0
			switch verdict {
			case orderedmap.Evict:
				return e
			case orderedmap.Spare:
				m.hand++
			case orderedmap.Requeue:
				last := m.hand == len(m.entries)-1
				m.entries = append(slices.Delete(m.entries, m.hand, m.hand+1), e)
				if last {
					m.hand = 0
				}
			}
		}
		return m.atHand()
	}
	return m.entries[0]
}

func (m *cacheModel) atHand() *cached {
	if m.hand >= len(m.entries) {
		m.hand = 0
	}
	return m.entries[m.hand]
}

// clone copies the model with its entries.
func (m *cacheModel) clone() *cacheModel {
	c := *m
	c.entries, c.gone = nil, nil
	for _, e := range m.entries {
		copied := *e
		c.entries = append(c.entries, &copied)
	}
	return &c
}

// order lists the entries that have not expired in the order in which a copy of the model gives them up. For a judge, it is the order
// of the hand.
func (m *cacheModel) order() (order []place) {
	c := m.clone()
	for len(c.entries) > 0 {
		var e *cached
		if c.policy == OwnPolicy {
			e = c.atHand()
		} else {
			e = c.victim()
		}
		c.remove(e, orderedmap.Deleted)
		if !c.lapsed(e) {
			order = append(order, place{e.key, e.value})
		}
	}
	return order
}

type place struct{ key, value int }
