package orderedmap

import (
	"iter"
	"sync"
)

// loops are the loops that run over a Linked. Signing in and out takes the lock, as several goroutines may range over a map
// that nobody changes; a writer is alone, and looks without. An operation that unlinks an entry goes through all of them,
// which are few, and mostly none: then it costs a test of a pointer.
type loops[K comparable] struct {
	mu    sync.Mutex
	first *linkCursor[K]
}

// A linkCursor is the place of a loop: the position of the entry that it yielded last, and once that entry was deleted or
// moved the gap that it left behind.
type linkCursor[K comparable] struct {
	at        int32 // what was yielded; 0 once it is deleted
	gap       int32 // if displaced: the gap lies before this position
	moved     int32 // if displaced: where the key lives that has been moved since, or 0
	displaced bool
	key       K // if displaced: what was yielded
	other     *linkCursor[K]
}

// enter signs a loop in.
func (l *Linked[K, V]) enter() *linkCursor[K] {
	c := new(linkCursor[K])
	l.loops.mu.Lock()
	c.other, l.loops.first = l.loops.first, c
	l.loops.mu.Unlock()
	return c
}

// leave signs it out.
func (l *Linked[K, V]) leave(c *linkCursor[K]) {
	l.loops.mu.Lock()
	defer l.loops.mu.Unlock()
	for at := &l.loops.first; *at != nil; at = &(*at).other {
		if *at == c {
			*at = c.other
			return
		}
	}
}

// unlinked tells the loops that position p, with that key, is no longer before next.
func (s *loops[K]) unlinked(p, next int32, key K) {
	for c := s.first; c != nil; c = c.other {
		switch {
		case c.displaced && c.gap == p:
			c.gap = next
		case !c.displaced && c.at == p:
			c.displaced, c.gap, c.key = true, next, key
		}
	}
}

// linked tells them that p was put before mark: gaps there come to lie before p. An entry put after what is before a
// gap needs no word, for it lies before the gap.
func (s *loops[K]) linked(p, mark int32) {
	for c := s.first; c != nil; c = c.other {
		if c.displaced && c.gap == mark {
			c.gap = p
		}
	}
}

// followed tells them that p, with that key, was moved to where it is.
func (s *loops[K]) followed(p int32, key K) {
	for c := s.first; c != nil; c = c.other {
		if c.displaced && (c.at == p || c.key == key) {
			c.moved = p
		}
	}
}

// forget tells them that p is deleted, and may soon hold another entry.
func (s *loops[K]) forget(p int32) {
	for c := s.first; c != nil; c = c.other {
		if c.at == p {
			c.at = 0
		}
		if c.moved == p {
			c.moved = 0
		}
	}
}

// here returns the position of the entry that was yielded last, or 0 if it was deleted.
func (c *linkCursor[K]) here() int32 {
	if c.displaced {
		return c.moved
	}
	return c.at
}

// after returns the successor of the entry that was yielded last, or of the place where it was, and forgets that place.
func (l *Linked[K, V]) after(c *linkCursor[K]) int32 {
	if !c.displaced {
		return l.nodes[c.at].next
	}
	c.displaced = false
	if p := c.moved; p != 0 {
		c.moved = 0
		return l.nodes[p].next
	}
	return c.gap
}

// before is after in a loop from back to front.
func (l *Linked[K, V]) before(c *linkCursor[K]) int32 {
	p := c.at
	if c.displaced {
		c.displaced = false
		if p = c.gap; c.moved != 0 {
			p, c.moved = c.moved, 0
		}
	}
	if len(l.nodes) == 0 { // Shrink, under the loop
		return 0
	}
	return l.nodes[p].prev
}

// All iterates over the entries from front to back. The map may be changed in the loop, in any way: see Map.All. An
// entry inserted beside the gap that a deleted one left stands on the side of the mark it was inserted before or after.
func (l *Linked[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if l.Len() == 0 {
			return
		}
		c := l.enter()
		defer l.leave(c)
		for p := l.nodes[0].next; p != 0; {
			n := &l.nodes[p]
			c.at = p
			if !yield(n.key, n.value) {
				return
			}
			if c.displaced {
				p = l.after(c)
			} else {
				p = l.nodes[c.at].next // Shrink may have moved it
			}
		}
	}
}

// Backward iterates over the entries from back to front, under the same rule with the order reversed.
func (l *Linked[K, V]) Backward() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for p := range l.positions(true) {
			n := &l.nodes[p]
			if !yield(n.key, n.value) {
				return
			}
		}
	}
}

// positions iterates over the positions of the entries, as All and Backward do over the entries.
func (l *Linked[K, V]) positions(backward bool) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if l.Len() == 0 {
			return
		}
		c := l.enter()
		defer l.leave(c)
		p := l.nodes[0].next
		if backward {
			p = l.nodes[0].prev
		}
		for p != 0 {
			c.at = p
			if !yield(p) {
				return
			}
			if backward {
				p = l.before(c)
			} else {
				p = l.after(c)
			}
		}
	}
}

// Keys iterates over the keys from front to back, as All does.
func (l *Linked[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range l.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values iterates over the values from front to back, as All does.
func (l *Linked[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range l.All() {
			if !yield(value) {
				return
			}
		}
	}
}
