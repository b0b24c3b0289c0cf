package orderedmap

// extend returns a position at the end of the array that no entry has had.
func (l *Linked[K, V]) extend() int32 {
	if len(l.nodes) == cap(l.nodes) {
		if len(l.nodes) > maxLinked {
			panic(tooManyLinked)
		}
		l.reserve(min(max(nextCapacity(cap(l.nodes)), 1+4), maxLinked+1))
	}
	l.nodes = l.nodes[:len(l.nodes)+1]
	return int32(len(l.nodes) - 1)
}

// reserve moves the entries to an array of that capacity. They keep their positions.
func (l *Linked[K, V]) reserve(capacity int) {
	old := l.nodes
	l.nodes = make([]node[K, V], max(1, len(old)), capacity)
	copy(l.nodes, old)
}

// Grow makes room for n more entries, so that setting them needs no resize.
func (l *Linked[K, V]) Grow(n int) {
	if n < 0 {
		panic("orderedmap: Grow: negative count")
	}
	if n == 0 {
		return
	}
	if n > maxLinked-l.live {
		panic(tooManyLinked)
	}
	if capacity := 1 + l.live + n; capacity > cap(l.nodes) {
		l.reserve(capacity)
	}
	if slots := slotsFor(l.live + n); slots > len(l.slots) {
		l.reindex(slots)
	}
	l.check()
}

// Shrink gives back the memory that the entries do not need, and lays them in memory in their order, which makes loops fast
// again after many moves. A Handle stays good, at the price of one look-up by its key.
func (l *Linked[K, V]) Shrink() {
	if l == nil || l.slots == nil {
		return
	}
	if l.live == 0 {
		l.nodes, l.slots, l.free = nil, nil, 0 // loops in their gaps all stand before 0 now
		return
	}
	to := l.relaid(l)
	l.loops.renumber(to)
	if slots := slotsFor(l.live); slots < len(l.slots) {
		l.reindex(slots)
	}
	l.check()
}

// relaid gives the map into the entries of l in an array of their own, in order, and points its slots, which are l's, to where
// they stand there. It returns the new position of each old one.
func (l *Linked[K, V]) relaid(into *Linked[K, V]) []int32 {
	to := make([]int32, len(l.nodes))
	nodes := make([]node[K, V], 1, 1+l.live)
	for p := l.nodes[0].next; p != 0; p = l.nodes[p].next {
		at := int32(len(nodes))
		to[p] = at
		n := l.nodes[p]
		n.prev, n.next = at-1, at+1
		nodes = append(nodes, n)
	}
	last := int32(len(nodes) - 1)
	nodes[last].next, nodes[0].prev = 0, last
	if last > 0 {
		nodes[0].next = 1
	}
	for i, s := range into.slots {
		if s != 0 {
			into.slots[i] = newLinkSlot(s.hash(), to[s.position()])
		}
	}
	into.nodes, into.free, into.live = nodes, 0, l.live
	return to
}

// renumber tells the loops where the positions went.
func (s *loops[K]) renumber(to []int32) {
	for c := s.first; c != nil; c = c.other {
		c.at, c.moved = to[c.at], to[c.moved]
		if c.displaced {
			c.gap = to[c.gap]
		}
	}
}

// Clear removes all entries and keeps the memory.
func (l *Linked[K, V]) Clear() {
	if l == nil || l.slots == nil {
		return
	}
	for c := l.loops.first; c != nil; c = c.other {
		if !c.displaced {
			c.displaced, c.key = true, l.nodes[c.at].key
		}
		c.at, c.gap, c.moved = 0, 0, 0
	}
	clear(l.nodes)
	clear(l.slots)
	l.nodes, l.free, l.live = l.nodes[:min(1, len(l.nodes))], 0, 0
	l.check()
}

// Clone returns a copy of the map, compact and laid out in its order; keys and values are copied as by assignment. A nil
// map's clone is nil.
func (l *Linked[K, V]) Clone() *Linked[K, V] {
	if l == nil {
		return nil
	}
	c := &Linked[K, V]{keys: l.keys}
	if l.live > 0 {
		c.slots, c.shift = append([]linkSlot(nil), l.slots...), l.shift
		l.relaid(c)
	}
	return c
}
