package orderedmap

// An era is a stretch of a map's life in which positions keep their meaning. A loop over the map holds
// the era in which it noted its position; when an era ends it is told how its positions translate into
// the next one's, and linked to it. The loop follows the links when it notices that the map has changed.
//
// So a loop finds its place after any number of compactions, yet the map does not know its loops: many
// goroutines may range over a map that none of them changes, a loop that is abandoned (iter.Pull without
// stop) costs nothing, and past eras are garbage as soon as no loop is left that began in them. A map
// over which nobody has ever ranged has no era at all.
type era struct {
	next *era
	// How positions translate, once next is set: those outside [head, end) had been vacated and count as
	// that bound; head becomes to, and the others follow it, closing up over the holes
	// given, if any.
	head, end int
	to        int
	closed    bitmap
}

// translate returns what position p of this era is in the next one, and whether it was not vacated before
// the era ended. If not, the position becomes that of the entry after it.
func (e *era) translate(p int) (to int, held bool) {
	held = e.head <= p && p < e.end && !e.closed.has(p)
	p = min(max(p, e.head), e.end)
	return e.to + p - e.head - e.closed.count(e.head, p), held
}

// currentEra returns the era that is on. The first loop over a map begins it, which several goroutines
// may do at once.
func (m *Map[K, V]) currentEra() *era {
	if e := m.era.Load(); e != nil {
		return e
	}
	m.era.CompareAndSwap(nil, new(era))
	return m.era.Load()
}

// endEra begins a new era, in which the entries up to position end of the old one stand from position to
// on, the holes given closed up.
func (m *Map[K, V]) endEra(closed bitmap, end, to int) {
	m.frontVacated, m.reach = false, end+to-m.head-closed.count(m.head, end)
	m.epoch++ // loops come over now: a position they reached later would be translated as if of this era
	e := m.era.Load()
	if e == nil {
		return
	}
	e.head, e.end, e.to, e.closed = m.head, end, to, closed
	e.next = new(era)
	m.era.Store(e.next)
}

// settleEra ends an era without moving anything, before a position beyond an end of the span is used for
// the second time: a loop whose entry was deleted there would take the new entry for its own, or look for it
// on the wrong side.
func (m *Map[K, V]) settleEra() {
	m.endEra(nil, len(m.entries), m.head)
}

// scatterEra ends an era in which all entries have been moved out of their order: loops find theirs by its key. What is
// not there any more counts as the end of the span.
func (m *Map[K, V]) scatterEra() {
	m.frontVacated, m.reach = false, len(m.entries)
	m.epoch++
	e := m.era.Load()
	if e == nil {
		return
	}
	e.head, e.end, e.to = 0, 0, len(m.entries)
	e.next = new(era)
	m.era.Store(e.next)
}
