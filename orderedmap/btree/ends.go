package btree

// entry returns what is at a place.
func (p place[K, V]) entry() (key K, value V, ok bool) {
	if p.n == nil {
		return key, value, false
	}
	return p.n.keys[p.i], p.n.vals[p.i], true
}

// Min returns the entry with the smallest key, and false if the tree is empty.
func (t *Tree[K, V]) Min() (K, V, bool) { return t.first(false).entry() }

// Max returns the entry with the largest key, and false if the tree is empty.
func (t *Tree[K, V]) Max() (K, V, bool) { return t.first(true).entry() }

// PopFront removes and returns the entry with the smallest key, and false if the tree is empty.
func (t *Tree[K, V]) PopFront() (K, V, bool) { return t.pop(t.first(false)) }

// PopBack removes and returns the entry with the largest key, and false if the tree is empty.
func (t *Tree[K, V]) PopBack() (K, V, bool) { return t.pop(t.first(true)) }

func (t *Tree[K, V]) pop(p place[K, V]) (key K, value V, ok bool) {
	if key, value, ok = p.entry(); ok {
		t.remove(p, 1)
		t.check()
	}
	return key, value, ok
}

// Floor returns the entry with the largest key that is not greater than key, and false if there is none.
func (t *Tree[K, V]) Floor(key K) (k K, v V, ok bool) {
	if t.Len() == 0 {
		return k, v, false
	}
	n, i, path, level, found := t.locate(t.root, t.height, key)
	p := place[K, V]{n, i, path, level}
	if !found {
		p = t.before(p)
	}
	return p.entry()
}

// Ceiling returns the entry with the smallest key that is not less than key, and false if there is none.
func (t *Tree[K, V]) Ceiling(key K) (K, V, bool) { return t.seek(key, false).entry() }
