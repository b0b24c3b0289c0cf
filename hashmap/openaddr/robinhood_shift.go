package openaddr

// insert adds an entry whose key is known to be absent and belongs at the given slot with the given meta.
func (m *RobinHood[K, V]) insert(at int, h uint64, w uint32, key K, value V) {
	if m.count >= m.limit {
		m.rehash(rhAfterGrowth(len(m.slots)), m.keys)
		at, w = m.place(h)
	}
	farthest := m.open(at, w)
	s := &m.slots[at]
	s.key, s.value = key, value
	m.count++
	m.version++
	if m.alarm.rings(farthest, rhAllowance, rhBound) {
		m.tooFar()
	}
	if invariants {
		m.check()
	}
}

// open moves the run that begins at slot at up by one, into the empty slot behind it, and gives slot at the meta w.
// It returns the largest displacement that it made.
func (t *rhTable[K, V]) open(at int, w uint32) (farthest int) {
	meta := t.meta
	end := at
	for uint(end) < uint(len(meta)) && meta[end] != 0 {
		if end++; end == len(meta) {
			end = 0
		}
	}
	most := w
	if end < at { // the run goes round the end of the table
		most = max(most, t.moveUp(0, end))
		last := len(meta) - 1
		meta[0], t.slots[0] = meta[last]+rhStep, t.slots[last]
		most = max(most, meta[0])
		end = last
	}
	most = max(most, t.moveUp(at, end))
	meta[at] = w
	return rhDisplacement(most)
}

// moveUp moves the entries of the slots from .. to-1 up by one, and returns the largest of their new metas.
func (t *rhTable[K, V]) moveUp(from, to int) (most uint32) {
	if from == to {
		return 0
	}
	if to-from > 2 {
		copy(t.slots[from+1:to+1], t.slots[from:to])
	} else { // the call of memmove costs more than one or two entries
		for i := to; i > from; i-- {
			t.slots[i] = t.slots[i-1]
		}
	}
	meta := t.meta[from : to+1]
	for i := len(meta) - 1; i > 0; i-- {
		meta[i] = meta[i-1] + rhStep
		most = max(most, meta[i])
	}
	if most>>rhTagBits == 1<<(32-rhTagBits)-1 {
		panic("openaddr: RobinHood: sixteen million keys on one probe sequence: the Hasher does not hash")
	}
	return most
}

// remove empties a slot and moves the entries behind it down by one, up to the first that is at home.
func (m *RobinHood[K, V]) remove(at int) {
	for {
		end := at + 1 // of the entries to be moved, as far as the end of the table
		for end < len(m.meta) && m.meta[end] >= 2*rhStep {
			end++
		}
		copy(m.slots[at:], m.slots[at+1:end])
		for i := at + 1; i < end; i++ {
			m.meta[i-1] = m.meta[i] - rhStep
		}
		at = end - 1
		if end < len(m.meta) || m.meta[0] < 2*rhStep {
			break
		}
		m.meta[at], m.slots[at] = m.meta[0]-rhStep, m.slots[0]
		at = 0
	}
	m.meta[at] = 0
	m.slots[at] = probingSlot[K, V]{} // for the garbage collector
	m.count--
	m.version++
	if invariants {
		m.check()
	}
}

// Delete removes key. It returns the value it had, and whether it was there.
func (m *RobinHood[K, V]) Delete(key K) (old V, deleted bool) {
	at, _, _, ok := m.find(key)
	if !ok {
		return old, false
	}
	old = m.slots[at].value
	m.remove(at)
	return old, true
}

// DeleteFunc removes the entries for which del returns true. del may use the map, and change it.
func (m *RobinHood[K, V]) DeleteFunc(del func(K, V) bool) {
	if m == nil {
		return
	}
	for c := m.cursor(); c.next(); {
		version := m.version
		switch {
		case !del(c.key, c.value):
		case m.version == version && c.at >= 0:
			c.remove() // by place: the only way to get at a NaN
		default:
			m.Delete(c.key)
		}
	}
}

// Clear removes all entries and keeps the memory. It also draws a new seed.
func (m *RobinHood[K, V]) Clear() {
	if m == nil || m.limit == 0 {
		return
	}
	clear(m.meta)
	clear(m.slots)
	m.count = 0
	m.alarm = probingAlarm{}
	m.keys.Reseed()
	m.version++
	m.clears++
}
