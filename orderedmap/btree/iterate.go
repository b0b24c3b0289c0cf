package btree

import "iter"

// All iterates over the entries in order. The tree may be changed in the loop, in any way: the next entry yielded is
// the successor, in the tree as it is now, of the entry yielded before. So entries deleted before their turn are not
// yielded, and entries set behind the current one are.
func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.ascend(t.first(false), nil, yield) }
}

// From iterates over the entries whose keys are not less than lo, as All does.
func (t *Tree[K, V]) From(lo K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.ascend(t.seek(lo, false), nil, yield) }
}

// Range iterates over the entries with lo <= key < hi, as All does.
func (t *Tree[K, V]) Range(lo, hi K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.ascend(t.seek(lo, false), &hi, yield) }
}

// ascend yields the entries from a place on, up to hi if there is one. The entries of a leaf are a run, which takes
// one comparison with hi and none with the next run; between two runs stands an entry of an inner node, a run of its
// own.
func (t *Tree[K, V]) ascend(p place[K, V], hi *K, yield func(K, V) bool) {
runs:
	for p.n != nil {
		end := p.n.n
		if p.level > 0 {
			end = p.i + 1
		}
		last := hi != nil && t.order.Compare(p.n.keys[end-1], *hi) >= 0
		for epoch := t.epoch; p.i < end; p.i++ {
			key := p.n.keys[p.i]
			if last && t.order.Compare(key, *hi) >= 0 || !yield(key, p.n.vals[p.i]) {
				return
			}
			if t.epoch != epoch {
				p = t.follow(key)
				continue runs
			}
		}
		p.i--
		p = t.after(p)
	}
}

// Backward iterates over the entries in reverse order, under the same rule as All with the order reversed.
func (t *Tree[K, V]) Backward() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for p := t.first(true); p.n != nil; {
			key, epoch := p.n.keys[p.i], t.epoch
			if !yield(key, p.n.vals[p.i]) {
				return
			}
			if t.epoch != epoch {
				p = t.retreat(key)
			} else {
				p = t.before(p)
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
func (t *Tree[K, V]) follow(key K) place[K, V] {
	p := t.seek(key, true)
	if p.n != nil && t.order.Compare(key, p.n.keys[p.i]) >= 0 {
		panic("btree: the comparator is not an order: a loop would go in circles")
	}
	return p
}

// retreat is follow for loops that go backward.
func (t *Tree[K, V]) retreat(key K) place[K, V] {
	p := t.seekBack(key)
	if p.n != nil && t.order.Compare(key, p.n.keys[p.i]) <= 0 {
		panic("btree: the comparator is not an order: a loop would go in circles")
	}
	return p
}
