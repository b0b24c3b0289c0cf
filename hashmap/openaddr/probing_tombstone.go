package openaddr

// insert adds an entry whose key is known to be absent.
func (m *Probing[K, V]) insert(h uint64, key K, value V) {
	if m.count >= m.limit {
		m.rehash(max(2*len(m.slots), probingLeast), m.keys)
	}
	at, steps := m.claim(h)
	if m.tags[at] == probingTombstone {
		m.tombs--
	} else if m.count+m.tombs >= probingUsedLimit(len(m.slots)) {
		m.rehash(len(m.slots), m.keys)
		at, steps = m.claim(h)
	}
	m.tags[at] = probingTag(h)
	s := &m.slots[at]
	s.key, s.value = key, value
	m.count++
	m.version++
	if m.alarm.rings(steps, m.rule.allowance, m.rule.bound) {
		m.tooFar()
	}
	if invariants {
		m.check()
	}
}

// remove makes a tombstone of an entry, or an empty slot where that can be seen to break no probe sequence.
func (m *Probing[K, V]) remove(at int) {
	m.slots[at] = probingSlot[K, V]{} // for the garbage collector
	m.count--
	m.version++
	mask := len(m.tags) - 1
	if m.probe == Linear && m.tags[(at+1)&mask] == probingEmpty {
		m.tags[at] = probingEmpty
		for at = (at - 1) & mask; m.tags[at] == probingTombstone; at = (at - 1) & mask {
			m.tags[at] = probingEmpty
			m.tombs--
		}
	} else {
		m.tags[at] = probingTombstone
		m.tombs++
	}
	if invariants {
		m.check()
	}
}

// Delete removes key. It returns the value it had, and whether it was there.
func (m *Probing[K, V]) Delete(key K) (old V, deleted bool) {
	at, _ := m.find(key)
	if at < 0 {
		return old, false
	}
	old = m.slots[at].value
	m.remove(at)
	return old, true
}

// DeleteFunc removes the entries for which del returns true. del may use the map, and change it.
func (m *Probing[K, V]) DeleteFunc(del func(K, V) bool) {
	if m == nil {
		return
	}
	for c := m.cursor(); c.next(); {
		version := m.version
		switch {
		case !del(c.key, c.value):
		case m.version == version && c.at >= 0:
			m.remove(c.at) // by place: the only way to get at a NaN
		default:
			m.Delete(c.key)
		}
	}
}

// Clear removes all entries and keeps the memory. It also draws a new seed.
func (m *Probing[K, V]) Clear() {
	if m == nil || m.limit == 0 {
		return
	}
	clear(m.tags)
	clear(m.slots)
	m.count, m.tombs = 0, 0
	m.alarm = probingAlarm{}
	m.keys.Reseed()
	m.version++
	m.clears++
}
