package ordertest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"innards/orderedmap"
)

// A cacheMachine runs a stream on a cache and on the model.
type cacheMachine[M CacheMap[M]] struct {
	c     M
	m     *cacheModel
	check func(M) error
	ops   []CacheOp
	gone  []departure
	timed bool
	done  int
	loops int
}

// Replay runs a stream on an empty cache and returns how the cache differs from the model, or nil.
func (s Cache[M]) Replay(setting uint8, ops []CacheOp) (err error) {
	policy := orderedmap.Policy(setting % 5)
	r := &cacheMachine[M]{check: s.Check, ops: ops}
	r.m = &cacheModel{policy: policy, capacity: 7, costs: setting/5&1 != 0}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("operation %d: panic: %v", r.done, p)
		}
	}()
	r.c = s.New(r.m.capacity, policy, func(key, value int, cause orderedmap.Cause) {
		r.gone = append(r.gone, departure{key, value, cause})
	})
	if r.m.costs {
		r.c.SetCost(func(_, value int) int { return r.m.costOf(value) })
	}
	if r.timed = setting/5&2 != 0; r.timed {
		start := time.Unix(1e9, 0)
		r.c.SetClock(func() time.Time { return start.Add(time.Duration(r.m.clock)) })
		r.m.ttl = 9
		r.c.SetTTL(9)
	}
	for r.done < len(r.ops) {
		if err := r.step(); err != nil {
			return fmt.Errorf("operation %d, %v: %w", r.done-1, r.ops[r.done-1], err)
		}
	}
	return nil
}

// answer makes what two operations returned comparable.
func answer(v int, ok bool) string { return fmt.Sprint(v, ok) }

func (r *cacheMachine[M]) step() error {
	op := r.ops[r.done]
	r.done++
	c, m := r.c, r.m
	key, value, ttl := int(op.Key%16), int(op.Arg), int(op.Arg%12)
	var got, want string
	switch op.Kind {
	case cacheGet:
		got = answer(c.Get(key))
		want = m.found(m.get(key))
	case cachePeek:
		got = fmt.Sprint(answer(c.Peek(key)), c.Contains(key))
		e := m.peek(key)
		want = fmt.Sprint(m.found(e), e != nil)
	case cacheSet:
		got = answer(c.Set(key, value))
		want = answer(m.set(key, value, m.ttl))
	case cacheSetFor:
		if r.timed {
			got = answer(c.SetFor(key, value, time.Duration(ttl)))
			want = answer(m.set(key, value, ttl))
		}
	case cacheGetOrSet:
		got = answer(c.GetOrSet(key, value))
		e := m.get(key)
		if want = m.found(e); e == nil {
			m.add(key, value, m.costOf(value), m.ttl)
			want = answer(value, false)
		}
	case cacheCompute:
		got = answer(c.Compute(key, func(old int, ok bool) (int, bool) { return old + value, value%4 != 0 }))
		want = r.compute(key, value)
	case cacheDelete:
		got = answer(c.Delete(key))
		e := m.find(key)
		if want = m.found(e); e != nil {
			m.remove(e, orderedmap.Deleted)
		}
	case cachePopFront, cachePopBack:
		got, want = r.pop(op.Kind == cachePopBack)
	case cacheRefresh:
		got = fmt.Sprint(c.Refresh(key))
		e := m.peek(key)
		if want = fmt.Sprint(e != nil); e != nil {
			m.renew(e, e.ttl)
		}
		left, _ := c.TTL(key)
		if e != nil && e.ttl != int(left) {
			return fmt.Errorf("TTL returns %d, want %d", left, e.ttl)
		}
	case cacheTick:
		if r.timed {
			m.clock += ttl
		}
	case cacheLoop:
		if err := r.loop(op.Arg%2 == 1); err != nil {
			return err
		}
	case cacheDeleteFunc:
		c.DeleteFunc(func(key, _ int) bool { return key%3 == value%3 })
		for _, p := range m.order() {
			if p.key%3 == value%3 {
				m.remove(m.peek(p.key), orderedmap.Deleted)
			}
		}
	case cacheResize:
		m.capacity = 1 + value%20
		c.Resize(m.capacity)
		for m.cost() > m.capacity {
			m.evict()
		}
	case cacheShrink:
		c.Shrink()
	case cacheGrow:
		c.Grow(value)
	case cacheClone:
		got, want = r.clone()
	case cacheDeleteExpired:
		got, want = fmt.Sprint(c.DeleteExpired()), fmt.Sprint(m.deleteExpired())
	case cacheSetTTL:
		if r.timed {
			c.SetTTL(time.Duration(ttl))
			m.ttl = ttl
		}
	case cacheRefreshOnHit:
		m.refresh = value%2 == 0
		c.RefreshOnHit(m.refresh)
	case cacheClear:
		c.Clear()
		m.clear()
	}
	if got != want {
		return fmt.Errorf("it returns %s, want %s", got, want)
	}
	return r.compare()
}

func (m *cacheModel) found(e *cached) string {
	if e == nil {
		return answer(0, false)
	}
	return answer(e.value, true)
}

func (r *cacheMachine[M]) compute(key, value int) string {
	m, old := r.m, 0
	e := m.find(key)
	if e != nil {
		m.stats.Hits++
		old = e.value
	} else {
		m.stats.Misses++
	}
	if value%4 != 0 {
		m.set(key, old+value, m.ttl)
		return answer(old+value, true)
	}
	if e != nil {
		m.remove(e, orderedmap.Deleted)
	}
	return answer(0, false)
}

// pop pops from both. What has expired and lies before goes too.
func (r *cacheMachine[M]) pop(back bool) (got, want string) {
	m := r.m
	pop, end := r.c.PopFront, r.c.Front
	if back {
		pop, end = r.c.PopBack, r.c.Back
	}
	k, v, ok := end()
	got = fmt.Sprint(k, v, ok)
	k, v, ok = pop()
	got += fmt.Sprint(k, v, ok)
	for len(m.entries) > 0 {
		all := m.clone()
		all.clock = math.MinInt // with what has expired
		order := all.order()
		at := order[0]
		if back {
			at = order[len(order)-1]
		}
		var e *cached
		for _, other := range m.entries {
			if other.key == at.key {
				e = other
			}
		}
		if m.policy == orderedmap.SIEVE && !back {
			e = m.victim()
		}
		if m.lapsed(e) {
			m.remove(e, orderedmap.Expired)
			continue
		}
		m.remove(e, orderedmap.Deleted)
		want = fmt.Sprint(e.key, e.value, true)
		return got, want + want
	}
	want = fmt.Sprint(0, 0, false)
	return got, want + want
}

func (m *cacheModel) deleteExpired() (n int) {
	for _, p := range m.entriesInRing() {
		if m.lapsed(p) {
			m.remove(p, orderedmap.Expired)
			n++
		}
	}
	return n
}

// entriesInRing lists all entries as DeleteExpired finds them: in the order of eviction, but with SIEVE and a judge from the oldest on.
func (m *cacheModel) entriesInRing() []*cached {
	all := slices.Clone(m.entries)
	if m.policy == orderedmap.LRU || m.policy == orderedmap.LFU {
		c := *m
		for i := range all {
			c.entries = slices.DeleteFunc(slices.Clone(m.entries), func(e *cached) bool { return slices.Contains(all[:i], e) })
			all[i] = c.victim()
		}
	}
	return all
}

func (m *cacheModel) clear() {
	all := m.clone()
	all.clock = math.MinInt
	for _, p := range all.order() {
		for _, e := range m.entries {
			if e.key == p.key {
				cause := orderedmap.Deleted
				if m.lapsed(e) {
					cause = orderedmap.Expired
				}
				m.remove(e, cause)
				break
			}
		}
	}
	m.hand = 0
}

// clone goes on with a copy, and looks whether what is done to it shows in the original.
func (r *cacheMachine[M]) clone() (got, want string) {
	old := r.c
	before := listed(old)
	stats := old.Stats()
	r.c = old.Clone()
	r.m.stats = orderedmap.CacheStats{}
	got = fmt.Sprint(listed(r.c), r.c.Stats())
	other := old.Clone()
	gone := r.gone
	other.Set(99, 4)
	other.Clear()
	r.gone = gone
	return got + fmt.Sprint(listed(old), old.Stats()), fmt.Sprint(before, r.m.stats) + fmt.Sprint(before, stats)
}

func listed[M CacheMap[M]](c M) (all []place) {
	for k, v := range c.All() {
		all = append(all, place{k, v})
	}
	return all
}

// loop ranges over the cache; each step runs one operation. What follows an entry that is still there, and what follows one that was
// deleted by an operation which only deletes, must be what the contract says.
func (r *cacheMachine[M]) loop(backward bool) error {
	if r.loops == 2 {
		return nil
	}
	r.loops++
	defer func() { r.loops-- }()
	seq := r.c.All()
	if backward {
		seq = r.c.Backward()
	}
	order := r.orderFrom(backward)
	foreseen := slices.Clone(order)
	known := len(order) > 0
	var next *place // the entry that must come, if that is known
	if known {
		next = &order[0]
	}
	cloned := false
	for k, v := range seq {
		if cloned {
			return nil // r.c is another one
		}
		if known && (next == nil || next.key != k) {
			return fmt.Errorf("the loop yields %d, want %v", k, next)
		}
		if e := r.m.peek(k); e == nil || e.value != v {
			return fmt.Errorf("the loop yields %d: %d, which is not in the cache", k, v)
		}
		if r.done == len(r.ops) {
			return nil
		}
		before, entry := r.orderFrom(backward), r.m.peek(k)
		cloned = r.ops[r.done].Kind == cacheClone || r.ops[r.done].Kind == cacheLoop
		if err := r.step(); err != nil {
			return fmt.Errorf("in a loop at %d: %w", k, err)
		}
		next, known = nil, true
		if r.m.policy == orderedmap.SIEVE || r.m.policy == OwnPolicy {
			for len(foreseen) > 0 && foreseen[0].key != k {
				foreseen = foreseen[1:]
			}
			foreseen = foreseen[1:]
			next = r.firstPresent(foreseen)
			continue
		}
		after := r.orderFrom(backward)
		here := func(p place) bool { return p.key == k }
		if i := slices.IndexFunc(after, here); i >= 0 && slices.Contains(r.m.entries, entry) {
			if i+1 < len(after) {
				next = &after[i+1]
			}
			continue
		}
		known = !slices.ContainsFunc(after, func(p place) bool {
			return !slices.Contains(before, p)
		})
		next = r.firstPresent(before[slices.IndexFunc(before, here)+1:])
	}
	if !cloned && known && next != nil {
		return fmt.Errorf("the loop ends before %v", *next)
	}
	return nil
}

func (r *cacheMachine[M]) orderFrom(backward bool) []place {
	order := r.m.order()
	if backward {
		slices.Reverse(order)
	}
	return order
}

func (r *cacheMachine[M]) firstPresent(order []place) *place {
	for _, p := range order {
		if e := r.m.peek(p.key); e != nil {
			return &place{p.key, e.value}
		}
	}
	return nil
}

// compare looks at everything that can be seen of the cache.
func (r *cacheMachine[M]) compare() error {
	c, m := r.c, r.m
	if c.Len() != len(m.entries) || c.Cost() != m.cost() {
		return fmt.Errorf("%d entries cost %d, want %d that cost %d", c.Len(), c.Cost(), len(m.entries), m.cost())
	}
	order := m.order()
	if got := listed(c); !slices.Equal(got, order) {
		return fmt.Errorf("the order is %v, want %v", got, order)
	}
	var back []place
	for k, v := range c.Backward() {
		back = append(back, place{k, v})
	}
	slices.Reverse(back)
	if !slices.Equal(back, order) {
		return fmt.Errorf("the order from the back is the reverse of %v, want %v", back, order)
	}
	if !slices.Equal(r.gone, m.gone) {
		return fmt.Errorf("onEvict was told %v, want %v", r.gone, m.gone)
	}
	r.gone, m.gone = r.gone[:0], m.gone[:0]
	if got := c.Stats(); got != m.stats {
		return fmt.Errorf("the statistics are %+v, want %+v", got, m.stats)
	}
	if r.check != nil {
		return r.check(c)
	}
	return nil
}
