package orderedmap

import (
	"fmt"
	"slices"
)

// move puts the entry at position p before mark, where it may stand already.
func (l *Linked[K, V]) move(p, mark int32, behind bool) {
	n := &l.nodes[p]
	if p == mark || n.next == mark {
		return
	}
	if l.loops.first == nil {
		l.cut(p)
		l.tie(p, mark)
	} else {
		l.unlink(p)
		l.link(p, mark, behind)
		l.loops.followed(p, n.key)
	}
	l.check()
}

// MoveToFront makes the entry of key the first one and reports whether key is present.
func (l *Linked[K, V]) MoveToFront(key K) bool {
	p := l.lookup(key)
	if p != 0 {
		l.move(p, l.nodes[0].next, true)
	}
	return p != 0
}

// MoveToBack makes the entry of key the last one and reports whether key is present.
func (l *Linked[K, V]) MoveToBack(key K) bool {
	p := l.lookup(key)
	if p != 0 {
		l.move(p, 0, false)
	}
	return p != 0
}

// MoveBefore puts the entry of key right before that of mark and reports whether both are present.
func (l *Linked[K, V]) MoveBefore(key, mark K) bool {
	p, at := l.both(key, mark)
	if at == 0 {
		return false
	}
	l.move(p, at, false)
	return true
}

// MoveAfter puts the entry of key right after that of mark and reports whether both are present.
func (l *Linked[K, V]) MoveAfter(key, mark K) bool {
	p, at := l.both(key, mark)
	if at == 0 {
		return false
	}
	if p != at {
		l.move(p, l.nodes[at].next, true)
	}
	return true
}

// both returns the positions of two keys, or 0 for both if either is absent.
func (l *Linked[K, V]) both(key, mark K) (p, at int32) {
	if p = l.lookup(key); p == 0 {
		return 0, 0
	}
	if at = l.lookup(mark); at == 0 {
		return 0, 0
	}
	return p, at
}

// InsertBefore sets a new key right before that of mark. It returns false, and does nothing, if mark is absent or key
// present.
func (l *Linked[K, V]) InsertBefore(mark, key K, value V) bool {
	at := l.lookup(mark)
	return at != 0 && l.insertNew(key, value, at, false)
}

// InsertAfter sets a new key right after that of mark. It returns false, and does nothing, if mark is absent or key present.
func (l *Linked[K, V]) InsertAfter(mark, key K, value V) bool {
	at := l.lookup(mark)
	return at != 0 && l.insertNew(key, value, l.nodes[at].next, true)
}

func (l *Linked[K, V]) insertNew(key K, value V, mark int32, behind bool) bool {
	h := l.hashToSet(key)
	if _, p := l.find(h, key); p != 0 {
		return false
	}
	l.insert(h, key, value, mark, behind)
	return true
}

// ReplaceKey gives the entry of old another key; it keeps its value and its place. It returns false, and does nothing, if
// old is absent or another entry has the new key.
func (l *Linked[K, V]) ReplaceKey(old, key K) bool {
	i, p := l.locate(old)
	if p == 0 {
		return false
	}
	h := l.hash(key)
	if _, other := l.find(h, key); other != 0 && other != p {
		return false
	}
	l.unpoint(i)
	l.nodes[p].key = key
	if key == key {
		l.point(newLinkSlot(h, p))
	}
	l.check()
	return true
}

// SortFunc sorts the entries, stably. Nothing moves but the links; Shrink lays the entries in memory in their new order. cmp must
// not add, delete or move entries: that panics, before anything has been sorted.
func (l *Linked[K, V]) SortFunc(cmp func(k1 K, v1 V, k2 K, v2 V) int) {
	if l.Len() == 0 {
		return
	}
	before := l.order(make([]int32, 0, l.live))
	order := append(make([]int32, 0, l.live+1), before...)
	slices.SortStableFunc(order, func(p, q int32) int {
		a, b := &l.nodes[p], &l.nodes[q]
		return cmp(a.key, a.value, b.key, b.value)
	})
	if l.live != len(before) || !slices.Equal(l.order(make([]int32, 0, l.live)), before) {
		panic("orderedmap: Linked: SortFunc: the comparison changed the map")
	}
	last := int32(0)
	for _, p := range append(order, 0) {
		l.nodes[last].next, l.nodes[p].prev = p, last
		last = p
	}
	l.check()
}

// order appends the positions of the entries, front to back.
func (l *Linked[K, V]) order(all []int32) []int32 {
	if len(l.nodes) == 0 { // Shrink, after the last entry went
		return all
	}
	for p := l.nodes[0].next; p != 0; p = l.nodes[p].next {
		all = append(all, p)
	}
	return all
}

// Front returns the first entry, and false if the map is empty.
func (l *Linked[K, V]) Front() (K, V, bool) {
	if l.Len() == 0 {
		return none[K, V]()
	}
	n := &l.nodes[l.nodes[0].next]
	return n.key, n.value, true
}

// Back returns the last entry, and false if the map is empty.
func (l *Linked[K, V]) Back() (K, V, bool) {
	if l.Len() == 0 {
		return none[K, V]()
	}
	n := &l.nodes[l.nodes[0].prev]
	return n.key, n.value, true
}

// PopFront removes and returns the first entry, and false if the map is empty.
func (l *Linked[K, V]) PopFront() (K, V, bool) {
	key, value, ok := l.Front()
	if ok {
		l.removeAt(l.nodes[0].next)
	}
	return key, value, ok
}

// PopBack removes and returns the last entry, and false if the map is empty.
func (l *Linked[K, V]) PopBack() (K, V, bool) {
	key, value, ok := l.Back()
	if ok {
		l.removeAt(l.nodes[0].prev)
	}
	return key, value, ok
}

// Nth returns the entry at place i of the order, counted from 0. It panics when there is none. It walks from the nearer
// end: O(n).
func (l *Linked[K, V]) Nth(i int) (K, V) {
	if i < 0 || i >= l.Len() {
		panic(fmt.Sprintf("orderedmap: Nth: place %d of a map of %d entries", i, l.Len()))
	}
	p := int32(0)
	if i < l.live/2 {
		for range i + 1 {
			p = l.nodes[p].next
		}
	} else {
		for range l.live - i {
			p = l.nodes[p].prev
		}
	}
	return l.nodes[p].key, l.nodes[p].value
}

// Index returns the place of key in the order, counted from 0, or -1 where it is absent. It walks to the nearer end: O(n).
func (l *Linked[K, V]) Index(key K) int {
	p := l.lookup(key)
	if p == 0 {
		return -1
	}
	forward, back := l.nodes[p].next, l.nodes[p].prev
	for steps := 0; ; steps++ {
		if back == 0 {
			return steps
		}
		if forward == 0 {
			return l.live - 1 - steps
		}
		forward, back = l.nodes[forward].next, l.nodes[back].prev
	}
}
