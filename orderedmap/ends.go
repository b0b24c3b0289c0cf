package orderedmap

// Front returns the first entry, and false if the map is empty.
func (m *Map[K, V]) Front() (K, V, bool) {
	if m.Len() == 0 {
		return none[K, V]()
	}
	e := &m.entries[m.head]
	return e.key, e.value, true
}

// Back returns the last entry, and false if the map is empty.
func (m *Map[K, V]) Back() (K, V, bool) {
	if m.Len() == 0 {
		return none[K, V]()
	}
	e := &m.entries[len(m.entries)-1]
	return e.key, e.value, true
}

// PopFront removes and returns the first entry, and false if the map is empty.
func (m *Map[K, V]) PopFront() (K, V, bool) {
	if m.Len() == 0 {
		return none[K, V]()
	}
	e := m.entries[m.head]
	m.removeAt(m.head)
	return e.key, e.value, true
}

// PopBack removes and returns the last entry, and false if the map is empty.
func (m *Map[K, V]) PopBack() (K, V, bool) {
	if m.Len() == 0 {
		return none[K, V]()
	}
	last := len(m.entries) - 1
	e := m.entries[last]
	m.removeAt(last)
	return e.key, e.value, true
}

func none[K comparable, V any]() (key K, value V, ok bool) { return key, value, false }

// MoveToBack makes the entry of key the last one and reports whether key is present.
func (m *Map[K, V]) MoveToBack(key K) bool {
	if m.Len() == 0 {
		return false
	}
	i, p := m.find(m.hash(key), key)
	if p < 0 {
		return false
	}
	if p == len(m.entries)-1 {
		return true
	}
	if len(m.entries) == cap(m.entries) || m.reach > len(m.entries) {
		m.roomAtBack()
		p = m.slots[i].position()
	}
	m.entries = append(m.entries, m.entries[p])
	m.slots[i] = m.slots[i].at(len(m.entries)-1) | movedBit
	m.live++
	m.vacate(p)
	m.check()
	return true
}

// MoveToFront makes the entry of key the first one and reports whether key is present.
func (m *Map[K, V]) MoveToFront(key K) bool {
	if m.Len() == 0 {
		return false
	}
	i, p := m.find(m.hash(key), key)
	if p < 0 {
		return false
	}
	if p == m.head {
		return true
	}
	if m.head == 0 || m.frontVacated {
		m.roomAtFront()
		p = m.slots[i].position()
	}
	m.head--
	m.entries[m.head] = m.entries[p]
	m.slots[i] = m.slots[i].at(m.head) | movedBit
	m.live++
	m.vacate(p)
	m.check()
	return true
}
