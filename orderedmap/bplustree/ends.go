package bplustree

// Min returns the entry with the smallest key, and false if the tree is empty.
func (t *Tree[K, V]) Min() (key K, value V, ok bool) {
	if t.Len() == 0 {
		return key, value, false
	}
	l, _ := t.edge(false)
	return l.keys[0], l.vals[0], true
}

// Max returns the entry with the largest key, and false if the tree is empty.
func (t *Tree[K, V]) Max() (key K, value V, ok bool) {
	if t.Len() == 0 {
		return key, value, false
	}
	l, _ := t.edge(true)
	return l.keys[l.n-1], l.vals[l.n-1], true
}

// PopFront removes and returns the entry with the smallest key, and false if the tree is empty.
func (t *Tree[K, V]) PopFront() (key K, value V, ok bool) {
	if t.Len() == 0 {
		return key, value, false
	}
	l, path := t.edge(false)
	key, value = l.keys[0], l.vals[0]
	t.remove(path, 0, 1)
	t.check()
	return key, value, true
}

// PopBack removes and returns the entry with the largest key, and false if the tree is empty.
func (t *Tree[K, V]) PopBack() (key K, value V, ok bool) {
	if t.Len() == 0 {
		return key, value, false
	}
	l, path := t.edge(true)
	last := l.n - 1
	key, value = l.keys[last], l.vals[last]
	t.remove(path, last, 1)
	t.check()
	return key, value, true
}

// Floor returns the entry with the largest key that is not greater than key, and false if there is none.
func (t *Tree[K, V]) Floor(key K) (k K, v V, ok bool) {
	if t.Len() == 0 {
		return k, v, false
	}
	n, i, _, found := t.locate(t.root, t.height, key)
	l := leafOf[K, V](n)
	if !found {
		if i == 0 { // only in the first leaf: separators are exact
			return k, v, false
		}
		i--
	}
	return l.keys[i], l.vals[i], true
}

// Ceiling returns the entry with the smallest key that is not less than key, and false if there is none.
func (t *Tree[K, V]) Ceiling(key K) (k K, v V, ok bool) {
	l, i := t.seek(key, false)
	if l == nil {
		return k, v, false
	}
	return l.keys[i], l.vals[i], true
}

// seek returns the place of the first entry whose key is not less than key, or is greater than it; nil if none is.
func (t *Tree[K, V]) seek(key K, greater bool) (l *leaf[K, V], i int) {
	if t.Len() == 0 {
		return nil, 0
	}
	n, i, path, found := t.locate(t.root, t.height, key)
	l = leafOf[K, V](n)
	if found && greater {
		i++
	}
	if i == l.n {
		return leafOf[K, V](t.right(path)), 0
	}
	return l, i
}

// seekBack returns the place of the last entry whose key is less than key; nil if none is.
func (t *Tree[K, V]) seekBack(key K) (l *leaf[K, V], i int) {
	if t.Len() == 0 {
		return nil, 0
	}
	n, i, path, _ := t.locate(t.root, t.height, key)
	if i > 0 {
		return leafOf[K, V](n), i - 1
	}
	if l = leafOf[K, V](t.left(path)); l == nil {
		return nil, 0
	}
	return l, l.n - 1
}
