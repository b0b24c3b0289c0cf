package orderedmap

// A Handle is a key with a note of where its entry stands in a Linked. It saves the hash and the search, O(1) either way,
// and cannot go wrong: if the entry is no longer there, because Shrink moved it or it was deleted and set again, the key
// is looked up. A handle of a deleted key answers as the key would. It keeps the key in memory, not the value.
type Handle[K comparable] struct {
	key K
	at  int32
}

// Key returns the handle's key.
func (h Handle[K]) Key() K { return h.key }

// Handle returns a handle of key and whether it is present.
func (l *Linked[K, V]) Handle(key K) (Handle[K], bool) {
	p := l.lookup(key)
	return Handle[K]{key, p}, p != 0
}

// position returns where the handle's entry stands, or 0.
func (l *Linked[K, V]) position(h Handle[K]) int32 {
	if l != nil && 0 < h.at && int(h.at) < len(l.nodes) {
		if n := &l.nodes[h.at]; n.key == h.key && n.prev != vacant {
			return h.at
		}
	}
	return l.lookup(h.key)
}

// handleAt makes a handle of the entry at a position; position 0 is none.
func (l *Linked[K, V]) handleAt(p int32) (Handle[K], bool) {
	if p == 0 {
		return Handle[K]{}, false
	}
	return Handle[K]{l.nodes[p].key, p}, true
}

// Next returns a handle of the entry after that of h, and false if there is none or h's is gone.
func (l *Linked[K, V]) Next(h Handle[K]) (Handle[K], bool) {
	p := l.position(h)
	if p == 0 {
		return Handle[K]{}, false
	}
	return l.handleAt(l.nodes[p].next)
}

// Previous returns a handle of the entry before that of h, and false if there is none or h's is gone.
func (l *Linked[K, V]) Previous(h Handle[K]) (Handle[K], bool) {
	p := l.position(h)
	if p == 0 {
		return Handle[K]{}, false
	}
	return l.handleAt(l.nodes[p].prev)
}

// Load returns the value of a handle's entry and whether there is one.
func (l *Linked[K, V]) Load(h Handle[K]) (V, bool) {
	if p := l.position(h); p != 0 {
		return l.nodes[p].value, true
	}
	var zero V
	return zero, false
}

// Store gives a handle's entry a value, and returns false if there is no such entry.
func (l *Linked[K, V]) Store(h Handle[K], value V) bool {
	p := l.position(h)
	if p != 0 {
		l.nodes[p].value = value
	}
	return p != 0
}

// Remove deletes a handle's entry and returns the value that it had.
func (l *Linked[K, V]) Remove(h Handle[K]) (old V, deleted bool) {
	p := l.position(h)
	if p == 0 {
		return old, false
	}
	old = l.nodes[p].value
	l.removeAt(p)
	return old, true
}

// Move puts the entry of h right before that of mark, and returns false if either is gone.
func (l *Linked[K, V]) Move(h, mark Handle[K]) bool {
	p, at := l.position(h), l.position(mark)
	if p == 0 || at == 0 {
		return false
	}
	l.move(p, at, false)
	return true
}
