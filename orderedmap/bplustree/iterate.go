package bplustree

import "iter"

// cursor is the place of a loop: entry i of a leaf, in a tree that has not changed since epoch. The loop may go on to
// end without asking again.
type cursor[K, V any] struct {
	l      *leaf[K, V] // nil: the loop is over
	i, end int
	epoch  uint64
}

// All iterates over the entries in order. The tree may be changed in the loop, in any way: the next entry yielded is
// the successor, in the tree as it is now, of the entry yielded before. So entries deleted before their turn are not
// yielded, and entries set behind the current one are.
//
// The closures that All, From and Range return are kept so short that the compiler puts them, and with them the body
// of the loop, into the function that ranges.
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for c := t.first(); c.l != nil; {
			key := c.l.keys[c.i]
			if !yield(key, c.l.vals[c.i]) {
				return
			}
			if c.i++; c.i == c.end || c.epoch != t.epoch {
				c = t.next(c, key)
			}
		}
	}
}

// From iterates over the entries whose keys are not less than lo, as All does.
func (t *Tree[K, V]) From(lo K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for c := t.whole(t.seek(lo, false)); c.l != nil; {
			key := c.l.keys[c.i]
			if !yield(key, c.l.vals[c.i]) {
				return
			}
			if c.i++; c.i == c.end || c.epoch != t.epoch {
				c = t.next(c, key)
			}
		}
	}
}

// Range iterates over the entries with lo <= key < hi, as All does.
func (t *Tree[K, V]) Range(lo, hi K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for c := t.until(t.whole(t.seek(lo, false)), hi); c.l != nil; {
			key := c.l.keys[c.i]
			if !yield(key, c.l.vals[c.i]) {
				return
			}
			if c.i++; c.i == c.end || c.epoch != t.epoch {
				c = t.until(t.next(c, key), hi)
			}
		}
	}
}

// first returns a cursor at the first entry.
func (t *Tree[K, V]) first() cursor[K, V] {
	if t.Len() == 0 {
		return cursor[K, V]{}
	}
	l, _ := t.edge(false)
	return t.whole(l, 0)
}

// whole returns a cursor for the rest of a leaf.
func (t *Tree[K, V]) whole(l *leaf[K, V], i int) cursor[K, V] {
	if l == nil {
		return cursor[K, V]{}
	}
	return cursor[K, V]{l, i, l.n, t.epoch}
}

// next returns the cursor after one that has come to its end, or under which the tree has changed; key is that of the
// entry yielded last. As long as the epoch stays, so do the entries of a leaf; if it does not, the key leads on.
func (t *Tree[K, V]) next(c cursor[K, V], key K) cursor[K, V] {
	if c.epoch != t.epoch {
		return t.whole(t.follow(key))
	}
	if c.end < c.l.n {
		return cursor[K, V]{}
	}
	return t.whole(t.after(c.l), 0)
}

// until ends a cursor, and with it the loop, before the first key that is not less than hi: one comparison for each
// leaf, and a search in the last one.
func (t *Tree[K, V]) until(c cursor[K, V], hi K) cursor[K, V] {
	if c.l == nil || t.order.Compare(c.l.keys[c.end-1], hi) < 0 {
		return c
	}
	if _, c.end, _, _ = t.locate(&c.l.node, 0, hi); c.end <= c.i {
		return cursor[K, V]{}
	}
	return c
}

// Backward iterates over the entries in reverse order, under the same rule as All with the order reversed.
func (t *Tree[K, V]) Backward() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t.Len() == 0 {
			return
		}
		l, _ := t.edge(true)
		for i := l.n - 1; l != nil; {
			key, epoch := l.keys[i], t.epoch
			if !yield(key, l.vals[i]) {
				return
			}
			if t.epoch != epoch {
				l, i = t.retreat(key)
				continue
			}
			if i--; i < 0 {
				if l = t.before(l); l != nil {
					i = l.n - 1
				}
			}
		}
	}
}

// Keys iterates over the keys in order, as All does.
func (t *Tree[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range t.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values iterates over the values in the order of their keys, as All does.
func (t *Tree[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range t.All() {
			if !yield(value) {
				return
			}
		}
	}
}

// follow returns the place after a key, for a loop under which the tree has changed. A comparator that leads it back
// would make the loop endless.
func (t *Tree[K, V]) follow(key K) (*leaf[K, V], int) {
	l, i := t.seek(key, true)
	if l != nil && t.order.Compare(key, l.keys[i]) >= 0 {
		panic("bplustree: the comparator is not an order: a loop would go in circles")
	}
	return l, i
}

// retreat is follow for loops that go backward.
func (t *Tree[K, V]) retreat(key K) (*leaf[K, V], int) {
	l, i := t.seekBack(key)
	if l != nil && t.order.Compare(key, l.keys[i]) <= 0 {
		panic("bplustree: the comparator is not an order: a loop would go in circles")
	}
	return l, i
}
