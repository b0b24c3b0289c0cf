package subject

// listMap is what one writes who needs an order and has no library: Go's map of the nodes of a doubly linked ring.
type listMap[K comparable] struct {
	m    map[K]*node[K]
	ring node[K] // its next is the first entry, its previous the last
}

type node[K comparable] struct {
	previous, next *node[K]
	key            K
	value          uint64
}

func (n *node[K]) unlink() { n.previous.next, n.next.previous = n.next, n.previous }

func (t *listMap[K]) link(n *node[K]) {
	n.previous, n.next = t.ring.previous, &t.ring
	n.previous.next, t.ring.previous = n, n
}

func (t *listMap[K]) New(capacity int) {
	t.m = make(map[K]*node[K], capacity)
	t.ring = node[K]{}
	t.ring.previous, t.ring.next = &t.ring, &t.ring
}

func (t *listMap[K]) set(key K, value uint64) {
	if n, ok := t.m[key]; ok {
		n.value = value
		return
	}
	n := &node[K]{key: key, value: value}
	t.link(n)
	t.m[key] = n
}

func (t *listMap[K]) remove(key K) {
	if n, ok := t.m[key]; ok {
		n.unlink()
		delete(t.m, key)
	}
}

func (t *listMap[K]) Set(keys []K, first uint64) {
	for i, key := range keys {
		t.set(key, first+uint64(i))
	}
}

func (t *listMap[K]) Get(keys []K) (sum uint64, found int) {
	for _, key := range keys {
		if n, ok := t.m[key]; ok {
			found++
			sum += n.value
		}
	}
	return sum, found
}

func (t *listMap[K]) Churn(dead, fresh []K, first uint64) {
	for i, key := range dead {
		t.remove(key)
		t.set(fresh[i], first+uint64(i))
	}
}

func (t *listMap[K]) Iterate() (sum uint64, entries int) {
	for n := t.ring.next; n != &t.ring; n = n.next {
		sum += n.value
		entries++
	}
	return sum, entries
}

func (t *listMap[K]) Delete(keys []K) {
	for _, key := range keys {
		t.remove(key)
	}
}

func (t *listMap[K]) PopFront(n int) (sum uint64) {
	for range n {
		first := t.ring.next
		if first == &t.ring {
			break
		}
		sum += first.value
		first.unlink()
		delete(t.m, first.key)
	}
	return sum
}

func (t *listMap[K]) MoveToBack(keys []K) (found int) {
	for _, key := range keys {
		if n, ok := t.m[key]; ok {
			n.unlink()
			t.link(n)
			found++
		}
	}
	return found
}

func (t *listMap[K]) Len() int { return len(t.m) }
