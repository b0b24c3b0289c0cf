package ordertest

import "slices"

// A pair of the model. One that was deleted or moved away stays in its place, gone, while loops may stand
// on it.
type pair struct {
	key, value int
	gone       bool
	moved      bool // it was moved to its place, not set there
}

// model is the map as a slice of pairs in order.
type model struct {
	pairs []*pair
	loops int // running; none: marks are swept
}

func (m *model) find(key int) *pair {
	for _, p := range m.pairs {
		if !p.gone && p.key == key {
			return p
		}
	}
	return nil
}

// live returns the pairs that are in the map.
func (m *model) live() []*pair {
	return slices.DeleteFunc(slices.Clone(m.pairs), func(p *pair) bool { return p.gone })
}

func (m *model) sweep() {
	if m.loops == 0 {
		m.pairs = m.live()
	}
}

func (m *model) set(key, value int) (old int, added bool) {
	if p := m.find(key); p != nil {
		old, p.value = p.value, value
		return old, false
	}
	m.pairs = append(m.pairs, &pair{key: key, value: value})
	return 0, true
}

func (m *model) remove(p *pair) (key, value int, ok bool) {
	if p == nil {
		return 0, 0, false
	}
	p.gone = true
	m.sweep()
	return p.key, p.value, true
}

func (m *model) front() *pair { return m.next(nil, false) }
func (m *model) back() *pair  { return m.next(nil, true) }

// move takes the entry of key out and puts it in again at an end. One that is there already stays.
func (m *model) move(key int, toFront bool) bool {
	p := m.find(key)
	if p == nil || p == m.next(nil, !toFront) {
		return p != nil
	}
	moved := *p
	moved.moved = true
	p.gone = true
	if toFront {
		m.pairs = slices.Insert(m.pairs, 0, &moved)
	} else {
		m.pairs = append(m.pairs, &moved)
	}
	m.sweep()
	return true
}

func (m *model) clear() {
	for _, p := range m.pairs {
		p.gone = true
	}
	m.sweep()
}

// next returns the pair that follows p in the direction of a loop, the first one after nil: the successor of
// p where it was moved to, or, if it was deleted, of the place where it was. Set again it is another entry.
func (m *model) next(p *pair, backward bool) *pair {
	i, step := -1, 1
	if backward {
		i, step = len(m.pairs), -1
	}
	if p != nil {
		if now := m.find(p.key); now != nil && now.moved {
			p = now
		}
		i = slices.Index(m.pairs, p)
	}
	for i += step; 0 <= i && i < len(m.pairs); i += step {
		if !m.pairs[i].gone {
			return m.pairs[i]
		}
	}
	return nil
}
