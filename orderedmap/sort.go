package orderedmap

import (
	"cmp"
	"slices"
)

// SortFunc sorts the entries by compare, which returns a negative number if the first entry comes before the second, a
// positive one if after, and 0 if their order is to stay as it is. It reads no key but for compare: positions are sorted,
// and the index is brought up to date by them. compare must not add or delete entries: that panics, before anything has
// been sorted; so does a panic in compare leave the map as it was. What is no order sorts the entries in some way.
//
// A loop over the map follows the entry on which it stands to its new place. One whose entry has been deleted goes on
// behind the last entry, if over All, and starts at the back again, if over Backward.
func (m *Map[K, V]) SortFunc(compare func(k1 K, v1 V, k2 K, v2 V) int) {
	if m.Len() < 2 {
		return
	}
	entries, epoch := m.entries, m.epoch
	order := make([]uint32, 0, m.live)
	for p := m.head; p < len(entries); p = m.nextLive(p + 1) {
		order = append(order, uint32(p))
	}
	// Positions break ties, which makes a faster sort than slices.SortStableFunc stable.
	slices.SortFunc(order, func(p, q uint32) int {
		a, b := &entries[p], &entries[q]
		if c := compare(a.key, a.value, b.key, b.value); c != 0 {
			return c
		}
		return cmp.Compare(p, q)
	})
	if m.epoch != epoch || len(m.entries) != len(entries) {
		panic("orderedmap: SortFunc: the comparison changed the map")
	}
	if slices.IsSorted(order) {
		return
	}
	gap := min(m.gap(), cap(entries)-m.live)
	sorted := make([]entry[K, V], gap, cap(entries))
	to := make([]uint32, len(entries))
	for _, p := range order {
		to[p] = uint32(len(sorted))
		sorted = append(sorted, entries[p])
	}
	for i, s := range m.slots {
		if s != 0 {
			m.slots[i] = s.at(int(to[s.position()])) | movedBit
		}
	}
	m.entries, m.head = sorted, gap
	m.noHoles()
	m.scatterEra()
	m.check()
}
